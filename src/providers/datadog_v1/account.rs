//! The schema of an AWS account at Datadog's v1 API, and the rules about it that only Datadog has.
//!
//! Field names are v1's own. `tag_filters` and `logs` are what v1 keeps behind endpoints of their own, in the words of
//! those.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::model::schema::DisruptiveWhen::{Change, Grow, Off, Shrink, Tags, UnlessEmptied};
use crate::model::schema::{Block, Bool, Keyed, Secret, Set, Switches, Text, View};
use crate::model::value::at;
use crate::model::{AccountFacts, Diagnostic, Diagnostics, Node, RowSchema, Settings};
use crate::providers::datadog_common::catalogs::{LogSource, NamespaceRule};
use crate::providers::datadog_common::{namespaces, regions, sites};
use crate::providers::field_types::{AccessKeyId, LambdaArn, Region, RoleName, Tag, TagPattern};
use crate::{enum_type, schema};

enum_type!(
    /// The namespaces v1 takes a tag filter for.
    pub Filterable = ["elb", "application_elb", "sqs", "rds", "custom", "network_elb", "lambda", "step_functions"]
);

schema! {
    /// What may stand under `datadog_v1:`: either `role_name`, or `access_key_id` with `secret_access_key`, and what is
    /// collected.
    pub Account [one_of: &[&[role_name], &[access_key_id, secret_access_key]], immutable_arm, needs: &[role_name]] {
        /// The role Datadog assumes.
        role_name: RoleName [disruptive_when: Change, auth],
        /// For GovCloud and China on commercial sites. It is also the account's identity: v1 shows nothing else of it.
        access_key_id: AccessKeyId [disruptive_when: Change, auth],
        /// Sent on create; never compared.
        secret_access_key: Secret [secret_with: access_key_id, auth],
        /// EC2 hosts with one of these tags are imported, others are not.
        filter_tags: Set<TagPattern> [disruptive_when: UnlessEmptied],
        /// Tags put on all hosts and metrics from this account, as `key:value`. Monitors are scoped to them.
        host_tags: Set<Tag> [disruptive_when: Tags],
        /// Overrides of what is collected by default, by namespace; and the two switches v1 keeps among them. No
        /// allow-list.
        account_specific_namespace_rules: Switches<NamespaceRule> [disruptive_when: Off, billed],
        /// Regions no data is collected from. The rest is fixed when this is written: regions to come are not collected
        /// from either, and v1 shows them as excluded.
        excluded_regions: Set<Region> [disruptive_when: Grow, billed, added_over_time: &regions::GENERATIONS],
        /// Collect metrics at all.
        metrics_collection_enabled: Bool [disruptive_when: Off],
        /// Scan resources for Cloud Security; needs `extended_resource_collection_enabled: true`.
        cspm_resource_collection_enabled: Bool [disruptive_when: Off, billed, requires: extended_resource_collection_enabled],
        /// Collect resources' configuration.
        extended_resource_collection_enabled: Bool [disruptive_when: Off, billed],
        /// Deprecated in v1 itself, in favour of `extended_resource_collection_enabled`.
        resource_collection_enabled: Bool [disruptive_when: Off],
        /// Which resources' metrics are collected, per namespace (`/filtering`). EC2's is `filter_tags`.
        tag_filters: Keyed<TagFilter> [disruptive_when: UnlessEmptied],
        /// Log collection (`/logs`).
        logs: Logs,
    }

    /// Which resources' metrics one namespace collects.
    pub TagFilter [] {
        /// The namespace.
        namespace: Filterable [key],
        /// Tags of the resource, as v1 writes them: one string.
        tag_filter_str: Text,
    }

    /// Log collection.
    pub Logs [] {
        /// ARNs of the Forwarder functions.
        lambdas: Set<LambdaArn> [disruptive_when: Shrink],
        /// Services whose logs are collected.
        services: Set<LogSource> [disruptive_when: Shrink],
    }
}

/// What of a listed row is compared.
pub static SHAPE: LazyLock<RowSchema> = LazyLock::new(|| RowSchema {
    pointer: &[],
    to_yaml_form: Some(spelled),
    within: None,
    block: Account::SCHEMA.compared(),
});

/// Fields of the listing that are about the account and not of it.
const TOLD_ONLY: &[&str] = &["errors"];
/// Names of the account. One that is shown empty is none, and is not sent back as one.
const NAMES: &[&str] = &["account_id", "role_name", "access_key_id"];

/// A row as YAML spells it. It is made of up to three answers: `account` as listed, `filters` and `logs` where they
/// were asked for.
pub(super) fn spelled(mut row: Value) -> Value {
    let mut fields =
        row.get_mut("account").map(Value::take).and_then(|account| account.as_object().cloned()).unwrap_or_default();
    fields.retain(|name, value| {
        let name = name.as_str();
        !TOLD_ONLY.contains(&name) && !(NAMES.contains(&name) && (value.is_null() || value == ""))
    });
    if let Some(rules) = fields.get_mut("account_specific_namespace_rules").and_then(Value::as_object_mut) {
        *rules = std::mem::take(rules)
            .into_iter()
            .map(|(rule, on)| (namespaces::as_listed(&rule).to_owned(), on))
            .collect::<Map<_, _>>();
    }
    if let Some(filters) = row.get_mut("filters").map(Value::take) {
        fields.insert("tag_filters".to_owned(), filters);
    }
    if let Some(mut logs) = row.get_mut("logs").map(Value::take).filter(Value::is_object) {
        let arns: Value =
            at(&logs, "lambdas").as_array().into_iter().flatten().map(|lambda| at(lambda, "arn").clone()).collect();
        logs["lambdas"] = arns;
        fields.insert("logs".to_owned(), logs);
    }
    Value::Object(fields)
}

/// What can be known offline to be refused, or unwise, of a merged block.
pub fn rules(settings: &Settings, facts: &AccountFacts, block: &Node, out: &mut Diagnostics) {
    let account = View::<Account>::of(block);
    if let Some(role) = account.entry(Account::role_name) {
        sites::check_role(settings, facts, role, "access_key_id: AKIA...` with `secret_access_key: { env: NAME }", out);
    }
    let keys = account.entry(Account::access_key_id);
    if let Some(keys) = keys {
        sites::check_keys(facts, keys, "role_name: ...", out);
    }
    cspm(account, out);
    let logs = account.get(Account::logs);
    logs.into_iter().for_each(|logs| forwarders(logs.value, out));
    let says_something = logs.filter(|logs| !logs.value.node().entries().is_empty());
    if let (Some(logs), Some(_), None) = (says_something, keys, &facts.account) {
        out.push(
            Diagnostic::error(logs.key_place(), "`logs` without an account id")
                .label("v1 addresses log collection by account id")
                .help("add `aws_account_id: \"...\"` to the entry; the access key stays what tells the row")
                .if_all_is_read(),
        );
    }
}

/// Datadog's specification says when v1's paths for forwarders go (`x-sunset`); the services beside them stay.
fn forwarders(logs: View<'_, Logs>, out: &mut Diagnostics) {
    if let Some(lambdas) = logs.entry(Logs::lambdas) {
        let found = Diagnostic::warning(lambdas.key_place, "Datadog removes v1's way to set forwarders on 2027-02-20")
            .label("is set through it");
        let help = "a `datadog` block sets them as `logs_config: { lambda_forwarder: { lambdas: [...] } }`; `heeler migrate` writes one";
        out.push(found.help(help).once_per_file());
    }
}

fn cspm(account: View<'_, Account>, out: &mut Diagnostics) {
    let cspm = account.get(Account::cspm_resource_collection_enabled);
    let extended = account.get(Account::extended_resource_collection_enabled);
    let Some(cspm) = cspm.filter(|cspm| cspm.value && !extended.is_some_and(|extended| extended.value)) else { return };
    let wrong =
        Diagnostic::error(cspm.key_place(), "CSPM without extended collection").label("needs extended collection");
    let wrong = match account.entry(Account::extended_resource_collection_enabled) {
        Some(off) => wrong.also(off.node.place(), "switched off here"),
        None => wrong,
    };
    out.push(wrong.help("write `extended_resource_collection_enabled: true` beside it").if_all_is_read());
}
