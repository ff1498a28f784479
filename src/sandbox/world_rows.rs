//! Checks of the rows that a world brings in: an emulator works on rows of the form that its vendor lists.

use serde_json::Value;

use crate::model::value::form;

/// The rows of a listing, if each is an object, and has objects, `null` or nothing at these JSON pointers.
///
/// # Errors
/// The first row that is or has something else, by its number from 1, for people. `list` is what its listing calls the
/// rows.
pub fn objects(list: &str, rows: &[Value], pointers: &[&str]) -> Result<Vec<Value>, String> {
    for (row, number) in rows.iter().zip(1..) {
        let id = row.get("id").and_then(Value::as_str).map(|id| format!(", id {id},")).unwrap_or_default();
        if !row.is_object() {
            return Err(format!("row {number} of `{list}` is {}, not an object", form(row)));
        }
        for pointer in pointers {
            let value = row.pointer(pointer).unwrap_or(&Value::Null);
            if !value.is_object() && !value.is_null() {
                let field = pointer.trim_start_matches('/').replace('/', ".");
                return Err(format!("row {number} of `{list}`{id} has {} as `{field}`, not an object", form(value)));
            }
        }
    }
    Ok(rows.to_vec())
}
