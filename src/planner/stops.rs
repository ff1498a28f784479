//! Which field changes stop collection, or can break it. Those are removals, counted against `limits.removals`.
//!
//! Where it cannot be told, it is one.

use serde_json::Value;

use super::diff::minus;
use crate::model::Node;
use crate::model::shape::{Block, Stops};
use crate::model::value::{at, is_void};

/// A single value, or a map of them.
pub fn value(stops: Stops, before: &Value, after: &Value) -> bool {
    match stops {
        Stops::Change => true,
        Stops::Off => after == &Value::Bool(false),
        Stops::UnlessEmptied => !is_void(after) && after != "",
        Stops::Shrink | Stops::Tags => before.as_object().into_iter().flatten().any(|(name, value)| at(after, name) != value),
        Stops::Grow | Stops::Narrow => false,
    }
}

/// A list.
pub fn list(stops: Stops, before: &[Value], after: &[Value]) -> bool {
    match stops {
        Stops::Change => true,
        Stops::Shrink | Stops::Tags => !minus(before, after).is_empty(),
        Stops::Grow => !minus(after, before).is_empty(),
        Stops::UnlessEmptied => !after.is_empty(),
        Stops::Narrow => !after.is_empty() && (before.is_empty() || !minus(before, after).is_empty()),
        Stops::Off => false,
    }
}

/// A one-of that switches arms: to a list of what is collected always, to a list of what is not where it names something that was.
pub fn switching(node: &Node, block: &Block, live: &Value) -> bool {
    node.entries().iter().any(|entry| match block.fields.get(&*entry.key).and_then(|field| field.stops) {
        Some(Stops::Grow) => {
            let after: Vec<Value> = entry.node.items().iter().map(Node::json).collect();
            match included(block, live) {
                Some(before) => minus(before, &after).len() < before.len(),
                None => true,
            }
        }
        Some(Stops::Off) => entry.node.json() != Value::Bool(true),
        Some(Stops::Shrink | Stops::Change | Stops::UnlessEmptied | Stops::Narrow | Stops::Tags) => true,
        None => true,
    })
}

/// What the live one-of lists as collected.
fn included<'a>(block: &Block, live: &'a Value) -> Option<&'a Vec<Value>> {
    let lists = block.fields.iter().filter(|(_, field)| field.stops == Some(Stops::Shrink));
    lists.filter_map(|(name, _)| at(live, name).as_array()).next()
}
