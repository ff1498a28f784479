//! Floor 0: plain values, and the two client traits.
//!
//! What lives here knows no vendor, does no I/O and decides nothing. Everything above speaks in these words.

pub mod action;
pub mod address;
pub mod change;
pub mod characters;
pub mod check;
pub mod client;
pub mod comparison;
pub mod described;
pub mod desired;
pub mod diagnostic;
pub mod drift;
pub mod env;
pub mod expected;
pub mod isolated;
pub mod json_errors;
pub mod key;
pub mod key_remedy;
pub mod kind;
pub mod lower_layers;
pub mod node;
pub mod observed;
pub mod output;
pub mod path;
pub mod plan;
pub mod reach;
pub mod refusal;
pub mod remedy;
pub mod report;
pub mod resource_names;
pub mod row_schema;
pub mod settings;
pub mod source;
pub mod suggestion;
pub mod tombstone;
pub mod update_body;
pub mod value;
pub mod vendor_error;
pub mod yaml;

pub use client::{
    Body, Endpoint, Failure, MaxAge, Method, ReadClient, ReadRequest, Request, Response, Retry, WriteClient,
    WriteRequest,
};
pub use comparison::Comparison;
pub use desired::{AccountFacts, Desired, DesiredState, FixedAtCreation, Hold};
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use drift::Drift;
pub use env::Env;
pub use isolated::Isolated;
pub use key::{Key, RemoteId};
pub use kind::{Kind, Unique};
pub use lower_layers::LowerLayers;
pub use node::Node;
pub use observed::{Observation, Observed, Trust};
pub use output::{DesiredOutput, OutputRef, Outputs, Preparation};
pub use path::Path;
pub use plan::{Action, ActionId, Change, Changes, FieldChange, Op, OpId, Plan};
pub use report::{Outcome, Proof, Report, Status};
pub use resource_names::ResourceNames;
pub use row_schema::RowSchema;
pub use settings::{EndpointConfig, Settings};
pub use source::{Layer, Place, Source, Sources};
pub use tombstone::{DeleteReason, Exclusive, Tombstone};
