//! The struct that is YAML schema and comparison for a Datadog v1 AWS account, and the rules about it that only Datadog
//! has.
//!
//! Field names are v1's own. `tag_filters` and `logs` are what v1 keeps behind endpoints of their own, in the words of
//! those.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::model::value::at;
use crate::model::{AccountFacts, Diagnostic, Diagnostics, Node, RowSchema, Settings};
use crate::providers::datadog_common::{namespaces, regions, sites};
use crate::providers::field_types::{
    AccessKeyId, LambdaArn, LogSource, NamespaceRule, Region, RoleName, Secret, Set, Switches, Tag, TagPattern,
};
use crate::providers::schema_of;

/// What may stand under `datadog_v1:`: either `role_name`, or `access_key_id` with `secret_access_key`, and what is
/// collected.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-one-of" = [["role_name"], ["access_key_id", "secret_access_key"]], "x-rigid" = true, "x-needs" = ["role_name"]))]
#[allow(dead_code)]
pub struct Account {
    /// The role Datadog assumes.
    #[schemars(extend("x-stops" = "change", "x-auth" = true))]
    role_name: Option<RoleName>,
    /// For GovCloud and China on commercial sites. It is also the account's identity: v1 shows nothing else of it.
    #[schemars(extend("x-stops" = "change", "x-auth" = true))]
    access_key_id: Option<AccessKeyId>,
    /// Sent on create; never compared.
    #[schemars(extend("x-secret" = "access_key_id", "x-auth" = true))]
    secret_access_key: Option<Secret>,
    /// EC2 hosts with one of these tags are imported, others are not.
    #[schemars(extend("x-stops" = "unless-emptied"))]
    filter_tags: Option<Set<TagPattern>>,
    /// Tags put on all hosts and metrics from this account, as `key:value`. Monitors are scoped to them.
    #[schemars(extend("x-stops" = "tags"))]
    host_tags: Option<Set<Tag>>,
    /// Overrides of what is collected by default, by namespace; and the two switches v1 keeps among them. No
    /// allow-list.
    #[schemars(extend("x-stops" = "off"))]
    account_specific_namespace_rules: Option<Switches<NamespaceRule>>,
    /// Regions no data is collected from. The rest is fixed when this is written: regions to come are not collected
    /// from either, and v1 shows them as excluded.
    #[schemars(extend("x-stops" = "grow", "x-generations" = regions::GENERATIONS))]
    excluded_regions: Option<Set<Region>>,
    /// Collect metrics at all.
    #[schemars(extend("x-stops" = "off"))]
    metrics_collection_enabled: Option<bool>,
    /// Scan resources for Cloud Security; needs `extended_resource_collection_enabled: true`.
    #[schemars(extend("x-stops" = "off", "x-requires" = "extended_resource_collection_enabled"))]
    cspm_resource_collection_enabled: Option<bool>,
    /// Collect resources' configuration.
    #[schemars(extend("x-stops" = "off"))]
    extended_resource_collection_enabled: Option<bool>,
    /// Deprecated in v1 itself, in favour of `extended_resource_collection_enabled`.
    #[schemars(extend("x-stops" = "off"))]
    resource_collection_enabled: Option<bool>,
    /// Which resources' metrics are collected, per namespace (`/filtering`). EC2's is `filter_tags`.
    #[schemars(extend("x-list" = { "by": "namespace" }, "x-stops" = "unless-emptied"))]
    tag_filters: Option<Vec<TagFilter>>,
    /// Log collection (`/logs`).
    logs: Option<Logs>,
}

/// Which resources' metrics one namespace collects.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub struct TagFilter {
    /// The namespace.
    namespace: Filterable,
    /// Tags of the resource, as v1 writes them: one string.
    tag_filter_str: Option<String>,
}

/// The namespaces v1 takes a tag filter for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Filterable {
    Elb,
    ApplicationElb,
    Sqs,
    Rds,
    Custom,
    NetworkElb,
    Lambda,
    StepFunctions,
}

/// Log collection.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub struct Logs {
    /// ARNs of the Forwarder functions.
    #[schemars(extend("x-stops" = "shrink"))]
    lambdas: Option<Set<LambdaArn>>,
    /// Services whose logs are collected.
    #[schemars(extend("x-stops" = "shrink"))]
    services: Option<Set<LogSource>>,
}

/// The block's JSON Schema.
pub static SCHEMA: LazyLock<Value> = LazyLock::new(schema_of::<Account>);

/// What the planner needs to know of it.
pub static SHAPE: LazyLock<RowSchema> = LazyLock::new(|| RowSchema::of_schema(&[], &SCHEMA).with_yaml_form(spelled));

/// Fields of the listing that are about the account and not of it.
const TOLD_ONLY: &[&str] = &["errors"];

/// A row as YAML spells it. It is made of up to three answers: `account` as listed, `filters` and `logs` where they
/// were asked for.
fn spelled(mut row: Value) -> Value {
    let mut fields =
        row.get_mut("account").map(Value::take).and_then(|account| account.as_object().cloned()).unwrap_or_default();
    fields.retain(|name, _| !TOLD_ONLY.contains(&name.as_str()));
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
    if let Some(role) = block.entry("role_name") {
        sites::check_role(settings, facts, role, "access_key_id: AKIA...` with `secret_access_key: { env: NAME }", out);
    }
    if let Some(keys) = block.entry("access_key_id") {
        sites::check_keys(facts, keys, "role_name: ...", out);
    }
    cspm(block, out);
    forwarders(block, out);
    let logs = block.entry("logs").filter(|logs| !logs.node.entries().is_empty());
    if let (Some(logs), Some(_), None) = (logs, block.get("access_key_id"), &facts.account) {
        out.push(
            Diagnostic::error(logs.key_place, "`logs` without an account id")
                .label("v1 addresses log collection by account id")
                .help("add `aws_account_id: \"...\"` to the entry; the access key stays what tells the row"),
        );
    }
}

/// Datadog's specification says when v1's paths for forwarders go (`x-sunset`); the services beside them stay.
fn forwarders(block: &Node, out: &mut Diagnostics) {
    if let Some(lambdas) = block.get("logs").and_then(|logs| logs.entry("lambdas")) {
        let found = Diagnostic::warning(lambdas.key_place, "Datadog removes v1's way to set forwarders on 2027-02-20")
            .label("is set through it");
        let help = "a `datadog` block sets them as `logs_config: { lambda_forwarder: { lambdas: [...] } }`; `heeler migrate` writes one";
        out.push(found.help(help).once_per_file());
    }
}

fn cspm(block: &Node, out: &mut Diagnostics) {
    let on = |field: &str| block.get(field).and_then(Node::text).is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let Some(entry) = block.entry("cspm_resource_collection_enabled") else { return };
    if !on("cspm_resource_collection_enabled") || on("extended_resource_collection_enabled") {
        return;
    }
    let wrong =
        Diagnostic::error(entry.key_place, "CSPM without extended collection").label("needs extended collection");
    let wrong = match block.entry("extended_resource_collection_enabled") {
        Some(off) => wrong.also(off.node.place(), "switched off here"),
        None => wrong,
    };
    out.push(wrong.help("write `extended_resource_collection_enabled: true` beside it"));
}
