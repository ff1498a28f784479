//! A listed row: which one it is, whether it is live, and what Wavefront says is wrong with it.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::kinds::{OTHER, UNKNOWN};
use super::service::Service;
use crate::model::aws::Arn;
use crate::model::aws::trust_policy::trust_policy;
use crate::model::plan::VendorError;
use crate::model::value::at;
use crate::model::{Isolated, Key, Kind, Observed, Trust};
use crate::providers::row_isolation::{self, Listed, RowPointers, still_a_listing};

/// The AWS account that assumes roles, out of the vendor's own CloudFormation template, which knows partition `aws`
/// only.
const PRINCIPAL: &str = "301213811993";

/// The identity of an integration.
pub fn key(service: Service, role_arn: &str) -> Key {
    service.kind().key(role_arn)
}

/// The AWS account in a role's ARN, if it has one.
pub fn account_of(arn: &str) -> Option<&str> {
    Arn::parse(arn).filter(|arn| arn.service == "iam" && arn.region.is_empty())?.account_id()
}

/// The partition in the ARN by which a row is known, and the role's name if the ARN says no more than that.
pub fn plain_role(row: &Observed) -> Option<(&str, Option<&str>)> {
    let account = account_of(&row.key.name)?;
    let (head, path) = row.key.name.split_once(":role/")?;
    let partition = head.strip_prefix("arn:")?.strip_suffix(account)?.strip_suffix(":iam::")?;
    Some((partition, (!path.contains('/') && !path.is_empty()).then_some(path)))
}

/// A row and whether it is in the trash.
#[derive(Debug, Clone)]
pub struct Row {
    /// The row.
    pub observed: Observed,
    /// Whether it counts as deleted.
    pub is_dead: bool,
    /// When it was last changed, in milliseconds since 1970.
    pub updated: i64,
}

/// The part of a row that says which row it is, and how it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    id: Option<String>,
    service: Option<String>,
    #[serde(default)]
    deleted: Value,
    #[serde(default)]
    in_trash: Value,
    #[serde(default)]
    disabled: Value,
    #[serde(default)]
    last_error: Value,
    #[serde(default)]
    last_error_event: Value,
    #[serde(default)]
    updated_epoch_millis: Value,
    #[serde(default)]
    cloud_watch: Value,
    #[serde(default)]
    cloud_trail: Value,
    #[serde(default)]
    ec2: Value,
}

/// Where a row says what tells it from others.
pub const ROW_POINTERS: RowPointers = RowPointers {
    kind: &UNKNOWN,
    root: "",
    id: "/id",
    names: &[
        "/cloudWatch/baseCredentials/roleArn",
        "/cloudTrail/baseCredentials/roleArn",
        "/ec2/baseCredentials/roleArn",
    ],
    account: "",
    shown: &[
        ("service", "/service"),
        ("name", "/name"),
        ("cloudwatch_role", "/cloudWatch/baseCredentials/roleArn"),
        ("cloudtrail_role", "/cloudTrail/baseCredentials/roleArn"),
        ("ec2_role", "/ec2/baseCredentials/roleArn"),
        ("tags", "/additionalTags"),
        ("creator", "/creatorId"),
        ("created", "/createdEpochMillis"),
        ("changed", "/updatedEpochMillis"),
    ],
};

/// The rows of a listing, and those of it that are isolated.
#[derive(Debug, Default)]
pub struct Rows {
    /// Those that say which row they are.
    pub rows: Vec<Row>,
    /// Those that do not, or cannot be read.
    pub isolated: Vec<Isolated>,
}

impl Rows {
    /// Sorts items.
    ///
    /// # Errors
    /// Too many of them cannot be read.
    pub fn of(items: Vec<Box<RawValue>>) -> Result<Self, VendorError> {
        let mut rows = Rows::default();
        for item in items {
            match row(&item) {
                Ok(row) => rows.rows.push(row),
                Err(row) => rows.isolated.extend(row.map(|row| *row)),
            }
            still_a_listing(rows.isolated.len())?;
        }
        Ok(rows)
    }

    /// What is live of them.
    pub fn live(self) -> Listed {
        let Rows { rows, isolated } = self;
        Listed { rows: live(rows), isolated }
    }
}

/// The row in an item.
///
/// # Errors
/// It has no id, names no service, or, being an integration with AWS, no role of an account. Nothing if such a row is
/// not live.
pub fn row(text: &RawValue) -> Result<Row, Option<Box<Isolated>>> {
    let odd = |kind: Option<&'static Kind>, why: &str| {
        let odd = ROW_POINTERS.isolated(kind, text, why);
        let value: Value = serde_json::from_str(text.get()).unwrap_or_default();
        let is_dead = at(&value, "deleted") == true || at(&value, "inTrash") == true;
        let account = odd.names.iter().find_map(|arn| account_of(arn)).map(str::to_owned);
        let names = odd.names.iter().cloned().chain(account.clone()).collect();
        (!is_dead).then(|| Box::new(Isolated { names, account, ..odd }))
    };
    let head: Head = serde_json::from_str(text.get()).map_err(|_| odd(None, "it has another form than expected"))?;
    let service = head.service.as_deref().and_then(Service::of_word);
    let Some(word) = head.service.filter(|word| !word.is_empty()) else { return Err(odd(None, "it names no service")) };
    let block = |service: Service| {
        [&head.cloud_watch, &head.cloud_trail, &head.ec2]
            [Service::ALL.iter().position(|known| *known == service).unwrap_or(0)]
    };
    let arn = service
        .and_then(|service| at(at(block(service), "baseCredentials"), "roleArn").as_str())
        .filter(|arn| !arn.is_empty());
    let id = row_isolation::id(head.id).map_err(|why| {
        let known = arn.is_some();
        let kind = service.map_or(&OTHER, Service::kind);
        odd(Some(kind), why).map(|row| Box::new(Isolated { identified: known, ..*row }))
    })?;
    let holds_aws = [&head.cloud_watch, &head.cloud_trail, &head.ec2]
        .into_iter()
        .any(|block| at(block, "baseCredentials").is_object());
    let (key, account) = match (service, arn) {
        (None, _) if holds_aws => return Err(odd(None, "it names another service than it holds")),
        (None, _) => (OTHER.key(id.0.clone()), None),
        (Some(service), Some(arn)) if account_of(arn).is_none() => {
            return Err(odd(Some(service.kind()), "its role is no ARN of an account's"));
        }
        (Some(service), Some(arn)) => (key(service, arn), account_of(arn).map(str::to_owned)),
        (Some(_), None) if holds_aws => return Err(odd(None, "it names another service than it holds")),
        (Some(service), None) => {
            return Err(odd(Some(service.kind()), &format!("an integration of {word} without a role")));
        }
    };
    let health_issues = health_issues(&head.disabled, &head.last_error, &head.last_error_event);
    let partition = service.and(account.as_ref()).and_then(|_| Arn::parse(&key.name)?.known_partition());
    let observed = Observed {
        key,
        id,
        account,
        partition,
        row: text.to_owned(),
        not_manageable: service.is_none().then_some("it is no integration with AWS"),
        alias: None,
        principal: None,
        health_issues: if service.is_some() { health_issues } else { Vec::new() },
    };
    let is_dead = head.deleted == Value::Bool(true) || head.in_trash == Value::Bool(true);
    if [&head.deleted, &head.in_trash].into_iter().any(|flag| !flag.is_boolean() && !flag.is_null()) && !is_dead {
        let kind = service.map_or(&OTHER, Service::kind);
        return Err(odd(Some(kind), "it does not tell whether it is in the trash")
            .map(|row| Box::new(Isolated { identified: true, ..*row })));
    }
    Ok(Row { observed, is_dead, updated: head.updated_epoch_millis.as_i64().unwrap_or_default() })
}

/// Wavefront disables what it cannot get into, and says why in the last error.
fn health_issues(disabled: &Value, last_error: &Value, event: &Value) -> Vec<String> {
    let said = at(at(event, "annotations"), "errorMessage")
        .as_str()
        .or_else(|| last_error.as_str())
        .filter(|said| !said.is_empty());
    let goes_on = at(event, "runningState") == "ONGOING";
    match (disabled == &Value::Bool(true), said) {
        (true, Some(said)) => vec![format!("disabled: {said}")],
        (true, None) => vec!["disabled, and no error is told".to_owned()],
        (false, Some(said)) if goes_on => vec![said.to_owned()],
        (false, _) => Vec::new(),
    }
}

/// The rows that are live.
pub fn live(rows: Vec<Row>) -> Vec<Observed> {
    rows.into_iter().filter(|row| !row.is_dead).map(|row| row.observed).collect()
}

/// The external id, where the row tells it.
pub fn external_id(row: &Observed) -> Option<String> {
    let service = Service::of_kind(row.key.kind)?;
    let json: Value = serde_json::from_str(row.row.get()).ok()?;
    at(at(at(&json, service.block()), "baseCredentials"), "externalId").as_str().map(str::to_owned)
}

/// Role, external id and the trust policy that lets Wavefront assume the role.
pub fn trust(row: &Observed) -> Option<Trust> {
    Service::of_kind(row.key.kind)?;
    let (arn, external_id) = (row.key.name.as_str(), external_id(row));
    let policy = external_id
        .as_deref()
        .filter(|_| arn.starts_with("arn:aws:"))
        .map(|external_id| trust_policy("aws", PRINCIPAL, external_id));
    Some(Trust { role_name: arn.split_once(":role/").map_or(arn, |(_, name)| name).to_owned(), external_id, policy })
}
