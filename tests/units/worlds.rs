//! Worlds that somebody has edited by hand: whatever stands in them, the emulators answer or the world is refused, with
//! the row that is wrong.

use std::fs;

use heeler::model::{Body, Method, ReadClient, ReadRequest, Request, Retry, WriteClient, WriteRequest};
use heeler::sandbox::{Sandbox, World};
use serde_json::{Value, json};

const EVERYTHING: &str = "examples/configs/everything/world.json";
const V2: &str = "/api/v2/integration/aws";
const V1: &str = "/api/v1/integration/aws";

/// The first rows of every vendor's listing; and v1's own listing, which has Datadog's rows too.
fn worlds() -> [Value; 2] {
    let mut world: Value = serde_json::from_str(&fs::read_to_string(EVERYTHING).expect("the world")).expect("JSON");
    for rows in ["/datadog/data", "/cloudcraft/accounts", "/wavefront/listing/items", "/wavefront/trash/items"] {
        world.pointer_mut(rows).and_then(Value::as_array_mut).expect("rows").truncate(2);
    }
    let v1 = json!({ "datadog_v1": {
        "accounts": [{
            "account_id": "210000000001", "role_name": "R", "host_tags": ["a:b"], "filter_tags": ["a:b"],
            "account_specific_namespace_rules": { "s3": false }, "excluded_regions": ["us-east-1"],
            "metrics_collection_enabled": true, "resource_collection_enabled": true, "errors": [], "strange": {}
        }],
        "logs": [{ "account_id": "210000000001", "lambdas": [{ "arn": "arn:x" }], "services": ["s3"] }]
    } });
    [world, v1]
}

/// The JSON pointers of everything below a value.
fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    let steps: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.replace('/', "~1"), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    for (step, value) in steps {
        let at = format!("{at}/{step}");
        pointers(value, &at, out);
        out.push(at);
    }
}

/// Reads and writes of every row, by each API that has it.
async fn ask(sandbox: &Sandbox) {
    for (provider, path) in [
        ("datadog", format!("{V2}/accounts")),
        ("datadog", format!("{V2}/event_bridge")),
        ("datadog_v1", V1.to_owned()),
        ("datadog_v1", format!("{V1}/logs")),
        ("cloudcraft", "/aws/account".to_owned()),
        ("cloudcraft", "/aws/account/iamParameters".to_owned()),
        ("wavefront", "/api/v2/cloudintegration".to_owned()),
    ] {
        let _ = sandbox.read(ReadRequest::get(provider, path)).await;
    }
    let write = async |provider: &'static str, method, path: String, body: Value| {
        let request = Request::new(provider, method, path).with_body(Body::plain(body));
        let _ = sandbox.write(WriteRequest::new(request, Retry::Never)).await;
    };
    let attributes = json!({
        "aws_account_id": "210000000001", "account_tags": ["a:b"], "auth_config": { "role_name": "R" },
        "logs_config": { "lambda_forwarder": { "sources": ["s3"] } }, "metrics_config": { "enabled": true },
        "resources_config": { "extended_collection": true }
    });
    let v1 = json!({
        "account_id": "210000000001", "role_name": "R", "host_tags": ["a:b"], "filter_tags": ["a:b"],
        "account_specific_namespace_rules": { "s3": false }, "excluded_regions": ["us-east-1"],
        "cspm_resource_collection_enabled": true, "lambda_arn": "arn:x", "services": ["s3"], "namespace": "custom",
        "tag_filter_str": "a:b"
    });
    for row in sandbox.rows("datadog") {
        let id = row["id"].as_str().unwrap_or_default();
        let attributes = match row["attributes"]["aws_account_id"].as_str() {
            Some(account) => json!({ "aws_account_id": account, "metrics_config": { "enabled": false } }),
            None => attributes.clone(),
        };
        write("datadog", Method::Patch, format!("{V2}/accounts/{id}"), json!({ "data": { "attributes": attributes } }))
            .await;
        let mut v1 = v1.clone();
        for (ours, theirs) in [("account_id", "aws_account_id"), ("role_name", "role_name")] {
            let known = [&row["attributes"][theirs], &row["attributes"]["auth_config"][theirs]];
            v1[ours] = known.into_iter().find(|value| value.is_string()).cloned().unwrap_or_default();
        }
        let query = [("account_id", &v1["account_id"]), ("role_name", &v1["role_name"])];
        let mut put = Request::new("datadog_v1", Method::Put, V1).with_body(Body::plain(v1.clone()));
        put.query = query.map(|(name, value)| (name.to_owned(), value.as_str().unwrap_or_default().to_owned())).into();
        let _ = sandbox.write(WriteRequest::new(put, Retry::Never)).await;
        for path in ["/logs", "/logs/services", "/filtering"] {
            write("datadog_v1", Method::Post, format!("{V1}{path}"), v1.clone()).await;
        }
    }
    for row in sandbox.rows("cloudcraft") {
        let id = row["id"].as_str().unwrap_or_default();
        let body = json!({ "name": "n", "roleArn": "arn:aws:iam::210000000001:role/R" });
        write("cloudcraft", Method::Put, format!("/aws/account/{id}"), body).await;
    }
    for row in sandbox.rows("wavefront") {
        let id = row["id"].as_str().unwrap_or_default();
        let credentials = json!({ "baseCredentials": { "roleArn": "arn:aws:iam::210000000001:role/R" } });
        let body = json!({ "name": "n", "service": row["service"], "ec2": credentials, "cloudWatch": credentials });
        write("wavefront", Method::Put, format!("/api/v2/cloudintegration/{id}"), body).await;
        for path in ["disable", "undelete"] {
            write("wavefront", Method::Post, format!("/api/v2/cloudintegration/{id}/{path}"), Value::Null).await;
        }
    }
}

#[tokio::test]
async fn no_value_in_a_world_stops_an_emulator() {
    let (mut places, mut taken) = (0, 0);
    for world in worlds() {
        let mut all = Vec::new();
        pointers(&world, "", &mut all);
        places += all.len();
        for (pointer, odd) in all.iter().flat_map(|pointer| [json!("text"), json!([1])].map(|odd| (pointer, odd))) {
            let mut edited = world.clone();
            *edited.pointer_mut(pointer).expect("a pointer of this world") = odd;
            if let Ok(world) = World::parse(&edited.to_string()) {
                taken += 1;
                ask(&Sandbox::new(world, 1)).await;
            }
        }
    }
    assert!(taken > places, "{taken} worlds of {places} places were taken");
}

#[test]
fn a_row_of_another_form_is_named() {
    let row = |attributes: Value| json!({ "id": "r-2", "attributes": attributes });
    for (rows, said) in [
        (
            json!([row(json!({})), row(json!("none"))]),
            "row 2 of `data`, id r-2, has a text as `attributes`, not an object",
        ),
        (
            json!([row(json!({ "metrics_config": [] }))]),
            "row 1 of `data`, id r-2, has a list as `attributes.metrics_config`",
        ),
        (json!([row(json!({})), 7]), "row 2 of `data` is a number, not an object"),
    ] {
        let wrong = World::parse(&json!({ "datadog": { "data": rows } }).to_string()).expect_err("no world");
        let wrong = wrong.to_string();
        assert!(wrong.contains(said) && wrong.contains("the listing under `datadog` cannot be used"), "{wrong}");
    }
    let worlds = [("cloudcraft", json!({ "accounts": ["x"] })), ("wavefront", json!({ "items": [null] }))];
    for (provider, listing) in worlds {
        let wrong = World::parse(&json!({ provider: listing }).to_string()).expect_err("no world").to_string();
        assert!(wrong.contains("row 1 of `"), "{wrong}");
    }
}

/// An attribute that nobody knows is kept: Datadog adds attributes. A secret is not, nor is a row made another account's.
#[tokio::test]
async fn a_patch_keeps_what_is_new_but_no_secret_and_no_identity() {
    let row = json!({ "id": "r-1", "type": "account", "attributes": { "auth_config": { "access_key_id": "AKIA1" } } });
    let world = World::parse(&json!({ "datadog": { "data": [row] } }).to_string()).expect("a world");
    let sandbox = Sandbox::new(world, 1);
    let sent = json!({ "aws_account_id": "210000000001", "new": { "mode": "x", "client_secret": "s" } });
    let request = Request::new("datadog", Method::Patch, format!("{V2}/accounts/r-1"));
    let request = request.with_body(Body::plain(json!({ "data": { "attributes": sent } })));
    let answer = sandbox.write(WriteRequest::new(request, Retry::Never)).await.expect("an answer");
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let attributes = &sandbox.rows("datadog")[0]["attributes"];
    assert_eq!((&attributes["new"], attributes.get("aws_account_id")), (&json!({ "mode": "x" }), None));
}
