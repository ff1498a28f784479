//! Who is asked, who gets keys, and what a branch rule can require.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::events::played;
use crate::pretend::REPOSITORY;
use crate::repository::LONG_AGO;
use crate::stage::{A, B, Stage, accounts};
use crate::support::{API_KEY, BIN, http, parrot};

pub fn reviewed_by_somebody() -> serde_json::Value {
    json!({ "name": "heeler", "protection_rules": [{ "type": "branch_policy" }, { "type": "required_reviewers", "reviewers": [{ "type": "User" }] }] })
}

#[test]
fn it_says_whether_somebody_is_asked_before_an_apply() {
    let stage = Stage::new("asked");
    stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    let mut run = stage.pushed(&stage.repository.tip());
    let planned = run
        .job("plan")
        .is("success")
        .says("::notice::The environment heeler has no required reviewers, so nobody is asked");
    assert!(planned.summary.contains("nobody is asked"), "{}", planned.summary);
    // It is there, and takes one branch only; that asks nobody.
    let ruled = json!({ "name": "heeler", "protection_rules": [{ "type": "branch_policy" }] });
    stage.github.change(|state| state["environments"]["heeler"] = ruled);
    run.job("plan").is("success").says("nobody is asked before this is applied");

    stage.github.change(|state| state["environments"]["heeler"] = reviewed_by_somebody());
    run.job("plan").is("success").says("one of them is asked before anything is applied");
}

#[test]
fn require_reviewers_applies_nothing_without_them() {
    let stage = Stage::new("required");
    stage.with.replace(BTreeMap::from([("require-reviewers".to_owned(), "true".to_owned())]));
    stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.apply();
    assert_eq!(stage.tags(A), json!(["env:prod"]));
    // A rule without anybody in it asks nobody either.
    stage.github.change(|state| {
        state["environments"]["heeler"] =
            json!({ "protection_rules": [{ "type": "required_reviewers", "reviewers": [] }] })
    });
    let mut run = stage.pushed(&stage.repository.tip());
    run.job("plan").is("failure").says("With require-reviewers nothing is applied");
    assert_eq!(run.job("apply").result, "skipped");

    stage.github.change(|state| state["environments"]["heeler"] = reviewed_by_somebody());
    stage.apply().is("success");
    assert_eq!(stage.tags(A), json!(["env:one"]));
}

#[test]
fn the_environments_keys_reach_apply_alone_and_only_by_names_that_are_passed() {
    let stage = Stage::new("keys");
    stage.environment_holds("heeler", &[("DD_API_KEY", "writes0123456789abcdef"), ("NOT_PASSED", "x")]);
    let keys = Arc::new(Mutex::new(BTreeSet::new()));
    stage.host.replace(passed_on(&stage.vendor.url, keys.clone()));
    stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.apply().is("success");
    let seen = keys.lock().unwrap().clone();
    let (reads, writes) = ("reads", "writes");
    let key = |key: &str, what: &str| seen.contains(&(what.to_owned(), key.to_owned()));
    assert!(key(API_KEY, reads) && key("writes0123456789abcdef", writes) && !key(API_KEY, writes), "{seen:?}");
}

/// A vendor that passes every request on, and notes which key asked and which one wrote.
pub fn passed_on(url: &str, keys: Arc<Mutex<BTreeSet<(String, String)>>>) -> String {
    let url = url.to_owned();
    parrot(move |request| {
        let mut words = request.split_whitespace();
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        let key = request
            .lines()
            .find_map(|line| line.to_lowercase().strip_prefix("dd-api-key: ").map(str::to_owned))
            .unwrap();
        keys.lock().unwrap().insert((if method == "GET" { "reads" } else { "writes" }.to_owned(), key));
        let body = request.split_once("\r\n\r\n").unwrap().1;
        let answer = http(&url, method, path, serde_json::from_str(body).ok());
        format!("200 OK\r\n\r\n{answer}")
    })
}

#[test]
fn the_required_check_reports_whatever_a_pull_request_touches() {
    let stage = Stage::new("check");
    stage.propose(7, "README.md", "Another line.\n");
    let mut run = stage.pull_request(7, REPOSITORY, "someone");
    run.job("validate").is("skipped");
    run.job("plan").is("success").says("does not touch the config");
    run.job("check").is("success");
    assert_eq!(stage.github.writes(), [""; 0]);

    // One that no longer touches it takes back what its comment said.
    stage.propose(8, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.plan(8).is("success");
    stage.propose(8, "heeler/a.yaml", &accounts(&[(A, "env:prod")]));
    let mut run = stage.pull_request(8, REPOSITORY, "someone");
    run.job("validate").is("skipped");
    run.job("plan").is("success");
    run.job("check").is("success");
    let comments = stage.github.comments(8);
    assert!(comments.len() == 1 && comments[0].contains("does not touch the config"), "{comments:?}");

    stage.propose(9, "heeler/a.yaml", "accounts: 7\n");
    let mut run = stage.pull_request(9, REPOSITORY, "someone");
    run.job("validate").is("skipped");
    run.job("plan").is("failure");
    run.job("check").is("failure").says("plan as failure");
}

#[test]
fn what_dependabot_started_gets_no_keys_and_what_a_person_pushed_to_its_branch_does() {
    let stage = Stage::new("actor");
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    let mut run = stage.pull_request(7, REPOSITORY, "dependabot[bot]");
    run.job("validate").is("success");
    run.job("plan").is("skipped");
    run.job("check").is("success");
    let mut run = stage.pull_request(7, REPOSITORY, "someone");
    run.job("validate").is("skipped");
    run.job("plan").is("success");
    run.job("check").is("success");
}

#[test]
fn every_line_and_word_of_path_is_read() {
    let stage = Stage::new("paths");
    stage.begins("shared", "shared");
    stage.repository.push("shared/a.yaml", "accounts: []\n");
    stage.repository.push("shared/b.yaml", "accounts: []\n");
    stage
        .repository
        .push("shared/heeler.yaml", "profiles:\n  quiet: { datadog: { metrics_config: { enabled: false } } }\n");
    stage.with.replace(BTreeMap::from([(
        "path".to_owned(),
        "shared/\n  heeler/a.yaml heeler/b.yaml\r\nheeler/heeler.yaml\n".to_owned(),
    )]));
    stage.propose(7, "heeler/b.yaml", &accounts(&[(B, "env:two")]));
    stage.plan(7).is("success").says("2 declared");
}

#[test]
fn another_branch_is_refused_and_not_green() {
    let stage = Stage::new("branch");
    let mut run = stage.run("apply", "workflow_dispatch", "refs/heads/other", &stage.repository.tip(), json!({}));
    played(&mut run).is("failure").says("Only main is applied");
}

#[test]
fn a_merge_by_a_bot_is_applied_by_the_schedule() {
    let stage = Stage::new("schedule");
    stage.repository.merged_at.replace(LONG_AGO);
    let tip = stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    // A merge with the job's own token starts nothing.
    assert!(stage.pushed_by("github-actions[bot]", &tip, "heeler/a.yaml").is_none());
    assert!(
        stage.pushed_by("someone", &tip, "heeler/a.yaml").is_some()
            && stage.pushed_by("someone", &tip, "README.md").is_none()
    );
    played(&mut stage.run("apply", "schedule", "refs/heads/main", &tip, json!({}))).is("success").says("1 done");
    assert_eq!(stage.tags(A), json!(["env:one"]));
    let ended = played(&mut stage.run("apply", "schedule", "refs/heads/main", &tip, json!({})));
    ended.is("success").says("applied already");
}

#[test]
fn the_schedule_asks_nobody_twice_and_takes_no_push_runs_place() {
    let stage = Stage::new("schedule-leaves");
    let scheduled = |stage: &Stage| {
        played(&mut stage.run("apply", "schedule", "refs/heads/main", &stage.repository.tip(), json!({})))
    };
    // Merged just now: its own run is about to begin.
    stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    scheduled(&stage).is("success").says("its own run may be about to begin");
    assert_eq!(stage.tags(A), json!(["env:prod"]));
    // Held back, and said; or waiting for reviewers: an hour later nothing is asked anew.
    let tip = stage.repository.push("heeler/b.yaml", &accounts(&[(B, "env:unseen")]));
    for state in ["failure", "pending"] {
        stage.set_status(&tip, "default", state, "2026-01-02T03:04:05Z");
        scheduled(&stage).is("success").says(&format!("whose status is {state}"));
    }
    assert_eq!(stage.github.states(&tip, "default"), ["failure", "pending"]);
}

#[test]
fn a_refused_account_does_not_shut_run_workflow_for_the_others() {
    let stage = Stage::new("refused");
    let protect = format!("protect: [\"{B}\"]\n");
    stage.repository.push("heeler/protect.yaml", &protect);
    stage.repository.push("heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.repository.push("heeler/b.yaml", &format!("removed:\n  - {{ aws_account_id: \"{B}\", reason: closed }}\n"));
    let mut run = stage.dispatched();
    run.job("plan").is("success").says("protected");
    run.job("apply").is("failure").says("1 done");
    assert_eq!(stage.tags(A), json!(["env:one"]));
}

#[test]
fn a_red_status_is_cleared_when_nothing_is_left_to_do() {
    let stage = Stage::new("cleared");
    let tip = stage.repository.push("heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.apply().is("failure");
    stage.by_hand(A, "env:one");
    let ended = played(&mut stage.dispatched());
    assert_eq!(ended.result, "success");
    assert_eq!(stage.github.states(&tip, "default"), ["pending", "failure", "success"]);
    // Once more, and nothing is said twice.
    played(&mut stage.dispatched()).is("success");
    assert_eq!(stage.github.states(&tip, "default").len(), 3);
}

#[test]
fn a_status_in_other_letters_is_of_the_same_context() {
    let stage = Stage::new("letters");
    let tip = stage.repository.push("heeler/a.yaml", &accounts(&[(A, "env:one")]));
    let status =
        json!([{ "context": "HEELER/Apply/Default", "state": "success", "updated_at": "2026-01-02T03:04:05Z" }]);
    stage.github.change(|state| state["statuses"][&tip] = status);
    stage.apply().is("success").says("applied already");
    stage.drift().is("success");
    let body = stage.github.issues()[0]["body"].as_str().unwrap().to_owned();
    assert!(!body.contains("No apply has run"), "{body}");
}

/// A heeler of many words stands in for one to come.
#[test]
fn an_outcome_of_many_words_fits_into_a_status() {
    let stage = Stage::new("many-words");
    let words = "word ".repeat(40);
    stage.stand_in(&format!("{BIN} \"$@\" && echo 'meaning={words}' >> \"$GITHUB_OUTPUT\"\n"));
    let tip = stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.apply().is("success");
    assert_eq!(stage.github.states(&tip, "default"), ["pending", "success"]);
    let state = stage.github.state();
    let said = state["statuses"][&tip][1]["description"].as_str().unwrap();
    assert!(said.len() == 140 && said.starts_with("apply: word word"), "{said}");
}

#[test]
fn drift_tells_a_merge_that_was_not_applied_and_works_without_issues() {
    let stage = Stage::new("unapplied-drift");
    let tip = stage.repository.push("heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.drift().is("success");
    let body = stage.github.issues()[0]["body"].as_str().unwrap().to_owned();
    assert!(body.contains(&format!("No apply has run for commit {tip}")), "{body}");
    stage.set_status(&tip, "default", "failure", "2026-01-02T03:04:05Z");
    stage.drift().is("success");
    let body = stage.github.issues()[0]["body"].as_str().unwrap().to_owned();
    assert!(body.contains(&format!("Commit {tip} is not applied to its end")), "{body}");

    stage.github.change(|state| state["issues_off"] = json!(true));
    stage.drift().is("failure").says("issues are switched off");
    stage.by_hand(A, "env:one");
    stage.drift().is("success");
}
