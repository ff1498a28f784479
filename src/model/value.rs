//! Small judgements about JSON values that every floor shares.

use std::collections::BTreeMap;

use serde_json::Value;

/// Fields by their path below a block. No path leads through another.
pub type Leaves = BTreeMap<Vec<String>, Value>;

/// `null`, `[]`, `{}` and absent are one and the same when compared.
pub fn is_void(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(is_void),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// A value without the fields that say nothing: whether one is `null`, `[]`, `{}` or absent is one and the same.
pub fn without_void(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(_, value)| !is_void(value));
            kept.map(|(name, value)| (name.clone(), without_void(value))).collect::<serde_json::Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(without_void).collect(),
        scalar => scalar.clone(),
    }
}

/// A value on one line, as people write it: strings without quotes.
pub fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(inline).collect::<Vec<_>>().join(", "),
        Value::Null => "(none)".to_owned(),
        other => other.to_string(),
    }
}

/// The value at `field`, or `null`.
pub fn at<'a>(value: &'a Value, field: &str) -> &'a Value {
    value.get(field).unwrap_or(&Value::Null)
}

/// What sort of JSON a value is, for people: `a text`, `an object`.
pub fn form(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
