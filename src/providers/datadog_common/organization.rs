//! Which organization the keys belong to. The same question for every dialect.

use serde_json::Value;

use super::errors::refusal;
use crate::model::plan::VendorError;
use crate::model::value::at;
use crate::model::{ReadClient, ReadRequest, Response};
use crate::providers::Organization;
use crate::providers::complete_listing::parsed;

/// Asks, with the keys of this provider; needs no permission beyond valid keys.
///
/// # Errors
/// A refusal, or an answer without an organization.
pub async fn of_keys(provider: &'static str, client: &dyn ReadClient) -> Result<Organization, VendorError> {
    read(&client.read(ReadRequest::get(provider, "/api/v2/current_user")).await?)
}

/// Reads the answer.
///
/// # Errors
/// A refusal, or an answer without an organization.
pub fn read(response: &Response) -> Result<Organization, VendorError> {
    if response.status != 200 {
        return Err(refusal(response));
    }
    let body: Value = parsed("the current user", &response.body)?;
    let org = at(&body, "included").as_array().into_iter().flatten().find(|part| at(part, "type") == "orgs");
    let text =
        |field: &str| org.and_then(|org| at(at(org, "attributes"), field).as_str()).unwrap_or_default().to_owned();
    match (text("name"), text("public_id")) {
        (name, id) if name.is_empty() && id.is_empty() => {
            Err(VendorError::Unreadable("the current user names no organization".to_owned()))
        }
        (name, public_id) => Ok(Organization { name, public_id }),
    }
}
