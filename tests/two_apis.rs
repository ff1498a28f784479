//! One backend behind two APIs: what is written through one is seen through the other.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may stop where it stands

use std::collections::BTreeSet;

use heeler::model::{Body, Method, Request, Retry, WriteClient, WriteRequest};
use heeler::providers::datadog_common::namespaces::{EXCLUDED_BY_DEFAULT, PAIRS};
use heeler::sandbox::{Sandbox, World};
use serde_json::{Value, json};

const V1: &str = "/api/v1/integration/aws";
const V2: &str = "/api/v2/integration/aws/accounts";
const ID: &str = "210000000001";

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap().block_on(future)
}

fn empty() -> Sandbox {
    Sandbox::new(World::empty(), 1)
}

/// A request that must succeed, and its answer.
fn tell(client: &Sandbox, method: Method, path: &str, body: Value) -> Value {
    let provider = if path.starts_with(V1) { "datadog_v1" } else { "datadog" };
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let query =
        query.split('&').filter_map(|pair| pair.split_once('=')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
    let request = Request { query, ..Request::new(provider, method, path) }.with_body(Body::plain(body));
    let response = block_on(client.write(WriteRequest::new(request, Retry::Never))).unwrap();
    assert_eq!(response.status, 200, "{method:?} {path}: {}", String::from_utf8_lossy(&response.body));
    serde_json::from_slice(&response.body).unwrap()
}

fn in_v1(client: &Sandbox) -> Value {
    tell(client, Method::Get, V1, Value::Null)["accounts"][0].clone()
}

fn in_v2(client: &Sandbox) -> Value {
    tell(client, Method::Get, V2, Value::Null)["data"][0].clone()
}

fn made_by_v1(more: Value) -> Sandbox {
    let mut body = json!({ "account_id": ID, "role_name": "dd" });
    more.as_object().into_iter().flatten().for_each(|(name, value)| body[name] = value.clone());
    let client = empty();
    tell(&client, Method::Post, V1, body);
    client
}

fn made_by_v2(more: Value) -> Sandbox {
    let mut attributes = json!({ "aws_account_id": ID, "aws_partition": "aws", "auth_config": { "role_name": "dd" } });
    more.as_object().into_iter().flatten().for_each(|(name, value)| attributes[name] = value.clone());
    let client = empty();
    tell(&client, Method::Post, V2, json!({ "data": { "type": "account", "attributes": attributes } }));
    client
}

fn words(value: &Value) -> BTreeSet<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn regions_are_each_others_complement() {
    let client = made_by_v1(json!({ "excluded_regions": ["us-east-1", "us-west-2"] }));
    let included = words(&in_v2(&client)["attributes"]["aws_regions"]["include_only"]);
    assert_eq!((included.len(), included.contains("us-east-1")), (32, false));
    assert_eq!(in_v1(&client)["excluded_regions"], json!(["us-east-1", "us-west-2"]));

    let client = made_by_v2(json!({ "aws_regions": { "include_only": ["us-east-1"] } }));
    let excluded = words(&in_v1(&client)["excluded_regions"]);
    assert_eq!((excluded.len(), excluded.contains("us-east-1")), (33, false));
}

#[test]
fn every_rule_is_folded_into_v2s_exclusions_and_shown_again() {
    let client = made_by_v1(json!({}));
    for (rule, namespace) in PAIRS {
        let usually_off = EXCLUDED_BY_DEFAULT.contains(namespace);
        for on in [true, false] {
            tell(
                &client,
                Method::Put,
                &format!("{V1}?account_id={ID}&role_name=dd"),
                json!({ "account_specific_namespace_rules": { *rule: on } }),
            );
            let mut wanted: BTreeSet<String> =
                EXCLUDED_BY_DEFAULT.iter().map(|namespace| (*namespace).to_owned()).collect();
            if on {
                wanted.remove(*namespace);
            } else {
                wanted.insert((*namespace).to_owned());
            }
            let row = in_v2(&client);
            assert_eq!(
                words(&row["attributes"]["metrics_config"]["namespace_filters"]["exclude_only"]),
                wanted,
                "{rule}: {on}, off by default: {usually_off}"
            );
            assert_eq!(in_v1(&client)["account_specific_namespace_rules"], json!({ *rule: on }));
            assert_eq!(row.get("v1"), None, "what v1 remembers is not v2's to show");
        }
    }
}

#[test]
fn what_v2_includes_alone_is_off_everywhere_else_in_v1() {
    let client = made_by_v2(
        json!({ "metrics_config": { "namespace_filters": { "include_only": ["AWS/EC2"] }, "collect_custom_metrics": true } }),
    );
    let rules = in_v1(&client)["account_specific_namespace_rules"].as_object().unwrap().clone();
    assert_eq!((rules["collect_custom_metrics"].clone(), rules["crawl_alarms"].clone()), (json!(true), json!(false)));
    assert!(["ec2", "sqs", "emr", "usage"].iter().all(|rule| !rules.contains_key(*rule)), "on, or off by default");
    assert_eq!(rules.values().filter(|on| **on == false).count(), PAIRS.len() - 4 + 1);
    assert!(rules.contains_key("event_bridge_pipes") && !rules.contains_key("eventbridge_pipes"), "spelt as recorded");
}

#[test]
fn once_v2_has_written_v1_shows_what_follows() {
    let client = made_by_v1(
        json!({ "account_specific_namespace_rules": { "opsworks": true }, "excluded_regions": ["us-east-1"] }),
    );
    let attributes = json!({ "aws_account_id": ID, "metrics_config": { "namespace_filters": { "exclude_only": ["AWS/EC2"] } }, "aws_regions": { "include_all": true } });
    let id = in_v2(&client)["id"].as_str().unwrap().to_owned();
    tell(
        &client,
        Method::Patch,
        &format!("{V2}/{id}"),
        json!({ "data": { "type": "account", "attributes": attributes } }),
    );
    let row = in_v1(&client);
    let wanted = json!({ "ec2": false, "sqs": true, "emr": true, "usage": true, "collect_custom_metrics": false, "crawl_alarms": false });
    assert_eq!((&row["account_specific_namespace_rules"], &row["excluded_regions"]), (&wanted, &json!([])));
}

#[test]
fn an_event_source_of_one_api_is_the_others_too() {
    let client = made_by_v1(json!({ "host_tags": ["env:prod"] }));
    let source = |name: &str| json!({ "account_id": ID, "event_generator_name": name, "region": "us-east-1", "create_event_bus": false });
    let made = tell(&client, Method::Post, &format!("{V1}/event_bridge"), source("alerts"));
    let name = made["event_source_name"].as_str().unwrap();
    assert_eq!(
        (name.len(), &name[..7], &made["has_bus"], &made["status"]),
        ("alerts-".len() + 8, "alerts-", &json!(false), &json!("created"))
    );

    let listed = || {
        tell(&client, Method::Get, "/api/v2/integration/aws/event_bridge", Value::Null)["data"]["attributes"].clone()
    };
    let account = |hubs: Value| json!({ "accounts": [{ "account_id": ID, "tags": ["env:prod"], "event_hubs": hubs }], "is_installed": true });
    assert_eq!(listed(), account(json!([{ "name": name, "region": "us-east-1" }])));
    let gone = json!({ "data": { "type": "event_bridge", "attributes": source(name) } });
    let deleted = tell(&client, Method::Delete, "/api/v2/integration/aws/event_bridge", gone);
    assert_eq!((&deleted["data"]["attributes"]["status"], listed()), (&json!("empty"), account(json!([]))));
}

#[test]
fn how_costs_are_read_is_kept_beside_an_account() {
    let client = made_by_v2(json!({}));
    let path = format!("{V2}/{}/ccm_config", in_v2(&client)["id"].as_str().unwrap());
    let config = |bucket: &str| json!({ "data_export_configs": [{ "bucket_name": bucket, "report_name": "costs" }] });
    let body =
        |bucket: &str| json!({ "data": { "type": "ccm_config", "attributes": { "ccm_config": config(bucket) } } });
    assert_eq!(tell(&client, Method::Post, &path, body("one"))["data"]["attributes"], config("one"));
    assert_eq!(tell(&client, Method::Patch, &path, body("two"))["data"]["attributes"], config("two"));
    assert_eq!(tell(&client, Method::Get, &path, Value::Null)["data"]["attributes"], config("two"));
    let status = |method: Method, body: Value| {
        let request = Request::new("datadog", method, path.clone()).with_body(Body::plain(body));
        block_on(client.write(WriteRequest::new(request, Retry::Never))).unwrap().status
    };
    assert_eq!(status(Method::Post, body("three")), 409);
    assert_eq!([status(Method::Delete, Value::Null), status(Method::Get, Value::Null)], [204, 404]);
}
