//! Whom a new role must let in: Cloudcraft's AWS account, and the external id of the key's owner.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::model::value::at;
use crate::sandbox::table::Table;

/// The last step of their path, and their name in a world and a table.
pub const PARAMETERS: &str = "iamParameters";
/// Cloudcraft's own AWS account, as many public repositories have it.
const PRINCIPAL: &str = "968898580625";

/// The key's owner: as the world says, or whoever added most of the accounts; once asked for, always the same.
pub fn parameters(table: &mut Table) -> Value {
    if let Some(known) = table.extra.get(PARAMETERS) {
        return known.clone();
    }
    let mut owners = BTreeMap::<&str, usize>::new();
    for id in table.rows.iter().filter_map(|row| at(row, "externalId").as_str()) {
        *owners.entry(id).or_default() += 1;
    }
    let most = owners.iter().max_by_key(|(_, accounts)| **accounts).map(|(id, _)| (*id).to_owned());
    let external_id = most.unwrap_or_else(|| table.uuid());
    let url = format!(
        "https://console.aws.amazon.com/iam/home?#/roles$new?step=type&roleType=crossAccount&isThirdParty&accountID={PRINCIPAL}\
         &externalID={external_id}&roleName=cloudcraft&policies=arn:aws:iam::aws:policy%2FReadOnlyAccess"
    );
    let parameters = json!({ "accountId": PRINCIPAL, "externalId": external_id, "awsConsoleUrl": url });
    table.extra.insert(PARAMETERS.to_owned(), parameters.clone());
    parameters
}
