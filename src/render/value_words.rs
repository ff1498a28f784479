//! Values in words, without quotes and brackets where nobody needs them. Two that differ are told apart: what would
//! read the same, such as the text `5` and the number, or `a` and a list of it, is written as JSON.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::escape_untrusted::{escaped, escaped_line};
use crate::model::value::{inline, is_void};

/// Both values; what they have in the same place, reads the same and is not, is a text in both: its JSON.
pub fn told_apart(before: &Value, after: &Value) -> (Value, Value) {
    let (old, new) = match (before, after) {
        _ if before == after => return (before.clone(), after.clone()),
        (Value::Object(old), Value::Object(new)) => return fields_told_apart(old, new),
        (Value::Array(old), Value::Array(new)) => {
            let words = ElementWords::of(old.iter().chain(new));
            let worded = |items: &[Value]| items.iter().map(|item| Value::String(words.word(item))).collect();
            (worded(old), worded(new))
        }
        _ => (before.clone(), after.clone()),
    };
    if as_seen(&value_or_none(&old)) == as_seen(&value_or_none(&new)) {
        (Value::String(as_json(before)), Value::String(as_json(after)))
    } else {
        (old, new)
    }
}

fn fields_told_apart(old: &Map<String, Value>, new: &Map<String, Value>) -> (Value, Value) {
    let (mut before, mut after) = (old.clone(), new.clone());
    for (name, value) in &mut before {
        if let Some(other) = after.get_mut(name) {
            (*value, *other) = told_apart(value, other);
        }
    }
    (before.into(), after.into())
}

/// A block on one line: `include_only: a, b`.
pub fn flat(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| format!("{name}: {}", flat(value))).collect::<Vec<_>>().join("; ")
        }
        Value::Array(items) if items.is_empty() => "(empty)".to_owned(),
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        other => inline(other),
    }
}

/// A value on one line, and what stands for one that says nothing.
pub fn value_or_none(value: &Value) -> String {
    if is_void(value) { "(none)".to_owned() } else { flat(value) }
}

/// A value as JSON on one line; what nobody can see is escaped.
pub fn as_json(value: &Value) -> String {
    escaped(&value.to_string())
}

/// The words of a list's elements: a text is written without quotes where no other element reads like it.
pub struct ElementWords(BTreeSet<String>);

impl ElementWords {
    /// Looks for elements that read the same; `all` are those of both sides.
    pub fn of<'a>(all: impl Iterator<Item = &'a Value>) -> Self {
        let (mut first, mut shared) = (BTreeMap::new(), BTreeSet::new());
        for item in all {
            match first.entry(as_seen(&plain(item))) {
                Entry::Vacant(free) => drop(free.insert(item)),
                Entry::Occupied(known) if *known.get() != item => drop(shared.insert(known.key().clone())),
                Entry::Occupied(_) => {}
            }
        }
        ElementWords(shared)
    }

    /// One of these elements, in words that no other has.
    pub fn word(&self, item: &Value) -> String {
        let plain = plain(item);
        if self.0.contains(&as_seen(&plain)) { as_json(item) } else { plain }
    }
}

/// A text as it is; everything else, and a text of which nothing would be seen, as JSON.
fn plain(item: &Value) -> String {
    match item {
        Value::String(text) if !text.is_empty() => text.clone(),
        other => other.to_string(),
    }
}

/// What a reader can tell of a text: controls are spelled out, and blanks are not counted.
fn as_seen(words: &str) -> String {
    escaped_line(words).split_whitespace().collect::<Vec<_>>().join(" ")
}
