//! What Datadog says it cannot do: `errors` in v1's listing, the only place where any API of it tells. For both
//! dialects.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::errors::{refusal, says};
use super::identity;
use crate::model::plan::VendorError;
use crate::model::{Key, Kind, ReadClient, ReadRequest, Response};
use crate::providers::complete_listing::whole;

/// Whether v1 answers that the organization has never had an account: a 400 with these words (recorded).
pub fn never_had_an_account(response: &Response) -> bool {
    response.status == 400 && says(response, "AWS Integration not yet installed")
}

/// The part of a v1 row that says whose it is, and what does not work there. A name that is shown empty, or as null, is
/// none.
#[derive(Deserialize)]
pub struct HealthOfAccount {
    /// Hidden where there is a key.
    #[serde(default, deserialize_with = "identity::name")]
    pub account_id: Option<String>,
    /// The role, if it is one.
    #[serde(default, deserialize_with = "identity::name")]
    pub role_name: Option<String>,
    /// The key, if it is one.
    #[serde(default, deserialize_with = "identity::name")]
    pub access_key_id: Option<String>,
    /// In Datadog's words, each over several lines.
    #[serde(default)]
    errors: Value,
}

impl HealthOfAccount {
    /// What does not work there.
    pub fn health_issues(&self) -> Vec<String> {
        self.errors.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

/// Reads v1's listing with the keys of the provider that this kind is of, and keeps what does not work, by account id
/// or access key.
///
/// # Errors
/// A refusal, or anything but a complete listing.
pub async fn read(kind: &'static Kind, client: &dyn ReadClient) -> Result<BTreeMap<Key, Vec<String>>, VendorError> {
    let response = client.read(ReadRequest::get(kind.provider, "/api/v1/integration/aws")).await?;
    if response.status != 200 {
        return if never_had_an_account(&response) { Ok(BTreeMap::new()) } else { Err(refusal(&response)) };
    }
    // A row that cannot be told is named where accounts are listed.
    let rows = whole("v1's account listing", &response, "accounts")?;
    let told = rows.into_iter().filter_map(|row| serde_json::from_str::<HealthOfAccount>(row.get()).ok());
    let health_issues = told.filter_map(|told| {
        let errors = Some(told.health_issues()).filter(|errors| !errors.is_empty())?;
        let name = told.access_key_id.or(told.account_id)?;
        Some((kind.key(name), errors))
    });
    Ok(health_issues.collect())
}
