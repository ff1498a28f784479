//! Bytes as whatever Datadog may answer: a listing to plan against, a row, a catalog, an organization, an error, a
//! saved world.
//!
//! Nothing panics, nothing shown can drive a terminal, and no delete comes without a tombstone for exactly that
//! account. A row that is JSON and no value (half of a surrogate pair somewhere in it) concerns itself alone, and is
//! never touched.
#![no_main]

use std::sync::LazyLock;

use heeler::run::Run;
use heeler::model::plan::Op;
use heeler::model::{DeleteReason, Response};
use heeler::providers::datadog::wire;
use heeler::providers::datadog_common::organization;
use heeler::providers::row_isolation::Listed;
use heeler::sandbox::World;
use heeler_fuzz::{load, plan};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

const BURIED: &str = "210000000009";

fn config(rest: &str) -> Run {
    let text = include_str!("../seeds/config/whole.yaml").to_owned() + rest;
    load(&[text]).unwrap_or_else(|invalid| panic!("{:?}", invalid.diagnostics))
}

static SILENT: LazyLock<Run> = LazyLock::new(|| config(""));
static ASKING: LazyLock<Run> = LazyLock::new(|| config(&format!("removed: [{{ aws_account_id: \"{BURIED}\", reason: closed }}]\n")));

fuzz_target!(|bytes: &[u8]| {
    // A first byte that no JSON begins with picks another status than 200.
    let (status, bytes) = match bytes {
        [b'e', rest @ ..] => (400, rest),
        [b'c', rest @ ..] => (409, rest),
        [b'g', rest @ ..] => (404, rest),
        [b's', rest @ ..] => (503, rest),
        _ => (200, bytes),
    };
    let response = Response::new(status, bytes.to_vec());
    let _ = wire::read_catalog("namespaces", &response);
    let _ = wire::read_catalog("log sources", &response);
    let _ = organization::read(&response);
    let _ = wire::read_deleted(&response);
    let row = wire::read_row(&response).ok();
    let listed = || wire::read_listing(&response).ok();
    let _ = std::str::from_utf8(bytes).map(World::parse);
    for config in [&*SILENT, &*ASKING] {
        let row = row.clone().map(|row| Listed { rows: vec![row], isolated: Vec::new() });
        row.into_iter().chain(listed()).for_each(|listed| judge(config, listed));
    }
});

fn judge(config: &Run, listed: Listed) {
    let asks = !config.config().desired.tombstones.is_empty();
    for action in plan(config, listed).actions {
        update(&action.op);
        let Op::Delete { observed, reason, consequence: _, description: _ } = &action.op else { continue };
        assert!(asks, "a delete that nobody asked for: {action:?}");
        // A row that is no text, such as one with half a character in it, concerns itself alone and is never deleted.
        let live: serde_json::Value = serde_json::from_str(observed.row.get()).expect("a row is JSON");
        let account = &live["attributes"]["aws_account_id"];
        assert_eq!(*account, json!(BURIED), "a delete of another account: {action:?}");
        assert!(matches!(reason, DeleteReason::Tombstone(tombstone) if tombstone.identity() == BURIED), "{reason:?}");
        assert_eq!(live["id"], json!(observed.id.0), "a delete of another row: {action:?}");
    }
}

/// The write that an update would send can be made, and touches only what the plan names.
fn update(op: &Op) {
    if let Op::Update { desired, observed, changes, .. } = op {
        let tell = wire::update(desired, observed, changes).expect("a row that was compared can be updated");
        let body = tell.request.body.expect("an update has a body").json;
        for field in body["data"]["attributes"].as_object().expect("attributes").keys() {
            assert!(field == "aws_account_id" || changes.iter().any(|change| change.path.top() == Some(field)), "{field} was not shown");
        }
    }
}
