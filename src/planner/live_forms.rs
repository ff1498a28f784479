//! Live values of another form than their field has, such as a text where a list belongs. Nobody can say what changing
//! one would do, so its row counts as one that cannot be read, and import leaves the field out.

use std::fmt;

use serde_json::Value;

use crate::model::schema::{BlockSchema, FieldType, ValueType};
use crate::model::value::{at, form};
use crate::model::{Node, Path};

/// A live value of another form than its field has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OddForm {
    /// The field, in the row's block.
    pub path: Path,
    /// What is there, such as `an object`.
    is: &'static str,
    /// What belongs there.
    wanted: &'static str,
}

/// As a sentence goes on after "its".
impl fmt::Display for OddForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OddForm { path, is, wanted } = self;
        write!(f, "`{path}` is {is}, where {wanted} belongs")
    }
}

/// The first live value of another form than its field has, of the fields that an entry names.
pub fn first_odd_form(node: &Node, block: &BlockSchema, live: &Value) -> Option<OddForm> {
    first_odd(node, block, live, &Path::root())
}

fn first_odd(node: &Node, block: &BlockSchema, live: &Value, path: &Path) -> Option<OddForm> {
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
            _ if !fits => Some(OddForm { path: path.key(&entry.key), is: form(value), wanted }),
            FieldType::Block(inner) => first_odd(&entry.node, inner, value, &path.key(&entry.key)),
            FieldType::Keyed { by, item } => rows(&entry.node, by, item, value, &path.key(&entry.key)),
            _ => None,
        }
    })
}

/// Of a list by key: each live row is an object, its key is a text if it has one, and those that are declared have the
/// fields' forms.
fn rows(list: &Node, by: &str, item: &BlockSchema, live: &Value, path: &Path) -> Option<OddForm> {
    live.as_array().into_iter().flatten().find_map(|row| {
        if !row.is_object() {
            return Some(OddForm { path: path.clone(), is: form(row), wanted: "a list of objects" });
        }
        let key = at(row, by);
        if !key.is_null() && !key.is_string() {
            return Some(OddForm { path: path.field(by), is: form(key), wanted: "a text" });
        }
        let declared = list.items().iter().find(|node| node.get(by).and_then(Node::text) == key.as_str())?;
        first_odd(declared, item, row, path)
    })
}
