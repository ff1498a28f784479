//! The bodies Cloudcraft answers with. What leads to which is decided by the callers.

use serde::Serialize;
use serde_json::{Value, json};

use crate::model::Response;

/// An answer, or a refusal; both go out the same way.
pub type Answer = Result<Response, Response>;

/// Whoever has the sandbox's key.
pub const OWNER: &str = "6d0f7c1a-0000-4b7e-9c55-1e2a3b4c5d6e";

/// A body.
pub fn document(status: u16, body: &impl Serialize) -> Response {
    let headers = vec![("content-type".to_owned(), "application/json; charset=utf-8".to_owned())];
    // Maps with string keys and plain values always serialize.
    Response { headers, ..Response::new(status, serde_json::to_vec(body).unwrap_or_default()) }
}

/// A delete is done.
pub fn deleted() -> Response {
    Response::new(204, Vec::new())
}

/// A request without a key. The status is documented, the body is not.
pub fn no_key() -> Response {
    error(401, "Unauthorized", Some("unauthorized"))
}

/// The account is not there, or not any more.
pub fn no_such_account() -> Response {
    error(404, "AwsAccount not found", Some("not_found"))
}

/// A parameter that has another form.
pub fn malformed_parameter(name: &str) -> Response {
    error(400, &format!("Invalid parameter format: {name}"), Some("invalid_property"))
}

/// A region that is none.
pub fn no_such_region(region: &str) -> Response {
    error(400, &format!("Invalid region parameter: {region}"), Some("invalid_parameter"))
}

/// A role that cannot be assumed. Never recorded, so it has no `reason`.
pub fn role_cannot_be_assumed() -> Response {
    error(400, "Unable to verify AWS account: the role cannot be assumed", None)
}

/// A path below Cloudcraft's that the emulator lacks.
pub fn not_served() -> Response {
    error(501, "the sandbox does not serve this path", None)
}

/// A known path with another verb. Not recorded.
pub fn not_allowed() -> Response {
    error(405, "Method not allowed", None)
}

/// The user the key belongs to.
pub fn user() -> Value {
    json!({
        "id": OWNER,
        "name": "Sandbox User",
        "email": "sandbox@example.com",
        "settings": { "currency": "USD", "firstTime": false },
        "createdAt": "2026-01-01T00:00:00.000Z",
        "updatedAt": "2026-01-01T00:00:00.000Z",
        "accessedAt": "2026-01-01T00:00:00.000Z",
    })
}

/// What a role must allow, strictly: the form of it, and a few actions.
pub fn minimal_policy() -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [
            { "Effect": "Allow", "Action": "s3:GetBucketLocation", "Resource": ["arn:aws:s3:::*"] },
            { "Effect": "Allow", "Action": ["ec2:DescribeInstances", "ec2:DescribeVpcs", "rds:DescribeDBInstances"], "Resource": "*" },
        ],
    })
}

/// The same with wildcards.
pub fn custom_policy() -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": ["ec2:Describe*", "rds:Describe*"], "Resource": "*" }] })
}

fn error(status: u16, error: &str, reason: Option<&str>) -> Response {
    let mut body = json!({ "error": error, "code": status });
    if let Some(reason) = reason {
        body["reason"] = json!(reason);
    }
    document(status, &body)
}
