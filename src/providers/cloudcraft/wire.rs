//! How Cloudcraft is spoken to: paths, verbs, bodies. Both directions; no decisions.

use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::errors::{refusal, refusal_of_role};
use super::identity::{self, ROW_POINTERS};
use super::kinds::{ACCOUNT, TAKEN_OVER};
use super::{NAME, Owner, account};
use crate::model::aws::partition::partition;
use crate::model::aws::trust_policy::trust_policy;
use crate::model::plan::VendorError;
use crate::model::update_body::overlay;
use crate::model::{
    Body, Desired, Isolated, Kind, Method, Observed, ReadRequest, RemoteId, Request, Response, Retry, Trust,
    WriteRequest,
};
use crate::providers::Organization;
use crate::providers::complete_listing::{parsed, whole};
use crate::providers::row_isolation::{self, Listed};

const ACCOUNTS: &str = "/aws/account";
/// How long one listing serves refreshes: there is no way to ask for one row.
const REFRESH_MAX_AGE: Duration = Duration::from_secs(5);

/// The whole listing.
pub fn list() -> ReadRequest {
    ReadRequest::get(NAME, ACCOUNTS)
}

/// The same for a refresh of one row, which a listing of a moment ago serves as well.
pub fn list_recent() -> ReadRequest {
    list().no_older_than(REFRESH_MAX_AGE)
}

/// What roles must trust.
pub fn iam_parameters() -> ReadRequest {
    ReadRequest::get(NAME, format!("{ACCOUNTS}/iamParameters")).once_a_run()
}

/// Whose key it is.
pub fn user() -> ReadRequest {
    ReadRequest::get(NAME, "/user/me")
}

/// A new account. Never sent twice unasked: nothing keeps Cloudcraft from adding it twice.
pub fn create(desired: &Desired) -> WriteRequest {
    let mut body = managed(desired);
    body.extend(desired.fixed.iter().map(|fixed| (fixed.field.to_owned(), json!(fixed.value))));
    request(Method::Post, ACCOUNTS.to_owned(), body, Retry::Never)
}

/// Fields that only Cloudcraft writes, and the grants: they are sent if they are managed, and never otherwise.
const NOT_SENT_BACK: [&str; 8] =
    ["id", "externalId", "createdAt", "updatedAt", "CreatorId", "source", "readAccess", "writeAccess"];

/// Name and role, whatever changes, the grants that are managed, and fields that heeler does not know, as they are
/// live: whether a PUT keeps what it leaves out is not known.
///
/// # Errors
/// The live row is not JSON.
pub fn update(desired: &Desired, now: &Observed) -> Result<WriteRequest, VendorError> {
    let mut body: Map<String, Value> = parsed(&now.key.to_string(), now.row.get().as_bytes())?;
    body.retain(|field, value| !value.is_null() && !NOT_SENT_BACK.contains(&field.as_str()));
    body.extend(managed(desired));
    Ok(request(Method::Put, format!("{ACCOUNTS}/{}", now.id), body, Retry::Safe))
}

/// Deletes one row. Deleting twice is deleting once: the second answer is 404.
pub fn delete(id: &RemoteId) -> WriteRequest {
    WriteRequest::new(Request::new(NAME, Method::Delete, format!("{ACCOUNTS}/{id}")), Retry::Safe)
}

fn request(method: Method, path: String, body: Map<String, Value>, retry: Retry) -> WriteRequest {
    WriteRequest::new(Request::new(NAME, method, path).with_body(Body::plain(Value::Object(body))), retry)
}

/// Every declared field that a row has, in Cloudcraft's spelling.
fn managed(desired: &Desired) -> Map<String, Value> {
    let mut laid = overlay(&desired.node, &account::SHAPE.block, &Value::Null, None).json;
    let mut field = |name: &str| laid.as_object_mut().and_then(|fields| fields.remove(name));
    account::FIELDS.iter().filter_map(|(ours, theirs)| Some(((*theirs).to_owned(), field(ours)?))).collect()
}

/// The part of a row that says which row it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    id: Option<String>,
    role_arn: Option<String>,
    #[serde(default)]
    source: Value,
}

/// Every row of a listing. One that cannot be told or read concerns itself alone.
///
/// # Errors
/// Anything but a complete listing: a status other than 200, a body that is not one, `{}` among them.
pub fn read_listing(response: &Response) -> Result<Listed, VendorError> {
    if response.status != 200 {
        return Err(refusal(response));
    }
    Listed::read(whole("the account listing", response, "accounts")?, observed)
}

/// What a create or an update was answered with: the row, or nothing at all. `tries_the_role` says whether Cloudcraft
/// assumes the role.
///
/// # Errors
/// A refusal, or a body that holds no row.
pub fn read_written(response: &Response, tries_the_role: bool) -> Result<Option<Observed>, VendorError> {
    match response.status {
        200..=299 if response.body.trim_ascii().is_empty() => Ok(None),
        200..=299 => {
            let row: &RawValue = parsed("the account", &response.body)?;
            observed(row)
                .map(Some)
                .map_err(|row| VendorError::Unreadable(format!("the account cannot be read: {}", row.why)))
        }
        _ if tries_the_role => Err(refusal_of_role(response)),
        _ => Err(refusal(response)),
    }
}

/// Whether a delete is done. A row that is gone already is done too.
///
/// # Errors
/// A refusal.
pub fn read_deleted(response: &Response) -> Result<(), VendorError> {
    match response.status {
        // A page of something in between is no answer of Cloudcraft's.
        200..=299 if response.body.trim_ascii().first().is_none_or(|first| *first == b'{') => Ok(()),
        200..=299 => Err(VendorError::Unreadable("the answer to the delete is not Cloudcraft's".to_owned())),
        _ => VendorError::gone_is_done(Err(refusal(response))),
    }
}

fn observed(row: &RawValue) -> Result<Observed, Box<Isolated>> {
    let head: Result<Head, _> = serde_json::from_str(row.get());
    let is_foreign = |source: &Value| !source.is_null() && source != "aws";
    let odd = |kind: Option<&'static Kind>, why: &str| {
        let odd = ROW_POINTERS.isolated(kind, row, why);
        let role = odd.names.first().and_then(|arn| identity::role(arn));
        let account = odd.names.first().and_then(|arn| identity::account(arn)).map(str::to_owned);
        let names = role.map(|role| identity::key(role).name).into_iter().chain(account.clone()).collect();
        Box::new(Isolated { names, account, identified: role.is_some() && kind.is_some(), ..odd })
    };
    let Head { id, role_arn, source } = head.map_err(|_| odd(None, "it has another form than expected"))?;
    let foreign = is_foreign(&source).then_some("Cloudcraft took it over from elsewhere");
    let kind = if foreign.is_some() { &TAKEN_OVER } else { &ACCOUNT };
    let id = row_isolation::id(id).map_err(|why| odd(Some(kind), why))?;
    let role = role_arn.as_deref().and_then(identity::role);
    let key = match (role, foreign) {
        (Some(role), _) => kind.key(identity::key(role).name),
        (None, Some(_)) => kind.key(id.0.clone()),
        (None, None) => return Err(odd(Some(kind), "its `roleArn` names no role")),
    };
    let account = role.map(|role| role.account.to_owned());
    let partition = role.and_then(|role| partition(role.partition));
    Ok(Observed {
        key,
        id,
        account,
        partition,
        row: row.to_owned(),
        not_manageable: foreign,
        alias: None,
        principal: None,
        health_issues: Vec::new(),
    })
}

/// The answer to [`iam_parameters`].
///
/// # Errors
/// A refusal, or an answer without an account or an external id.
pub fn read_owner(response: &Response) -> Result<Owner, VendorError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Parameters {
        account_id: String,
        external_id: String,
    }
    if response.status != 200 {
        return Err(refusal(response));
    }
    let Parameters { account_id, external_id } = parsed("iamParameters", &response.body)?;
    Ok(Owner { principal: account_id.into(), external_id })
}

/// The answer to [`user`], in place of an organization: Cloudcraft does not tell of any.
///
/// # Errors
/// A refusal, or an answer without a name.
pub fn read_user(response: &Response) -> Result<Organization, VendorError> {
    #[derive(Deserialize)]
    struct User {
        name: String,
        id: String,
    }
    if response.status != 200 {
        return Err(refusal(response));
    }
    let User { name, id } = parsed("the key's user", &response.body)?;
    Ok(Organization { name, public_id: id })
}

/// What Cloudcraft presents when it assumes the role of this row.
pub fn external_id(row: &Observed) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Held {
        external_id: Option<String>,
    }
    serde_json::from_str::<Held>(row.row.get()).ok()?.external_id
}

/// Role, external id and the trust policy that lets Cloudcraft assume the role.
pub fn trust(row: &Observed) -> Option<Trust> {
    let head: Head = serde_json::from_str(row.row.get()).ok()?;
    let role = identity::role(head.role_arn.as_deref()?)?;
    let external_id = external_id(row);
    let policy = row
        .principal
        .as_deref()
        .zip(external_id.as_deref())
        .map(|(principal, external_id)| trust_policy(role.partition, principal, external_id));
    Some(Trust { role_name: role.name.to_owned(), external_id, policy })
}
