//! Files that cannot approve anything stop nobody, and what no file approves is held back.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::support::{self, Folder, HEAD, Nobody, served_here, served_world};
use heeler::sandbox::faults::Faults;

const ONE: &str = "  - { aws_account_id: \"400000000001\", datadog: { auth_config: { role_name: R } } }\n";
const TWO: &str = "  - { aws_account_id: \"400000000002\", datadog: { auth_config: { role_name: R } } }\n";

fn ids(sandbox: &heeler::sandbox::Sandbox) -> Vec<Value> {
    sandbox.rows("datadog").iter().map(|row| row["attributes"]["aws_account_id"].clone()).collect()
}

#[test]
fn a_file_that_cannot_approve_warns_and_stops_nobody() {
    let (sandbox, url) = served_here(&[]);
    let (_, elsewhere) = served_here(&[]);
    let (_nobody, closed) = Nobody::home();
    let folder = Folder::new("cannot-approve");
    folder.write("heeler.yaml", &format!("{HEAD}accounts:\n{ONE}{TWO}"));
    folder.run_at(&url, "drift --json drift.json").exits(2);
    folder.run_at(&elsewhere, "plan --json elsewhere.json").exits(0);
    folder.run_at(&elsewhere, "apply --json applied.json").exits(0);
    folder.run("plan --sandbox --json sandbox.json").exits(0);
    folder.run("plan --json failed.json").exits(1);
    folder.write("list.json", "[]");
    folder.write("text.json", "nonsense");
    drop(closed);
    let cannot = [
        ("drift.json", "the report of `heeler drift`"),
        ("applied.json", "the report of `heeler apply`"),
        ("elsewhere.json", "it was made for datadog at http://127.0.0.1"),
        ("sandbox.json", "it was made for the sandbox"),
        ("failed.json", "a plan that failed"),
        ("list.json", "it is not the JSON of `heeler plan --json`"),
        ("text.json", "it is not the JSON of `heeler plan --json`"),
    ];
    for (file, why) in cannot {
        folder.run_at(&url, &format!("apply --expect {file}")).exits(4).says(&[why, "HELD BACK: 2 accounts"]);
    }
    assert!(ids(&sandbox).is_empty());
    folder.write("one.yaml", &format!("{HEAD}accounts:\n{ONE}"));
    folder.run_at(&url, "plan one.yaml --json one.json").exits(0);
    let all: String = cannot.iter().map(|(file, _)| format!(" --expect {file}")).collect();
    let run = folder.run_at(&url, &format!("apply --expect one.json{all} --json done.json")).exits(3);
    run.says(&["HELD BACK: 1 account", "drift.json approves nothing"]);
    assert_eq!(ids(&sandbox), [json!("400000000001")]);
    let warned = folder.json("done.json")["diagnostics"].as_array().unwrap().len();
    assert_eq!(warned, cannot.len());
}

#[test]
fn nothing_is_approved_by_none() {
    let (sandbox, url) = served_here(&[]);
    let folder = Folder::new("expect-none");
    folder.write("heeler.yaml", &format!("{HEAD}accounts:\n{ONE}"));
    folder
        .run_at(&url, "apply --expect none --json held.json")
        .exits(4)
        .says(&["+$ create  400000000001", "HELD BACK: 1 account"]);
    assert_eq!(folder.json("held.json")["held_back"][0]["id"], "400000000001");
    assert!(ids(&sandbox).is_empty());
    folder.write("plan.json", "{}");
    folder.run_at(&url, "apply --expect none --expect plan.json").exits(64);
    folder.write("heeler.yaml", &format!("{HEAD}accounts: []\n"));
    folder.run_at(&url, "apply --expect none").exits(0);
}

#[test]
fn a_file_may_add_a_provider_and_what_no_file_planned_is_left_out() {
    let (sandbox, url) = served_world("{}", Faults::none());
    let folder = Folder::new("adds-provider");
    let cloudcraft = "  - { aws_account_id: \"400000000003\", name: c, cloudcraft: { role_name: R } }\n";
    folder.write("heeler.yaml", &format!("{HEAD}accounts:\n{ONE}"));
    folder.run_at(&url, "plan --json first.json").exits(0);
    let both = "version: 1\nproviders: { datadog: { site: datadoghq.com }, cloudcraft: {} }\n";
    folder.write("heeler.yaml", &format!("{both}accounts:\n{ONE}{cloudcraft}"));
    folder.run_at(&url, "plan --json second.json").exits(0);
    let run = folder.run_at(&url, "apply --expect first.json").exits(0);
    run.says(&["left out: cloudcraft (no --expect file planned it)", "Converged"]);
    assert!(sandbox.rows("cloudcraft").is_empty());
    folder.run_at(&url, "apply --expect first.json --expect second.json").exits(0);
    assert_eq!(sandbox.rows("cloudcraft").len(), 1);
    // A plan without actions speaks for what it planned: what came since is held back.
    folder.run_at(&url, "plan --json empty.json").exits(0);
    folder.write("heeler.yaml", &format!("{both}accounts:\n{ONE}{TWO}{cloudcraft}"));
    folder.run_at(&url, "apply --expect empty.json").exits(4).says(&["HELD BACK: 1 account"]);
}

/// The proof asks nobody for approval: what was approved, accepted and is not so counts, and is not "held back".
#[test]
fn what_did_not_stick_is_said_where_a_file_approved_it() {
    let (row, is_written) = (support::row("210000000001"), AtomicBool::new(false));
    let url = support::parrot(move |said| {
        let mut row = row.clone();
        let first = said.lines().next().unwrap();
        // It accepts what it is told, and keeps something else.
        if first.starts_with("PATCH") {
            is_written.store(true, Ordering::Relaxed);
            row["attributes"]["account_tags"] = json!(["env:stage"]);
        } else if is_written.load(Ordering::Relaxed) {
            row["attributes"]["account_tags"] = json!(["env:Stage"]);
        }
        let is_one = first.contains(row["id"].as_str().unwrap());
        format!("200 OK\r\n\r\n{}", if is_one { json!({ "data": row }) } else { json!({ "data": [row] }) })
    });
    let folder = Folder::new("unstuck");
    folder.write(
        "heeler.yaml",
        &format!("{HEAD}accounts:\n  - {{ aws_account_id: \"210000000001\", datadog: {{ account_tags: [\"env:stage\"] }} }}\n"),
    );
    folder.run_at(&url, "plan --json plan.json").exits(0);
    let run = folder
        .run_at(&url, "apply --expect plan.json --json applied.json")
        .exits(3)
        .says(&["did not stick", "Not converged"]);
    assert!(!run.out.contains("held back"), "{}", run.out);
    assert_eq!(
        (&folder.json("applied.json")["converged"], &folder.json("applied.json")["proof"]),
        (&json!(false), &json!("differs"))
    );
}

/// The same address may lead to several clusters: what was reviewed for one is refused for another.
#[test]
fn a_digest_is_of_the_cluster_that_a_proxy_leads_to() {
    let (sandbox, url) = served_world("{}", Faults::none());
    let folder = Folder::new("through-a-proxy");
    let config = |cluster: &str| {
        format!(
            "version: 1\nproviders: {{ wavefront: {{ address: {cluster}.wavefront.com }} }}\naccounts:\n  - {{ aws_account_id: \"400000000001\", \
             wavefront: {{ cloudwatch: {{ name: x, role_arn: \"arn:aws:iam::400000000001:role/r\" }} }} }}\n"
        )
    };
    folder.write("heeler.yaml", &config("acme"));
    folder.run_at(&url, "plan --json plan.json").exits(0);
    let digest = folder.json("plan.json")["digest"].as_str().unwrap().to_owned();
    folder.write("heeler.yaml", &config("other"));
    folder.run_at(&url, &format!("apply --expect {digest}")).exits(4);
    folder.run_at(&url, "apply --expect plan.json").exits(4);
    assert!(sandbox.rows("wavefront").is_empty());
    folder.write("heeler.yaml", &config("acme"));
    folder.run_at(&url, &format!("apply --expect {digest}")).exits(0);
}
