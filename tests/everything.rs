//! Three accounts watched by every vendor there is: `examples/configs/everything`, on the binary.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may stop where it stands

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;

use heeler::providers;
use heeler::sandbox::{Faults, Sandbox};
use serde_json::Value;
use support::{EVERYTHING, Folder, Run, Served, keyed, served_world};

/// The example's world on a loopback port, within this process.
fn served() -> (Arc<Sandbox>, String) {
    served_world(&fs::read_to_string(format!("{EVERYTHING}/world.json")).unwrap(), Faults::none())
}

fn actions(folder: &Folder, url: &str, args: &str, code: i32) -> Vec<Value> {
    let plan: Value =
        serde_json::from_str(&folder.run_at(url, &format!("plan --json - {args} {EVERYTHING}")).exits(code).out)
            .unwrap();
    plan["actions"].as_array().unwrap().clone()
}

fn providers_of(actions: &[Value]) -> BTreeSet<&str> {
    actions.iter().map(|action| action["provider"].as_str().unwrap()).collect()
}

/// Every row of every backend, by backend and its own id.
fn rows(sandbox: &Sandbox) -> BTreeMap<(&'static str, String), Value> {
    let backends: BTreeSet<&str> = providers::ALL.iter().map(|provider| provider.backend()).collect();
    let rows =
        backends.into_iter().flat_map(|backend| sandbox.rows(backend).into_iter().map(move |row| (backend, row)));
    rows.map(|(backend, row)| ((backend, row["id"].as_str().unwrap().to_owned()), row)).collect()
}

fn about<'a>(rows: &'a BTreeMap<(&'static str, String), Value>, account: &str, backend: &str) -> Vec<&'a Value> {
    rows.iter()
        .filter(|((known, _), row)| *known == backend && row.to_string().contains(account))
        .map(|(_, row)| row)
        .collect()
}

#[test]
fn it_converges_in_the_sandbox() {
    let folder = Folder::new("everything");
    let run = folder.run(&format!("apply --sandbox {EVERYTHING}")).exits(0);
    run.says(&["Converged", "brings back 3c0ffee0-0002-4000-8000-000000000010 from the trash", "0 failed, 0 skipped"]);
}

#[test]
fn every_provider_has_something_to_do_in_it() {
    let folder = Folder::new("everything-plan");
    let (_sandbox, url) = served();
    let all: BTreeSet<&str> = providers::ALL.iter().map(|provider| provider.name()).collect();
    assert_eq!(providers_of(&actions(&folder, &url, "", 0)), all);
}

#[test]
fn against_the_served_world_a_second_plan_is_empty() {
    let folder = Folder::new("everything-served");
    let served = Served::world(&folder, &format!("{EVERYTHING}/world.json"));
    folder.run_at(&served.url, &format!("plan --detailed-exitcode {EVERYTHING}")).exits(2);
    folder.run_at(&served.url, &format!("apply {EVERYTHING}")).exits(0).says(&["Converged"]);
    folder.run_at(&served.url, &format!("plan --detailed-exitcode {EVERYTHING}")).exits(0).says(&["Plan: no changes."]);
    folder.run_at(&served.url, &format!("drift {EVERYTHING}")).exits(0).says(&["Drift: none."]);
}

#[test]
fn what_is_imported_plans_empty_with_every_kind_of_row() {
    let folder = Folder::new("everything-import");
    let world = folder
        .write("world.json", &fs::read_to_string(format!("{EVERYTHING}/world.json")).unwrap())
        .display()
        .to_string();
    let run = folder.run(&format!("import --sandbox={world}")).exits(0).says(&["Imported 3 accounts."]);
    assert!(!run.out.contains("external_id") && !run.out.contains("\"\""), "{}", run.out);
    folder.write("heeler.yaml", &run.out);
    folder.run(&format!("plan --sandbox={world} --detailed-exitcode")).exits(0).says(&["7 unchanged"]);
    let shown = folder.run(&format!("import --sandbox={world} --only 210000000001")).exits(0);
    assert_eq!(shown.out.matches("aws_account_id").count(), 1, "{}", shown.out);
    for part in ["nothing differs", "datadog:", "cloudcraft:", "cloudwatch:", "ec2:"] {
        assert!(shown.out.contains(part), "{part:?} is not in\n{}", shown.out);
    }
}

#[test]
fn only_selects_the_rows_of_every_provider() {
    let folder = Folder::new("everything-only");
    let (sandbox, url) = served();
    let before = rows(&sandbox);
    let only = "--only 210000000002";
    let planned = actions(&folder, &url, only, 0);
    let kinds: BTreeSet<(&str, &str, &str)> = planned
        .iter()
        .map(|action| {
            (action["op"].as_str().unwrap(), action["provider"].as_str().unwrap(), action["kind"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        kinds,
        [
            ("create", "cloudcraft", "account"),
            ("create", "wavefront", "cloudtrail"),
            ("create", "wavefront", "cloudwatch")
        ]
        .into()
    );
    folder.run_at(&url, &format!("apply {only} {EVERYTHING}")).exits(0);
    folder.run_at(&url, &format!("plan {only} --detailed-exitcode {EVERYTHING}")).exits(0);
    folder.run_at(&url, &format!("plan --detailed-exitcode {EVERYTHING}")).exits(2);
    let after = rows(&sandbox);
    for (which, row) in before.iter().filter(|(_, row)| !row.to_string().contains("210000000002")) {
        assert_eq!(after.get(which), Some(row), "{which:?} was not selected");
    }
}

#[test]
fn a_tombstone_for_one_provider_leaves_the_others_alone() {
    let folder = Folder::new("everything-tombstone");
    let (sandbox, url) = served();
    let before = rows(&sandbox);
    let (drawn, watched) = (about(&before, "210000000009", "cloudcraft"), about(&before, "210000000009", "datadog"));
    assert_eq!((drawn.len(), watched.len()), (1, 1));
    let deletes: Vec<Value> =
        actions(&folder, &url, "", 0).into_iter().filter(|action| action["op"] == "delete").collect();
    assert_eq!(providers_of(&deletes), ["cloudcraft"].into());
    assert_eq!(deletes.len(), 1);
    folder.run_at(&url, &format!("apply --only 210000000009 {EVERYTHING}")).exits(0);
    let after = rows(&sandbox);
    assert_eq!(about(&after, "210000000009", "cloudcraft"), Vec::<&Value>::new());
    assert_eq!(about(&after, "210000000009", "datadog"), watched);
}

#[test]
fn one_provider_that_cannot_be_read_does_not_stop_the_others() {
    for (variable, backend, lost) in [
        ("DD_HOST", "datadog", &["datadog", "datadog_v1"][..]),
        ("CLOUDCRAFT_HOST", "cloudcraft", &["cloudcraft"]),
        ("WAVEFRONT_ADDRESS", "wavefront", &["wavefront"]),
    ] {
        let folder = Folder::new("everything-unreachable");
        let (sandbox, url) = served();
        // It answers, but to nobody: whoever does not answer at all is asked again for a while, with the same end.
        let nowhere = support::parrot(|_| "403 Forbidden\r\n\r\n{}".to_owned());
        let run = |args: &str| {
            Run::of(keyed(&mut folder.heeler(&format!("{args} {EVERYTHING}")), &url).env(variable, &nowhere))
        };
        let plan: Value = serde_json::from_str(&run("plan --json -").exits(1).out).unwrap();
        let unread: BTreeSet<&str> =
            plan["unreadable"].as_array().unwrap().iter().map(|unread| unread["provider"].as_str().unwrap()).collect();
        assert_eq!(unread, lost.iter().copied().collect());
        let planned = plan["actions"].as_array().unwrap();
        let all: BTreeSet<&str> =
            providers::ALL.iter().map(|provider| provider.name()).filter(|name| !lost.contains(name)).collect();
        assert_eq!(providers_of(planned), all, "{variable}");
        assert_eq!(
            plan["obsolete_tombstones"],
            serde_json::json!([]),
            "{variable}: what could not be read is not gone"
        );

        let before = rows(&sandbox);
        run("apply").exits(3).says(&["x unread", "so nothing is planned for it", "0 failed, 0 skipped"]);
        let after = rows(&sandbox);
        let of_lost = |rows: &BTreeMap<(&'static str, String), Value>| {
            rows.iter().filter(|((known, _), _)| *known == backend).map(|(_, row)| row.clone()).collect::<Vec<_>>()
        };
        assert_eq!(of_lost(&before), of_lost(&after), "{variable}");
        assert!(before != after);
        // Once it is back, the rest is done.
        folder.run_at(&url, &format!("apply {EVERYTHING}")).exits(0).says(&["Converged"]);
    }
}
