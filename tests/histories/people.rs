//! What people do behind heeler's back: straight at the vendor.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use heeler::model::Key;
use heeler::sandbox::{ExternalIds, Sandbox, World};
use serde_json::{Value, json};

use crate::config::{Config, Edit, LEAST, Resource};
use crate::history::Run;
use crate::views::{is_in_trash, seen};
use crate::{commands, folder};

/// One deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Makes what a block of this number says, unless it is there.
    Make(Resource, u8),
    /// Changes something that blocks may manage.
    Change(Resource, u8),
    /// Adds a field that heeler does not know.
    AddUnknown(Resource),
    Delete(Resource),
}

impl Deed {
    /// Whether it is about one row, of a vendor that is asked for rows one by one.
    pub fn is_one_edit(self) -> bool {
        matches!(self, Deed::Change(resource, _) | Deed::Delete(resource) if ["datadog", "cloudcraft"].contains(&resource.0))
    }

    /// At whose vendor.
    pub fn backend(self) -> &'static str {
        let (Deed::Make(resource, _) | Deed::Change(resource, _) | Deed::AddUnknown(resource) | Deed::Delete(resource)) =
            self;
        resource.provider().backend()
    }
}

/// Does what needs no vendor's help.
pub fn edits(deed: Deed, sandbox: &Sandbox) {
    match deed {
        Deed::Make(..) => {}
        Deed::Change(resource, what) => each_row(sandbox, resource, |row| change(row, resource, what)),
        Deed::AddUnknown(resource) => each_row(sandbox, resource, |row| add_unknown(row, resource)),
        Deed::Delete(resource) => {
            let backend = resource.provider().backend();
            let is_it = |row: &Value| Resource::of_row(backend, row) == Some(resource);
            match resource.0 {
                "wavefront" => each_row(sandbox, resource, |row| {
                    row["inTrash"] = json!(true);
                    row["deleted"] = json!(true);
                }),
                _ => sandbox.edit(backend, |rows| rows.retain(|row| !is_it(row))),
            }
        }
    }
}

/// Does it.
pub async fn does(deed: Deed, sandbox: &Arc<Sandbox>, luck: u64) {
    match deed {
        Deed::Make(resource, variant) => {
            let backend = resource.provider().backend();
            if !sandbox.rows(backend).iter().any(|row| Resource::of_row(backend, row) == Some(resource)) {
                let rows = made(resource, variant, luck).await;
                sandbox.edit(backend, |known| known.extend(rows));
            }
        }
        other => edits(other, sandbox),
    }
}

fn each_row(sandbox: &Sandbox, resource: Resource, mut change: impl FnMut(&mut Value)) {
    let backend = resource.provider().backend();
    sandbox.edit(backend, |rows| {
        rows.iter_mut()
            .filter(|row| !is_in_trash(row) && Resource::of_row(backend, row) == Some(resource))
            .for_each(&mut change);
    });
}

fn change(row: &mut Value, resource: Resource, what: u8) {
    match (resource.0, what % 3) {
        ("datadog" | "datadog_v1", 0) => row["attributes"]["account_tags"] = json!(["by:hand"]),
        ("datadog" | "datadog_v1", 1) => {
            let enabled = &mut row["attributes"]["metrics_config"]["enabled"];
            *enabled = json!(*enabled != true);
        }
        ("datadog" | "datadog_v1", _) => {
            row["attributes"]["metrics_config"]["tag_filters"] =
                json!([{ "namespace": "AWS/SQS", "tags": ["by:hand"] }])
        }
        ("cloudcraft", 0 | 1) => row["name"] = json!("by hand"),
        ("cloudcraft", _) => row["readAccess"] = json!(["team/by-hand"]),
        ("wavefront", 0) => row["name"] = json!("by hand"),
        ("wavefront", 1) => row["disabled"] = json!(row["disabled"] != true),
        ("wavefront", _) => row["serviceRefreshRateInMins"] = json!(30),
        (other, _) => panic!("no changes for {other}"),
    }
}

fn add_unknown(row: &mut Value, resource: Resource) {
    match resource.0 {
        "datadog" | "datadog_v1" => {
            row["attributes"]["some_future_config"] = json!({ "a": [3, 1, 2], "b": null });
            row["attributes"]["metrics_config"]["some_future_switch"] = json!("on");
        }
        "wavefront" => {
            let block = if row["ec2"].is_object() { "ec2" } else { "cloudWatch" };
            row[block]["someFutureFilter"] = json!(["a", "b"]);
            row["someFutureThing"] = json!({ "c": 1 });
        }
        _ => row["someFutureThing"] = json!("d"),
    }
}

/// The rows that a vendor makes of a block. heeler itself, with nobody's approval and a world of its own, stands for a
/// person at the console.
async fn made(resource: Resource, variant: u8, luck: u64) -> Vec<Value> {
    let sandbox = Arc::new(Sandbox::new(World::empty(), luck).with_external_ids(ExternalIds::Any));
    let mut config = Config::default();
    config.edit(Edit::Declare(resource, variant));
    let file = folder::write("person.yaml", &config.text());
    let ended = commands::run(&sandbox, Run::CALM, &["apply".to_owned(), file, "--sandbox".to_owned()]).await;
    assert_eq!(ended.exit, Some(heeler::commands::Exit::Done), "{}", ended.printed);
    sandbox.rows(resource.provider().backend())
}

thread_local! {
    static UNTOUCHED: RefCell<BTreeMap<Key, Value>> = RefCell::default();
}

/// What a vendor makes of a create that says as little as it can.
pub async fn untouched(resource: Resource, key: &Key) -> Value {
    if let Some(known) = UNTOUCHED.with_borrow(|known| known.get(key).cloned()) {
        return known;
    }
    for row in Box::pin(made(resource, LEAST, 1)).await {
        let (key, view) = seen(resource, &row).await;
        UNTOUCHED.with_borrow_mut(|known| known.insert(key, view));
    }
    UNTOUCHED.with_borrow(|known| known.get(key).cloned()).unwrap_or_else(|| panic!("nothing makes {key}"))
}
