//! Whether a live row is unchanged by what is asked for: the quick answer, for the rows of a plan that stay as they are.
//!
//! The row is read with its texts left where they are, and nothing is made of what differs. What is not called
//! unchanged here is compared by [`diff`](super::diff); what is, [`diff`](super::diff) would not change.

use serde_json::Value as Json;
use serde_json_borrow::{ObjectAsVec, Value};

use super::lists_as_sets::same_texts;
use crate::model::node::Entry;
use crate::model::schema::{BlockSchema, FieldType, ValueType};
use crate::model::{Desired, FixedAtCreation, Node, Observed};

/// Lists by key with more entries are left to [`diff`](super::diff).
const MAX_ROWS: usize = 256;

/// Whether a comparison would find neither a change nor a value that cannot be read. Secrets are not compared.
pub(super) fn is_unchanged(desired: &Desired, row: &Observed) -> bool {
    let shape = desired.schema();
    if shape.to_yaml_form.is_some() {
        return false;
    }
    let Ok(row) = serde_json::from_str::<Value<'_>>(row.row.get()) else { return false };
    let live = shape.pointer.iter().try_fold(&row, |live, field| only(live.as_object()?, field));
    let Some(live) = live.and_then(Value::as_object) else { return false };
    desired.fixed.iter().all(|fixed| is_fixed(fixed, live)) && block(&desired.node, &shape.block, live)
}

/// What is settled at creation has come out so, or is not shown.
fn is_fixed(fixed: &FixedAtCreation, live: &ObjectAsVec<'_>) -> bool {
    let mut held = live.iter().filter(|(name, _)| *name == fixed.field).map(|(_, value)| value);
    held.all(|value| value.is_null() || value.as_str() == Some(&*fixed.value))
}

fn block(node: &Node, schema: &BlockSchema, live: &ObjectAsVec<'_>) -> bool {
    holds_one_arm(node, schema, live)
        && node.entries().iter().all(|Entry { key, node, .. }| match schema.fields.get(key) {
            Some(field) if field.secret_with.is_none() => {
                only(live, key).is_some_and(|live| value(node, field.field_type, live))
            }
            Some(_) | None => true,
        })
}

/// Whether nothing is live of the arms that the node does not name, where it names one.
fn holds_one_arm(node: &Node, schema: &BlockSchema, live: &ObjectAsVec<'_>) -> bool {
    if schema.arms.is_empty() {
        return true;
    }
    match schema.arms_in(node)[..] {
        [] => true,
        [named] => live
            .iter()
            .filter(|(_, value)| !value.is_null())
            .all(|(name, _)| schema.arms.iter().enumerate().all(|(arm, names)| arm == named || !names.contains(&name))),
        [..] => false,
    }
}

fn value(node: &Node, field_type: FieldType, live: &Value<'_>) -> bool {
    match field_type {
        FieldType::Block(schema) => node.is_map() && live.as_object().is_some_and(|live| block(node, schema, live)),
        FieldType::Set(_) => node.is_list() && live.as_array().is_some_and(|live| set(node.items(), live)),
        FieldType::Keyed { by, item } => {
            node.is_list() && live.as_array().is_some_and(|live| rows(node.items(), by, item, live))
        }
        FieldType::Switches(_) => {
            let switch = |live, entry: &Entry| only(live, &entry.key).is_some_and(|live| scalar(&entry.node, live));
            let switches = |live| node.entries().iter().all(|entry| switch(live, entry));
            node.is_map() && live.as_object().is_some_and(switches)
        }
        FieldType::Value(ValueType::List(_) | ValueType::Map { .. } | ValueType::Secret) => false,
        FieldType::Value(_) => scalar(node, live),
    }
}

fn scalar(node: &Node, live: &Value<'_>) -> bool {
    match live {
        Value::Bool(live) => node.json() == Json::Bool(*live),
        Value::Str(live) => node.is_text() && node.text() == Some(live),
        Value::Number(live) => live.as_u64().is_some_and(|live| node.json() == live),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

fn set(items: &[Node], live: &[Value<'_>]) -> bool {
    same_texts(items, live.iter().map(Value::as_str))
}

/// Each entry is live once, and each live row is one of them.
fn rows(items: &[Node], by: &str, schema: &BlockSchema, live: &[Value<'_>]) -> bool {
    if items.len() != live.len() || items.len() > MAX_ROWS {
        return false;
    }
    let Some(live) = live.iter().map(Value::as_object).collect::<Option<Vec<_>>>() else { return false };
    let key = |row: &'_ ObjectAsVec<'_>, item: &Node| {
        let wanted = item.get(by).and_then(Node::text);
        wanted.is_some() && only(row, by).and_then(Value::as_str) == wanted
    };
    let is_live = |item: &Node| {
        let mut same = live.iter().filter(|row| key(row, item));
        same.next().is_some_and(|row| block(item, schema, row)) && same.next().is_none()
    };
    items.iter().all(is_live) && live.iter().all(|row| items.iter().any(|item| key(row, item)))
}

/// The value under a name that stands there once.
fn only<'a, 'r>(live: &'a ObjectAsVec<'r>, name: &str) -> Option<&'a Value<'r>> {
    let mut found = live.iter().filter(|(known, _)| *known == name).map(|(_, value)| value);
    found.next().filter(|_| found.next().is_none())
}
