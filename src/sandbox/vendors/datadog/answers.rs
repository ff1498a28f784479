//! The bodies Datadog v2 answers with, and their headers. What leads to which is decided by the callers.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use crate::model::Response;

/// An answer, or a refusal; both go out the same way.
pub type Answer = Result<Response, Response>;

/// Dotted attribute path to what is wrong there.
pub type Problems = BTreeMap<String, String>;

const JSON_API: &str = "application/vnd.api+json";
const JSON: &str = "application/json";

/// A success with a body.
pub fn document(body: &impl Serialize) -> Response {
    respond(200, JSON_API, body)
}

/// A published list: `id`, `type` and its one attribute are all called `kind`.
pub fn list(kind: &str, values: &[&str]) -> Response {
    document(&json!({ "data": { "id": kind, "type": kind, "attributes": { kind: values } } }))
}

/// A delete is done: no body, no content type.
pub fn deleted() -> Response {
    Response::new(204, Vec::new())
}

/// A request without both keys. v2's own body was never recorded; this is v1's.
pub fn forbidden() -> Response {
    respond(403, JSON, &json!({ "errors": ["Forbidden"] }))
}

/// The account is not there, or not any more.
pub fn no_such_account() -> Response {
    error(404, "Account not found", "AWS account with provided id is not integrated", None)
}

/// One organization integrates an AWS account once.
pub fn account_exists() -> Response {
    error(409, "Account already exists", "AWS account with provided id already exists", None)
}

/// An account's costs are read one way.
pub fn ccm_config_exists() -> Response {
    error(409, "Account already exists", "CCM config already exists for this account", None)
}

/// A config id that is none.
pub fn not_a_uuid() -> Response {
    error(
        400,
        "Invalid Parameter",
        "invalid parameter \"aws_account_config_id\" in \"path\"; expected type \"uuid\"",
        None,
    )
}

/// A path below Datadog's that the emulator lacks.
pub fn not_served() -> Response {
    error(501, "Not Implemented", "the sandbox does not serve this path", None)
}

/// A known path with another verb. Not recorded.
pub fn not_allowed() -> Response {
    error(405, "Method Not Allowed", "this path does not take this method", None)
}

/// A body that is not what the path takes. Not recorded.
pub fn malformed(why: &str) -> Response {
    error(400, "Bad Request", why, None)
}

/// Attributes with values that are refused. The form is recorded for a partition and for namespaces.
pub fn invalid(problems: &Problems) -> Response {
    error(400, "Bad Request", "invalid value", Some(json!(problems)))
}

/// An external id that Datadog did not issue (terraform-provider-datadog#3133).
pub fn invalid_external_id() -> Response {
    error(400, "Bad Request", "invalid External ID", None)
}

/// The other form of a refusal: no `status`. Still so in 2025-08.
pub fn cannot_switch() -> Response {
    let detail = "cannot switch between role and key based auth";
    respond(400, JSON_API, &json!({ "errors": [{ "title": "Generic Error", "detail": detail }] }))
}

/// The user the keys belong to, and the organization.
pub fn current_user() -> Response {
    const ORG: &str = "5a9d8b0e-0000-4000-8000-000000000001";
    const MADE: &str = "2026-01-01T00:00:00+00:00";
    let user = json!({
        "id": "5a9d8b0e-0000-4000-8000-000000000002",
        "type": "users",
        "attributes": {
            "name": "Sandbox User",
            "handle": "sandbox@example.com",
            "email": "sandbox@example.com",
            "created_at": MADE,
            "modified_at": MADE,
            "icon": "",
            "title": null,
            "verified": true,
            "service_account": false,
            "disabled": false,
            "status": "Active",
        },
        "relationships": { "org": { "data": { "id": ORG, "type": "orgs" } }, "roles": { "data": [] } },
    });
    let org = json!({
        "id": ORG,
        "type": "orgs",
        "attributes": {
            "name": "sandbox",
            "public_id": "sandbox00",
            "description": null,
            "sharing": "none",
            "url": null,
            "disabled": false,
            "created_at": MADE,
            "modified_at": MADE,
        },
    });
    respond(200, JSON, &json!({ "data": user, "included": [org] }))
}

/// Both keys are good.
pub fn keys_are_valid() -> Response {
    respond(200, JSON, &json!({ "status": "ok" }))
}

fn error(status: u16, title: &str, detail: &str, meta: Option<Value>) -> Response {
    let mut object = json!({ "status": status.to_string(), "title": title, "detail": detail });
    if let Some(meta) = meta {
        object["meta"] = meta;
    }
    respond(status, JSON_API, &json!({ "errors": [object] }))
}

fn respond(status: u16, content_type: &str, body: &impl Serialize) -> Response {
    let headers = vec![("content-type".to_owned(), content_type.to_owned())];
    // Maps with string keys and plain values always serialize.
    Response { headers, ..Response::new(status, serde_json::to_vec(body).unwrap_or_default()) }
}
