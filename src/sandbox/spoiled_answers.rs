//! What a fault makes of an answer, and of the rows behind it. No vendor's envelope is known here: a listing is told by
//! its form.

use serde_json::{Map, Value};

use crate::model::{Failure, Request, Response};

/// What reaches the client.
pub(super) enum Reply {
    /// An answer.
    Whole(Response),
    /// An answer of which only so many bytes of the body arrive.
    Cut(Response, usize),
    /// The connection is closed without one.
    Nothing,
}

impl Reply {
    /// The status of the answer, if there is one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Reply::Whole(response) | Reply::Cut(response, _) => Some(response.status),
            Reply::Nothing => None,
        }
    }

    /// The same as a client answers it. A body that ends early is handed on as it is, for whoever reads it to notice.
    pub fn told(self, request: &Request) -> Result<Response, Failure> {
        match self {
            Reply::Whole(response) => Ok(response),
            Reply::Cut(mut response, arrived) => {
                response.body.truncate(arrived);
                Ok(response)
            }
            Reply::Nothing => {
                let what = format!("{} {}", request.method.as_str(), request.path);
                Err(Failure::Lost { what, why: "the sandbox closed the connection without an answer".to_owned() })
            }
        }
    }
}

/// A 429.
pub(super) fn too_many() -> Response {
    error(429, "Too many requests")
}

/// A status of the 500s.
pub(super) fn failing(status: u16) -> Response {
    error(status, "the sandbox fails on purpose")
}

/// The answer of something that stands in between.
pub(super) fn html() -> Response {
    let body =
        b"<!DOCTYPE html>\n<html><head><title>Please wait</title></head><body><h1>Please wait</h1></body></html>\n"
            .to_vec();
    Response {
        headers: vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())],
        ..Response::new(200, body)
    }
}

/// The first half of a body, as if that were all. An answer without a body stays as it is.
pub(super) fn half(mut response: Response) -> Response {
    if !response.body.is_empty() {
        response.body.truncate(response.body.len() / 2);
        response.status = 200;
    }
    response
}

/// A connection closed in the middle of the body. An answer without a body stays as it is.
pub(super) fn truncated(response: Response) -> Reply {
    let arrived = response.body.len() / 2;
    if response.body.is_empty() { Reply::Whole(response) } else { Reply::Cut(response, arrived) }
}

/// A listing that ends after half of its rows, without its brackets; anything else as it is.
pub(super) fn halfway(mut response: Response) -> Response {
    if let Some((start, rows)) = listing(&response) {
        let rows: String = rows[..rows.len() / 2].iter().map(|row| format!("{row},")).collect();
        response.body = format!("{start}{rows}").into_bytes();
    }
    response
}

/// Whether this answers a read of all rows.
pub(super) fn is_listing(response: &Response) -> bool {
    listing(response).is_some()
}

/// What a listing's text begins with, and its rows: a list of objects, under `data` where there is such a key, perhaps
/// in an envelope.
fn listing(response: &Response) -> Option<(String, Vec<Value>)> {
    match serde_json::from_slice(&response.body).ok().filter(|_| response.status == 200)? {
        Value::Object(fields) => match fields.get("data") {
            Some(data) => Some(("{\"data\":[".to_owned(), rows(data)?)),
            None => within(&fields)
                .or_else(|| fields.iter().find_map(|(name, inner)| under(name, within(inner.as_object()?)?))),
        },
        list => Some(("[".to_owned(), rows(&list)?)),
    }
}

fn within(fields: &Map<String, Value>) -> Option<(String, Vec<Value>)> {
    fields.iter().find_map(|(name, value)| Some((format!("{{{}:[", Value::from(name.as_str())), rows(value)?)))
}

fn under(name: &str, (start, rows): (String, Vec<Value>)) -> Option<(String, Vec<Value>)> {
    Some((format!("{{{}:{start}", Value::from(name)), rows))
}

fn rows(value: &Value) -> Option<Vec<Value>> {
    value.as_array().filter(|rows| rows.iter().all(Value::is_object)).cloned()
}

/// Changes one row as somebody might in the vendor's own console: something is switched, or a tag added.
pub(super) fn edit(rows: &mut [Value], dice: u64) {
    let pick = |number: usize| (dice >> 16) as usize % number;
    let first = (dice % rows.len().max(1) as u64) as usize;
    let (before, after) = rows.split_at_mut(first);
    for row in after.iter_mut().chain(before) {
        let mut places = Vec::new();
        editable(row, &mut String::new(), &mut places);
        if places.is_empty() {
            continue;
        }
        match row.pointer_mut(&places[pick(places.len())]) {
            Some(Value::Bool(on)) => *on = !*on,
            Some(Value::Array(tags)) => tags.push(format!("edited:{:08x}", dice >> 32).into()),
            _ => {}
        }
        return;
    }
}

/// Where somebody might change a row and leave it valid: switches called `enabled` or `disabled`, lists called `tags`.
fn editable(value: &Value, path: &mut String, places: &mut Vec<String>) {
    let length = path.len();
    let mut below = |name: &str, value: &Value| {
        path.push('/');
        path.push_str(&name.replace('~', "~0").replace('/', "~1"));
        let word = name.rsplit('_').next().unwrap_or(name);
        let fits = match value {
            Value::Bool(_) => word == "enabled" || word == "disabled",
            Value::Array(items) => word == "tags" && items.iter().all(Value::is_string),
            _ => false,
        };
        if fits {
            places.push(path.clone())
        } else {
            editable(value, path, places)
        }
        path.truncate(length);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| below(name, value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| below(&index.to_string(), value)),
        _ => {}
    }
}

fn error(status: u16, why: &str) -> Response {
    let body = serde_json::json!({ "errors": [why] }).to_string().into_bytes();
    Response {
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        ..Response::new(status, body)
    }
}
