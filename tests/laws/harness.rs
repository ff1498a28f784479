//! One run in memory: texts to a config, a sandbox to plan and apply against.

use std::collections::BTreeMap;

use heeler::model::{Drift, Env, Method, Plan, ReadClient, Report, Request};
use heeler::planner;
use heeler::providers::Provider;
use heeler::run::Run;
use heeler::sandbox::vendors::datadog_rows;
use heeler::sandbox::{Sandbox, Table, World, vendors};
use serde_json::{Value, json};

use crate::in_process;
pub use crate::in_process::block_on;

/// A config from one text; everything wrong with it if it is refused.
pub fn try_load(texts: &[String]) -> Result<Run, Vec<String>> {
    let texts = texts.iter().enumerate().map(|(at, text)| (format!("{at}.yaml"), text.clone()));
    Run::of_texts(texts, &Env::default()).map_err(|invalid| {
        invalid.diagnostics.iter().map(|found| format!("{} ({})", found.title, found.label)).collect()
    })
}

/// A config that must load.
pub fn load(text: &str) -> Run {
    try_load(&[text.to_owned()]).unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"))
}

/// A sandbox with these rows of one backend.
pub fn sandbox(backend: &str, rows: Vec<Value>, seed: u64) -> Sandbox {
    let sandbox = Sandbox::new(World::empty(), seed);
    sandbox.edit(backend, |known| *known = rows);
    sandbox
}

/// Reads and decides.
pub fn plan(run: &Run, client: &dyn ReadClient) -> Plan {
    block_on(in_process::plan(run, client))
}

/// What no longer matches, unmanaged accounts counted.
pub fn drift(plan: &Plan) -> Drift {
    planner::drift::drift(plan, true, &json!({}))
}

/// Does a plan.
pub fn apply(run: &Run, sandbox: &Sandbox, plan: &Plan) -> Report {
    let earlier = sandbox.requests();
    let outcomes = block_on(in_process::apply(run, sandbox, plan, 4));
    // Law 8: the vendors' own routes say what only reads, and it is what was sent as a read.
    let odd: Vec<_> =
        sandbox.log_after(earlier).into_iter().filter(|request| request.write == request.only_reads).collect();
    assert!(odd.is_empty(), "{odd:?}");
    Report { outcomes, proof: heeler::model::Proof::NotNeeded }
}

/// A world in which `text` has been applied to an empty organization.
pub fn world_of(backend: &str, text: &str, seed: u64) -> Vec<Value> {
    let config = load(text);
    let sandbox = sandbox(backend, Vec::new(), seed);
    let plan = plan(&config, &sandbox);
    let report = apply(&config, &sandbox, &plan);
    assert!(report.all_done(), "{:?}", report.outcomes);
    sandbox.rows(backend)
}

/// The part of a row that holds its fields: all of it, or what is below `attributes`.
pub fn fields(row: &mut Value) -> &mut Value {
    if row.get("attributes").is_some() { &mut row["attributes"] } else { row }
}

/// The AWS account a row belongs to: it says so, or its role's ARN does.
pub fn account_of(row: &Value) -> String {
    let in_arn = || row["roleArn"].as_str().and_then(|arn| arn.split(':').nth(4));
    row["attributes"]["aws_account_id"].as_str().or_else(in_arn).unwrap_or_default().to_owned()
}

/// A backend's row as a provider shows all of it, in YAML's spelling.
pub fn view(provider: &dyn Provider, row: &Value) -> Value {
    if provider.name() == provider.backend() {
        return in_yaml_form(provider, fields(&mut row.clone()).clone());
    }
    let emulator = vendors::named(provider.name()).expect("every provider has one");
    let ask = |path: &str, account: &Value| {
        let account = account.as_str().unwrap_or_default().to_owned();
        let query = vec![("account_id".to_owned(), account)];
        let request = Request { query, ..Request::new(provider.name(), Method::Get, path) };
        let response = emulator.respond(&mut Table::new(vec![row.clone()], 0), &request).expect("its own path");
        serde_json::from_slice::<Value>(&response.body).expect("JSON")
    };
    let account = datadog_rows::in_v1_form(row);
    let filters = ask("/api/v1/integration/aws/filtering", &row["attributes"]["aws_account_id"])["filters"].clone();
    let logs = ask("/api/v1/integration/aws/logs", &Value::Null)[0].clone();
    // Whether an account without log collection is listed there is the server's own business.
    let list = |field: &str| if logs[field].is_array() { logs[field].clone() } else { json!([]) };
    let logs = json!({ "lambdas": list("lambdas"), "services": list("services") });
    in_yaml_form(provider, json!({ "account": account, "filters": filters, "logs": logs }))
}

fn in_yaml_form(provider: &dyn Provider, listed: Value) -> Value {
    provider.kinds()[0].schema().to_yaml_form.map_or(listed.clone(), |to_yaml_form| to_yaml_form(listed))
}

/// Rows by the account they belong to, without what the server itself writes.
pub fn by_account(rows: &[Value]) -> BTreeMap<String, Value> {
    let strip = |row: &Value| {
        let mut row = row.clone();
        if let Some(fields) = fields(&mut row).as_object_mut() {
            fields.retain(|name, _| !matches!(name.as_str(), "modified_at" | "updatedAt"));
        }
        row
    };
    rows.iter().map(|row| (account_of(row), strip(row))).collect()
}

/// The plan's digest in a world of its own.
pub fn digest(plan: &Plan) -> String {
    planner::digest::digest(plan, &json!({}))
}
