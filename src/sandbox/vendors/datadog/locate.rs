//! Which row a path means.

use super::answers;
use crate::model::Response;
use crate::model::value::at;
use crate::sandbox::table::Table;

/// The row with this id. Datadog takes a UUID in quotes too: most of its Terraform recordings have one.
pub fn locate(table: &Table, id: &str) -> Result<usize, Response> {
    let plain = id.replace("%22", "\"");
    let plain = plain.trim_matches('"');
    match table.rows.iter().position(|row| at(row, "id") == plain) {
        Some(place) => Ok(place),
        None if is_uuid(plain) => Err(answers::no_such_account()),
        None => Err(answers::not_a_uuid()),
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.char_indices().all(|(at, c)| match at {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        })
}
