//! Writes that a vendor refuses for now, because somebody else is writing the same row: what they change meanwhile
//! survives, and where it is what the config says, nothing is written over it.

use heeler::model::{Outcome, Status, WriteClient};
use heeler::sandbox::{Fault, Faults, Sandbox, World};
use serde_json::{Value, json};

use crate::in_process::{self, load, plan};
use crate::{account, fleet, support};

fn sandbox(world: &Value, faults: Faults) -> Sandbox {
    Sandbox::new(World::parse(&world.to_string()).unwrap(), 1).with_faults(faults)
}

fn v1_row() -> Value {
    json!({ "datadog_v1": { "accounts": [{
        "account_id": account(1), "role_name": "dd", "host_tags": ["env:old"], "filter_tags": [],
        "account_specific_namespace_rules": {}, "excluded_regions": [], "metrics_collection_enabled": true,
    }] } })
}

fn v1_block() -> (&'static str, Value) {
    ("datadog_v1", json!({ "role_name": "dd", "host_tags": ["env:new"] }))
}

async fn applied(config: &str, client: &dyn WriteClient) -> Outcome {
    let config = load(config);
    let planned = plan(&config, client).await;
    in_process::apply(&config, client, &planned, 1).await.pop().unwrap()
}

/// v1's PUT is the whole account as it was read. Which leaf somebody else changes, the seed decides.
#[tokio::test(start_paused = true)]
async fn what_somebody_else_writes_while_v1_refuses_survives() {
    let config = fleet(1, &[v1_block()], json!([]));
    let (mut survived, mut stale) = (0, 0);
    for seed in 1..=12 {
        let faults = Faults::parse(&format!("seed={seed}")).unwrap().at_write(1, Fault::Conflict);
        let vendor = sandbox(&v1_row(), faults);
        let before = vendor.rows("datadog")[0].clone();
        let outcome = applied(&config, &vendor).await;
        let after = &vendor.rows("datadog")[0];
        let written = vendor.log().iter().filter(|request| request.write).count();
        let held = |row: &Value| row.pointer("/attributes/metrics_config/enabled").cloned();
        match outcome.status {
            Status::Done => {
                assert_eq!(after["attributes"]["account_tags"], json!(["env:new"]));
                assert_eq!(written, 2, "seed {seed}");
                survived += usize::from(held(after) != held(&before));
            }
            Status::Stale(_) => {
                let tags = after["attributes"]["account_tags"].to_string();
                assert!(tags.contains("env:old") && tags.contains("edited:") && written == 1, "seed {seed}: {tags}");
                stale += 1;
            }
            ref other => panic!("seed {seed}: {other:?}"),
        }
    }
    assert!(survived > 0 && stale > 0, "{survived} survived, {stale} stale");
}

/// A refused delete is tried again only on the row that the tombstone is about, and its record is of what it deletes.
#[tokio::test(start_paused = true)]
async fn a_delete_that_is_refused_for_now_is_refreshed_too() {
    let removed = json!([{ "aws_account_id": account(1), "reason": "closed" }]);
    let config = fleet(0, &[v1_block()], removed);
    let vendor = sandbox(&v1_row(), Faults::none().at_write(1, Fault::Conflict));
    let outcome = applied(&config, &vendor).await;
    assert!(matches!(outcome.status, Status::Done), "{outcome:?}");
    let mut verbs: Vec<&str> = vendor.log().iter().map(|request| request.method.as_str()).collect();
    verbs.dedup();
    assert_eq!(verbs, ["GET", "DELETE", "GET", "DELETE"]);
    assert!(vendor.rows("datadog").is_empty());
}

/// Cloudcraft refuses a role for as long as AWS does not show it everywhere. Its listings serve for five seconds, but none
/// of before the refusal does.
#[tokio::test(start_paused = true)]
async fn a_rename_while_a_role_is_not_there_yet_is_not_put_back() {
    let row = json!({
        "id": "00000001-1c2d-4e3f-8a9b-0c1d2e3f4a5b", "name": "one", "source": "aws",
        "roleArn": format!("arn:aws:iam::{}:role/drawing", account(1)),
        "externalId": "2f9a1c44-7b10-4e6a-9d3c-5e8b0a7c6d11",
    });
    let vendor = sandbox(&json!({ "cloudcraft": { "accounts": [row] } }), Faults::none());
    let config = load(&fleet(1, &[("cloudcraft", json!({ "role_name": "new-refused-2-times" }))], json!([])));
    let planned = plan(&config, &vendor).await;
    let renamed = async {
        while !vendor.log().iter().any(|request| request.write) {
            tokio::task::yield_now().await;
        }
        vendor.edit("cloudcraft", |rows| rows[0]["name"] = json!("Renamed"));
    };
    let (outcomes, ()) = tokio::join!(in_process::apply(&config, &vendor, &planned, 1), renamed);
    assert!(matches!(outcomes[0].status, Status::Stale(_)), "{outcomes:?}");
    assert_eq!(vendor.rows("cloudcraft")[0]["name"], "Renamed");
    assert_eq!(vendor.log().iter().filter(|request| request.write).count(), 1);
}

/// Through the binary, over HTTP.
#[test]
fn the_binary_refreshes_before_it_sends_again() {
    let folder = support::Folder::new("refused-for-now");
    folder.write("heeler.yaml", &fleet(1, &[v1_block()], json!([])).replace("datadoghq.eu", "datadoghq.com"));
    let faults = Faults::parse("seed=6").unwrap().at_write(1, Fault::Conflict);
    let (vendor, url) = support::served_world(&v1_row().to_string(), faults);
    let before = vendor.rows("datadog")[0]["attributes"]["metrics_config"]["enabled"].clone();
    let run = folder.run_at(&url, "apply");
    run.exits(0).says(&["conflicting updates; trying again in 1 s", "Converged"]);
    let row = &vendor.rows("datadog")[0]["attributes"];
    assert_eq!(row["account_tags"], json!(["env:new"]));
    assert_ne!(row["metrics_config"]["enabled"], before);
}
