//! How Datadog v1 is spoken to: paths, verbs, envelopes, errors. Both directions; no decisions.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::NAME;
use super::account::SHAPE;
use super::kinds::ACCOUNT;
use crate::model::plan::{Change, Changes, VendorError};
use crate::model::update_body::overlay;
use crate::model::value::at;
use crate::model::{Body, Desired, Key, Method, Node, Observed, ReadRequest, Request, Response, Retry, WriteRequest};
use crate::providers::complete_listing::parsed;
use crate::providers::datadog_common::errors;
use crate::providers::datadog_common::health::HealthOfAccount;

const ACCOUNTS: &str = "/api/v1/integration/aws";
/// How long one listing serves refreshes of accounts that are to be made.
const REFRESH_MAX_AGE: Duration = Duration::from_secs(5);
/// The list of log sources, and where an account takes some of them.
pub const LOG_SERVICES: &str = "/api/v1/integration/aws/logs/services";

/// Fields of YAML that v1 keeps behind other paths than the account.
pub const SENT_SEPARATELY: &[&str] = &["tag_filters", "logs"];

/// The identity of an AWS account in v1: its id, or its access key, beside which v1 shows no id.
pub fn key(name: &str) -> Key {
    ACCOUNT.key(name)
}

fn is_key(name: &str) -> bool {
    !name.starts_with(|first: char| first.is_ascii_digit())
}

/// The whole listing, or the rows of one identity.
pub fn list(name: Option<&str>) -> ReadRequest {
    let ask = ReadRequest::get(NAME, ACCOUNTS);
    match name {
        Some(name) => ask.query(if is_key(name) { "access_key_id" } else { "account_id" }, name),
        None => ask,
    }
}

/// The whole listing, for a refresh of one account that is to be made: one of a moment ago serves many of them.
pub fn list_recent() -> ReadRequest {
    list(None).no_older_than(REFRESH_MAX_AGE)
}

/// The catalogs, each with the path that lists it.
pub const CATALOGS: [(&str, &str); 2] =
    [("namespace rules", "/api/v1/integration/aws/available_namespace_rules"), ("log sources", LOG_SERVICES)];

/// A new account, without what has paths of its own. POST is no upsert: a second one is answered 409.
pub fn create(desired: &Desired) -> WriteRequest {
    let mut body = overlay(&own(&desired.node), &SHAPE.block, &Value::Null, None);
    for fixed in &desired.fixed {
        body.json[fixed.field] = json!(fixed.value);
    }
    WriteRequest::new(Request::new(NAME, Method::Post, ACCOUNTS).with_body(body), Retry::Safe)
}

/// The account as it is live with the declared fields laid over it, whole: whether v1 keeps what a PUT leaves out is
/// not known, and Terraform always sent everything. The row is addressed by what it was called when it was read.
///
/// # Errors
/// The live row is not JSON.
pub fn update(desired: &Desired, now: &Observed, changes: &Changes) -> Result<WriteRequest, VendorError> {
    let mut live = spelled(now)?;
    live.retain(|field, _| !SENT_SEPARATELY.contains(&field.as_str()));
    let touched: BTreeSet<&str> = changes.iter().filter_map(|change| change.path.top()).collect();
    let secrets = changes
        .iter()
        .filter(|change| matches!(change.change, Change::Secret { .. }))
        .map(|change| change.path.clone())
        .collect();
    let node = own(&desired.node).only(|field| touched.contains(field));
    let query = address(now)?;
    let body = overlay(&node, &SHAPE.block, &Value::Object(live), Some(&secrets));
    Ok(WriteRequest::new(Request { query, ..Request::new(NAME, Method::Put, ACCOUNTS) }.with_body(body), Retry::Safe))
}

/// Deletes one row. v1 wants the address in the body. Deleting twice is deleting once: the second answer is a 400 that
/// says so.
///
/// # Errors
/// The row is not JSON.
pub fn delete(now: &Observed) -> Result<WriteRequest, VendorError> {
    let body: Value = address(now)?
        .into_iter()
        .map(|(name, value)| (name, Value::from(value)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    Ok(request(Method::Delete, ACCOUNTS, body, Retry::Safe))
}

pub(super) fn request(method: Method, path: &str, body: Value, retry: Retry) -> WriteRequest {
    WriteRequest::new(Request::new(NAME, method, path).with_body(Body::plain(body)), retry)
}

/// What of a block stands in the account itself.
fn own(node: &Node) -> Node {
    node.only(|field| !SENT_SEPARATELY.contains(&field))
}

/// A row's fields as YAML spells them.
///
/// # Errors
/// The row is not JSON.
pub fn spelled(row: &Observed) -> Result<serde_json::Map<String, Value>, VendorError> {
    let value: Value = parsed(&row.key.to_string(), row.row.get().as_bytes())?;
    Ok(super::account::spelled(value).as_object().cloned().unwrap_or_default())
}

/// What v1 calls a row by: the key, or account and role together. Never a part of it: v1 would take an empty query for
/// another request.
///
/// # Errors
/// The row is not JSON, or names neither.
fn address(row: &Observed) -> Result<Vec<(String, String)>, VendorError> {
    #[derive(Deserialize)]
    struct Row {
        account: HealthOfAccount,
    }
    let Row { account } = parsed(&row.key.to_string(), row.row.get().as_bytes())?;
    let named = |field: &str, name: String| (field.to_owned(), name);
    match (account.access_key_id, account.account_id, account.role_name) {
        (Some(key), ..) => Ok(vec![named("access_key_id", key)]),
        (None, Some(account), Some(role)) => Ok(vec![named("account_id", account), named("role_name", role)]),
        (None, ..) => Err(VendorError::Unreadable(format!(
            "the row of {} has neither an access key nor an account id with a role",
            row.key
        ))),
    }
}

/// What a status that is not success means. v1 says 400 for an account that is gone, and the same for one that somebody
/// else is writing to at this moment (terraform-provider-datadog#2066; its status is not known).
pub fn refusal(response: &Response) -> VendorError {
    let error = errors::refusal(response);
    if errors::says(response, "does not exist in integration") {
        VendorError::Gone(error.to_string())
    } else if errors::says(response, "due to conflicting updates") {
        VendorError::NotYet(Box::new(VendorError::Failing(error.to_string())))
    } else {
        error
    }
}

pub(super) fn read<'a, T: Deserialize<'a>>(what: &str, response: &'a Response) -> Result<T, VendorError> {
    if response.status != 200 {
        return Err(refusal(response));
    }
    parsed(what, &response.body)
}

/// The values of a catalog: v1 has a bare list for each, of words or of words with labels.
///
/// # Errors
/// Anything but a complete list.
pub fn read_catalog(catalog: &str, response: &Response) -> Result<BTreeSet<String>, VendorError> {
    let what = format!("the list of {catalog}");
    let values: Vec<Value> = read(&what, response)?;
    let words =
        values.iter().filter_map(|value| value.as_str().or_else(|| at(value, "id").as_str()).map(str::to_owned));
    let words: BTreeSet<String> = words.collect();
    if words.is_empty() { Err(VendorError::Unreadable(format!("{what} has no values"))) } else { Ok(words) }
}

/// What a create answers: the external id of a role, and nothing of the row. It is never told again.
///
/// # Errors
/// A refusal, or a body that is not one.
pub fn read_created(response: &Response) -> Result<Option<String>, VendorError> {
    #[derive(Deserialize)]
    struct Created {
        external_id: Option<String>,
    }
    read::<Created>("the answer to the create", response).map(|created| created.external_id)
}

/// Whether a write that answers `{}` is done.
///
/// # Errors
/// A refusal, or a body that is no answer of Datadog's.
pub fn read_done(response: &Response) -> Result<(), VendorError> {
    read::<serde_json::Map<String, Value>>("the answer", response).map(|_| ())
}
