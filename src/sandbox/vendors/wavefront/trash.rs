//! What is in the trash stands among the other rows.

use serde_json::Value;

use crate::model::value::at;

/// Whether a row says that it is there.
pub fn is_dead(row: &Value) -> bool {
    at(row, "inTrash") == true || at(row, "deleted") == true
}
