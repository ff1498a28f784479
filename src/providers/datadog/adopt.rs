//! What Terraform's Datadog provider and API v1 manage, as v2 would list it.
//!
//! Terraform's resources, from the provider's documentation: `datadog_integration_aws_account` has v2's own attributes, but for
//! `auth_config`, which holds a block per way in; `null` where nothing is set. The four older ones have v1's, with switches as text, and
//! are about one account together. `datadog_v1` is an entry or a row of API v1.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::wire;
use crate::model::value::{at, is_void};
use crate::model::{Key, Observed, RemoteId};
use crate::providers::datadog_org::legacy::{Translated, in_v2_words};
use crate::providers::{Adopted, Adoption, Foreign};

/// Everything that is said of one account.
#[derive(Default)]
struct Told {
    v2: Option<Value>,
    v1: Map<String, Value>,
    whole: bool,
    listed: bool,
    from: BTreeSet<usize>,
}

/// Takes over what it knows.
pub fn adopt(foreign: &[Foreign<'_>], live: Option<&BTreeMap<Key, Observed>>) -> Adoption {
    let mut told = BTreeMap::<String, Told>::new();
    let mut unread = Vec::new();
    for (at, thing) in foreign.iter().enumerate() {
        let Some(identity) = identity(thing) else { continue };
        if !is_identity(&identity) {
            unread.push((at, "it names no AWS account".to_owned()));
            continue;
        }
        let told = told.entry(in_listing(identity, live)).or_default();
        told.from.insert(at);
        told.take(thing);
    }
    let accounts = told.into_iter().filter_map(|(identity, told)| told.adopted(&identity, live.and_then(|live| live.get(&wire::key(&identity)))));
    Adoption { accounts: accounts.collect(), unread }
}

/// Whose it is; nothing if it is nothing of ours.
fn identity(thing: &Foreign<'_>) -> Option<String> {
    let said = |name: &str| at(thing.says, name).as_str().filter(|text| !text.is_empty());
    let name = match thing.kind {
        "datadog_integration_aws_account" => said("aws_account_id"),
        "datadog_integration_aws" | "datadog_v1" => thing.account.or_else(|| said("account_id")).or_else(|| said("access_key_id")),
        "datadog_integration_aws_tag_filter" | "datadog_integration_aws_log_collection" | "datadog_integration_aws_lambda_arn" => said("account_id"),
        _ => return None,
    };
    Some(name.unwrap_or_default().to_owned())
}

fn is_account(name: &str) -> bool {
    name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_identity(name: &str) -> bool {
    is_account(name) || (name.starts_with("AKIA") && name.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// The account, where the listing tells whose a key is.
fn in_listing(identity: String, live: Option<&BTreeMap<Key, Observed>>) -> String {
    let known = live.into_iter().flatten().find(|(_, row)| row.alias.as_deref() == Some(identity.as_str()));
    known.map_or(identity, |(key, _)| key.name.clone())
}

impl Told {
    fn take(&mut self, thing: &Foreign<'_>) {
        let says = thing.says;
        match thing.kind {
            "datadog_integration_aws_account" => drop(self.v2.get_or_insert_with(|| attributes(says))),
            "datadog_integration_aws" => {
                self.whole = true;
                self.v1.extend(resource(says));
            }
            "datadog_integration_aws_tag_filter" => {
                let filter = json!({ "namespace": at(says, "namespace"), "tag_filter_str": at(says, "tag_filter_str") });
                push(self.v1.entry("tag_filters").or_insert_with(|| json!([])), filter);
            }
            "datadog_integration_aws_log_collection" => self.logs("services", at(says, "services").as_array().cloned().unwrap_or_default()),
            "datadog_integration_aws_lambda_arn" => self.logs("lambdas", vec![at(says, "lambda_arn").clone()]),
            _ => {
                self.whole = thing.whole;
                self.listed = thing.whole;
                self.v1.extend(says.as_object().cloned().unwrap_or_default());
            }
        }
    }

    fn logs(&mut self, field: &str, values: Vec<Value>) {
        let logs = self.v1.entry("logs").or_insert_with(|| json!({}));
        if logs.get(field).is_none() {
            logs[field] = json!([]);
        }
        values.into_iter().for_each(|value| push(&mut logs[field], value));
    }

    fn adopted(mut self, identity: &str, live: Option<&Observed>) -> Option<Adopted> {
        let row: Option<Value> = live.and_then(|row| serde_json::from_str(row.row.get()).ok());
        let live_attributes = row.as_ref().map(|row| at(row, "attributes"));
        if self.listed
            && let Some(live) = live_attributes
        {
            self.beyond_the_listing(live);
        }
        let Translated { mut attributes, meanings } = match self.v2.take() {
            Some(attributes) => {
                let mut new = Translated { attributes, ..Translated::default() };
                if !at(at(&new.attributes, "auth_config"), "access_key_id").is_null() {
                    new.mean_secret();
                }
                new
            }
            None => in_v2_words(&self.v1, self.whole, live_attributes),
        };
        let partition = live_attributes.map(|live| at(live, "aws_partition")).filter(|partition| !partition.is_null());
        if let Some(partition) = partition {
            attributes["aws_partition"] = partition.clone();
        } else if attributes.get("aws_partition").is_none() {
            attributes["aws_partition"] = json!(partition_of(self.v1.get("logs").unwrap_or(&Value::Null)));
        }
        let account = is_account(identity).then(|| identity.to_owned());
        attributes["aws_account_id"] = json!(account);
        let row = json!({ "id": "taken-over", "type": "account", "attributes": attributes });
        let alias = at(at(&attributes, "auth_config"), "access_key_id").as_str().map(str::to_owned);
        let row = Observed {
            key: wire::key(identity),
            id: RemoteId("taken-over".to_owned()),
            account,
            partition: None,
            row: RawValue::from_string(row.to_string()).ok()?,
            foreign: None,
            alias,
            principal: None,
            ailments: Vec::new(),
        };
        Some(Adopted { row, from: self.from, meanings })
    }

    /// v1 keeps filters and logs behind other paths than its listing, and v2 in the account: they are as v2 lists them.
    fn beyond_the_listing(&mut self, live: &Value) {
        let forwarder = at(at(live, "logs_config"), "lambda_forwarder");
        self.v1.insert("logs".to_owned(), json!({ "lambdas": at(forwarder, "lambdas"), "services": at(forwarder, "sources") }));
    }
}

fn push(list: &mut Value, value: Value) {
    if let Some(items) = list.as_array_mut().filter(|_| !is_void(&value)) {
        items.push(value);
    }
}

/// v2's resource as v2 lists it: without what is not set, and with one block for the way in.
fn attributes(says: &Value) -> Value {
    let mut attributes = set(says);
    if let Some(fields) = attributes.as_object_mut() {
        fields.remove("id");
        if let Some(ways) = fields.remove("auth_config") {
            let role = at(&ways, "aws_auth_config_role");
            let fields_of_auth = match at(at(&ways, "aws_auth_config_keys"), "access_key_id") {
                Value::Null => json!({ "role_name": at(role, "role_name") }),
                key => json!({ "access_key_id": key }),
            };
            fields.insert("auth_config".to_owned(), fields_of_auth);
        }
    }
    attributes
}

/// What is set of a value. A block that stands once may be written as a list of one.
fn set(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let once = |name: &str, value: &Value| match value.as_array().map(Vec::as_slice) {
                Some([block @ Value::Object(_)]) if !name.ends_with("_filters") || name == "namespace_filters" => set(block),
                _ => set(value),
            };
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            fields.map(|(name, value)| (name.clone(), once(name, value))).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(set).collect(),
        other => other.clone(),
    }
}

/// v1's resource in v1's own form. Terraform sent everything always, so what is not set is empty; switches that are not set are not sent.
fn resource(says: &Value) -> Map<String, Value> {
    const LISTS: &[&str] = &["filter_tags", "host_tags", "excluded_regions"];
    const SWITCHES: &[&str] =
        &["metrics_collection_enabled", "resource_collection_enabled", "cspm_resource_collection_enabled", "extended_resource_collection_enabled"];
    let mut block = Map::new();
    for name in ["role_name", "access_key_id"] {
        block.insert(name.to_owned(), at(says, name).clone());
    }
    for name in LISTS {
        block.insert((*name).to_owned(), at(says, name).as_array().cloned().unwrap_or_default().into());
    }
    let rules = at(says, "account_specific_namespace_rules").as_object().into_iter().flatten();
    let rules = rules.filter_map(|(rule, on)| Some((rule.clone(), Value::Bool(switch(on)?)))).collect::<Map<_, _>>();
    block.insert("account_specific_namespace_rules".to_owned(), rules.into());
    block.extend(SWITCHES.iter().filter_map(|name| Some(((*name).to_owned(), Value::Bool(switch(at(says, name))?)))));
    block
}

/// A switch, which some versions keep as text.
fn switch(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str()?.to_ascii_lowercase().parse().ok())
}

/// v1 does not say which partition an account is in; the ARNs of its forwarders do.
fn partition_of(logs: &Value) -> &'static str {
    let arns = at(logs, "lambdas").as_array().into_iter().flatten().filter_map(Value::as_str);
    let named = arns.filter_map(|arn| arn.split(':').nth(1));
    named.filter_map(|name| ["aws-us-gov", "aws-cn"].into_iter().find(|known| *known == name)).next().unwrap_or("aws")
}
