//! How Datadog v2 is spoken to: paths, verbs, envelopes, errors. Both directions; no decisions.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::kinds::ACCOUNT;
use super::{NAME, account};
use crate::model::aws::partition::partition;
use crate::model::path::Path;
use crate::model::plan::{Change, Changes, VendorError};
use crate::model::update_body::overlay;
use crate::model::value::at;
use crate::model::{
    Body, Desired, Isolated, Key, Method, Node, Observed, ReadRequest, RemoteId, Request, Response, Retry, Settings,
    Trust, WriteRequest,
};
use crate::providers::complete_listing::{parsed, whole};
use crate::providers::datadog_common::errors::refusal;
use crate::providers::datadog_common::{identity, sites};
use crate::providers::row_isolation::{self, Listed, RowPointers};

const ACCOUNTS: &str = "/api/v2/integration/aws/accounts";
/// The field that says whose row it is. No block of a config has it: an entry says it above its blocks.
const IDENTITY: &str = "aws_account_id";
/// How long one listing serves refreshes of accounts that are to be made.
const REFRESH_MAX_AGE: Duration = Duration::from_secs(5);

/// The identity of an AWS account at Datadog: its id, or its access key where a row names no account.
pub fn key(account: &str) -> Key {
    ACCOUNT.key(account)
}

/// The whole listing, or the one account with this AWS id.
pub fn list(account: Option<&str>) -> ReadRequest {
    let ask = ReadRequest::get(NAME, ACCOUNTS);
    match account {
        Some(id) => ask.query("aws_account_id", id),
        None => ask,
    }
}

/// The whole listing, for a refresh of one account that has no id yet: one of a moment ago serves many of them.
pub fn list_recent() -> ReadRequest {
    list(None).no_older_than(REFRESH_MAX_AGE)
}

/// One account by Datadog's own id.
pub fn get(id: &RemoteId) -> ReadRequest {
    ReadRequest::get(NAME, format!("{ACCOUNTS}/{id}"))
}

/// The catalogs, each with the path that lists it.
pub const CATALOGS: [(&str, &str); 2] = [
    ("namespaces", "/api/v2/integration/aws/available_namespaces"),
    ("log sources", "/api/v2/integration/aws/logs/services"),
];

/// A new account: what is fixed at creation, and every declared field. A second one is answered 409.
pub fn create(desired: &Desired) -> WriteRequest {
    let mut body = overlay(&desired.node, &account::SHAPE.block, &Value::Null, None);
    for fixed in &desired.fixed {
        body.json[fixed.field] = json!(fixed.value);
    }
    WriteRequest::new(Request::new(NAME, Method::Post, ACCOUNTS).with_body(envelope(body)), Retry::Safe)
}

/// The changed top-level blocks, complete: as they are live, the desired fields laid over them.
///
/// # Errors
/// The live row is not JSON.
pub fn update(desired: &Desired, now: &Observed, changes: &Changes) -> Result<WriteRequest, VendorError> {
    let live: Value = parsed(&now.key.to_string(), now.row.get().as_bytes())?;
    let touched: BTreeSet<&str> = changes.iter().filter_map(|change| change.path.top()).collect();
    let secrets = changes
        .iter()
        .filter(|change| matches!(change.change, Change::Secret { .. }))
        .map(|change| change.path.clone())
        .collect();
    let node = desired.node.only(|field| touched.contains(field));
    let mut kept = at(&live, "attributes").clone();
    if let Some(fields) = kept.as_object_mut() {
        fields.retain(|field, _| touched.contains(field.as_str()));
    }
    let mut body = overlay(&node, &account::SHAPE.block, &kept, Some(&secrets));
    body.json[IDENTITY] = json!(desired.key.name);
    let request = Request::new(NAME, Method::Patch, format!("{ACCOUNTS}/{}", now.id)).with_body(envelope(body));
    Ok(WriteRequest::new(request, Retry::Safe))
}

/// The same write without the fields Datadog refuses; nothing if it names none, or one that is managed, says whose row it
/// is, or is not in the body. An element of a list is left out with its list: the list without it would take it away.
pub fn without_unmanaged(mut request: WriteRequest, desired: &Desired, fields: &[String]) -> Option<WriteRequest> {
    let named: BTreeSet<Vec<&str>> = fields.iter().map(|field| steps(field)).collect();
    let above = |names: &[&str]| named.iter().any(|other| other.len() < names.len() && names.starts_with(other));
    let cut_all = named
        .iter()
        .filter(|names| !above(names))
        .all(|names| !is_identity(names) && !manages(&desired.node, names) && cut(&mut request, names));
    (!fields.is_empty() && cut_all).then_some(request)
}

/// The fields of a dotted path, down to the list that it goes into by position: `a.b[0].c` and `a.b.0.c` are both about
/// `a.b`.
fn steps(path: &str) -> Vec<&str> {
    let bare = path.trim_start_matches("data.").trim_start_matches("attributes.");
    let all =
        bare.split(['.', '[']).take_while(|step| !step.trim_end_matches(']').bytes().all(|byte| byte.is_ascii_digit()));
    all.collect()
}

/// Whether the path is what says whose row it is, which every update says again and no block of a config has.
fn is_identity(names: &[&str]) -> bool {
    names.first().is_some_and(|first| *first == IDENTITY)
}

/// Whether the config says anything at, above or below this path.
fn manages(node: &Node, names: &[&str]) -> bool {
    match names.split_first() {
        None => true,
        Some((first, rest)) => match node.get(first) {
            Some(inner) if inner.is_map() => manages(inner, rest),
            Some(_) => true,
            None => false,
        },
    }
}

fn cut(request: &mut WriteRequest, names: &[&str]) -> bool {
    let Some((last, above)) = names.split_last() else { return false };
    let Some(body) = &mut request.request.body else { return false };
    let start = body.json.pointer_mut("/data/attributes");
    let parent = above.iter().fold(start, |value, name| value.and_then(|value| value.get_mut(*name)));
    parent.and_then(Value::as_object_mut).is_some_and(|fields| fields.remove(*last).is_some())
}

/// Deletes one row. Deleting twice is deleting once: the second answer is 404.
pub fn delete(id: &RemoteId) -> WriteRequest {
    WriteRequest::new(Request::new(NAME, Method::Delete, format!("{ACCOUNTS}/{id}")), Retry::Safe)
}

fn envelope(body: Body) -> Body {
    let below = |path: Path| path.under("attributes").under("data");
    let secrets = body.secrets.into_iter().map(|(path, env)| (below(path), env)).collect();
    Body::with_secrets(json!({ "data": { "type": "account", "attributes": body.json } }), secrets)
}

/// Where a row says what tells it from others.
pub const ROW_POINTERS: RowPointers = RowPointers {
    kind: &ACCOUNT,
    root: "",
    id: "/id",
    names: &["/attributes/aws_account_id", "/attributes/auth_config/access_key_id"],
    account: "/attributes/aws_account_id",
    shown: &[
        ("account", "/attributes/aws_account_id"),
        ("partition", "/attributes/aws_partition"),
        ("role", "/attributes/auth_config/role_name"),
        ("external_id", "/attributes/auth_config/external_id"),
        ("access_key", "/attributes/auth_config/access_key_id"),
        ("tags", "/attributes/account_tags"),
        ("created", "/attributes/created_at"),
        ("changed", "/attributes/modified_at"),
    ],
};

/// The part of a row that says which row it is.
#[derive(Deserialize)]
struct Head {
    id: Option<String>,
    attributes: Option<HeadAttributes>,
}

#[derive(Deserialize)]
struct HeadAttributes {
    aws_account_id: Option<String>,
    #[serde(default)]
    aws_partition: Value,
    auth_config: Option<HeadAuth>,
}

#[derive(Deserialize)]
struct HeadAuth {
    access_key_id: Option<String>,
}

/// Every row of a listing. One that cannot be told or read concerns itself alone.
///
/// # Errors
/// Anything but a complete listing: a status other than 200, a body that is not one, a next page.
pub fn read_listing(response: &Response) -> Result<Listed, VendorError> {
    if response.status != 200 {
        return Err(refusal(response));
    }
    Listed::read(whole("the account listing", response, "data")?, observed)
}

/// The one row of a create, read or update.
///
/// # Errors
/// A refusal, or a body that holds no row.
pub fn read_row(response: &Response) -> Result<Observed, VendorError> {
    #[derive(Deserialize)]
    struct One<'a> {
        #[serde(borrow)]
        data: &'a RawValue,
    }
    if response.status != 200 && response.status != 201 {
        return Err(refusal(response));
    }
    let one: One<'_> = parsed("the account", &response.body)?;
    observed(one.data).map_err(|row| VendorError::Unreadable(format!("the account cannot be read: {}", row.why)))
}

/// Whether a delete is done. A row that is gone already is done too.
///
/// # Errors
/// A refusal.
pub fn read_deleted(response: &Response) -> Result<(), VendorError> {
    match response.status {
        200 | 202 | 204 => Ok(()),
        _ => VendorError::gone_is_done(Err(refusal(response))),
    }
}

fn observed(row: &RawValue) -> Result<Observed, Box<Isolated>> {
    let odd = |why: &str| Box::new(ROW_POINTERS.isolated(Some(&ACCOUNT), row, why));
    let head: Head = serde_json::from_str(row.get()).map_err(|_| odd("it has another form than expected"))?;
    let (account, partition, auth) = head.attributes.map_or((None, None, None), |attributes| {
        (attributes.aws_account_id, attributes.aws_partition.as_str().and_then(partition), attributes.auth_config)
    });
    let said = |text: Option<String>| text.filter(|text| !text.is_empty());
    let (account, access_key) = (said(account), said(auth.and_then(|auth| auth.access_key_id)));
    identity::checked(account.as_deref(), access_key.as_deref(), odd)?;
    let Some(name) = account.as_ref().or(access_key.as_ref()) else {
        return Err(odd("it has neither an AWS account id nor an access key"));
    };
    let id = row_isolation::id(head.id).map_err(|why| Box::new(Isolated { identified: true, ..*odd(why) }))?;
    Ok(Observed {
        key: key(name),
        id,
        alias: access_key.filter(|_| account.is_some()),
        account,
        partition,
        row: row.to_owned(),
        not_manageable: None,
        principal: None,
        health_issues: Vec::new(),
    })
}

/// The values of a catalog.
///
/// # Errors
/// Anything but a complete list.
pub fn read_catalog(catalog: &str, response: &Response) -> Result<BTreeSet<String>, VendorError> {
    if response.status != 200 {
        return Err(refusal(response));
    }
    let what = format!("the list of {catalog}");
    let body: Value = parsed(&what, &response.body)?;
    let field = if catalog == "namespaces" { "namespaces" } else { "logs_services" };
    let values = at(at(at(&body, "data"), "attributes"), field).as_array().filter(|values| !values.is_empty());
    let values = values.ok_or_else(|| VendorError::Unreadable(format!("{what} has no values")))?;
    Ok(values.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// Role, external id and the trust policy that lets Datadog assume the role.
pub fn trust(settings: &Settings, row: &Observed) -> Option<Trust> {
    let row: Value = serde_json::from_str(row.row.get()).ok()?;
    let attributes = at(&row, "attributes");
    let auth = at(attributes, "auth_config");
    let role_name = at(auth, "role_name").as_str()?.to_owned();
    let external_id = at(auth, "external_id").as_str().map(str::to_owned);
    let partition = at(attributes, "aws_partition").as_str().unwrap_or("aws");
    Some(sites::trust(settings, partition, role_name, external_id))
}
