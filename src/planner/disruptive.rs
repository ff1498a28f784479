//! Which field changes stop collection, or can break it. They are counted against `limits.disruptive`.
//!
//! Where it cannot be told, the change counts as disruptive.

use serde_json::Value;

use super::lists_as_sets::minus;
use crate::model::Node;
use crate::model::schema::{BlockSchema, DisruptiveWhen};
use crate::model::value::{at, is_void};

/// A single value, or a map of them.
pub fn value(disruptive_when: DisruptiveWhen, before: &Value, after: &Value) -> bool {
    match disruptive_when {
        DisruptiveWhen::Change => true,
        DisruptiveWhen::Off => after == &Value::Bool(false),
        DisruptiveWhen::UnlessEmptied => !is_void(after) && after != "",
        DisruptiveWhen::Shrink | DisruptiveWhen::Tags => {
            before.as_object().into_iter().flatten().any(|(name, value)| at(after, name) != value)
        }
        DisruptiveWhen::Grow | DisruptiveWhen::Narrow => false,
    }
}

/// A list.
pub fn list(disruptive_when: DisruptiveWhen, before: &[Value], after: &[Value]) -> bool {
    match disruptive_when {
        DisruptiveWhen::Change => true,
        DisruptiveWhen::Shrink | DisruptiveWhen::Tags => !minus(before, after).is_empty(),
        DisruptiveWhen::Grow => !minus(after, before).is_empty(),
        DisruptiveWhen::UnlessEmptied => !after.is_empty(),
        DisruptiveWhen::Narrow => !after.is_empty() && (before.is_empty() || !minus(before, after).is_empty()),
        DisruptiveWhen::Off => false,
    }
}

/// Whether switching arms is disruptive: to an include list always; to an exclude list if it names something that was
/// collected.
pub fn switching(node: &Node, block: &BlockSchema, live: &Value) -> bool {
    node.entries().iter().any(|entry| match block.fields.get(&entry.key).and_then(|field| field.disruptive_when) {
        Some(DisruptiveWhen::Grow) => {
            let after: Vec<Value> = entry.node.items().iter().map(Node::json).collect();
            match included(block, live) {
                Some(before) => minus(before, &after).len() < before.len(),
                None => true,
            }
        }
        Some(DisruptiveWhen::Off) => entry.node.json() != Value::Bool(true),
        Some(
            DisruptiveWhen::Shrink
            | DisruptiveWhen::Change
            | DisruptiveWhen::UnlessEmptied
            | DisruptiveWhen::Narrow
            | DisruptiveWhen::Tags,
        ) => true,
        None => true,
    })
}

/// What the live one-of lists as collected.
fn included<'a>(block: &BlockSchema, live: &'a Value) -> Option<&'a Vec<Value>> {
    let lists = block.fields.iter().filter(|(_, field)| field.disruptive_when == Some(DisruptiveWhen::Shrink));
    lists.filter_map(|(name, _)| at(live, name).as_array()).next()
}
