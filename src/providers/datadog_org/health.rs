//! What Datadog says it cannot do: `errors` in v1's listing, the only place where any API of it tells. For both dialects.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::errors::{refusal, unreadable};
use crate::model::plan::VendorError;
use crate::model::{Ask, Key, Reader};

/// What v1 answers, with a 400, in an organization that has never had an account (recorded).
pub const NOT_INSTALLED: &str = "AWS Integration not yet installed";

/// The part of a v1 row that says whose it is, and what does not work there.
#[derive(Deserialize)]
pub struct Told {
    /// Hidden where there is a key.
    pub account_id: Option<String>,
    /// The role, if it is one.
    pub role_name: Option<String>,
    /// The key, if it is one.
    pub access_key_id: Option<String>,
    /// In Datadog's words, each over several lines.
    pub errors: Option<Vec<String>>,
}

/// Reads v1's listing with the keys of `provider`, and keeps what does not work, by account id or access key.
///
/// # Errors
/// A refusal, or anything but a complete listing.
pub async fn read(provider: &'static str, door: &dyn Reader) -> Result<BTreeMap<Key, Vec<String>>, VendorError> {
    #[derive(Deserialize)]
    struct Listing {
        accounts: Vec<Told>,
    }
    let response = door.read(Ask::get(provider, "/api/v1/integration/aws")).await?;
    if response.status != 200 {
        let error = refusal(&response);
        let nothing = response.status == 400 && error.to_string().contains(NOT_INSTALLED);
        return if nothing { Ok(BTreeMap::new()) } else { Err(error) };
    }
    let listing: Listing = serde_json::from_slice(&response.body).map_err(|error| unreadable("v1's account listing", &error))?;
    let ailing = listing.accounts.into_iter().filter_map(|told| {
        let errors = told.errors.filter(|errors| !errors.is_empty())?;
        let name = told.access_key_id.or(told.account_id)?;
        Some((Key { provider, kind: "account", name }, errors))
    });
    Ok(ailing.collect())
}
