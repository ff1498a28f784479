//! Differences and what they do to what is collected, case by case: a live block, a declared one, and the changes
//! between them. `!` marks what can disrupt something, `$` what costs more.

use heeler::model::Sources;
use heeler::planner::diff::diff;
use serde_json::{Value, json};

use crate::load;

/// `path` of every change, with `!` before those that can stop collection, and `$` before those that collect more.
fn changes(live: Value, declared: Value) -> Vec<String> {
    let config = json!({
        "version": 1,
        "providers": { "datadog": { "site": "ddog-gov.com" } },
        "accounts": [{ "aws_account_id": "210000000001", "datadog": declared }],
    });
    let loaded = load(&[("heeler.yaml", &config.to_string())]).expect("a valid config");
    let desired = loaded.desired.entries.values().next().expect("an account");
    let sources: &Sources = &loaded.sources;
    let found = diff(desired, Some(&live), sources, false);
    found.changes.iter().map(|change| format!("{} {}", change.effect.mark(), change.path).trim().to_owned()).collect()
}

/// What a one-of holds is shown without arms that hold nothing, so that the same state has the same digest however it
/// is listed.
#[test]
fn an_arm_that_holds_nothing_is_not_shown() {
    let config = "version: 1\nproviders: { datadog: { site: datadoghq.eu } }\naccounts:\n  - aws_account_id: '210000000001'\n    \
                  datadog: { aws_regions: { include_only: [us-east-1] }, metrics_config: { metric_name_filters: [] } }\n";
    let loaded = load(&[("heeler.yaml", config)]).expect("a valid config");
    let desired = loaded.desired.entries.values().next().expect("an account");
    let before = |regions: Value, filter: Value| {
        let live = json!({ "aws_regions": regions, "metrics_config": { "metric_name_filters": [filter] } });
        diff(desired, Some(&live), &loaded.sources, false)
            .changes
            .into_iter()
            .map(|change| change.change)
            .collect::<Vec<_>>()
    };
    let plain =
        before(json!({ "include_all": true }), json!({ "namespace": "AWS/EC2", "exclude_only": ["aws.ec2.*"] }));
    for nothing in [json!(null), json!([])] {
        let regions = json!({ "include_all": true, "include_only": nothing });
        assert_eq!(
            before(regions, json!({ "namespace": "AWS/EC2", "include_only": nothing, "exclude_only": ["aws.ec2.*"] })),
            plain
        );
    }
}

macro_rules! cases {
    ($($name:ident: $live:tt => $declared:tt gives [$($path:literal),*];)*) => {
        $(#[test]
        fn $name() {
            assert_eq!(changes(json!($live), json!($declared)), Vec::<&str>::from([$($path),*]));
        })*
    };
}

cases! {
    silence_means_leave_alone: { "account_tags": ["a:1"] } => {} gives [];
    lists_are_sets: { "account_tags": ["a:1", "b:2"] } => { "account_tags": ["b:2", "a:1", "a:1"] } gives [];
    null_empty_and_absent_are_equal: { "account_tags": null } => { "account_tags": [], "traces_config": { "xray_services": { "include_only": [] } } } gives [];
    a_tag_dropped: { "account_tags": ["a:1"] } => { "account_tags": [] } gives ["! account_tags"];
    a_tag_changed: { "account_tags": ["a:1"] } => { "account_tags": ["a:2"] } gives ["! account_tags"];
    a_tag_added: { "account_tags": ["a:1"] } => { "account_tags": ["a:1", "b:2"] } gives ["account_tags"];
    a_role_is_authentication: { "auth_config": { "role_name": "a", "external_id": "x" } } => { "auth_config": { "role_name": "b" } } gives ["! auth_config.role_name"];
    a_region_dropped: { "aws_regions": { "include_only": ["us-east-1", "eu-west-1"] } } => { "aws_regions": { "include_only": ["us-east-1"] } } gives ["! aws_regions.include_only"];
    a_region_added: { "aws_regions": { "include_only": ["us-east-1"] } } => { "aws_regions": { "include_only": ["us-east-1", "eu-west-1"] } } gives ["$ aws_regions.include_only"];
    all_regions_to_some: { "aws_regions": { "include_all": true } } => { "aws_regions": { "include_only": ["us-east-1"] } } gives ["! aws_regions"];
    some_regions_to_all: { "aws_regions": { "include_only": ["us-east-1"] } } => { "aws_regions": { "include_all": true } } gives ["$ aws_regions"];
    an_arm_nobody_knows: { "aws_regions": { "exclude_only": ["us-east-1"] } } => { "aws_regions": { "include_only": ["us-east-1"] } } gives ["!$ aws_regions"];
    a_forwarder_dropped: { "logs_config": { "lambda_forwarder": { "lambdas": ["arn:aws:lambda:us-east-1:210000000001:function:a"] } } } => { "logs_config": { "lambda_forwarder": { "lambdas": [] } } } gives ["! logs_config.lambda_forwarder.lambdas"];
    a_source_dropped: { "logs_config": { "lambda_forwarder": { "sources": ["s3", "vpc"] } } } => { "logs_config": { "lambda_forwarder": { "sources": ["s3"] } } } gives ["! logs_config.lambda_forwarder.sources"];
    a_source_added: { "logs_config": { "lambda_forwarder": { "sources": ["s3"] } } } => { "logs_config": { "lambda_forwarder": { "sources": ["s3", "vpc"] } } } gives ["$ logs_config.lambda_forwarder.sources"];
    a_service_untraced: { "traces_config": { "xray_services": { "include_only": ["AWS/AppSync"] } } } => { "traces_config": { "xray_services": { "include_only": [] } } } gives ["! traces_config.xray_services.include_only"];
    all_services_to_none: { "traces_config": { "xray_services": { "include_all": true } } } => { "traces_config": { "xray_services": { "include_only": [] } } } gives ["! traces_config.xray_services"];
    none_to_all_services: { "traces_config": { "xray_services": { "include_only": [] } } } => { "traces_config": { "xray_services": { "include_all": true } } } gives ["$ traces_config.xray_services"];
    a_namespace_excluded: { "metrics_config": { "namespace_filters": { "exclude_only": ["AWS/SQS"] } } } => { "metrics_config": { "namespace_filters": { "exclude_only": ["AWS/SQS", "AWS/EC2"] } } } gives ["! metrics_config.namespace_filters.exclude_only"];
    a_namespace_readmitted: { "metrics_config": { "namespace_filters": { "exclude_only": ["AWS/SQS", "AWS/EC2"] } } } => { "metrics_config": { "namespace_filters": { "exclude_only": ["AWS/SQS"] } } } gives ["$ metrics_config.namespace_filters.exclude_only"];
    a_namespace_no_longer_included: { "metrics_config": { "namespace_filters": { "include_only": ["AWS/SQS", "AWS/EC2"] } } } => { "metrics_config": { "namespace_filters": { "include_only": ["AWS/EC2"] } } } gives ["! metrics_config.namespace_filters.include_only"];
    exclusion_to_inclusion: { "metrics_config": { "namespace_filters": { "exclude_only": ["AWS/SQS"] } } } => { "metrics_config": { "namespace_filters": { "include_only": ["AWS/EC2"] } } } gives ["! metrics_config.namespace_filters"];
    inclusion_to_exclusion_of_others: { "metrics_config": { "namespace_filters": { "include_only": ["AWS/EC2"] } } } => { "metrics_config": { "namespace_filters": { "exclude_only": ["AWS/SQS"] } } } gives ["$ metrics_config.namespace_filters"];
    inclusion_to_exclusion_of_the_same: { "metrics_config": { "namespace_filters": { "include_only": ["AWS/EC2"] } } } => { "metrics_config": { "namespace_filters": { "exclude_only": ["AWS/EC2"] } } } gives ["!$ metrics_config.namespace_filters"];
    no_service_to_not_all: { "traces_config": { "xray_services": { "include_all": false } } } => { "traces_config": { "xray_services": { "include_only": [] } } } gives ["! traces_config.xray_services"];
    nothing_included_to_nothing_excluded: { "metrics_config": { "namespace_filters": { "include_only": [] } } } => { "metrics_config": { "namespace_filters": { "exclude_only": [] } } } gives ["$ metrics_config.namespace_filters"];
    a_tag_filter_changed: { "metrics_config": { "tag_filters": [{ "namespace": "AWS/EC2", "tags": ["env:prod"] }] } } => { "metrics_config": { "tag_filters": [{ "namespace": "AWS/EC2", "tags": ["env:dev"] }] } } gives ["!$ metrics_config.tag_filters[AWS/EC2].tags"];
    a_tag_filter_emptied: { "metrics_config": { "tag_filters": [{ "namespace": "AWS/EC2", "tags": ["env:prod"] }] } } => { "metrics_config": { "tag_filters": [{ "namespace": "AWS/EC2", "tags": [] }] } } gives ["$ metrics_config.tag_filters[AWS/EC2].tags"];
    a_tag_filter_taken_out: { "metrics_config": { "tag_filters": [{ "namespace": "AWS/EC2", "tags": ["env:prod"] }] } } => { "metrics_config": { "tag_filters": [] } } gives ["$ metrics_config.tag_filters[AWS/EC2]"];
    a_tag_filter_put_in: { "metrics_config": { "tag_filters": [] } } => { "metrics_config": { "tag_filters": [{ "namespace": "AWS/EC2", "tags": ["env:dev"] }] } } gives ["! metrics_config.tag_filters[AWS/EC2].tags"];
    a_log_filter_changed: { "logs_config": { "lambda_forwarder": { "log_source_config": { "tag_filters": [{ "source": "s3", "tags": null }] } } } } => { "logs_config": { "lambda_forwarder": { "log_source_config": { "tag_filters": [{ "source": "s3", "tags": ["env:prod"] }] } } } } gives ["! logs_config.lambda_forwarder.log_source_config.tag_filters[s3].tags"];
    a_metric_filter_put_in: {} => { "metrics_config": { "metric_name_filters": [{ "namespace": "AWS/EC2", "exclude_only": ["aws.ec2.*"] }] } } gives ["! metrics_config.metric_name_filters[AWS/EC2].exclude_only"];
    a_metric_filter_switched: { "metrics_config": { "metric_name_filters": [{ "namespace": "AWS/EC2", "exclude_only": ["aws.ec2.*"] }] } } => { "metrics_config": { "metric_name_filters": [{ "namespace": "AWS/EC2", "include_only": ["aws.ec2.*"] }] } } gives ["!$ metrics_config.metric_name_filters[AWS/EC2]"];
    metrics_off: { "metrics_config": { "enabled": true } } => { "metrics_config": { "enabled": false } } gives ["! metrics_config.enabled"];
    metrics_on: { "metrics_config": { "enabled": false } } => { "metrics_config": { "enabled": true } } gives ["$ metrics_config.enabled"];
    custom_metrics_off: { "metrics_config": { "collect_custom_metrics": true } } => { "metrics_config": { "collect_custom_metrics": false } } gives ["! metrics_config.collect_custom_metrics"];
    alarms_off: { "metrics_config": { "collect_cloudwatch_alarms": true } } => { "metrics_config": { "collect_cloudwatch_alarms": false } } gives ["! metrics_config.collect_cloudwatch_alarms"];
    muting_off_stops_nothing: { "metrics_config": { "automute_enabled": true } } => { "metrics_config": { "automute_enabled": false } } gives ["metrics_config.automute_enabled"];
    extended_collection_off: { "resources_config": { "extended_collection": true } } => { "resources_config": { "extended_collection": false } } gives ["! resources_config.extended_collection"];
    cspm_off: { "resources_config": { "cloud_security_posture_management_collection": true } } => { "resources_config": { "cloud_security_posture_management_collection": false } } gives ["! resources_config.cloud_security_posture_management_collection"];
    a_region_in_place_of_another: { "aws_regions": { "include_only": ["us-east-1"] } } => { "aws_regions": { "include_only": ["eu-west-1"] } } gives ["!$ aws_regions.include_only"];
    no_regions_known_to_some: { "aws_regions": {} } => { "aws_regions": { "include_only": ["eu-west-1"] } } gives ["!$ aws_regions.include_only"];
    no_regions_known_to_all: { "aws_regions": {} } => { "aws_regions": { "include_all": true } } gives ["$ aws_regions.include_all"];
    a_forwarder_added: { "logs_config": { "lambda_forwarder": { "lambdas": [] } } } => { "logs_config": { "lambda_forwarder": { "lambdas": ["arn:aws:lambda:us-east-1:210000000001:function:a"] } } } gives ["$ logs_config.lambda_forwarder.lambdas"];
    exclusion_to_inclusion_of_the_excluded: { "metrics_config": { "namespace_filters": { "exclude_only": ["AWS/SQS"] } } } => { "metrics_config": { "namespace_filters": { "include_only": ["AWS/EC2", "AWS/SQS"] } } } gives ["!$ metrics_config.namespace_filters"];
    one_namespace_excluded_for_another: { "metrics_config": { "namespace_filters": { "exclude_only": ["AWS/SQS"] } } } => { "metrics_config": { "namespace_filters": { "exclude_only": ["AWS/EC2"] } } } gives ["!$ metrics_config.namespace_filters.exclude_only"];
    a_namespace_included: { "metrics_config": { "namespace_filters": { "include_only": ["AWS/EC2"] } } } => { "metrics_config": { "namespace_filters": { "include_only": ["AWS/EC2", "AWS/SQS"] } } } gives ["$ metrics_config.namespace_filters.include_only"];
    a_log_filter_emptied: { "logs_config": { "lambda_forwarder": { "log_source_config": { "tag_filters": [{ "source": "s3", "tags": ["env:prod"] }] } } } } => { "logs_config": { "lambda_forwarder": { "log_source_config": { "tag_filters": [] } } } } gives ["$ logs_config.lambda_forwarder.log_source_config.tag_filters[s3]"];
    a_metric_filter_changed: { "metrics_config": { "metric_name_filters": [{ "namespace": "AWS/EC2", "include_only": ["aws.ec2.*"] }] } } => { "metrics_config": { "metric_name_filters": [{ "namespace": "AWS/EC2", "include_only": ["aws.ec2.cpu*"] }] } } gives ["!$ metrics_config.metric_name_filters[AWS/EC2].include_only"];
    a_metric_filter_emptied: { "metrics_config": { "metric_name_filters": [{ "namespace": "AWS/EC2", "include_only": ["aws.ec2.*"] }] } } => { "metrics_config": { "metric_name_filters": [] } } gives ["$ metrics_config.metric_name_filters[AWS/EC2]"];
    custom_metrics_on: { "metrics_config": { "collect_custom_metrics": false } } => { "metrics_config": { "collect_custom_metrics": true } } gives ["$ metrics_config.collect_custom_metrics"];
    alarms_on: { "metrics_config": { "collect_cloudwatch_alarms": false } } => { "metrics_config": { "collect_cloudwatch_alarms": true } } gives ["$ metrics_config.collect_cloudwatch_alarms"];
    cspm_on: { "resources_config": { "extended_collection": true } } => { "resources_config": { "extended_collection": true, "cloud_security_posture_management_collection": true } } gives ["$ resources_config.cloud_security_posture_management_collection"];
    extended_collection_on: { "resources_config": { "extended_collection": false } } => { "resources_config": { "extended_collection": true } } gives ["$ resources_config.extended_collection"];
    unknown_fields_are_nobodys: { "metrics_config": { "enabled": true, "brand_new": 1 }, "brand_new": {} } => { "metrics_config": { "enabled": true } } gives [];
}
