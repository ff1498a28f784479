//! Lists whose order means nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::Node;

/// Whether two lists of strings are the same set. Only a quick answer: what it does not call the same may still be.
pub(super) fn same_words(wanted: &[Node], live: &Value) -> bool {
    let Some(live) = live.as_array() else { return false };
    let texts = || wanted.iter().map(|node| node.text().filter(|_| node.is_text()));
    let all_words =
        wanted.len() == live.len() && texts().all(|text| text.is_some()) && live.iter().all(Value::is_string);
    let (mut a, mut b): (Vec<&str>, Vec<&str>) =
        (texts().flatten().collect(), live.iter().filter_map(Value::as_str).collect());
    if !all_words {
        return false;
    }
    a.sort_unstable();
    b.sort_unstable();
    a == b
}

/// The elements of a live list, none if it is no list.
pub(super) fn elements(live: &Value) -> Vec<Value> {
    live.as_array().cloned().unwrap_or_default()
}

/// The elements of a list in one order, each once.
pub(super) fn sorted(items: Vec<Value>) -> Vec<Value> {
    let unique: BTreeMap<String, Value> = items.into_iter().map(|item| (item.to_string(), item)).collect();
    unique.into_values().collect()
}

/// A value in which lists have one order only.
pub fn canonical(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(sorted(items.iter().map(canonical).collect())),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), canonical(value))).collect(),
        scalar => scalar.clone(),
    }
}

/// The elements of `a` that are not in `b`.
pub fn minus<'a>(a: &'a [Value], b: &[Value]) -> Vec<&'a Value> {
    let known: BTreeSet<String> = b.iter().map(Value::to_string).collect();
    a.iter().filter(|item| !known.contains(&item.to_string())).collect()
}
