//! What Terraform's Datadog provider and API v1 manage, as v2 would list it.
//!
//! What Terraform manages comes as resources (`terraform_resources`), several of which may be about one account;
//! `datadog_v1` is an entry or a row of API v1.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::terraform_resources::{attributes, resource};
use super::wire;
use crate::model::aws::Arn;
use crate::model::aws::access_key_id::is_access_key_id;
use crate::model::aws::account_id::is_account_id;
use crate::model::value::{at, is_void};
use crate::model::{Key, Observed, RemoteId};
use crate::providers::datadog_common::migrate_v1_to_v2::{Translated, in_v2_words};
use crate::providers::{Adopted, Adoption, MigrationSource, NotAdopted};

/// Everything that is said of one account.
#[derive(Default)]
struct Told {
    v2: Vec<(usize, Value)>,
    /// v1's own resource, entry or row: as a rule one.
    mains: Vec<(usize, Map<String, Value>)>,
    /// What v1 keeps beside it.
    v1: Map<String, Value>,
    whole: bool,
    listed: bool,
    hides_auth: bool,
    from: BTreeSet<usize>,
}

/// Takes over what it knows.
pub fn adopt(foreign: &[MigrationSource<'_>], live: Option<&BTreeMap<Key, Observed>>) -> Adoption {
    let mut told = BTreeMap::<String, Told>::new();
    let mut adoption = Adoption::default();
    let listed = live.map(Listed::of);
    for (at, thing) in foreign.iter().enumerate() {
        match identity(at, thing, listed.as_ref()) {
            None => {}
            Some(Err(untaken)) => adoption.unread.push(untaken),
            Some(Ok(identity)) => told.entry(in_listing(identity, listed.as_ref())).or_default().take(at, thing),
        }
    }
    for (identity, mut told) in told {
        let row = live.and_then(|live| live.get(&wire::key(&identity)));
        adoption.unread.extend(told.pick_own_organization(&identity, row));
        adoption.accounts.extend(told.adopted(&identity, row));
    }
    adoption
}

/// What is listed, by what things name it by.
struct Listed<'a> {
    rows: &'a BTreeMap<Key, Observed>,
    by_id: BTreeMap<&'a str, &'a Observed>,
    by_alias: BTreeMap<&'a str, &'a Observed>,
}

impl<'a> Listed<'a> {
    fn of(rows: &'a BTreeMap<Key, Observed>) -> Self {
        let (mut by_id, mut by_alias) = (BTreeMap::new(), BTreeMap::new());
        for row in rows.values() {
            by_id.entry(row.id.0.as_str()).or_insert(row);
            row.alias.iter().for_each(|alias| {
                by_alias.entry(alias.as_str()).or_insert(row);
            });
        }
        Listed { rows, by_id, by_alias }
    }
}

/// Whose it is; nothing if it is nothing of ours.
fn identity(at: usize, thing: &MigrationSource<'_>, live: Option<&Listed<'_>>) -> Option<Result<String, NotAdopted>> {
    let said = |name: &str| self::at(thing.says, name).as_str().filter(|text| !text.is_empty());
    let (name, fields) = match thing.kind {
        "datadog_integration_aws_account" => match (said("id"), live) {
            (Some(id), Some(live)) => return Some(by_row(at, id, said("aws_account_id"), live)),
            _ => (said("aws_account_id"), ["aws_account_id", "aws_account_id"]),
        },
        "datadog_integration_aws" | "datadog_v1" => (
            thing.account.or_else(|| said("account_id")).or_else(|| said("access_key_id")),
            ["account_id", "access_key_id"],
        ),
        "datadog_integration_aws_tag_filter"
        | "datadog_integration_aws_log_collection"
        | "datadog_integration_aws_lambda_arn" => (said("account_id"), ["account_id", "account_id"]),
        _ => return None,
    };
    let untaken = |why: &str, hidden: bool| Some(Err(NotAdopted { at, why: why.to_owned(), hidden }));
    match name.filter(|name| is_identity(name)) {
        Some(name) => Some(Ok(name.to_owned())),
        None if fields.into_iter().any(|field| thing.hides(field)) => untaken(
            "the state marks its account id as sensitive, so it cannot be told which account it is; `heeler import` takes it over as it is live",
            true,
        ),
        None => untaken("it names no AWS account", false),
    }
}

/// v2's resource is known by its id: of one account there may be several, each in an organization of its own.
fn by_row(at: usize, id: &str, account: Option<&str>, live: &Listed<'_>) -> Result<String, NotAdopted> {
    if let Some(row) = live.by_id.get(id) {
        return Ok(row.key.name.clone());
    }
    let other = account.and_then(|account| live.rows.get(&wire::key(account)));
    let other = other.map_or_else(String::new, |row| format!(" (here its account is live as {})", row.id));
    let account = account
        .filter(|account| is_account_id(account))
        .map_or_else(String::new, |account| format!("account {account}, "));
    let why = format!("{account}it is not live here under its id {id}{other}: it is another organization's, or gone");
    Err(NotAdopted { at, why, hidden: false })
}

fn is_identity(name: &str) -> bool {
    is_account_id(name) || is_access_key_id(name)
}

/// The account, where the listing tells whose a key is.
fn in_listing(identity: String, live: Option<&Listed<'_>>) -> String {
    let known = live.and_then(|live| live.by_alias.get(identity.as_str())).map(|row| row.key.name.clone());
    known.unwrap_or(identity)
}

impl Told {
    fn take(&mut self, at: usize, thing: &MigrationSource<'_>) {
        let says = thing.says;
        self.from.insert(at);
        self.hides_auth |= ["auth_config", "role_name", "access_key_id"].into_iter().any(|field| thing.hides(field));
        match thing.kind {
            "datadog_integration_aws_account" => self.v2.push((at, attributes(says))),
            "datadog_integration_aws" => {
                self.whole = true;
                self.mains.push((at, resource(says)));
            }
            "datadog_integration_aws_tag_filter" => {
                let filter = json!({ "namespace": self::at(says, "namespace"), "tag_filter_str": self::at(says, "tag_filter_str") });
                push(self.v1.entry("tag_filters").or_insert_with(|| json!([])), filter);
            }
            "datadog_integration_aws_log_collection" => {
                self.logs("services", self::at(says, "services").as_array().cloned().unwrap_or_default())
            }
            "datadog_integration_aws_lambda_arn" => self.logs("lambdas", vec![self::at(says, "lambda_arn").clone()]),
            _ => {
                self.whole = thing.whole;
                self.listed = thing.whole;
                self.mains.push((at, says.as_object().cloned().unwrap_or_default()));
            }
        }
    }

    /// Settles what says otherwise of one account: it may be another organization's. What cannot be settled is not
    /// taken.
    fn pick_own_organization(&mut self, identity: &str, live: Option<&Observed>) -> Vec<NotAdopted> {
        const SEVERAL: &str = "several resources are about this account and say otherwise of it: which of them is this organization's cannot be told";
        let untaken =
            |at: usize, why: &str| NotAdopted { at, why: format!("account {identity}, {why}"), hidden: false };
        let ids: BTreeSet<&str> = self.v2.iter().filter_map(|(_, says)| self::at(says, "id").as_str()).collect();
        if ids.len() > 1 {
            return std::mem::take(self).from.into_iter().map(|at| untaken(at, SEVERAL)).collect();
        }
        let are_alike = |mains: &[(usize, Map<String, Value>)]| mains.windows(2).all(|two| two[0].1 == two[1].1);
        if are_alike(&self.mains) {
            return Vec::new();
        }
        let row: Value = live.and_then(|row| serde_json::from_str(row.row.get()).ok()).unwrap_or_default();
        let auth = self::at(self::at(&row, "attributes"), "auth_config");
        let is_way_in = |main: &Map<String, Value>| {
            ["role_name", "access_key_id"]
                .into_iter()
                .any(|field| main.get(field).is_some_and(|said| !is_void(said) && said == self::at(auth, field)))
        };
        let (live_ones, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.mains).into_iter().partition(|(_, main)| is_way_in(main));
        // What v1 keeps beside such a resource may be either's.
        if live_ones.is_empty() || !are_alike(&live_ones) || !self.v1.is_empty() {
            return std::mem::take(self).from.into_iter().map(|at| untaken(at, SEVERAL)).collect();
        }
        self.mains = live_ones;
        self.from.retain(|at| !others.iter().any(|(other, _)| other == at));
        others
            .into_iter()
            .map(|(at, _)| {
                untaken(at, "it names another role or key than is live here: it is another organization's, or old")
            })
            .collect()
    }

    fn logs(&mut self, field: &str, values: Vec<Value>) {
        let logs = self.v1.entry("logs").or_insert_with(|| json!({}));
        if logs.get(field).is_none() {
            logs[field] = json!([]);
        }
        values.into_iter().for_each(|value| push(&mut logs[field], value));
    }

    fn adopted(mut self, identity: &str, live: Option<&Observed>) -> Option<Adopted> {
        if self.from.is_empty() {
            return None;
        }
        let row: Option<Value> = live.and_then(|row| serde_json::from_str(row.row.get()).ok());
        let live_attributes = row.as_ref().map(|row| at(row, "attributes"));
        let beside = std::mem::take(&mut self.v1);
        self.v1 = self.mains.pop().map(|(_, main)| main).unwrap_or_default();
        self.v1.extend(beside);
        if self.listed
            && let Some(live) = live_attributes
        {
            self.beyond_the_listing(live);
        }
        let Translated { mut attributes, meanings } = match self.v2.pop() {
            Some((_, mut attributes)) => {
                attributes.as_object_mut().map(|fields| fields.remove("id"));
                let mut new = Translated { attributes, ..Translated::default() };
                if !at(at(&new.attributes, "auth_config"), "access_key_id").is_null() {
                    new.mean_secret();
                }
                new
            }
            None => in_v2_words(&self.v1, self.whole, live_attributes),
        };
        if let (true, Some(live)) = (self.hides_auth, live_attributes) {
            let way_in = ["role_name", "access_key_id"]
                .into_iter()
                .filter_map(|field| Some((field.to_owned(), at(live, "auth_config").get(field)?.clone())));
            attributes["auth_config"] = way_in.collect::<Map<_, _>>().into();
        }
        let partition = live_attributes.map(|live| at(live, "aws_partition")).filter(|partition| !partition.is_null());
        if let Some(partition) = partition {
            attributes["aws_partition"] = partition.clone();
        } else if attributes.get("aws_partition").is_none() {
            attributes["aws_partition"] = json!(partition_of(self.v1.get("logs").unwrap_or(&Value::Null)));
        }
        let account = is_account_id(identity).then(|| identity.to_owned());
        attributes["aws_account_id"] = json!(account);
        let row = json!({ "id": "taken-over", "type": "account", "attributes": attributes });
        let alias = at(at(&attributes, "auth_config"), "access_key_id").as_str().map(str::to_owned);
        let row = Observed {
            key: wire::key(identity),
            id: RemoteId("taken-over".to_owned()),
            account,
            partition: None,
            row: RawValue::from_string(row.to_string()).ok()?,
            not_manageable: None,
            alias,
            principal: None,
            health_issues: Vec::new(),
        };
        Some(Adopted { row, from: self.from, meanings })
    }

    /// v1 keeps filters and logs behind other paths than its listing, and v2 in the account: they are as v2 lists them.
    fn beyond_the_listing(&mut self, live: &Value) {
        let forwarder = at(at(live, "logs_config"), "lambda_forwarder");
        self.v1.insert(
            "logs".to_owned(),
            json!({ "lambdas": at(forwarder, "lambdas"), "services": at(forwarder, "sources") }),
        );
    }
}

fn push(list: &mut Value, value: Value) {
    if let Some(items) = list.as_array_mut().filter(|_| !is_void(&value) && value != "") {
        items.push(value);
    }
}

/// v1 does not say which partition an account is in; the ARNs of its forwarders do.
fn partition_of(logs: &Value) -> &'static str {
    let arns = at(logs, "lambdas").as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut named = arns.filter_map(|arn| Arn::parse(arn)?.known_partition());
    named.find(|name| *name != "aws").unwrap_or("aws")
}
