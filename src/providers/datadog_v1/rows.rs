//! A listed row of v1: which one it is, what other answers say of the same account, and what its role must trust.

use serde_json::Value;
use serde_json::value::RawValue;

use super::kinds::ACCOUNT;
use super::wire::{key, refusal};
use crate::model::aws::Arn;
use crate::model::plan::VendorError;
use crate::model::value::at;
use crate::model::{Isolated, Observed, RemoteId, Response, Settings, Trust};
use crate::providers::complete_listing::whole;
use crate::providers::datadog_common::health::{HealthOfAccount, never_had_an_account};
use crate::providers::datadog_common::{identity, sites};
use crate::providers::row_isolation::{Listed, RowPointers};

/// Where a row, put together from its answers, says what tells it from others.
pub const ROW_POINTERS: RowPointers = RowPointers {
    kind: &ACCOUNT,
    root: "/account",
    id: "/account/access_key_id",
    names: &["/account/account_id", "/account/access_key_id"],
    account: "/account/account_id",
    shown: &[
        ("account", "/account/account_id"),
        ("role", "/account/role_name"),
        ("access_key", "/account/access_key_id"),
        ("tags", "/account/host_tags"),
        ("filter_tags", "/account/filter_tags"),
    ],
};

/// Every row of a listing. An organization that has never had an account is told by a 400 (recorded). A row that cannot
/// be told or read concerns itself alone.
///
/// # Errors
/// Anything but a complete listing.
pub fn read_listing(response: &Response) -> Result<Listed, VendorError> {
    if never_had_an_account(response) {
        return Ok(Listed::default());
    }
    if response.status != 200 {
        return Err(refusal(response));
    }
    Listed::read(whole("the account listing", response, "accounts")?, observed)
}

pub(super) fn observed(row: &RawValue) -> Result<Observed, Box<Isolated>> {
    let whole = RawValue::from_string(format!("{{\"account\":{}}}", row.get())).unwrap_or_else(|_| row.to_owned());
    let odd = |why: &str| Box::new(ROW_POINTERS.isolated(Some(&ACCOUNT), &whole, why));
    let told: HealthOfAccount =
        serde_json::from_str(row.get()).map_err(|_| odd("it has another form than expected"))?;
    let health_issues = told.health_issues();
    let (access_key, account, role) = (told.access_key_id, told.account_id, told.role_name);
    identity::checked(account.as_deref(), access_key.as_deref(), odd)?;
    let (name, id, account) = match (access_key, account, role) {
        (Some(key), account, _) => (key.clone(), key, account),
        (None, Some(account), Some(role)) => (account.clone(), format!("{account}/{role}"), Some(account)),
        (None, Some(_), None) => {
            return Err(Box::new(Isolated { identified: true, ..*odd("it has neither a role nor an access key") }));
        }
        (None, None, _) => return Err(odd("it has neither an AWS account id nor an access key")),
    };
    Ok(Observed {
        key: key(&name),
        id: RemoteId(id),
        account,
        partition: None,
        row: whole,
        not_manageable: None,
        alias: None,
        principal: None,
        health_issues,
    })
}

/// A row with another answer about the same account put in, as it came.
pub fn with(mut row: Observed, part: &str, answer: &RawValue) -> Observed {
    let open = row.row.get().trim_end().strip_suffix('}').unwrap_or("{\"account\":null");
    // Two JSON texts and a name make a JSON text.
    if let Ok(joined) = RawValue::from_string(format!("{open},\"{part}\":{}}}", answer.get())) {
        row.row = joined;
    }
    row
}

/// v1 does not say in which partition an account is; the ARNs of its forwarders do.
pub fn partition(live: &Value) -> Option<String> {
    let arn = at(at(live, "logs"), "lambdas").get(0)?.as_str()?;
    Arn::parse(arn)?.known_partition().map(str::to_owned)
}

/// Role, external id where it was just told, and the trust policy. v1 does not say in which partition a row is, so
/// where a site assumes roles in two of them there is no policy.
pub fn trust(settings: &Settings, row: &Observed) -> Option<Trust> {
    let value: Value = serde_json::from_str(row.row.get()).ok()?;
    let role_name = at(at(&value, "account"), "role_name").as_str()?.to_owned();
    let external_id = at(&value, "external_id").as_str().map(str::to_owned);
    if sites::principal(&settings.site, "aws-us-gov").is_some() {
        return Some(Trust { role_name, external_id, policy: None });
    }
    Some(sites::trust(settings, "aws", role_name, external_id))
}
