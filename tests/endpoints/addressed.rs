//! What a plan approves, it approves at the addresses that it was made for: those of services too.

use std::sync::Arc;

use heeler::Run;
use heeler::model::Env;
use heeler::planner::approval::{ApprovalError, Approved};
use heeler::render::json;
use heeler::sandbox::{Sandbox, World};
use serde_json::{Value, json};

use crate::dialect;

const CONFIG: &str = "version: 1
providers: { datadog: { site: datadoghq.com } }
accounts: [{ aws_account_id: '210000000001', datadog: { auth_config: { role_name: R } } }]";

/// A run whose provider has a service at this address.
fn run(service_at: &str) -> Run {
    let env = Env::from_iter(Vec::<(String, String)>::new());
    let mut loaded = Run::of_texts([("heeler.yaml", CONFIG)], &env).ok().unwrap().config().clone();
    let settings = loaded.desired.settings.get_mut("datadog").unwrap();
    settings.services = dialect::settings(service_at).services;
    Run::of(loaded)
}

#[tokio::test]
async fn a_plan_approves_nothing_where_a_service_is_at_another_address() {
    let client = Arc::new(Sandbox::new(World::empty(), 1));
    let (here, elsewhere) = (run("https://login.example.com"), run("https://login.example.org"));
    let planned = here.clone().connect_with(client.clone()).read().await.unwrap().plan(&Default::default());
    let file = json::document(&planned.view(), "plan", &here.config().sources, None);
    let file: Value = serde_json::to_value(file).unwrap();
    assert_eq!(file["providers"]["datadog"]["services"], json!({ "login": "https://login.example.com" }));
    Approved::default().add(&file, &here.addressee()).unwrap();
    let Err(ApprovalError::Elsewhere { theirs, ours }) = Approved::default().add(&file, &elsewhere.addressee()) else {
        panic!("a service is elsewhere")
    };
    assert!(theirs.contains("login at https://login.example.com"), "{theirs}");
    assert!(ours.contains("login at https://login.example.org"), "{ours}");
    let there = elsewhere.connect_with(client).read().await.unwrap().plan(&Default::default());
    assert_ne!(planned.digest(), there.digest());
}
