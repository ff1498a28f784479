//! What another day's server may list: fields and arms that nobody knows, nulls for what is empty, doubles, entries
//! that say nothing, values that no config can say, and rows that no entry can be about.

use serde_json::{Map, Value, json};

use crate::harness::account_of;

/// A row of this backend as it may come.
pub fn mess(backend: &str, row: &Value, luck: u8) -> Value {
    let mut row = row.clone();
    match backend {
        "datadog" => datadog(&mut row, luck),
        "cloudcraft" => cloudcraft(&mut row, luck),
        _ => row["brand_new"] = json!({ "list": [] }),
    }
    row
}

/// Rows beside these that no entry can be about: an account's second one, or one that cannot be changed.
pub fn strays(backend: &str, rows: &[Value], luck: u8) -> Vec<Value> {
    let (Some(first), true) = (rows.first(), backend == "cloudcraft") else { return Vec::new() };
    let account = account_of(first);
    // The last of its account's rows, in the order of their roles.
    let partition = first["roleArn"].as_str().and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws");
    let second = json!({ "id": "stray-1", "name": "a second", "roleArn": format!("arn:{partition}:iam::{account}:role/zzz"), "source": "aws" });
    let foreign = json!({ "id": "stray-2", "name": "elsewhere", "roleArn": first["roleArn"], "source": "datadog" });
    [second, foreign].into_iter().zip([64, 128]).filter(|(_, bit)| luck & bit != 0).map(|(row, _)| row).collect()
}

const TRAPS: [&str; 8] =
    ["key:${aws_account_id}", "on:NO", "~", "no way", "line\nbreak", "🐕:012", "a:12:30", "$${x}:y"];

fn nulls(value: &Value) -> Value {
    match value {
        Value::Array(items) if items.is_empty() => Value::Null,
        Value::Array(items) => items.iter().chain(items.first()).map(nulls).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), nulls(value))).collect::<Map<_, _>>().into()
        }
        scalar => scalar.clone(),
    }
}

fn datadog(row: &mut Value, luck: u8) {
    let account = account_of(row);
    let attributes = &mut row["attributes"];
    for (name, value) in attributes.as_object_mut().into_iter().flatten() {
        if luck & 1 != 0 && (name == "account_tags" || name == "aws_regions") {
            *value = nulls(value);
        }
        if luck & 2 != 0 && value.is_object() && !name.starts_with("auth") {
            value["some_future_switch"] = json!({ "a": [3, 1], "b": null });
        }
    }
    if luck & 4 != 0 {
        attributes["aws_regions"] = json!({ "exclude_only": ["us-east-1"] });
    }
    if luck & 8 != 0 {
        attributes["aws_partition"] = json!("aws-us-gov");
        attributes["auth_config"] =
            json!({ "access_key_id": format!("AKIAEXAMPLEGOV0000{}", &account[10..]), "some_future_field": 1 });
    }
    if luck & 16 != 0 {
        attributes["account_tags"] = json!(TRAPS);
    }
    if luck & 32 != 0 {
        attributes["metrics_config"]["tag_filters"] =
            json!([{ "namespace": "AWS/EC2", "tags": null }, { "namespace": "AWS/RDS", "some_future_filter": ["x"] }]);
        attributes["brand_new"] = json!({ "list": [] });
    }
    if luck & 64 != 0 {
        attributes["metrics_config"]["namespace_filters"] =
            json!({ "exclude_only": ["AWS/SQS"], "include_only": ["AWS/EC2"] });
        attributes["traces_config"] = json!({ "xray_services": { "include_all": false, "include_only": ["one"] } });
    }
    if luck & 128 != 0 {
        attributes["resources_config"] = json!({ "cloud_security_posture_management_collection": true });
        attributes["metrics_config"]["enabled"] = json!("yes");
    }
}

fn cloudcraft(row: &mut Value, luck: u8) {
    let account = account_of(row);
    if luck & 1 != 0 {
        row["readAccess"] = nulls(&row["readAccess"]);
    }
    if luck & 2 != 0 {
        row["brand_new"] = json!({ "a": [3, 1], "b": null });
        row["writeAccess"] = Value::Null;
    }
    if luck & 4 != 0 {
        let traps = [TRAPS[0], TRAPS[4], "", " ", "NO", account.as_str(), "Prod", "Prod (eu): 012"];
        row["name"] = json!(traps[usize::from(luck >> 5)]);
    }
    if luck & 8 != 0 {
        row["roleArn"] =
            json!(format!("arn:aws-us-gov:iam::{account}:role/{}", if luck & 16 == 0 { "cc" } else { "some/path/cc" }));
    }
    if luck & 32 != 0 {
        row["readAccess"] = json!(["nobody", "team/1"]);
    }
}
