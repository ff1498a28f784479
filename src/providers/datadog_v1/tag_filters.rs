//! v1's tag filters: one account's, and one namespace's at a time. Requests and answers; no decisions.

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::{NAME, wire};
use crate::model::plan::VendorError;
use crate::model::{Method, ReadRequest, Response, Retry, WriteRequest};

const PATH: &str = "/api/v1/integration/aws/filtering";

/// The tag filters of one account; one with keys is addressed by its key (recorded).
pub fn of(name: &str) -> ReadRequest {
    ReadRequest::get(NAME, PATH).query("account_id", name)
}

/// Sets the tag filter of one namespace, or takes it away.
pub fn set(name: &str, namespace: &str, wanted: Option<&str>) -> WriteRequest {
    match wanted {
        Some(tags) => wire::request(
            Method::Post,
            PATH,
            json!({ "account_id": name, "namespace": namespace, "tag_filter_str": tags }),
            Retry::Safe,
        ),
        None => wire::request(Method::Delete, PATH, json!({ "account_id": name, "namespace": namespace }), Retry::Safe),
    }
}

/// The tag filters of an account: one entry for each namespace that can have one.
///
/// # Errors
/// A refusal, or a body without them.
pub fn read(response: &Response) -> Result<Box<RawValue>, VendorError> {
    #[derive(Deserialize)]
    struct Filters {
        filters: Box<RawValue>,
    }
    wire::read::<Filters>("the tag filters", response).map(|answer| answer.filters)
}
