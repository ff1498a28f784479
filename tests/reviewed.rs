//! What was reviewed is what is applied: `--expect DIGEST`, `--expect plan.json`, one or several, and being told to
//! stop.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may stop where it stands

mod support;

use serde_json::json;
use support::{ACCOUNTS, Folder, Served, http, row, world};

const HEAD: &str = "version: 1\nproviders: { datadog: { site: datadoghq.eu } }\n";

fn config(accounts: &[(&str, &str)]) -> String {
    let entries = accounts.iter().map(|(id, block)| format!("  - {{ aws_account_id: \"{id}\", datadog: {block} }}\n"));
    format!("{HEAD}accounts:\n{}", entries.collect::<String>())
}

/// Two accounts, served; the folder holds a config that tags both.
fn two_accounts(name: &str) -> (Folder, Served) {
    let folder = Folder::new(name);
    folder.write("world.json", &world(&[row("400000000001"), row("400000000002")]));
    let served = Served::world(&folder, "world.json");
    folder.write(
        "heeler.yaml",
        &config(&[("400000000001", "{ account_tags: [env:a] }"), ("400000000002", "{ account_tags: [env:b] }")]),
    );
    (folder, served)
}

fn tags(served: &Served, account: &str) -> serde_json::Value {
    served.row(account)["attributes"]["account_tags"].clone()
}

/// Changes one row behind everybody's back.
fn patch(served: &Served, account: &str, attributes: serde_json::Value) {
    let id = served.row(account)["id"].as_str().unwrap().to_owned();
    let mut attributes = attributes;
    attributes["aws_account_id"] = json!(account);
    http(
        &served.url,
        "PATCH",
        &format!("{ACCOUNTS}/{id}"),
        Some(json!({ "data": { "type": "account", "attributes": attributes } })),
    );
}

#[test]
fn a_digest_is_all_or_nothing() {
    let (folder, served) = two_accounts("digest");
    folder.run_at(&served.url, "plan --json plan.json").exits(0);
    let digest = folder.json("plan.json")["digest"].as_str().unwrap().to_owned();
    let before = served.row("400000000002");
    patch(&served, "400000000001", json!({ "account_tags": ["env:somebody"] }));
    let refused = folder.run_at(&served.url, &format!("apply --expect {digest}")).exits(4);
    refused.says(&[&digest, "was expected", "Apply: refused; nothing was changed."]);
    assert_eq!(served.row("400000000002"), before);
    folder.run_at(&served.url, "plan --json plan.json").exits(0);
    let digest = folder.json("plan.json")["digest"].as_str().unwrap().trim_start_matches("sha256:").to_owned();
    folder.run_at(&served.url, &format!("apply --expect {digest}")).exits(0);
}

#[test]
fn a_plan_file_holds_back_what_it_does_not_contain() {
    let (folder, served) = two_accounts("file");
    folder.run_at(&served.url, "plan --json plan.json").exits(0);
    // Drift in a managed field of one account, after the review.
    patch(&served, "400000000001", json!({ "account_tags": ["env:somebody"] }));
    let run = folder.run_at(&served.url, "apply --expect plan.json --json done.json").exits(3);
    run.says(&["Held back", "400000000001", "HELD BACK: 1 account"]);
    assert_eq!(tags(&served, "400000000002"), json!(["env:b"]));
    assert_eq!(tags(&served, "400000000001"), json!(["env:somebody"]));
    assert_eq!(folder.json("done.json")["held_back"][0]["id"], "400000000001");
    // Everything that was approved is done; what is left was never approved.
    folder.run_at(&served.url, "apply --expect plan.json").exits(4);
    folder.run_at(&served.url, "plan --json plan2.json").exits(0);
    folder.run_at(&served.url, "apply --expect plan.json --expect plan2.json").exits(0);
}

#[test]
fn approval_is_per_field_change() {
    let (folder, served) = two_accounts("field");
    folder.run_at(&served.url, "plan --json plan.json").exits(0);
    folder.write(
        "heeler.yaml",
        &config(&[
            ("400000000001", "{ account_tags: [env:a], metrics_config: { automute_enabled: false } }"),
            ("400000000002", "{ account_tags: [env:b] }"),
        ]),
    );
    folder.run_at(&served.url, "apply --expect plan.json").exits(3).says(&["metrics_config.automute_enabled"]);
    let row = served.row("400000000001");
    assert_eq!(row["attributes"]["account_tags"], json!(["env:a"]));
    assert_ne!(
        row["attributes"]["metrics_config"]["automute_enabled"],
        json!(false),
        "it was sent, though nobody approved it"
    );
}

#[test]
fn two_plans_approved_one_after_the_other_are_done_in_one_run() {
    let (folder, served) = two_accounts("two");
    let one = [("400000000001", "{ account_tags: [env:a] }"), ("400000000002", "{}")];
    folder.write("heeler.yaml", &config(&one));
    folder.run_at(&served.url, "plan --json first.json").exits(0);
    let both = [("400000000001", "{ account_tags: [env:a] }"), ("400000000002", "{ account_tags: [env:b] }")];
    folder.write("heeler.yaml", &config(&both));
    folder.run_at(&served.url, "plan --json second.json").exits(0);
    folder.run_at(&served.url, "apply --expect first.json --expect second.json").exits(0).says(&["Converged"]);
    // The resume needs no new approval.
    folder.run_at(&served.url, "apply --expect first.json --expect second.json").exits(0).says(&["nothing to do"]);
}

#[test]
fn a_delete_is_approved_with_its_row() {
    let (folder, served) = two_accounts("delete");
    folder.write(
        "heeler.yaml",
        &format!("{HEAD}accounts: []\nremoved: [{{ aws_account_id: \"400000000001\", reason: closed }}]\n"),
    );
    folder.run_at(&served.url, "plan --json plan.json").exits(0);
    folder.write(
        "heeler.yaml",
        &format!("{HEAD}accounts: []\nremoved:\n  - {{ aws_account_id: \"400000000001\", reason: closed }}\n  - {{ aws_account_id: \"400000000002\", reason: closed }}\n"),
    );
    folder.run_at(&served.url, "apply --expect plan.json").exits(3);
    let left: Vec<_> = served.rows().iter().map(|row| row["attributes"]["aws_account_id"].clone()).collect();
    assert_eq!(left, [json!("400000000002")]);
}

#[test]
fn what_is_no_plan_for_this_run_approves_nothing() {
    let (folder, served) = two_accounts("other");
    let before = served.rows();
    folder.write("list.json", "[]");
    folder.write("text.json", "nonsense");
    folder.run("plan --sandbox=world.json --json sandbox.json").exits(0);
    for (args, exit, says) in [
        ("--expect list.json", 4, "not the JSON of `heeler plan --json`"),
        ("--expect text.json", 4, "not the JSON of `heeler plan --json`"),
        ("--expect sandbox.json", 4, "it was made for the sandbox, and this run is for the vendors themselves\n"),
        ("--expect missing.json", 64, "cannot read missing.json"),
        ("--expect sha256:00 --expect list.json", 64, "one digest, or any number of plan files"),
    ] {
        folder.run_at(&served.url, &format!("apply {args}")).exits(exit).says(&[says]);
    }
    folder.run_at(&served.url, "plan --json live.json").exits(0);
    folder
        .run("apply --sandbox=world.json --expect live.json")
        .exits(4)
        .says(&["it was made for the vendors themselves, and this run is for the sandbox\n"]);
    let sorted = |mut rows: Vec<serde_json::Value>| {
        rows.sort_by_key(ToString::to_string);
        rows
    };
    assert_eq!(sorted(served.rows()), sorted(before));
}

#[cfg(unix)]
#[test]
fn told_to_stop_it_finishes_what_is_under_way_and_reports() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Command, Stdio};

    let folder = Folder::new("stop");
    let many: Vec<(String, &str)> =
        (0..300).map(|n| (format!("400000001{n:03}"), "{ auth_config: { role_name: dd } }")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(id, block)| (id.as_str(), *block)).collect();
    folder.write("heeler.yaml", &config(&many));
    // A vendor that takes its time, so that the run is still going when it is told to stop.
    let (sandbox, url) = support::served_with(&[], heeler::sandbox::faults::Faults::parse("latency=10ms").unwrap());
    let mut command = folder.heeler("apply --confirm-creates 300 --confirm-costly 300 --jobs 1 --json stopped.json");
    let mut child = support::keyed(&mut command, &url).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("3/300") {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "it ended before it could be stopped");
    }
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    let mut rest = String::new();
    lines.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(3), "{rest}");
    let report = folder.json("stopped.json");
    let with = |status: &str| {
        report["actions"].as_array().unwrap().iter().filter(|action| action["result"]["status"] == status).count()
    };
    assert_eq!(with("done"), sandbox.rows("datadog").len(), "what was reported is not what is there");
    assert_eq!(with("done") + with("skipped"), 300);
    assert!(with("skipped") > 0 && rest.contains("told to stop"), "{rest}");
    // The resume.
    folder.run_at(&url, "apply --confirm-creates 300 --confirm-costly 300").exits(0);
    assert_eq!(sandbox.rows("datadog").len(), 300);
}

/// A field changes between apply's listing and its write: the sandbox has a fault for that.
#[test]
fn what_moves_between_listing_and_write_is_skipped_or_refuses_the_whole() {
    use heeler::sandbox::faults::{Fault, Faults};

    let folder = Folder::new("moves");
    let block = "{ metrics_config: { enabled: false }, account_tags: [env:x] }";
    let edited = || {
        let rows = [row("400000000001"), row("400000000002")];
        // The first request is the listing; what it edits is one of the two rows.
        support::served_with(&rows, Faults::none().at(1, Fault::Edited))
    };
    folder.write("heeler.yaml", &config(&[("400000000001", block), ("400000000002", block)]));
    let writes = |sandbox: &heeler::sandbox::Sandbox| sandbox.log().iter().filter(|request| request.write).count();

    let (sandbox, url) = edited();
    folder.run_at(&url, "apply").exits(3).says(&["moved since the plan was made", "1 done, 0 failed, 1 skipped"]);
    assert_eq!(writes(&sandbox), 1);

    // Seen by plan, listed again by apply, and only then edited.
    let edited =
        || support::served_with(&[row("400000000001"), row("400000000002")], Faults::none().at(2, Fault::Edited));
    let (sandbox, url) = edited();
    folder.run_at(&url, "plan --json plan.json").exits(0);
    folder.run_at(&url, "apply --expect plan.json").exits(3);
    assert_eq!(writes(&sandbox), 1);

    // The digest is the one that was approved, and all or nothing.
    let (sandbox, url) = edited();
    folder.run_at(&url, "plan --json listed.json").exits(0);
    let digest = |name: &str| folder.json(name)["digest"].as_str().unwrap().to_owned();
    folder
        .run_at(&url, &format!("apply --expect {}", digest("listed.json")))
        .exits(4)
        .says(&["1 account moved after they were listed"]);
    assert_eq!(writes(&sandbox), 0);
}
