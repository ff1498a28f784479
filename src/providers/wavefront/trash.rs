//! Wavefront's trash: what is in it, what of that can be brought back, and how.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::rows::{Row, Rows};
use super::{NAME, pagination, wire};
use crate::model::plan::VendorError;
use crate::model::{Body, Key, Method, Observed, ReadClient, ReadRequest, RemoteId, Retry, WriteRequest};

/// The search of what is in the trash.
const TRASH: &str = "/api/v2/search/cloudintegration/deleted";
/// What is documented as the largest page of a search.
const SEARCH_PAGE: u64 = 1000;

/// Everything in the trash.
///
/// # Errors
/// Anything but a complete listing.
pub async fn list(client: &dyn ReadClient) -> Result<Rows, VendorError> {
    let page = |offset: u64| {
        let query = json!({ "query": [], "limit": SEARCH_PAGE, "offset": offset });
        ReadRequest::post(NAME, TRASH, Body::plain(query))
    };
    Rows::of(pagination::all(client, "the trash", SEARCH_PAGE, page).await?)
}

/// Takes an integration out of the trash.
pub fn undelete(id: &RemoteId) -> WriteRequest {
    wire::request(Method::Post, format!("{}/{id}/undelete", wire::INTEGRATIONS), None, Retry::Safe)
}

/// Those in the trash that can be brought back, one by identity: of several, the one that was changed last.
pub fn recoverable(rows: Vec<Row>) -> BTreeMap<Key, Observed> {
    let mut newest = BTreeMap::<Key, Row>::new();
    for row in rows.into_iter().filter(|row| row.observed.not_manageable.is_none()) {
        let age = |row: &Row| (row.updated, row.observed.id.clone());
        if newest.get(&row.observed.key).is_none_or(|known| age(known) < age(&row)) {
            newest.insert(row.observed.key.clone(), row);
        }
    }
    newest.into_iter().map(|(key, row)| (key, row.observed)).collect()
}

/// Which of these deleted rows are gone for good: not in the trash, and not found by their id.
///
/// # Errors
/// The trash or a row cannot be read.
pub async fn without_kept(client: &dyn ReadClient, deleted: &[RemoteId]) -> Result<Vec<RemoteId>, VendorError> {
    let kept: BTreeSet<RemoteId> = list(client).await?.rows.into_iter().map(|row| row.observed.id).collect();
    let mut gone = Vec::new();
    for id in deleted.iter().filter(|id| !kept.contains(id)) {
        // A row that is not in the trash may show there late; only one that is not found by its id is gone.
        if let Err(VendorError::Gone(_)) = wire::read_row(&client.read(wire::get(id)).await?) {
            gone.push(id.clone());
        }
    }
    Ok(gone)
}
