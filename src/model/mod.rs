//! Floor 0: plain values, and the two traits of the door.
//!
//! What lives here knows no vendor, does no I/O and decides nothing. Everything above speaks in these words.

pub mod address;
pub mod change;
pub mod characters;
pub mod check;
pub mod comparison;
pub mod described;
pub mod desired;
pub mod diagnostic;
pub mod door;
pub mod drift;
pub mod env;
pub mod expected;
pub mod isolated;
pub mod key;
pub mod layers;
pub mod no_json;
pub mod node;
pub mod observed;
pub mod overlay;
pub mod path;
pub mod plan;
pub mod refusal;
pub mod remedy;
pub mod report;
pub mod settings;
pub mod shape;
pub mod source;
pub mod tombstone;
pub mod value;
pub mod vendor;
pub mod yaml;

pub use comparison::Comparison;
pub use desired::{AccountFacts, Desired, DesiredState, Fixed, Hold};
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use door::{Ask, Body, Failure, MaxAge, Method, Reader, Realm, Request, Response, Retry, Tell, Transport};
pub use drift::Drift;
pub use env::Env;
pub use isolated::Isolated;
pub use key::{Key, RemoteId};
pub use layers::Layers;
pub use node::Node;
pub use observed::{Observation, Observed, Trust};
pub use path::Path;
pub use plan::{Action, Change, Changes, FieldChange, Op, Plan};
pub use report::{Ending, Outcome, Proof, Report};
pub use settings::{Endpoint, Settings};
pub use shape::Shape;
pub use source::{Layer, Place, Source, Sources};
pub use tombstone::{Exclusive, Tombstone, Warrant};
