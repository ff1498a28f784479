//! The schedule: one issue per config, and no noise.

use crate::stage::{A, B, Stage, accounts};
use crate::support::parrot;

#[test]
fn one_issue_is_opened_kept_and_closed() {
    let stage = Stage::new("issue");
    stage.drift().is("success");
    assert_eq!(stage.github.writes(), [""; 0]);

    stage.by_hand(A, "env:edited");
    stage.drift().is("success");
    assert_eq!(stage.github.writes(), ["POST issues"]);
    let issue = stage.github.issues().remove(0);
    let body = issue["body"].as_str().unwrap();
    assert!(
        body.starts_with("<!-- heeler:drift:default -->\n<!-- heeler:fingerprint:") && body.contains("env:edited"),
        "{body}"
    );

    stage.drift().is("success");
    assert_eq!(stage.github.writes(), [""; 0], "the same drift is said once");

    stage.by_hand(B, "env:edited-too");
    stage.drift().is("success");
    assert_eq!(stage.github.writes(), ["PATCH issues/101", "POST issues/101/comments"]);
    let issue = stage.github.issues().remove(0);
    assert!(issue["body"].as_str().unwrap().contains("env:edited-too"), "{issue}");

    stage.by_hand(A, "env:prod");
    stage.by_hand(B, "env:prod");
    stage.drift().is("success");
    assert_eq!(stage.github.writes(), ["POST issues/101/comments", "PATCH issues/101"]);
    assert_eq!(stage.github.issues()[0]["state"], "closed");

    stage.by_hand(A, "env:edited");
    stage.drift().is("success");
    assert_eq!(stage.github.writes(), ["POST issues"]);
}

#[test]
fn only_its_own_issue_is_touched() {
    let stage = Stage::new("own-issue");
    let body = "<!-- heeler:drift:default -->\n";
    let issue = |number: u64, login: &str, body: &str| serde_json::json!({ "number": number, "user": { "login": login }, "state": "open", "body": body });
    stage.github.change(|state| {
        let mut pull = issue(3, "github-actions[bot]", body);
        pull["pull_request"] = serde_json::json!({});
        state["issues"] = serde_json::json!([
            issue(1, "someone", body),
            issue(2, "github-actions[bot]", "<!-- heeler:drift:other -->\n"),
            pull,
            issue(4, "github-actions[bot]", ""),
        ]);
        state["issues"][3]["body"] = serde_json::Value::Null;
    });
    stage.drift().is("success");
    stage.by_hand(A, "env:edited");
    stage.drift().is("success");
    stage.drift().is("success");
    assert_eq!(stage.github.writes(), ["POST issues"]);
}

#[test]
fn a_vendor_that_cannot_be_read_fails_the_run_and_leaves_the_issue() {
    let stage = Stage::new("unreadable");
    stage.by_hand(A, "env:edited");
    stage.drift().is("success");
    stage.github.calls();
    stage.host.replace(parrot(|_| "403 Forbidden\r\n\r\n{}".to_owned()));
    stage.drift().is("failure").says("Not all drift is known; the issue is left as it is");
    assert_eq!(stage.github.writes(), [""; 0]);
    assert_eq!(stage.github.issues()[0]["state"], "open");
}

#[test]
fn an_invalid_config_fails_the_run_and_leaves_the_issue() {
    let stage = Stage::new("invalid-drift");
    stage.repository.push("heeler/a.yaml", "accounts: 7\n");
    stage.drift().is("failure").says("invalid");
    assert_eq!(stage.github.writes(), [""; 0]);
}

#[test]
fn a_merge_that_is_being_applied_is_no_drift() {
    let stage = Stage::new("being-applied");
    let long_ago = "2026-01-02T03:04:05Z";
    let now = "2999-01-02T03:04:05Z";
    // Just merged, and its apply has not begun.
    let tip = stage.repository.push_now("heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.drift().is("success").says("drift is not looked for now");
    // Under way.
    stage.set_status(&tip, "default", "pending", now);
    stage.drift().is("success").says("drift is not looked for now");
    assert_eq!(stage.github.writes(), [""; 0]);
    // A commit elsewhere changes nothing about that.
    stage.repository.push("README.md", "Another line.\n");
    stage.drift().is("success").says("drift is not looked for now");
    // Of another config.
    stage.set_status(&tip, "default", "failure", long_ago);
    stage.set_status(&tip, "other", "pending", now);
    stage.drift().is("success");
    assert_eq!(stage.github.writes(), ["POST issues"]);
    // Its runner died hours ago.
    stage.by_hand(A, "env:edited");
    stage.set_status(&tip, "default", "pending", long_ago);
    stage.drift().is("success");
    assert_eq!(stage.github.writes(), ["PATCH issues/101", "POST issues/101/comments"]);
}

#[test]
fn two_configs_have_an_issue_each() {
    let stage = Stage::new("two-drifts");
    stage.begins("gov", "gov");
    stage.repository.push("heeler/b.yaml", "accounts: []\n");
    let tip = stage.repository.push("gov/a.yaml", "accounts: []\n");
    stage.by_hand(A, "env:edited");
    stage.by_hand(B, "env:edited");
    stage.drift().is("success");
    stage.of_config("gov");
    stage.set_status(&tip, "gov", "pending", "2999-01-02T03:04:05Z");
    stage.drift().is("success").says("drift is not looked for now");
    stage.set_status(&tip, "gov", "success", "2026-01-02T03:04:05Z");
    stage.drift().is("success");
    stage.drift().is("success");
    assert_eq!(stage.github.writes(), ["POST issues", "POST issues"]);
    stage.by_hand(B, "env:prod");
    stage.drift().is("success");
    let states: Vec<_> =
        stage.github.issues().iter().map(|issue| (issue["title"].clone(), issue["state"].clone())).collect();
    assert_eq!(
        states,
        [("heeler drift: default".into(), "open".into()), ("heeler drift: gov".into(), "closed".into())]
    );
}
