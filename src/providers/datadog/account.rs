//! The schema of an AWS account at Datadog's v2 API, and the rules about it that only Datadog has.
//!
//! Adding an attribute is one line here. Field names are Datadog's own. An attribute's line also says what is a set, a
//! keyed list, a one-of, checked against a catalog, secret, what stops collection, and what is billed; nothing else needs to be told.

use std::sync::LazyLock;

use crate::model::schema::DisruptiveWhen::{Change, Grow, Off, Shrink, Tags, UnlessEmptied};
use crate::model::schema::{Block, Bool, Keyed, Secret, Set, Text, View};
use crate::model::{AccountFacts, Diagnostic, Diagnostics, Node, RowSchema, Settings};
use crate::providers::datadog_common::catalogs::{LogSource, Namespace};
use crate::providers::datadog_common::sites;
use crate::providers::field_types::{AccessKeyId, LambdaArn, MetricPattern, Region, RoleName, Tag, TagPattern};
use crate::schema;

schema! {
    /// What may stand under `datadog:`.
    pub Account [needs: &[auth_config]] {
        /// Tags put on all telemetry from this account, as `key:value`. Monitors are scoped to them.
        account_tags: Set<Tag> [disruptive_when: Tags],
        /// How Datadog gets into the account.
        auth_config: AuthConfig [disruptive_when: Change, auth],
        /// Regions data is collected from.
        aws_regions: Regions [billed],
        /// Log collection.
        logs_config: LogsConfig,
        /// Metric collection.
        metrics_config: MetricsConfig,
        /// Resource collection.
        resources_config: ResourcesConfig,
        /// Trace collection.
        traces_config: TracesConfig,
    }

    /// Either a role (`role_name`, with an optional `external_id`) or access keys (`access_key_id`, `secret_access_key`).
    pub AuthConfig [one_of: &[&[role_name, external_id], &[access_key_id, secret_access_key]], immutable_arm] {
        /// The role Datadog assumes.
        role_name: RoleName,
        /// What Datadog presents when it assumes the role. Leave it out: Datadog makes one, and heeler reports it.
        external_id: Text [assigned],
        /// For GovCloud and China on commercial sites.
        access_key_id: AccessKeyId,
        /// Sent on create and when `access_key_id` changes; never compared.
        secret_access_key: Secret [secret_with: access_key_id],
    }

    /// Either every region, those to come included, or these.
    pub Regions [one_of: &[&[include_all], &[include_only]]] {
        /// Every region.
        include_all: Bool [disruptive_when: Off, billed],
        /// Only these.
        include_only: Set<Region> [disruptive_when: Shrink],
    }

    /// Log collection.
    pub LogsConfig [] {
        /// Automatic subscription of Datadog Forwarder functions.
        lambda_forwarder: LambdaForwarder,
    }

    /// Automatic subscription of Datadog Forwarder functions.
    pub LambdaForwarder [] {
        /// ARNs of the Forwarder functions.
        lambdas: Set<LambdaArn> [disruptive_when: Shrink],
        /// Services whose logs are collected.
        sources: Set<LogSource> [disruptive_when: Shrink],
        /// Settings per source.
        log_source_config: LogSourceConfig,
    }

    /// Settings per log source.
    pub LogSourceConfig [] {
        /// Which resources' logs are collected, per source.
        tag_filters: Keyed<LogSourceTagFilter> [disruptive_when: UnlessEmptied],
    }

    /// Which resources' logs one source collects.
    pub LogSourceTagFilter [] {
        /// The source.
        source: LogSource [key],
        /// Tags of the resource that emits the logs.
        tags: Set<TagPattern>,
    }

    /// Metric collection.
    pub MetricsConfig [] {
        /// Collect metrics at all.
        enabled: Bool [disruptive_when: Off],
        /// Mute EC2 hosts that are shut down on purpose.
        automute_enabled: Bool,
        /// Collect CloudWatch custom metrics.
        collect_custom_metrics: Bool [disruptive_when: Off, billed],
        /// Collect CloudWatch alarms as events.
        collect_cloudwatch_alarms: Bool [disruptive_when: Off],
        /// Which resources' metrics are collected, per namespace. For AWS/EC2: which hosts are imported.
        tag_filters: Keyed<NamespaceTagFilter> [disruptive_when: UnlessEmptied],
        /// Which namespaces are collected.
        namespace_filters: NamespaceFilters,
        /// Which metrics are collected, per namespace.
        metric_name_filters: Keyed<MetricNameFilter> [disruptive_when: UnlessEmptied],
    }

    /// Which resources' metrics one namespace collects.
    pub NamespaceTagFilter [] {
        /// The namespace.
        namespace: Namespace [key],
        /// Tags of the resource; `*`, `?` and a leading `!` are understood.
        tags: Set<TagPattern>,
    }

    /// Either all namespaces but these, or only these.
    pub NamespaceFilters [one_of: &[&[exclude_only], &[include_only]]] {
        /// All but these.
        exclude_only: Set<Namespace> [disruptive_when: Grow],
        /// Only these.
        include_only: Set<Namespace> [disruptive_when: Shrink],
    }

    /// Which metrics one namespace collects: either only these, or all but these.
    pub MetricNameFilter [one_of: &[&[include_only], &[exclude_only]]] {
        /// The namespace.
        namespace: Namespace [key],
        /// Only metrics whose Datadog name matches one of these.
        include_only: Set<MetricPattern>,
        /// All metrics but those whose Datadog name matches one of these.
        exclude_only: Set<MetricPattern>,
    }

    /// Resource collection.
    pub ResourcesConfig [] {
        /// Scan resources for Cloud Security; needs `extended_collection: true`.
        cloud_security_posture_management_collection: Bool [disruptive_when: Off, billed, requires: extended_collection],
        /// Collect resources' configuration.
        extended_collection: Bool [disruptive_when: Off, billed],
    }

    /// Trace collection.
    pub TracesConfig [] {
        /// Services whose X-Ray traces are collected.
        xray_services: XrayServices,
    }

    /// Either every service, or these.
    pub XrayServices [one_of: &[&[include_all], &[include_only]]] {
        /// Every service.
        include_all: Bool [disruptive_when: Off, billed],
        /// Only these.
        include_only: Set<Text> [disruptive_when: Shrink],
    }
}

/// What of a listed row is compared. Its fields stand under `attributes`.
pub static SHAPE: LazyLock<RowSchema> = LazyLock::new(|| RowSchema {
    pointer: &["attributes"],
    to_yaml_form: None,
    within: None,
    block: Account::SCHEMA.compared(),
});

/// What can be known offline to be refused, or unwise, of a merged block.
pub fn rules(settings: &Settings, facts: &AccountFacts, block: &Node, out: &mut Diagnostics) {
    let account = View::<Account>::of(block);
    account.value(Account::auth_config).into_iter().for_each(|auth| authentication(settings, facts, auth, out));
    account.value(Account::resources_config).into_iter().for_each(|resources| cspm(resources, out));
}

fn authentication(settings: &Settings, facts: &AccountFacts, auth: View<'_, AuthConfig>, out: &mut Diagnostics) {
    if let Some(role) = auth.entry(AuthConfig::role_name) {
        sites::check_role(
            settings,
            facts,
            role,
            "auth_config: { access_key_id: AKIA..., secret_access_key: { env: NAME } }",
            out,
        );
    }
    if let Some(keys) = auth.entry(AuthConfig::access_key_id) {
        sites::check_keys(facts, keys, "auth_config: { role_name: ... }", out);
    }
}

fn cspm(resources: View<'_, ResourcesConfig>, out: &mut Diagnostics) {
    let cspm = resources.get(ResourcesConfig::cloud_security_posture_management_collection);
    let extended = resources.get(ResourcesConfig::extended_collection);
    let Some(cspm) = cspm.filter(|cspm| cspm.value && !extended.is_some_and(|extended| extended.value)) else { return };
    let wrong =
        Diagnostic::error(cspm.key_place(), "CSPM without extended collection").label("needs extended collection");
    let wrong = match resources.entry(ResourcesConfig::extended_collection) {
        Some(off) => wrong.also(off.node.place(), "switched off here"),
        None => wrong,
    };
    out.push(wrong.help("write `extended_collection: true` beside it").if_all_is_read());
}
