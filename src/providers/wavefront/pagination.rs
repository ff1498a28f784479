//! A listing in pages, read to its end: the next page begins where this one's limit ends, for as long as it promises
//! more.
//!
//! `totalItems` is documented as an estimate: it ends a sequence only where many times as many rows have come. A
//! sequence that never ends, or shows a row again on a later page, is no listing: rows moved from page to page while it
//! was read, and one may have moved out of sight.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::envelope::open;
use crate::model::plan::VendorError;
use crate::model::{ReadClient, ReadRequest};
use crate::providers::complete_listing::{MAX_ROWS, Rows, next_link, parsed};

/// More pages than anybody has: 200,000 rows at the usual limit.
const MAX_PAGES: usize = 2_000;
/// The most rows that are accepted from a listing without `totalItems`.
const WITHOUT_TOTAL: u64 = 5_000;

/// One page.
#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    items: Rows<&'a RawValue>,
    offset: Option<u64>,
    limit: Option<u64>,
    #[serde(rename = "moreItems")]
    more: bool,
    #[serde(rename = "totalItems", default)]
    total: Value,
}

#[derive(Deserialize)]
struct Id {
    id: Option<String>,
}

/// Every item of every page, as text. `ask` makes the question for the page that begins at an offset.
///
/// # Errors
/// A page that is none, or a sequence that is no listing.
pub async fn all(
    client: &dyn ReadClient,
    what: &str,
    limit: u64,
    ask: impl Fn(u64) -> ReadRequest,
) -> Result<Vec<Box<RawValue>>, VendorError> {
    let (mut items, mut seen, mut offset) = (Vec::new(), BTreeSet::new(), 0);
    for number in 1..=MAX_PAGES {
        let answer = client.read(ask(offset)).await?;
        let name = format!("page {number} of {what}");
        let page: Page<'_> = parsed(&name, open(&answer, &name)?.get().as_bytes())?;
        if let Some(other) = page.offset.filter(|other| *other != offset) {
            return Err(VendorError::Unreadable(format!("{name} begins at {other}, and {offset} was asked for")));
        }
        let on_page = page.items.all(&name)?;
        let ids: BTreeSet<String> =
            on_page.iter().filter_map(|item| serde_json::from_str::<Id>(item.get()).ok()?.id).collect();
        if let Some(id) = ids.intersection(&seen).next() {
            let why = format!(
                "{what} shows {id} twice, again on page {number}: it changed while it was read, or its pages overlap; run heeler again"
            );
            return Err(VendorError::Unreadable(why));
        }
        seen.extend(ids);
        if page.more && on_page.is_empty() {
            return Err(VendorError::Unreadable(format!("{name} is empty and promises more: {what} has no end")));
        }
        items.extend(on_page.into_iter().map(ToOwned::to_owned));
        if items.len() > MAX_ROWS {
            return Err(VendorError::Unreadable(format!("{what} holds more than {MAX_ROWS} rows")));
        }
        if !page.more {
            return next_link(&answer).map_or(Ok(items), |next| {
                Err(VendorError::Unreadable(format!("{name} is the last one and says {next}")))
            });
        }
        offset = offset.saturating_add(page.limit.filter(|own| (1..=limit).contains(own)).unwrap_or(limit));
        let total = page.total.as_u64();
        if offset > far_beyond(total) {
            let total = total.map_or_else(String::new, |total| format!(", and says that there are {total} rows"));
            return Err(VendorError::Unreadable(format!(
                "{what} promises more after {number} pages{total}: it has no end"
            )));
        }
    }
    Err(VendorError::Unreadable(format!("{what} promises more after {MAX_PAGES} pages: it has no end")))
}

/// More rows than an estimate can be wrong by.
fn far_beyond(total: Option<u64>) -> u64 {
    let total = total.unwrap_or(WITHOUT_TOTAL);
    total.saturating_mul(10).max(total.saturating_add(2_000))
}
