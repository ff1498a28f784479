//! Refusals and errors as the vendor answers them.

use crate::fixtures::{sandbox, table};
use crate::{Vendor, apply, load, one, plan, row};
use heeler::model::plan::VendorError;
use heeler::model::{Method, ReadClient, Status};
use heeler::providers::cloudcraft::Cloudcraft;
use heeler::providers::{Dialect, Scope};
use serde_json::{Value, json};

/// What heeler makes of a refusal to a rename, which tries no role out.
async fn refused(status: u16, body: &str) -> String {
    let vendor = Vendor::listing(&json!({ "accounts": [row(1, "400000000001", "cloudcraft", "Web")] }), (status, body));
    let config = one("400000000001", "{ name: Web 2, role_name: cloudcraft }");
    match apply(&config, &vendor, &plan(&config, &vendor).await).await.pop().unwrap().status {
        Status::Failed { why, .. } | Status::Unsure { why, .. } => why,
        other => panic!("{other:?}"),
    }
}

fn error(code: u16, error: &str, reason: &str) -> Value {
    json!({ "error": error, "reason": reason, "code": code })
}

#[tokio::test(start_paused = true)]
async fn errors() {
    let known = [
        ("error-400-invalid-id", error(400, "Invalid parameter format: accountId", "invalid_property")),
        ("error-400-invalid-region", error(400, "Invalid region parameter: europe", "invalid_parameter")),
        ("error-403", error(403, "API key does not have sufficient permissions", "insufficient_privileges")),
        ("error-500", error(500, "Internal server error", "internal_server_error")),
    ];
    for (file, body) in known {
        let status = u16::try_from(body["code"].as_u64().unwrap()).unwrap();
        let why = refused(status, &body.to_string()).await;
        assert!(
            why.starts_with(&format!("Cloudcraft answered {status}: {}", body["error"].as_str().unwrap())),
            "{file}: {why}"
        );
    }
    for body in ["<html>\n<p>Bad  gateway</p>", "", "[]", "{\"error\":7}"] {
        assert!(refused(400, body).await.starts_with("Cloudcraft answered 400"), "{body}");
    }
    let mut table = table(&[]);
    let uuid = "/aws/account/00000001-1c2d-4e3f-8a9b-0c1d2e3f4a5b";
    let body = json!({ "name": "n", "roleArn": "arn:aws:iam::400000000001:role/r", "region": "europe" });
    assert_eq!(
        sandbox(&mut table, Method::Delete, "/aws/account/none", None),
        (400, error(400, "Invalid parameter format: accountId", "invalid_property"))
    );
    assert_eq!(
        sandbox(&mut table, Method::Post, "/aws/account", Some(body)),
        (400, error(400, "Invalid region parameter: europe", "invalid_parameter"))
    );
    assert_eq!(sandbox(&mut table, Method::Delete, uuid, None), (404, error(404, "AwsAccount not found", "not_found")));
}

/// Gone is gone: a delete of what is not there is done.
#[tokio::test]
async fn error_404() {
    let body = error(404, "AwsAccount not found", "not_found").to_string();
    let vendor = Vendor::listing(&json!({ "accounts": [row(1, "400000000001", "cloudcraft", "Web")] }), (404, &body));
    let config = load(
        "version: 1\nproviders: { cloudcraft: {} }\nremoved:\n  - { aws_account_id: \"400000000001\", reason: closed }\n",
    );
    let outcome = apply(&config, &vendor, &plan(&config, &vendor).await).await.pop().unwrap();
    assert!(matches!(outcome.status, Status::Done), "{outcome:?}");
}

/// Its body has no source, so none is relied on: a 429 is a 429. How long it is waited for is `tests/pacing`'s.
#[tokio::test]
async fn error_429_unverified_body() {
    for body in ["{\"error\":\"Too many requests\",\"code\":429}", "", "slow down"] {
        let body = body.to_owned();
        let vendor = Vendor::new(move |_| Ok((429, body.clone())));
        let told = Cloudcraft.observe(&vendor as &dyn ReadClient, &Scope::default()).await;
        assert!(matches!(told, Err(VendorError::Limited(_))), "{told:?}");
    }
}
