//! `heeler drift`, the built binary: the code it ends with, and that it never says all is well when it cannot know.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use support::{ACCOUNTS, Folder, HEAD, Served, http, parrot, row, world};

const ACCOUNT: &str = "400000000001";

fn config(block: &str) -> String {
    format!("{HEAD}accounts:\n  - {{ aws_account_id: \"{ACCOUNT}\", name: shop, datadog: {{ {block} }} }}\n")
}

#[test]
fn an_edit_by_hand_is_drift_until_it_is_put_right() {
    let folder = Folder::new("drift");
    let served = Served::world(
        &folder,
        folder.write("world.json", &world(&[row(ACCOUNT), row("400000000009")])).to_str().unwrap(),
    );
    folder.write("heeler.yaml", &config("account_tags: [\"env:prod\"], metrics_config: { enabled: true }"));
    folder
        .run_at(&served.url, "drift")
        .exits(0)
        .says(&["Drift: none. 1 Datadog account matches. 1 unmanaged (not counted)."]);
    folder
        .run_at(&served.url, "drift --strict")
        .exits(2)
        .says(&["Drift: 0 changed, 0 missing, 0 lingering, 1 unmanaged.", "Fingerprint: "]);

    let path = format!("{ACCOUNTS}/{}", served.row(ACCOUNT)["id"].as_str().unwrap());
    let edit = json!({ "aws_account_id": ACCOUNT, "metrics_config": { "enabled": false } });
    http(&served.url, "PATCH", &path, Some(json!({ "data": { "type": "account", "attributes": edit } })));
    let run = folder.run_at(&served.url, "drift --json drift.json --markdown drift.md --github").exits(2);
    let run = run.says(&["changed    400000000001  shop", "metrics_config.enabled  live: false   declared: true"]);
    let drift = folder.json("drift.json")["drift"].clone();
    let fingerprint = drift["fingerprint"].as_str().unwrap();
    assert!(run.out.contains(&format!("\nFingerprint: {fingerprint}\n")), "{}", run.out);
    assert_eq!((&drift["in_sync"], &drift["items"][0]["fields"][0]["live"]), (&json!(false), &json!(false)));
    folder.write(
        "heeler.yaml",
        &format!("# moved\n\n{}", config("metrics_config: { enabled: true }, account_tags: [\"env:prod\"]")),
    );
    folder.run_at(&served.url, "drift").exits(2).says(&[fingerprint]);
    folder.run_at(&served.url, &format!("drift --only {ACCOUNT}")).exits(2).says(&[fingerprint]);

    folder.run_at(&served.url, "apply").exits(0);
    folder.run_at(&served.url, "drift --json drift.json").exits(0).says(&["Drift: none. "]);
    let document = folder.json("drift.json");
    assert_eq!((&document["command"], &document["drift"]["in_sync"]), (&json!("drift"), &json!(true)));
    assert_eq!(document["managed"][0]["role_name"], "ObserverRole", "the role's maker can read it at any time");
}

#[test]
fn what_could_not_be_read_is_not_in_sync() {
    let folder = Folder::new("unread");
    let schema = folder.schema("schema plan");
    folder.write("heeler.yaml", &config("account_tags: [\"env:prod\"]"));
    for (what, answer) in [
        (
            "it has further pages",
            format!("200 OK\r\n\r\n{}", json!({ "data": [row(ACCOUNT)], "links": { "next": "/2" } })),
        ),
        // Longer than a read is tried, so it is not tried again.
        (
            "the whole listing fails",
            "500 Internal Server Error\r\nRetry-After: 120\r\n\r\n{\"errors\":[\"no\"]}".to_owned(),
        ),
        ("the keys may not", "403 Forbidden\r\n\r\n{\"errors\":[\"Forbidden\"]}".to_owned()),
    ] {
        let url = parrot(move |_| answer.clone());
        for args in ["drift --json drift.json", "drift --strict --json drift.json"] {
            let run = folder
                .run_at(&url, args)
                .exits(1)
                .says(&["x unread", "Drift: unknown. INCOMPLETE: not everything could be read."]);
            assert!(
                ["none", "in sync", "no drift", "Fingerprint"].iter().all(|said| !run.out.contains(said)),
                "{what}: {}",
                run.out
            );
            let document = folder.json("drift.json");
            support::keeps_to(&schema, &document, what);
            assert_eq!((&document["complete"], &document["applyable"]), (&json!(false), &json!(false)), "{what}");
            assert_eq!(
                (&document["drift"]["in_sync"], &document["drift"]["fingerprint"]),
                (&json!(false), &Value::Null),
                "{what}"
            );
            assert_eq!(document["drift"]["counts"]["unreadable"], 1, "{what}");
        }
    }
}

#[test]
fn what_a_catalog_refuses_is_an_invalid_config() {
    let folder = Folder::new("catalog");
    folder.write("world.json", &world(&[row(ACCOUNT)]));
    folder.write("heeler.yaml", &config("metrics_config: { namespace_filters: { include_only: [AWS/EC3] } }"));
    let run = folder.run("drift --sandbox --json drift.json").exits(5).says(&["heeler.yaml:4:", "AWS/EC3"]);
    assert!(!run.out.contains("Drift"), "{}", run.out);
    assert_eq!(folder.json("drift.json")["drift"]["in_sync"], false);
}

#[test]
fn it_takes_no_numbers_to_confirm() {
    let folder = Folder::new("confirm");
    folder.write("world.json", &world(&[]));
    folder
        .write("heeler.yaml", &format!("{}limits: {{ creates: 0 }}\n", config("auth_config: { role_name: Observer }")));
    folder.run("drift --sandbox --confirm-creates 1").exits(64);
    let run = folder.run("drift --sandbox").exits(2).says(&["Drift: 0 changed, 1 missing, 0 lingering. (sandbox)"]);
    assert!(!run.out.contains("imit") && run.err.is_empty(), "{run:?}");
}

#[test]
fn what_does_not_work_is_shown_and_is_no_drift() {
    let folder = Folder::new("health");
    let health_issues = "Datadog is not authorized to perform sts:AssumeRole\nAccount affected: 400000000001";
    let listing =
        json!({ "accounts": [{ "account_id": ACCOUNT, "role_name": "ObserverRole", "errors": [health_issues] }] });
    folder.write("world.json", &json!({ "datadog_v1": listing }).to_string());
    folder.write("heeler.yaml", &config("auth_config: { role_name: ObserverRole }"));
    let plain = folder.run("drift --sandbox").exits(0);
    assert!(!plain.out.contains("AssumeRole"), "{}", plain.out);
    let run = folder.run("drift --sandbox --health --json drift.json --markdown drift.md").exits(0);
    run.says(&[
        "Not working, says the vendor: 1 Datadog account",
        "sts:AssumeRole; Account affected",
        "Drift: none. 1 Datadog account matches.",
    ]);
    assert_eq!(folder.json("drift.json")["health_issues"][0]["issues"], json!([health_issues]));
    let markdown = std::fs::read_to_string(folder.path("drift.md")).unwrap();
    assert!(markdown.contains("in sync; something does not work") && markdown.contains("AssumeRole"), "{markdown}");
}

#[test]
fn health_that_is_not_told_is_said_and_changes_nothing_else() {
    let folder = Folder::new("health-untold");
    folder.write("heeler.yaml", &config("auth_config: { role_name: ObserverRole }"));
    let listing = world(&[row(ACCOUNT)]);
    let listing: Value = serde_json::from_str(&listing).unwrap();
    let body = listing["datadog"].to_string();
    let url = parrot(move |asked| match asked.contains("/api/v1/") {
        true => "403 Forbidden\r\n\r\n{\"errors\":[\"Forbidden\"]}".to_owned(),
        false => format!("200 OK\r\n\r\n{body}"),
    });
    folder.run_at(&url, "drift --health").exits(0).says(&[
        "datadog does not say what does not work",
        "Forbidden",
        "Drift: none.",
    ]);
}

#[test]
fn what_the_config_does_not_manage_is_said_and_so_is_what_it_protects_in_vain() {
    let folder = Folder::new("drift-blind");
    let served = Served::world(
        &folder,
        folder.write("world.json", &world(&[row(ACCOUNT), row("400000000002"), row("400000000003")])).to_str().unwrap(),
    );
    let others = "  - { aws_account_id: \"400000000002\", name: forgotten }\nprotect: [\"400000000003\", \"400000000010\", \"999999999999\"]\n";
    folder.write("heeler.yaml", &format!("{}{others}", config("account_tags: [\"env:prod\"]")));
    let titles = [
        "no provider manages account 400000000002",
        "`protect` names account 400000000010, which is not declared",
        "`protect` names account 999999999999, which is not declared",
    ];
    for command in ["drift", "plan"] {
        let run =
            folder.run_at(&served.url, &format!("{command} --json out.json --markdown out.md")).exits(0).says(&titles);
        assert!(!run.err.contains("account 400000000003"), "it is live, if not declared: {}", run.err);
        let said = folder.json("out.json")["diagnostics"].clone();
        let said: Vec<&str> = said.as_array().unwrap().iter().map(|found| found["title"].as_str().unwrap()).collect();
        assert_eq!(said, titles, "{command}");
        let markdown = std::fs::read_to_string(folder.path("out.md")).unwrap();
        assert!(["400000000002", "400000000010", "999999999999"].iter().all(|id| markdown.contains(id)), "{markdown}");
    }
    folder
        .run("validate")
        .exits(0)
        .says(&["`protect` names account 400000000003, which is not declared", "plan tells whether it is live"]);
}
