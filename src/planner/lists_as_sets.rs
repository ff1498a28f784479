//! Lists whose order means nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::Node;

/// Whether two lists of strings are the same set. Only a quick answer: what it does not call the same may still be.
pub(super) fn same_words(wanted: &[Node], live: &Value) -> bool {
    let Some(live) = live.as_array() else { return false };
    same_texts(wanted, live.iter().map(Value::as_str))
}

/// The same for live values of which the texts are known.
pub(super) fn same_texts<'a>(wanted: &[Node], live: impl ExactSizeIterator<Item = Option<&'a str>> + Clone) -> bool {
    /// So many are compared one by one.
    const FEW: usize = 12;
    if wanted.len() != live.len() {
        return false;
    }
    let wanted = || wanted.iter().map(|node| node.text().filter(|_| node.is_text()));
    if live.len() <= FEW {
        return wanted().all(|text| text.is_some() && live.clone().any(|other| other == text))
            && live.clone().all(|text| wanted().any(|other| other == text));
    }
    let wanted: Option<Vec<&str>> = wanted().collect();
    let (Some(mut wanted), Some(mut live)) = (wanted, live.collect::<Option<Vec<&str>>>()) else { return false };
    wanted.sort_unstable();
    live.sort_unstable();
    wanted == live
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
