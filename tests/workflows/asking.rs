//! Plans of forks, and what people ask for in comments.

use std::fs;

use serde_json::json;

use crate::pretend::REPOSITORY;
use crate::stage::{A, Stage, accounts};

const FROM: &str = "someone-else/fleet";
const MARKER: &str = "<!-- heeler:plan:default -->\n";

/// A pull request from a fork, as GitHub knows it, and its own run.
fn forked(stage: &Stage, number: u64, text: &str) -> String {
    let head = stage.propose(number, "heeler/a.yaml", text);
    stage.github.change(|state| state["pulls"][number.to_string()]["head"]["repo"]["id"] = json!(crate::pretend::FORK));
    head
}

#[test]
fn a_pull_request_of_a_fork_gets_its_plan_in_the_same_comment() {
    let stage = Stage::new("fork-plan");
    let head = forked(&stage, 7, &accounts(&[(A, "env:one")]));
    stage.github.comment(7, "someone-else", &format!("{MARKER}mine!"));
    for _ in 0..2 {
        let mut own = stage.pull_request(7, FROM, "someone-else");
        assert!(own.all().values().all(|ended| ended.result != "failure"));
        let mut run = stage.forked(&own);
        run.job("plan").is("success").says("1 to update");
    }
    assert_eq!(stage.github.writes(), ["POST issues/7/comments", "PATCH issues/comments/101"]);
    let comments = stage.github.comments(7);
    assert!(
        comments[1].starts_with(MARKER) && comments[1].contains("env:one") && comments[1].contains(&head),
        "{comments:?}"
    );
    assert!(
        comments[1].contains("merging applies nothing by itself") && !comments[1].contains("target/tmp"),
        "{comments:?}"
    );
    // And it approves nothing.
    stage.merged(7);
    stage.apply().is("failure").says("was not made of its last commit here");
    assert_eq!(stage.tags(A), json!(["env:prod"]));
}

#[test]
fn what_a_fork_uploads_is_data_and_believed_only_of_its_own_head() {
    let stage = Stage::new("fork-lies");
    forked(&stage, 7, &accounts(&[(A, "env:one")]));
    stage.propose(8, "README.md", "Another line.\n");
    let mut own = stage.pull_request(7, FROM, "someone-else");
    own.job("validate").is("success");
    let uploaded = stage.github.artifact("heeler-config-default");
    // Another pull request's number, one that is none, and a link to a file of the runner.
    for (number, words) in [("8", "has another head"), ("7; rm -rf /", "names no pull request"), ("9", "")] {
        fs::write(uploaded.join("number"), number).unwrap();
        stage.forked(&own).job("plan").is("failure").says(words);
    }
    fs::write(uploaded.join("number"), "7\n").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/hostname", uploaded.join("config/heeler/link.yaml")).unwrap();
    stage.forked(&own).job("plan").is("success");
    stage.github.calls();
    // A later push: what the older run uploaded says nothing any more.
    forked(&stage, 7, &accounts(&[(A, "env:two")]));
    stage.forked(&own).job("plan").is("failure").says("has another head");
    assert_eq!(stage.github.writes(), [""; 0]);
}

#[test]
fn a_fork_that_does_not_touch_the_config_and_a_run_of_ones_own_get_none() {
    let stage = Stage::new("fork-nothing");
    stage.propose(7, "README.md", "Another line.\n");
    let mut own = stage.pull_request(7, FROM, "someone-else");
    own.job("validate").is("success");
    stage.forked(&own).job("plan").is("success").says("uploaded no config");
    let mut own = stage.pull_request(7, REPOSITORY, "someone");
    own.job("plan").is("success");
    stage.forked(&own).job("plan").is("skipped");
    assert_eq!(stage.github.writes(), [""; 0]);
}

#[test]
fn people_with_write_access_can_ask_for_a_plan_and_an_apply() {
    let stage = Stage::new("asking");
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    let run = stage.pull_request(7, REPOSITORY, "someone");
    stage.commented(7, "someone", "/heeler plan").job("command").is("success");
    let id = run.contexts["github"]["run_id"].as_str().unwrap().to_owned();
    assert_eq!(stage.github.state()["runs"][&id]["again"], true);
    stage.commented(7, "someone", "/heeler apply\r\n").job("command").is("success");
    assert!(stage.github.comments(7)[0].contains("not merged into main"));
    stage.merged(7);
    stage.commented(7, "someone", "/heeler apply").job("command").is("success");
    assert_eq!(stage.github.state()["dispatched"], json!([["apply.yml", "main"]]));
    assert_eq!(stage.github.state()["reactions"], json!([["55", "+1"], ["55", "+1"]]));
}

#[test]
fn nobody_else_can_and_nothing_else_is_a_command() {
    let stage = Stage::new("asking-others");
    stage.github.change(|state| state["people"] = json!({ "reader": "read", "someone": "write" }));
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.merged(7);
    for login in ["reader", "stranger"] {
        stage.commented(7, login, "/heeler apply").job("command").is("success");
    }
    assert!(stage.github.comments(7).iter().all(|body| body == "Only people with write access can ask for that."));
    for body in
        ["/heeler apply $(id) `id`", "/heeler plan\n::set-output name=x::y", "/heeler plans", "Please /heeler apply"]
    {
        let ended = stage.commented(7, "someone", body).job("command");
        assert!(["success", "skipped"].contains(&ended.result.as_str()), "{}", ended.log);
    }
    assert_eq!(stage.github.state()["dispatched"], json!(null));
    // A comment on an issue is none on a pull request.
    let mut run = stage.commented(7, "someone", "/heeler apply");
    run.contexts["github"]["event"]["issue"].as_object_mut().unwrap().remove("pull_request");
    run.job("command").is("skipped");
}

#[test]
fn labels_say_what_hurts_and_are_taken_back() {
    let stage = Stage::new("labels");
    stage.with.replace([("labels".to_owned(), "true".to_owned())].into());
    stage.propose(7, "heeler/a.yaml", &format!("removed:\n  - {{ aws_account_id: \"{A}\", reason: closed }}\n"));
    stage.plan(7).is("success");
    assert_eq!(stage.github.labels(7), json!(["heeler: deletes"]));
    stage.propose(7, "heeler/a.yaml", "accounts: []\n");
    stage.plan(7).is("success");
    assert_eq!(stage.github.labels(7), json!(["heeler: gives up"]));
}
