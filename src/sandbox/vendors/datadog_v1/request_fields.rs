//! What a request says: fields of its body, parameters of its query.

use serde_json::{Map, Value};

use super::answers;
use crate::model::{Request, Response};

/// The fields of a body; none if it has no object.
pub fn sent(request: &Request) -> Map<String, Value> {
    request.body.as_ref().and_then(|body| body.json.as_object().cloned()).unwrap_or_default()
}

/// A parameter that says something.
pub fn asked<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.query.iter().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
}

/// A field that says something.
pub fn text<'a>(body: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// The same, where a request cannot do without it.
pub fn required<'a>(body: &'a Map<String, Value>, name: &str) -> Result<&'a str, Response> {
    text(body, name).ok_or_else(|| answers::error(400, &format!("Required parameter '{name}' is missing")))
}
