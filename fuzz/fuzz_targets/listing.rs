//! Bytes as whatever Datadog may answer: a listing to plan against, a row, a catalog, an organization, an error, a saved world.
//!
//! Nothing panics, nothing shown can drive a terminal, and no delete comes without a tombstone for exactly that account. A row that is
//! JSON and no value (half of a surrogate pair somewhere in it) is one that cannot be read where it is declared, and can be deleted.
#![no_main]

use std::sync::LazyLock;

use heeler::config::Loaded;
use heeler::model::plan::Op;
use heeler::model::{Observed, Response, Warrant};
use heeler::providers::datadog::wire;
use heeler::providers::datadog_org::organization;
use heeler::sandbox::World;
use heeler_fuzz::{load, plan};
use libfuzzer_sys::fuzz_target;
use serde::Deserialize;

const BURIED: &str = "210000000009";

fn config(rest: &str) -> Loaded {
    let text = include_str!("../seeds/config/whole.yaml").to_owned() + rest;
    load(&[text]).unwrap_or_else(|invalid| panic!("{:?}", invalid.diagnostics))
}

static SILENT: LazyLock<Loaded> = LazyLock::new(|| config(""));
static ASKING: LazyLock<Loaded> = LazyLock::new(|| config(&format!("removed: [{{ aws_account_id: \"{BURIED}\", reason: closed }}]\n")));

fuzz_target!(|bytes: &[u8]| {
    // A first byte that no JSON begins with picks another status than 200.
    let (status, bytes) = match bytes {
        [b'e', rest @ ..] => (400, rest),
        [b'c', rest @ ..] => (409, rest),
        [b'g', rest @ ..] => (404, rest),
        [b's', rest @ ..] => (503, rest),
        _ => (200, bytes),
    };
    let response = Response { status, headers: Vec::new(), body: bytes.to_vec() };
    let _ = wire::read_catalog("namespaces", &response);
    let _ = wire::read_catalog("log sources", &response);
    let _ = organization::read(&response);
    let _ = wire::read_deleted(&response);
    let row = wire::read_row(&response).ok();
    let rows = wire::read_listing(&response).ok();
    let _ = std::str::from_utf8(bytes).map(World::parse);
    for rows in row.map(|row| vec![row]).into_iter().chain(rows) {
        judge(&rows);
    }
});

/// The part of a row that says which row it is.
#[derive(Deserialize)]
struct Head {
    id: String,
    attributes: Attributes,
}

#[derive(Deserialize)]
struct Attributes {
    aws_account_id: String,
}

fn judge(rows: &[Observed]) {
    for action in plan(&SILENT, rows.to_vec()).actions {
        assert!(!matches!(action.op, Op::Delete { .. }), "a delete that nobody asked for: {action:?}");
        update(&action.op);
    }
    for action in plan(&ASKING, rows.to_vec()).actions {
        if let Op::Delete { observed, warrant, parting: _, described: _ } = &action.op {
            // A row may hold what is JSON and no value, such as half of a surrogate pair: it is deleted by its head, which can be read.
            let head: Head = serde_json::from_str(observed.row.get()).expect("the head of a row can be read");
            assert_eq!(head.attributes.aws_account_id, BURIED, "a delete of another account: {action:?}");
            assert!(matches!(warrant, Warrant::Tombstone(tombstone) if tombstone.identity() == BURIED), "{warrant:?}");
            assert_eq!(head.id, observed.id.0, "a delete of another row: {action:?}");
        }
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
