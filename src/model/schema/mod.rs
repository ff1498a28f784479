//! What may stand at each place of a config: one tree, which merging, checking, diffing, rendering, import and JSON
//! Schema walk.
//!
//! It is declared field by field with [`schema!`](crate::schema), which also makes the handles that rules read values
//! through ([`View`]). No vendor's field is known here.

pub mod additions;
pub mod attribute;
pub mod attribute_types;
pub mod block_json_schema;
pub mod block_schema;
pub mod declare;
pub mod disruptive_when;
pub mod field_schema;
pub mod fields;
pub mod secrets;
pub mod types;
pub mod value_type;

pub use attribute::{At, Attribute, AttributeType, Block, TextType, View};
pub use attribute_types::{Bool, Count, Keyed, List, Map, Minutes, Secret, Set, Switches, TagMap, Text, UInt};
pub use disruptive_when::DisruptiveWhen;
pub use types::{BlockSchema, DefaultValue, FieldSchema, FieldType, Fields};
pub use value_type::{TextFormat, ValueType};
