//! A fleet that Terraform manages, built by hand from the documented schema of its Datadog provider, and the world that
//! fits it.

use serde_json::{Value, json};

/// A secret that stands in the state, and must stand nowhere else.
pub const PLANTED: &str = "planted/wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLE";

/// Regions of a listing, as an exclusion of us-east-1 and us-west-2 left them.
pub const REST: &[&str] = &[
    "us-east-2",
    "us-west-1",
    "eu-west-1",
    "eu-central-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "sa-east-1",
    "ap-south-1",
    "ca-central-1",
    "eu-west-2",
    "eu-west-3",
    "eu-north-1",
    "af-south-1",
    "ap-east-1",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
];

/// One resource of a state.
pub fn resource(address: &str, kind: &str, values: Value) -> Value {
    let name = address.rsplit('.').next().unwrap().split('[').next().unwrap();
    json!({
        "address": address, "mode": "managed", "type": kind, "name": name, "schema_version": 0, "sensitive_values": {},
        "provider_name": "registry.terraform.io/datadog/datadog", "values": values,
    })
}

/// The output of `terraform show -json`: resources of the root, and child modules.
pub fn state(resources: Vec<Value>, modules: Vec<Value>) -> Value {
    json!({
        "format_version": "1.0", "terraform_version": "1.11.4",
        "values": { "outputs": {}, "root_module": { "resources": resources, "child_modules": modules } },
    })
}

/// The values of `datadog_integration_aws_account` with a role.
pub fn account(id: &str, tags: &[&str], forwarder: bool) -> Value {
    let lambdas = if forwarder {
        json!([format!("arn:aws:lambda:eu-west-1:{id}:function:datadog-forwarder")])
    } else {
        json!([])
    };
    json!({
        "id": format!("7c0ffee0-0000-4000-8000-{id}"), "aws_account_id": id, "aws_partition": "aws", "account_tags": tags,
        "auth_config": {
            "aws_auth_config_keys": null,
            "aws_auth_config_role": { "role_name": "DatadogIntegrationRole", "external_id": "0123456789abcdef0123456789abcdef" },
        },
        "aws_regions": { "include_all": true, "include_only": null },
        "logs_config": { "lambda_forwarder": {
            "lambdas": lambdas, "sources": if forwarder { json!(["s3", "lambda"]) } else { json!([]) },
            "log_source_config": { "tag_filters": [] },
        } },
        "metrics_config": {
            "enabled": true, "automute_enabled": true, "collect_custom_metrics": false, "collect_cloudwatch_alarms": false,
            "tag_filters": [{ "namespace": "AWS/EC2", "tags": ["datadog:true"] }],
            "namespace_filters": { "include_only": null, "exclude_only": ["AWS/SQS", "AWS/ElasticMapReduce"] },
        },
        "resources_config": { "cloud_security_posture_management_collection": false, "extended_collection": true },
        "traces_config": { "xray_services": { "include_all": null, "include_only": [] } },
    })
}

/// The same account as Datadog lists it.
pub fn live(values: &Value) -> Value {
    fn set(value: &Value) -> Value {
        match value {
            Value::Object(fields) => fields
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name.clone(), set(value)))
                .collect(),
            other => other.clone(),
        }
    }
    let mut attributes = set(values);
    let id = attributes.as_object_mut().unwrap().remove("id").unwrap();
    let auth = attributes["auth_config"].take();
    attributes["auth_config"] = match auth.get("aws_auth_config_role") {
        Some(role) => role.clone(),
        None => json!({ "access_key_id": auth["aws_auth_config_keys"]["access_key_id"] }),
    };
    attributes["created_at"] = json!("2026-02-03T04:05:06.123456Z");
    json!({ "id": id, "type": "account", "attributes": attributes })
}

/// An account with keys: the secret is in the state, and marked.
pub fn keyed(id: &str) -> Value {
    let mut values = account(id, &["env:gov"], false);
    values["aws_partition"] = json!("aws-us-gov");
    values["auth_config"] = json!({
        "aws_auth_config_keys": { "access_key_id": "AKIAMIGRATEEXAMPLE01", "secret_access_key": PLANTED }, "aws_auth_config_role": null,
    });
    let mut resource = resource("datadog_integration_aws_account.gov", "datadog_integration_aws_account", values);
    resource["sensitive_values"] = json!({
        "account_tags": [false], "auth_config": { "aws_auth_config_keys": { "secret_access_key": true }, "aws_auth_config_role": {} },
    });
    resource
}

/// The four older resources about one account.
pub fn legacy(id: &str) -> Vec<Value> {
    vec![
        resource(
            "module.old[\"a\"].datadog_integration_aws.this[0]",
            "datadog_integration_aws",
            json!({
                "id": format!("{id}:DatadogAWSIntegrationRole"), "account_id": id, "role_name": "DatadogAWSIntegrationRole",
                "external_id": "fedcba9876543210fedcba9876543210", "access_key_id": "", "secret_access_key": null,
                "host_tags": ["env:old"], "filter_tags": ["datadog:true"], "excluded_regions": ["us-east-1", "us-west-2"],
                "account_specific_namespace_rules": { "auto_scaling": false, "collect_custom_metrics": true, "ec2": true },
                "metrics_collection_enabled": "true", "resource_collection_enabled": "false",
                "cspm_resource_collection_enabled": "false", "extended_resource_collection_enabled": "true",
            }),
        ),
        resource(
            "module.old[\"a\"].datadog_integration_aws_tag_filter.sqs",
            "datadog_integration_aws_tag_filter",
            json!({ "id": format!("{id}:sqs"), "account_id": id, "namespace": "sqs", "tag_filter_str": "queue:paid" }),
        ),
        resource(
            "module.old[\"a\"].datadog_integration_aws_log_collection.this",
            "datadog_integration_aws_log_collection",
            json!({ "id": id, "account_id": id, "services": ["s3", "lambda"] }),
        ),
        resource(
            "module.old[\"a\"].module.logs.datadog_integration_aws_lambda_arn.this",
            "datadog_integration_aws_lambda_arn",
            json!({
                "id": format!("{id} arn:aws:lambda:us-east-2:{id}:function:fwd"), "account_id": id,
                "lambda_arn": format!("arn:aws:lambda:us-east-2:{id}:function:fwd"),
            }),
        ),
    ]
}

/// What v2 lists of that account.
pub fn legacy_live(id: &str) -> Value {
    json!({ "id": format!("7c0ffee0-0000-4000-8000-{id}"), "type": "account", "attributes": {
        "aws_account_id": id, "aws_partition": "aws", "account_tags": ["env:old"],
        "auth_config": { "role_name": "DatadogAWSIntegrationRole", "external_id": "fedcba9876543210fedcba9876543210" },
        "aws_regions": { "include_only": REST },
        "logs_config": { "lambda_forwarder": {
            "lambdas": [format!("arn:aws:lambda:us-east-2:{id}:function:fwd")], "sources": ["lambda", "s3"], "log_source_config": { "tag_filters": [] },
        } },
        "metrics_config": {
            "enabled": true, "automute_enabled": true, "collect_custom_metrics": true, "collect_cloudwatch_alarms": false,
            "tag_filters": [{ "namespace": "AWS/EC2", "tags": ["datadog:true"] }, { "namespace": "AWS/SQS", "tags": ["queue:paid"] }],
            "namespace_filters": { "exclude_only": ["AWS/AutoScaling", "AWS/ElasticMapReduce", "AWS/SQS"] },
        },
        "resources_config": { "cloud_security_posture_management_collection": false, "extended_collection": true },
        "traces_config": { "xray_services": { "include_only": [] } },
        "created_at": "2022-02-03T04:05:06.123456Z",
    } })
}

/// Ids of the fleet: six alike by `for_each`, one with keys, one of old.
pub const ALIKE: [&str; 6] =
    ["310000000001", "310000000002", "310000000003", "310000000004", "310000000005", "310000000006"];
pub const GOV: &str = "310000000007";
pub const OLD: &str = "310000000008";

/// The state of the whole fleet, among resources of others, and the rows that fit it.
pub fn fleet() -> (Value, Vec<Value>) {
    let values: Vec<Value> =
        ALIKE.iter().enumerate().map(|(at, id)| account(id, &[&format!("team:t{at}"), "env:prod"], true)).collect();
    let alike = |at: usize, values: &Value| {
        let address = format!("module.fleet.datadog_integration_aws_account.this[\"{}\"]", ALIKE[at]);
        let mut resource = resource(&address, "datadog_integration_aws_account", values.clone());
        resource["index"] = json!(ALIKE[at]);
        resource
    };
    let others = vec![
        resource(
            "aws_iam_role.datadog",
            "aws_iam_role",
            json!({ "id": "DatadogIntegrationRole", "name": "DatadogIntegrationRole" }),
        ),
        resource("datadog_monitor.cpu", "datadog_monitor", json!({ "id": "1", "name": "cpu" })),
        resource(
            "datadog_integration_aws_external_id.x",
            "datadog_integration_aws_external_id",
            json!({ "id": "abc" }),
        ),
    ];
    let mut data = resource(
        "data.datadog_integration_aws_account.all",
        "datadog_integration_aws_account",
        account("999999999999", &[], false),
    );
    data["mode"] = json!("data");
    let (deep, shallow): (Vec<Value>, Vec<Value>) =
        legacy(OLD).into_iter().partition(|resource| resource["type"] == "datadog_integration_aws_lambda_arn");
    let modules = vec![
        json!({ "address": "module.fleet", "resources": values.iter().enumerate().map(|(at, values)| alike(at, values)).collect::<Vec<_>>() }),
        json!({ "address": "module.old[\"a\"]", "resources": shallow,
                "child_modules": [{ "address": "module.old[\"a\"].module.logs", "resources": deep }] }),
        json!({ "address": "module.empty" }),
    ];
    let gov = keyed(GOV);
    let rows = values.iter().chain([&gov["values"]]).map(live).chain([legacy_live(OLD)]).collect();
    (state(others.into_iter().chain([data, gov]).collect(), modules), rows)
}
