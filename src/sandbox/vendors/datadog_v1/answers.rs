//! The bodies Datadog v1 answers with, and the lists it publishes. What leads to which is decided by the callers.

use serde::Serialize;
use serde_json::json;

use crate::model::Response;

/// An answer, or a refusal; both go out the same way.
pub type Answer = Result<Response, Response>;
use crate::sandbox::vendors::datadog_rows::namespaces::{PAIRS, SWITCHES};

/// What logs could be collected of, as v1 listed it in 2025-09: ten, when v2 had 31.
const SERVICES: &[(&str, &str)] = &[
    ("apigw-access-logs", "API Gateway Access Logs"),
    ("apigw-execution-logs", "API Gateway Execution Logs"),
    ("cloudfront", "CloudFront Access Logs"),
    ("elb", "Classic ELB Access Logs"),
    ("elbv2", "Application ELB Access Logs"),
    ("lambda", "Lambda Cloudwatch Logs"),
    ("redshift", "Redshift Logs"),
    ("s3", "S3 Access Logs"),
    ("states", "Step Functions CloudWatch Logs"),
    ("waf", "Web Application Firewall Logs"),
];

/// The rule that is in rows and was missing from the list in 2025-09.
const UNLISTED: &str = "service_quotas";

/// A success with a body.
pub fn ok(body: &impl Serialize) -> Response {
    respond(200, body)
}

/// A write is done.
pub fn done() -> Response {
    ok(&json!({}))
}

/// Every rule there may be, in one bare list.
pub fn rules() -> Response {
    let mut rules: Vec<&str> =
        PAIRS.iter().chain(SWITCHES).map(|(rule, _)| *rule).filter(|rule| *rule != UNLISTED).collect();
    rules.sort_unstable();
    ok(&rules)
}

/// What logs can be collected of.
pub fn services() -> Response {
    ok(&SERVICES.iter().map(|(id, label)| json!({ "id": id, "label": label })).collect::<Vec<_>>())
}

/// A check has begun.
pub fn checking() -> Response {
    ok(&json!({ "errors": [], "status": "created" }))
}

/// A refusal, in v1's one form.
pub fn error(status: u16, why: &str) -> Response {
    respond(status, &json!({ "errors": [why] }))
}

/// A failure in the longer form that v1 has for it.
pub fn bad_gateway() -> Response {
    let body = json!({
        "status": "error",
        "code": 502,
        "errors": ["Bad Gateway"],
        "statuspage": "http://status.datadoghq.com",
        "twitter": "http://twitter.com/datadogops",
        "email": "support@datadoghq.com",
    });
    respond(502, &body)
}

/// A request without both keys.
pub fn forbidden() -> Response {
    error(403, "Forbidden")
}

/// The account is not there, or not any more: a 400.
pub fn no_such_account(name: &str) -> Response {
    error(400, &format!("AWS account {name} does not exist in integration"))
}

/// Somebody else is writing the account at the same moment (terraform-provider-datadog#2066; the status is not known).
pub fn conflict() -> Response {
    error(400, "Could not update AWS Integration due to conflicting updates")
}

/// Nobody has ever added an account.
pub fn not_installed() -> Response {
    error(400, "AWS Integration not yet installed. Please manually install it to add AWS accounts.")
}

fn respond(status: u16, body: &impl Serialize) -> Response {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    // Maps with string keys and plain values always serialize.
    Response { headers, ..Response::new(status, serde_json::to_vec(body).unwrap_or_default()) }
}
