//! A generated fleet: the config in files of ten thousand accounts, and the listing of an organization that nearly
//! matches it.

use std::fmt::Write;

/// Accounts in one file.
const PER_FILE: usize = 10_000;
/// One account in so many differs from its entry.
const DRIFT: usize = 100;

/// How the config says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Every account says everything itself.
    Flat,
    /// Nearly everything is in `defaults` and two profiles.
    Layered,
}

impl Form {
    /// Both.
    pub const ALL: [Form; 2] = [Form::Flat, Form::Layered];

    /// For tables and for the command line.
    pub fn name(self) -> &'static str {
        match self {
            Form::Flat => "flat",
            Form::Layered => "defaults",
        }
    }
}

/// The files, by name.
pub fn files(form: Form, accounts: usize) -> Vec<(String, String)> {
    let mut files = vec![("000.yaml".to_owned(), head(form))];
    for first in (0..accounts).step_by(PER_FILE) {
        let mut text = String::from("accounts:\n");
        for at in first..accounts.min(first + PER_FILE) {
            entry(form, at, &mut text);
        }
        files.push((format!("{:03}.yaml", 1 + first / PER_FILE), text));
    }
    files
}

fn head(form: Form) -> String {
    // Each account that differs gets two regions more, which is costly.
    let mut head =
        "version: 1\nproviders: { datadog: { site: datadoghq.eu } }\nlimits: { costly: 100000 }\n".to_owned();
    if form == Form::Layered {
        head.push_str("defaults:\n  datadog:\n");
        block("    ", "${aws_account_id}", &mut head);
        head.push_str("profiles:\n  quiet:\n    datadog: { metrics_config: { automute_enabled: true } }\n");
        head.push_str(
            "  traced:\n    datadog: { traces_config: { xray_services: { include_only: [AWS/AppSync] } } }\n",
        );
    }
    head
}

fn entry(form: Form, at: usize, text: &mut String) {
    let id = id(at);
    let _ = writeln!(text, "  - aws_account_id: \"{id}\"\n    name: account-{at}");
    match form {
        Form::Flat => {
            text.push_str("    datadog:\n");
            block("      ", &id, text);
        }
        Form::Layered => text.push_str("    profiles: [quiet, traced]\n    datadog:\n"),
    }
    let _ = writeln!(text, "      account_tags: [\"env:prod\", \"team:t{}\", \"cost:c{at}\"]", at % 50);
}

fn block(indent: &str, id: &str, text: &mut String) {
    for line in [
        "auth_config: { role_name: DatadogIntegrationRole }",
        "aws_regions:",
        "  include_only: [eu-central-1, eu-west-1, us-east-1]",
        "logs_config:",
        "  lambda_forwarder:",
        "    lambdas: [\"arn:aws:lambda:eu-west-1:ACCOUNT:function:datadog-forwarder\"]",
        "    sources: [cloudtrail, elbv2, lambda, s3]",
        "metrics_config:",
        "  enabled: true",
        "  automute_enabled: true",
        "  collect_custom_metrics: false",
        "  collect_cloudwatch_alarms: false",
        "  namespace_filters: { exclude_only: [AWS/SQS, AWS/ElasticMapReduce] }",
        "  tag_filters:",
        "    - { namespace: AWS/EC2, tags: [\"datadog:true\", \"!env:dev\"] }",
        "resources_config:",
        "  extended_collection: true",
        "  cloud_security_posture_management_collection: false",
        "traces_config:",
        "  xray_services: { include_only: [AWS/AppSync] }",
    ] {
        let _ = writeln!(text, "{indent}{}", line.replace("ACCOUNT", id));
    }
}

/// The listing, as Datadog would answer it.
pub fn listing(accounts: usize) -> Vec<u8> {
    let mut body = String::from("{\"data\":[");
    for at in 0..accounts {
        let (id, comma) = (id(at), if at == 0 { "" } else { "," });
        let regions = if at % DRIFT == 0 { "\"us-east-1\"" } else { "\"us-east-1\",\"eu-west-1\",\"eu-central-1\"" };
        let _ = write!(
            body,
            "{comma}{{\"id\":\"5c0ffee0-0000-4000-8000-{id}\",\"type\":\"account\",\"attributes\":{{\"account_tags\":[\"cost:c{at}\",\"env:prod\",\"team:t{}\"],\
             \"auth_config\":{{\"external_id\":\"{at:032x}\",\"role_name\":\"DatadogIntegrationRole\"}},\"aws_account_id\":\"{id}\",\"aws_partition\":\"aws\",\
             \"aws_regions\":{{\"include_only\":[{regions}]}},\"created_at\":\"2026-01-02T03:04:05.678901Z\",\"logs_config\":{{\"lambda_forwarder\":{{\
             \"lambdas\":[\"arn:aws:lambda:eu-west-1:{id}:function:datadog-forwarder\"],\"log_source_config\":{{\"tag_filters\":[]}},\
             \"sources\":[\"s3\",\"lambda\",\"elbv2\",\"cloudtrail\"]}}}},\"metrics_config\":{{\"automute_enabled\":true,\"collect_cloudwatch_alarms\":false,\
             \"collect_custom_metrics\":false,\"enabled\":true,\"namespace_filters\":{{\"exclude_only\":[\"AWS/ElasticMapReduce\",\"AWS/SQS\"]}},\
             \"tag_filters\":[{{\"namespace\":\"AWS/EC2\",\"tags\":[\"!env:dev\",\"datadog:true\"]}}]}},\"modified_at\":\"2026-01-02T03:04:05.678901Z\",\
             \"resources_config\":{{\"cloud_security_posture_management_collection\":false,\"extended_collection\":true}},\
             \"traces_config\":{{\"xray_services\":{{\"include_only\":[\"AWS/AppSync\"]}}}}}}}}",
            at % 50
        );
    }
    body.push_str("]}");
    body.into_bytes()
}

/// The catalogs, as Datadog would answer them.
pub fn catalog(path: &str) -> Option<&'static str> {
    let namespaces = "{\"data\":{\"attributes\":{\"namespaces\":[\"AWS/EC2\",\"AWS/SQS\",\"AWS/ElasticMapReduce\",\"AWS/AppSync\"]}}}";
    let sources = "{\"data\":{\"attributes\":{\"logs_services\":[\"cloudtrail\",\"elbv2\",\"lambda\",\"s3\"]}}}";
    match path {
        "/api/v2/integration/aws/available_namespaces" => Some(namespaces),
        "/api/v2/integration/aws/logs/services" => Some(sources),
        _ => None,
    }
}

fn id(at: usize) -> String {
    format!("{:012}", 100_000_000_000 + at)
}
