//! The struct that is YAML schema and comparison for a Datadog v2 AWS account, and the rules about it that only Datadog
//! has.
//!
//! Adding an attribute is one line here. Field names are Datadog's own. An attribute's line also says what is a set, a
//! keyed list, a one-of, checked against a catalog, secret, and what stops collection; nothing else needs to be told.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::model::{AccountFacts, Diagnostic, Diagnostics, Node, RowSchema, Settings};
use crate::providers::datadog_common::sites;
use crate::providers::field_types::{
    AccessKeyId, LambdaArn, LogSource, MetricPattern, Namespace, Region, RoleName, Secret, Set, Tag, TagPattern,
};
use crate::providers::schema_of;

/// What may stand under `datadog:`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-needs" = ["auth_config"]))]
#[allow(dead_code)]
pub struct Account {
    /// Tags put on all telemetry from this account, as `key:value`. Monitors are scoped to them.
    #[schemars(extend("x-stops" = "tags"))]
    account_tags: Option<Set<Tag>>,
    /// How Datadog gets into the account.
    #[schemars(extend("x-stops" = "change", "x-auth" = true))]
    auth_config: Option<AuthConfig>,
    /// Regions data is collected from.
    aws_regions: Option<Regions>,
    /// Log collection.
    logs_config: Option<LogsConfig>,
    /// Metric collection.
    metrics_config: Option<MetricsConfig>,
    /// Resource collection.
    resources_config: Option<ResourcesConfig>,
    /// Trace collection.
    traces_config: Option<TracesConfig>,
}

/// Either a role (`role_name`, with an optional `external_id`) or access keys (`access_key_id`, `secret_access_key`).
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-one-of" = [["role_name", "external_id"], ["access_key_id", "secret_access_key"]], "x-rigid" = true))]
#[allow(dead_code)]
pub struct AuthConfig {
    /// The role Datadog assumes.
    role_name: Option<RoleName>,
    /// What Datadog presents when it assumes the role. Leave it out: Datadog makes one, and heeler reports it.
    #[schemars(extend("x-assigned" = true))]
    external_id: Option<String>,
    /// For GovCloud and China on commercial sites.
    access_key_id: Option<AccessKeyId>,
    /// Sent on create and when `access_key_id` changes; never compared.
    #[schemars(extend("x-secret" = "access_key_id"))]
    secret_access_key: Option<Secret>,
}

/// Either every region, those to come included, or these.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-one-of" = [["include_all"], ["include_only"]]))]
#[allow(dead_code)]
pub struct Regions {
    /// Every region.
    #[schemars(extend("x-stops" = "off"))]
    include_all: Option<bool>,
    /// Only these.
    #[schemars(extend("x-stops" = "shrink"))]
    include_only: Option<Set<Region>>,
}

/// Log collection.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub struct LogsConfig {
    /// Automatic subscription of Datadog Forwarder functions.
    lambda_forwarder: Option<LambdaForwarder>,
}

/// Automatic subscription of Datadog Forwarder functions.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub struct LambdaForwarder {
    /// ARNs of the Forwarder functions.
    #[schemars(extend("x-stops" = "shrink"))]
    lambdas: Option<Set<LambdaArn>>,
    /// Services whose logs are collected.
    #[schemars(extend("x-stops" = "shrink"))]
    sources: Option<Set<LogSource>>,
    /// Settings per source.
    log_source_config: Option<LogSourceConfig>,
}

/// Settings per log source.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub struct LogSourceConfig {
    /// Which resources' logs are collected, per source.
    #[schemars(extend("x-list" = { "by": "source" }, "x-stops" = "unless-emptied"))]
    tag_filters: Option<Vec<LogSourceTagFilter>>,
}

/// Which resources' logs one source collects.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub struct LogSourceTagFilter {
    /// The source.
    source: LogSource,
    /// Tags of the resource that emits the logs.
    tags: Option<Set<TagPattern>>,
}

/// Metric collection.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub struct MetricsConfig {
    /// Collect metrics at all.
    #[schemars(extend("x-stops" = "off"))]
    enabled: Option<bool>,
    /// Mute EC2 hosts that are shut down on purpose.
    automute_enabled: Option<bool>,
    /// Collect CloudWatch custom metrics.
    #[schemars(extend("x-stops" = "off"))]
    collect_custom_metrics: Option<bool>,
    /// Collect CloudWatch alarms as events.
    #[schemars(extend("x-stops" = "off"))]
    collect_cloudwatch_alarms: Option<bool>,
    /// Which resources' metrics are collected, per namespace. For AWS/EC2: which hosts are imported.
    #[schemars(extend("x-list" = { "by": "namespace" }, "x-stops" = "unless-emptied"))]
    tag_filters: Option<Vec<NamespaceTagFilter>>,
    /// Which namespaces are collected.
    namespace_filters: Option<NamespaceFilters>,
    /// Which metrics are collected, per namespace.
    #[schemars(extend("x-list" = { "by": "namespace" }, "x-stops" = "unless-emptied"))]
    metric_name_filters: Option<Vec<MetricNameFilter>>,
}

/// Which resources' metrics one namespace collects.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub struct NamespaceTagFilter {
    /// The namespace.
    namespace: Namespace,
    /// Tags of the resource; `*`, `?` and a leading `!` are understood.
    tags: Option<Set<TagPattern>>,
}

/// Either all namespaces but these, or only these.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-one-of" = [["exclude_only"], ["include_only"]]))]
#[allow(dead_code)]
pub struct NamespaceFilters {
    /// All but these.
    #[schemars(extend("x-stops" = "grow"))]
    exclude_only: Option<Set<Namespace>>,
    /// Only these.
    #[schemars(extend("x-stops" = "shrink"))]
    include_only: Option<Set<Namespace>>,
}

/// Which metrics one namespace collects: either only these, or all but these.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-one-of" = [["include_only"], ["exclude_only"]]))]
#[allow(dead_code)]
pub struct MetricNameFilter {
    /// The namespace.
    namespace: Namespace,
    /// Only metrics whose Datadog name matches one of these.
    include_only: Option<Set<MetricPattern>>,
    /// All metrics but those whose Datadog name matches one of these.
    exclude_only: Option<Set<MetricPattern>>,
}

/// Resource collection.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub struct ResourcesConfig {
    /// Scan resources for Cloud Security; needs `extended_collection: true`.
    #[schemars(extend("x-stops" = "off", "x-requires" = "extended_collection"))]
    cloud_security_posture_management_collection: Option<bool>,
    /// Collect resources' configuration.
    #[schemars(extend("x-stops" = "off"))]
    extended_collection: Option<bool>,
}

/// Trace collection.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub struct TracesConfig {
    /// Services whose X-Ray traces are collected.
    xray_services: Option<XrayServices>,
}

/// Either every service, or these.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-one-of" = [["include_all"], ["include_only"]]))]
#[allow(dead_code)]
pub struct XrayServices {
    /// Every service.
    #[schemars(extend("x-stops" = "off"))]
    include_all: Option<bool>,
    /// Only these.
    #[schemars(extend("x-stops" = "shrink"))]
    include_only: Option<Set<String>>,
}

/// The block's JSON Schema.
pub static SCHEMA: LazyLock<Value> = LazyLock::new(schema_of::<Account>);

/// What the planner needs to know of it. A listed row keeps its fields under `attributes`.
pub static SHAPE: LazyLock<RowSchema> = LazyLock::new(|| RowSchema::of_schema(&["attributes"], &SCHEMA));

/// What can be known offline to be refused, or unwise, of a merged block.
pub fn rules(settings: &Settings, facts: &AccountFacts, block: &Node, out: &mut Diagnostics) {
    authentication(settings, facts, block, out);
    cspm(block, out);
}

fn authentication(settings: &Settings, facts: &AccountFacts, block: &Node, out: &mut Diagnostics) {
    let Some(auth) = block.get("auth_config") else { return };
    if let Some(role) = auth.entry("role_name") {
        sites::check_role(
            settings,
            facts,
            role,
            "auth_config: { access_key_id: AKIA..., secret_access_key: { env: NAME } }",
            out,
        );
    }
    if let Some(keys) = auth.entry("access_key_id") {
        sites::check_keys(facts, keys, "auth_config: { role_name: ... }", out);
    }
}

fn cspm(block: &Node, out: &mut Diagnostics) {
    let Some(resources) = block.get("resources_config") else { return };
    let on =
        |field: &str| resources.get(field).and_then(Node::text).is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let Some(entry) = resources.entry("cloud_security_posture_management_collection") else { return };
    if !on("cloud_security_posture_management_collection") || on("extended_collection") {
        return;
    }
    let wrong =
        Diagnostic::error(entry.key_place, "CSPM without extended collection").label("needs extended collection");
    let wrong = match resources.entry("extended_collection") {
        Some(off) => wrong.also(off.node.place(), "switched off here"),
        None => wrong,
    };
    out.push(wrong.help("write `extended_collection: true` beside it"));
}
