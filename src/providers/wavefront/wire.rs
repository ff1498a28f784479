//! How Wavefront is spoken to: paths, verbs, rows. Both directions; no decisions. Envelopes are read in `envelope`.

use std::time::Duration;

use serde_json::Value;

use super::delete_options::skips_trash;
use super::envelope::open;
use super::rows::{Row, Rows, row};
use super::{NAME, pagination};
use crate::model::plan::VendorError;
use crate::model::{
    Body, Isolated, Method, Node, ReadClient, ReadRequest, RemoteId, Request, Response, Retry, WriteRequest,
};
use crate::providers::complete_listing::parsed;

/// Where integrations are.
pub const INTEGRATIONS: &str = "/api/v2/cloudintegration";
/// Where external ids are issued.
pub const EXTERNAL_IDS: &str = "/api/v2/cloudintegration/awsExternalId";
/// What is documented as the usual page of a listing; how much more may be asked for is not.
const PAGE: u64 = 100;
/// How long one listing serves refreshes: there is no way to ask for the integrations of one role.
const REFRESH_MAX_AGE: Duration = Duration::from_secs(5);

/// Every integration there is. Whether those in the trash are among them is not documented.
///
/// # Errors
/// Anything but a complete listing.
pub async fn list(client: &dyn ReadClient) -> Result<Rows, VendorError> {
    Rows::of(pagination::all(client, "the listing of integrations", PAGE, page).await?)
}

/// The same for a refresh of one integration, which a listing of a moment ago serves as well.
///
/// # Errors
/// As for [`list`].
pub async fn list_recent(client: &dyn ReadClient) -> Result<Rows, VendorError> {
    let page = |offset: u64| page(offset).no_older_than(REFRESH_MAX_AGE);
    Rows::of(pagination::all(client, "the listing of integrations", PAGE, page).await?)
}

fn page(offset: u64) -> ReadRequest {
    ReadRequest::get(NAME, INTEGRATIONS).query("offset", &offset.to_string()).query("limit", &PAGE.to_string())
}

/// One integration.
pub fn get(id: &RemoteId) -> ReadRequest {
    ReadRequest::get(NAME, format!("{INTEGRATIONS}/{id}"))
}

/// Asks for an external id. One that is never used lapses.
pub fn issue() -> WriteRequest {
    request(Method::Post, EXTERNAL_IDS.to_owned(), None, Retry::Safe)
}

/// A new integration. Never sent twice unasked: nothing keeps Wavefront from making it twice.
pub fn create(body: Value) -> WriteRequest {
    request(Method::Post, INTEGRATIONS.to_owned(), Some(body), Retry::Never)
}

/// An integration, written whole.
pub fn put(id: &RemoteId, body: Value) -> WriteRequest {
    request(Method::Put, format!("{INTEGRATIONS}/{id}"), Some(body), Retry::Safe)
}

/// Switches an integration on or off.
pub fn switch(id: &RemoteId, on: bool) -> WriteRequest {
    request(Method::Post, format!("{INTEGRATIONS}/{id}/{}", if on { "enable" } else { "disable" }), None, Retry::Safe)
}

/// Deletes an integration; into the trash, unless the tombstone says otherwise. Never sent twice unasked: what is in
/// the trash already is deleted for good.
pub fn delete(id: &RemoteId, said: Option<&Node>) -> WriteRequest {
    let mut request = request(Method::Delete, format!("{INTEGRATIONS}/{id}"), None, Retry::Never);
    request.request.query.push(("skipTrash".to_owned(), skips_trash(said).to_string()));
    request
}

pub(super) fn request(method: Method, path: String, body: Option<Value>, retry: Retry) -> WriteRequest {
    let request = Request::new(NAME, method, path);
    let request = match body {
        Some(body) => request.with_body(Body::plain(body)),
        None => request,
    };
    WriteRequest::new(request, retry)
}

/// The one row of a create, read or update.
///
/// # Errors
/// A refusal, or an answer that holds no row.
pub fn read_row(response: &Response) -> Result<Row, VendorError> {
    let why = |row: Option<Box<Isolated>>| row.map_or_else(|| "it is in the trash".to_owned(), |row| row.why);
    row(open(response, "the integration")?)
        .map_err(|row| VendorError::Unreadable(format!("the integration cannot be read: {}", why(row))))
}

/// Whether a write that answers with no row is done. What is gone already is deleted too.
///
/// # Errors
/// A refusal.
pub fn read_deleted(response: &Response) -> Result<(), VendorError> {
    VendorError::gone_is_done(open(response, "the answer to the delete").map(drop))
}

/// The external id that was issued. Its form has changed over the years, so any will do that can stand in a trust
/// policy.
///
/// # Errors
/// A refusal, or an answer that holds none.
pub fn read_external_id(response: &Response) -> Result<String, VendorError> {
    let what = "the external id";
    let id: String = parsed(what, open(response, what)?.get().as_bytes())?;
    let legal = |c: char| c.is_ascii_alphanumeric() || "_+=,.@:/-".contains(c);
    if id.len() >= 2 && id.chars().all(legal) {
        Ok(id)
    } else {
        Err(VendorError::Unreadable("an external id was issued that is none".to_owned()))
    }
}
