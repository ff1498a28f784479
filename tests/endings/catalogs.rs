//! A vendor whose published lists of legal values cannot be read: what is planned, what is proved, and what has drifted.

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use heeler::model::{Failure, Proof, ReadClient, ReadRequest, Response, WriteClient, WriteRequest};
use heeler::planner::ConfirmMode;
use heeler::run::{ApplyOptions, PlanOptions, ReadPurpose};
use heeler::sandbox::{Sandbox, World};
use serde_json::{Value, json};

use crate::in_process::load;
use crate::{account, support, v2_rows};

/// A sandbox whose catalogs are out, from the beginning or from the first write on.
struct CatalogsOut {
    sandbox: Sandbox,
    out: AtomicBool,
}

impl CatalogsOut {
    fn new(world: &Value, out: bool) -> Self {
        CatalogsOut { sandbox: Sandbox::new(World::parse(&world.to_string()).unwrap(), 1), out: AtomicBool::new(out) }
    }
}

#[async_trait]
impl ReadClient for CatalogsOut {
    async fn read(&self, ask: ReadRequest) -> Result<Response, Failure> {
        let path = ask.request().path.as_str();
        let is_catalog = ["/available_namespaces", "/available_namespace_rules", "/logs/services"]
            .iter()
            .any(|end| path.ends_with(end));
        match is_catalog && self.out.load(Ordering::Relaxed) {
            true => Ok(Response::new(503, br#"{"errors":["the catalog is out"]}"#.to_vec())),
            false => self.sandbox.read(ask).await,
        }
    }
}

#[async_trait]
impl WriteClient for CatalogsOut {
    async fn write(&self, tell: WriteRequest) -> Result<Response, Failure> {
        self.out.store(true, Ordering::Relaxed);
        self.sandbox.write(tell).await
    }
}

fn v2() -> (Value, String) {
    let filters = json!({ "namespace_filters": { "exclude_only": ["AWS/SQS"] } });
    (v2_rows(&[1, 2]), two("datadog", json!({ "account_tags": ["env:new"] }), json!({ "metrics_config": filters })))
}

fn v1() -> (Value, String) {
    let row = |at| json!({ "account_id": account(at), "role_name": "dd", "host_tags": ["env:prod"] });
    let world = json!({ "datadog_v1": { "accounts": [row(1), row(2)] } });
    let rules = json!({ "role_name": "dd", "account_specific_namespace_rules": { "sqs": false } });
    (world, two("datadog_v1", json!({ "role_name": "dd", "host_tags": ["env:new"] }), rules))
}

/// Two accounts, of which the second names a value out of a catalog.
fn two(provider: &str, plain: Value, naming: Value) -> String {
    let entry = |at, block: Value| json!({ "aws_account_id": account(at), "name": format!("n{at}"), provider: block });
    json!({ "version": 1, "providers": { provider: { "site": "datadoghq.com" } }, "accounts": [entry(1, plain), entry(2, naming)] })
        .to_string()
}

#[tokio::test(start_paused = true)]
async fn a_catalog_that_goes_out_after_the_plan_unproves_nothing() {
    for (world, config) in [v2(), v1()] {
        let vendor = CatalogsOut::new(&world, false);
        let planned = load(&config).read_unguarded(&vendor).await.plan(&PlanOptions::default());
        assert_eq!(planned.plan().actions.len(), 2);
        let applied = planned.apply(&vendor, &ApplyOptions::default()).await.unwrap();
        assert!(matches!(applied.report.proof, Proof::Converged), "{:?}", applied.report);
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_catalog_nothing_is_planned_and_only_rows_that_need_it_are_unread_in_drift() {
    for (world, config) in [v2(), v1()] {
        let (vendor, run) = (CatalogsOut::new(&world, true), load(&config));
        let planned = run.read_unguarded(&vendor).await.plan(&PlanOptions::default());
        assert!(planned.plan().actions.is_empty() && !planned.plan().all_listings_read());
        let options = PlanOptions { confirm_mode: ConfirmMode::NoLimits, ..PlanOptions::default() };
        let compared = run.read_unguarded_for(ReadPurpose::Compare, &vendor).await.plan(&options);
        let plan = compared.plan();
        assert!(plan.all_listings_read() && !plan.all_rows_read());
        let drifted: Vec<_> = plan.actions.iter().filter_map(|action| action.account.clone()).collect();
        assert_eq!(drifted, [account(1)]);
    }
}

#[test]
fn the_binary_says_what_drifted_beside_what_a_catalog_hides() {
    let (world, config) = v2();
    let (_sandbox, vendor) = support::served_world(&world.to_string(), heeler::sandbox::Faults::none());
    let url = support::parrot(move |said| match said.contains("available_namespaces") {
        true => "403 Forbidden\r\n\r\n{\"errors\":[\"Forbidden\"]}".to_owned(),
        false => {
            let (status, body) = support::forward(&vendor, said);
            format!("{status}\r\n\r\n{body}")
        }
    });
    let folder = support::Folder::new("catalogs-out");
    folder.write("heeler.yaml", &config);
    folder.run_at(&url, "plan").exits(1).says(&["nothing could be read"]);
    folder.run_at(&url, "drift").exits(2).says(&[
        &account(1),
        "env:new",
        "unread: 1",
        "the list of namespaces",
        "Forbidden",
    ]);
}
