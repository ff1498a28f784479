//! Live values of another form than their field has, such as a text where a list belongs. Nobody can say what changing
//! one would do, so its row counts as one that cannot be read.

use serde_json::Value;

use crate::model::plan::VendorError;
use crate::model::schema::{BlockSchema, FieldType, ValueType};
use crate::model::value::{at, form};
use crate::model::{Key, Node, Path};

/// Checks the fields that an entry names.
///
/// # Errors
/// The first of another form, and what it is.
pub fn check(key: &Key, node: &Node, block: &BlockSchema, live: &Value) -> Result<(), VendorError> {
    let odd = first_odd(node, block, live, &Path::root());
    odd.map_or(Ok(()), |(path, is, wanted)| {
        let why = format!("the row of {key} cannot be read: its `{path}` is {is}, where {wanted} belongs");
        Err(VendorError::Unreadable(why))
    })
}

type Odd = (Path, &'static str, &'static str);

fn first_odd(node: &Node, block: &BlockSchema, live: &Value, path: &Path) -> Option<Odd> {
    node.entries().iter().find_map(|entry| {
        let (field, value) = (block.fields.get(&entry.key)?, at(live, &entry.key));
        let (fits, wanted) = match field.field_type {
            FieldType::Set(_) | FieldType::Keyed { .. } | FieldType::Value(ValueType::List(_)) => {
                (value.is_array(), "a list")
            }
            FieldType::Block(_) | FieldType::Switches(_) | FieldType::Value(ValueType::Map { .. }) => {
                (value.is_object(), "an object")
            }
            FieldType::Value(_) => (!value.is_array() && !value.is_object(), "a single value"),
        };
        match field.field_type {
            _ if value.is_null() => None,
            _ if !fits => Some((path.key(&entry.key), form(value), wanted)),
            FieldType::Block(inner) => first_odd(&entry.node, inner, value, &path.key(&entry.key)),
            FieldType::Keyed { by, item } => rows(&entry.node, by, item, value, &path.key(&entry.key)),
            _ => None,
        }
    })
}

/// Of a list by key: each live row is an object, its key is a text if it has one, and those that are declared have the
/// fields' forms.
fn rows(list: &Node, by: &str, item: &BlockSchema, live: &Value, path: &Path) -> Option<Odd> {
    live.as_array().into_iter().flatten().find_map(|row| {
        if !row.is_object() {
            return Some((path.clone(), form(row), "a list of objects"));
        }
        let key = at(row, by);
        if !key.is_null() && !key.is_string() {
            return Some((path.field(by), form(key), "a text"));
        }
        let declared = list.items().iter().find(|node| node.get(by).and_then(Node::text) == key.as_str())?;
        first_odd(declared, item, row, path)
    })
}
