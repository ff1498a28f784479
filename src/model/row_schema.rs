//! What the planner needs to know of one kind of row: where in a listed row the comparable part begins, how that part is
//! spelled in YAML, and what may stand in it.

use serde_json::Value;

use super::schema::BlockSchema;

/// The schema of one kind of row.
#[derive(Debug, Clone)]
pub struct RowSchema {
    /// Where in a listed row the comparable part begins, as field names.
    pub pointer: &'static [&'static str],
    /// From the vendor's spelling of that part to YAML's; nothing where the two are the same.
    pub to_yaml_form: Option<fn(Value) -> Value>,
    /// The field of the provider's block in YAML that is about rows of this kind, where a block is about several; what
    /// stands beside it then counts for each of them.
    pub within: Option<&'static str>,
    /// What of the block under the provider's name in YAML is about such a row.
    pub block: BlockSchema,
}
