//! Wavefront: what its fixtures pin down, pages that are no listing, and what is on the wire. What plans look like is
//! in the stories (`tests/scenarios/wavefront_*`).
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod fixtures;
#[path = "../support/in_process.rs"]
mod in_process;
mod listings;
mod pages;
mod refusals;
#[path = "../support/mod.rs"]
mod support;
mod wired;

use std::collections::VecDeque;
use std::sync::Mutex;

use async_trait::async_trait;
use heeler::model::{
    Env, Failure, Outcome, Plan, ReadClient, ReadRequest, Request, Response, WriteClient, WriteRequest,
};
use heeler::run::Run;
use in_process::{load_with, plan};
use serde_json::{Value, json};

const ACCOUNT: &str = "400000000001";
const ROLE: &str = "arn:aws:iam::400000000001:role/observer";
const ISSUED: &str = "Qm4Zt8Yb1Kd6Wn2P";

/// A row of CloudWatch as a listing shows it.
fn cloudwatch() -> Value {
    json!({
        "forceSave": false, "name": "Web - CloudWatch", "id": "5d1e0b77-0001-4b2c-9d3e-0a1b2c3d4e5f", "service": "CLOUDWATCH", "inTrash": false,
        "creatorId": "someone@example.net", "updaterId": "someone@example.net", "lastReceivedDataPointMs": 1700000298092i64,
        "lastMetricCount": 17, "disabled": false, "lastProcessorId": "6e2f1c88-0000-4c3d-8e4f-1b2c3d4e5f60",
        "lastProcessingTimestamp": 1700000421682i64, "createdEpochMillis": 1690000033503i64, "updatedEpochMillis": 1695000203597i64,
        "serviceRefreshRateInMins": 5, "deleted": false, "additionalTags": { "stage": "live" },
        "cloudWatch": {
            "namespaces": ["AWS/SNS", "AWS/EC2", "Backup"], "metricFilterRegex": "^aws.(sns|ec2).*$",
            "baseCredentials": { "roleArn": ROLE }, "pointTagFilterRegex": "(zone)", "instanceSelectionTags": { "stage": "live" },
            "volumeSelectionTags": {},
        },
    })
}

/// The same with something else laid over its top.
fn with(mut row: Value, fields: Value) -> Value {
    fields.as_object().unwrap().iter().for_each(|(name, value)| row[name] = value.clone());
    row
}

fn envelope(response: &Value) -> Value {
    json!({ "status": { "result": "OK", "message": "", "code": 200 }, "response": response })
}

fn page(items: &[Value], offset: u64, limit: u64, total: u64, more: bool) -> Value {
    envelope(&json!({ "items": items, "offset": offset, "limit": limit, "totalItems": total, "moreItems": more }))
}

fn listing(items: &[Value]) -> Value {
    page(items, 0, 100, items.len() as u64, false)
}

/// A config with one account of this `wavefront:` block.
fn one(block: &str) -> Run {
    let head = "version: 1\nproviders: { wavefront: { address: acme.wavefront.com } }\n";
    load_with(
        &format!("{head}accounts:\n  - {{ aws_account_id: \"{ACCOUNT}\", wavefront: {block} }}\n"),
        &Env::default(),
    )
    .unwrap_or_else(|wrong| panic!("{wrong:?}"))
}

/// A vendor that gives these answers one after the other, and remembers what it was asked.
struct Vendor {
    answers: Mutex<VecDeque<Response>>,
    asked: Mutex<Vec<Request>>,
}

impl Vendor {
    fn saying(answers: &[Value]) -> Self {
        Vendor::answering(answers.iter().map(|body| (200, body.to_string())).collect())
    }

    fn answering(answers: Vec<(u16, String)>) -> Self {
        let answers = answers.into_iter().map(|(status, body)| Response::new(status, body.into_bytes()));
        Vendor { answers: Mutex::new(answers.collect()), asked: Mutex::default() }
    }

    fn answer(&self, request: &Request) -> Response {
        self.asked.lock().unwrap().push(request.clone());
        self.answers.lock().unwrap().pop_front().unwrap_or_else(|| panic!("nobody expected {request:?}"))
    }

    /// Verb and path, and the body, of everything that was asked.
    fn log(&self) -> Vec<(String, Value)> {
        let line = |request: &Request| (format!("{} {}", request.method.as_str(), request.path), body(request));
        self.asked.lock().unwrap().iter().map(line).collect()
    }
}

fn body(request: &Request) -> Value {
    request.body.as_ref().map_or(Value::Null, |body| body.json.clone())
}

#[async_trait]
impl ReadClient for Vendor {
    async fn read(&self, ask: ReadRequest) -> Result<Response, Failure> {
        Ok(self.answer(ask.request()))
    }
}

#[async_trait]
impl WriteClient for Vendor {
    async fn write(&self, tell: WriteRequest) -> Result<Response, Failure> {
        Ok(self.answer(&tell.request))
    }
}

async fn apply(run: &Run, client: &dyn WriteClient, plan: &Plan) -> Vec<Outcome> {
    in_process::apply(run, client, plan, 1).await
}
