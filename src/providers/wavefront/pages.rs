//! A listing in pages, read to its end: the next page begins where this one's limit ends, for as long as it promises more.
//!
//! `totalItems` is documented as an estimate and is not looked at. A sequence that never ends, or shows a row twice, is no listing: rows
//! moved from page to page while it was read, and one may have moved out of sight.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::envelope::{open, unreadable};
use crate::model::plan::VendorError;
use crate::model::{Ask, Reader};

/// More pages than anybody has: a million rows at the usual limit.
const MOST: usize = 10_000;

/// One page.
#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
    offset: Option<u64>,
    limit: Option<u64>,
    #[serde(rename = "moreItems")]
    more: bool,
}

#[derive(Deserialize)]
struct Id {
    id: Option<String>,
}

/// Every item of every page, as text. `ask` makes the question for the page that begins at an offset.
///
/// # Errors
/// A page that is none, or a sequence that is no listing.
pub async fn all(door: &dyn Reader, what: &str, limit: u64, ask: impl Fn(u64) -> Ask) -> Result<Vec<Box<RawValue>>, VendorError> {
    let (mut items, mut seen, mut offset) = (Vec::new(), BTreeSet::new(), 0);
    for number in 1..=MOST {
        let answer = door.read(ask(offset)).await?;
        let name = format!("page {number} of {what}");
        let page: Page<'_> = serde_json::from_str(open(&answer, &name)?.get()).map_err(|error| unreadable(&name, &error))?;
        if let Some(other) = page.offset.filter(|other| *other != offset) {
            return Err(VendorError::Unreadable(format!("{name} begins at {other}, and {offset} was asked for")));
        }
        for item in &page.items {
            let id = serde_json::from_str::<Id>(item.get()).map_err(|error| unreadable(&format!("an item on {name}"), &error))?.id;
            if let Some(id) = id.filter(|id| !seen.insert(id.clone())) {
                let why =
                    format!("{what} shows {id} twice, again on page {number}: it changed while it was read, or its pages overlap; run heeler again");
                return Err(VendorError::Unreadable(why));
            }
        }
        if page.more && page.items.is_empty() {
            return Err(VendorError::Unreadable(format!("{name} is empty and promises more: {what} has no end")));
        }
        items.extend(page.items.into_iter().map(ToOwned::to_owned));
        if !page.more {
            return Ok(items);
        }
        offset = offset.saturating_add(page.limit.filter(|own| (1..=limit).contains(own)).unwrap_or(limit));
    }
    Err(VendorError::Unreadable(format!("{what} promises more after {MOST} pages: it has no end")))
}
