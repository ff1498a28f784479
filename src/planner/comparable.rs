//! The part of a live row that is compared with what is declared.

use serde_json::Value;

use crate::model::plan::VendorError;
use crate::model::{Observed, RowSchema, json_errors};

/// The part of a row that is compared, in YAML's spelling.
///
/// # Errors
/// The row is not the JSON it must be.
pub fn comparable(observed: &Observed, shape: &RowSchema) -> Result<Value, VendorError> {
    let wrong = |why: String| VendorError::Unreadable(format!("the row of {} cannot be read: {why}", observed.key));
    let text = observed.row.get();
    let mut row: Value =
        serde_json::from_str(text).map_err(|error| wrong(json_errors::why(text.as_bytes(), &error)))?;
    for field in shape.pointer {
        row = row.get_mut(*field).map(Value::take).ok_or_else(|| wrong(format!("it has no `{field}`")))?;
    }
    let row = match shape.to_yaml_form {
        Some(to_yaml_form) => to_yaml_form(row),
        None => row,
    };
    if row.is_object() { Ok(row) } else { Err(wrong("it is not an object".to_owned())) }
}
