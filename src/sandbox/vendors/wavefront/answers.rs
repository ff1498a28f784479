//! The bodies Wavefront answers with. What leads to which is decided by the callers.

use serde::Serialize;
use serde_json::{Value, json};

use crate::model::Response;

/// An answer, or a refusal; both go out the same way.
pub type Answer = Result<Response, Response>;

/// A success: every verb answers 200, in an envelope.
pub fn success(response: &impl Serialize) -> Response {
    of_json(200, &json!({ "status": { "result": "OK", "message": "", "code": 200 }, "response": response }))
}

/// A body with something wrong in it. The form is in the API's description; no such answer was recorded.
pub fn invalid(why: &str) -> Response {
    of_json(400, &json!({ "status": { "result": "ERROR", "message": why, "code": 400 } }))
}

/// Nothing has this id. Recorded as text that is not JSON.
pub fn not_found() -> Response {
    text(404, "error='not_found'\nmessage='resource cannot be found'\ntrackingId=00000000-0000-4000-8000-000000000404")
}

/// What a create without an external id ends in, says the documentation. Nothing was made.
pub fn timed_out() -> Response {
    text(504, "Gateway Timeout")
}

/// A known path with another verb. Recorded in this form, for another status.
pub fn not_allowed() -> Response {
    odd(405, "HTTP 405 Method Not Allowed")
}

/// A path below Wavefront's that the emulator lacks.
pub fn not_served() -> Response {
    odd(501, "the sandbox does not serve this path")
}

/// A request without a token.
pub fn forbidden() -> Response {
    odd(401, "HTTP 401 Unauthorized")
}

fn odd(status: u16, error: &str) -> Response {
    of_json(status, &json!({ "error": error, "trackingId": format!("00000000-0000-4000-8000-000000000{status}") }))
}

fn of_json(status: u16, body: &Value) -> Response {
    answer(status, "application/json", body.to_string())
}

fn text(status: u16, body: &str) -> Response {
    answer(status, "text/plain", body.to_owned())
}

fn answer(status: u16, content_type: &str, body: String) -> Response {
    Response {
        headers: vec![("content-type".to_owned(), content_type.to_owned())],
        ..Response::new(status, body.into_bytes())
    }
}
