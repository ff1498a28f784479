//! Cloudcraft: what its fixtures pin down, what befalls a create, and what is on the wire. What plans look like is in
//! the stories (`tests/scenarios/cloudcraft_*`).
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod doing;
mod fixtures;
#[path = "../support/in_process.rs"]
mod in_process;
mod refusals;
#[path = "../support/mod.rs"]
mod support;
mod wired;

use std::sync::Mutex;

use async_trait::async_trait;
use heeler::model::{Failure, Outcome, Plan, ReadClient, ReadRequest, Request, Response, WriteClient, WriteRequest};
use heeler::run::Run;
use in_process::{load, load_with, plan};
use serde_json::{Value, json};

const OWNER: &str = "2f9a1c44-7b10-4e6a-9d3c-5e8b0a7c6d11";
const TEAM: &str = "team/3c1d7b52-9a04-4e0e-8f63-5b7a90c1e201";
const OTHER_TEAM: &str = "team/8e2f4a10-66b3-4d0a-b1f7-0c9d5e3a7702";

/// A row as a listing shows it.
fn row(number: u32, account: &str, role: &str, name: &str) -> Value {
    json!({
        "id": format!("{number:08x}-1c2d-4e3f-8a9b-0c1d2e3f4a5b"), "name": name, "roleArn": format!("arn:aws:iam::{account}:role/{role}"),
        "externalId": OWNER, "readAccess": null, "writeAccess": null, "createdAt": "2025-05-06T07:08:09.010Z",
        "updatedAt": "2025-05-06T07:08:09.010Z", "CreatorId": "77aa0c1e-2b3c-4d5e-8f60-718293a4b5c6", "source": "aws",
    })
}

/// What the key's owner is told for trust policies.
fn parameters() -> Value {
    let url = format!(
        "https://console.aws.amazon.com/iam/home?#/roles$new?step=type&accountID=968898580625&externalID={OWNER}"
    );
    json!({ "accountId": "968898580625", "externalId": OWNER, "awsConsoleUrl": url })
}

/// One account under `cloudcraft:`, with this block.
fn one(account: &str, block: &str) -> Run {
    load(&format!("version: 1\naccounts:\n  - {{ aws_account_id: \"{account}\", cloudcraft: {block} }}\n"))
}

async fn apply(run: &Run, client: &dyn WriteClient, plan: &Plan) -> Vec<Outcome> {
    in_process::apply(run, client, plan, 1).await
}

type Answering = dyn Fn(&Request) -> Result<(u16, String), Failure> + Send + Sync;

/// A vendor made of one function; it remembers what it was asked.
struct Vendor {
    answers: Box<Answering>,
    asked: Mutex<Vec<Request>>,
}

impl Vendor {
    fn new(answers: impl Fn(&Request) -> Result<(u16, String), Failure> + Send + Sync + 'static) -> Self {
        Vendor { answers: Box::new(answers), asked: Mutex::default() }
    }

    /// One that lists these rows, and answers writes with this.
    fn listing(listing: &Value, written: (u16, &str)) -> Self {
        let (listing, written) = (listing.to_string(), (written.0, written.1.to_owned()));
        Vendor::new(move |request| {
            Ok(match (request.method.as_str(), request.path.as_str()) {
                ("GET", "/aws/account") => (200, listing.clone()),
                ("GET", "/aws/account/iamParameters") => (200, parameters().to_string()),
                _ => written.clone(),
            })
        })
    }

    /// Verb, path and body of every write.
    fn writes(&self) -> Vec<(String, String, Value)> {
        let asked = self.asked.lock().unwrap();
        let writes = asked.iter().filter(|request| request.method.as_str() != "GET");
        let body = |request: &Request| request.body.as_ref().map_or(Value::Null, |body| body.json.clone());
        writes.map(|request| (request.method.as_str().to_owned(), request.path.clone(), body(request))).collect()
    }

    fn count(&self, what: &str) -> usize {
        self.asked
            .lock()
            .unwrap()
            .iter()
            .filter(|request| format!("{} {}", request.method.as_str(), request.path) == what)
            .count()
    }

    fn answer(&self, request: &Request) -> Result<Response, Failure> {
        self.asked.lock().unwrap().push(request.clone());
        (self.answers)(request).map(|(status, body)| Response::new(status, body.into_bytes()))
    }
}

#[async_trait]
impl ReadClient for Vendor {
    async fn read(&self, ask: ReadRequest) -> Result<Response, Failure> {
        self.answer(ask.request())
    }
}

#[async_trait]
impl WriteClient for Vendor {
    async fn write(&self, tell: WriteRequest) -> Result<Response, Failure> {
        self.answer(&tell.request)
    }
}
