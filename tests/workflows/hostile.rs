//! Names, reasons, subjects, branches and comments by which somebody would command a runner or a shell. The log of every
//! job of every story goes through both parsers of the runner ([`crate::working::only_meant`]); here there is something
//! in them to find.

use serde_json::json;

use crate::events::played;
use crate::pretend::REPOSITORY;
use crate::repository::Merge;
use crate::stage::{A, B, Stage, accounts};

/// An entry whose name sets an output, and a tombstone whose reason ends one line and begins another.
fn planted(tag: &str) -> String {
    format!(
        "accounts:\n  - aws_account_id: \"{A}\"\n    name: \"##[set-output name=next]apply `id` $(id)\"\n    datadog: {{ account_tags: [\"{tag}\"] }}\n\
         removed:\n  - {{ aws_account_id: \"{B}\", reason: \"closed ##[add-mask]e ::set-output name=changes::0\" }}\n"
    )
}

const FILE: &str = "heeler/##[group]a ::error::b.yaml";

#[test]
fn what_is_named_like_a_command_is_none_from_plan_to_drift() {
    let stage = Stage::new("hostile");
    stage.repository.push("heeler/a.yaml", "accounts: []\n");
    let tip = stage.repository.push("heeler/b.yaml", "accounts: []\n");
    stage.set_status(&tip, "default", "success", "2026-01-02T03:04:05Z");
    stage.propose(7, FILE, &planted("env:one"));
    let mut run = stage.pull_request(7, REPOSITORY, "someone");
    assert!(run.all().values().all(|ended| ended.result != "failure"));
    assert_eq!((&*run.outputs()["changes"], &*run.outputs()["deletes"]), ("2", "1"));
    stage.merged_by(7, &Merge::Squash("##[add-mask]e ::set-output name=pulls::9 $(id) `id` (#7)".to_owned()));
    stage.apply().is("success").says("2 done");
    stage.by_hand(A, "env:edited");
    stage.drift().is("success");
    assert_eq!(stage.github.issues().len(), 1);
    // An invalid one, whose places and words are annotations.
    stage.propose(8, FILE, &planted("env:one").replace("account_tags", "##[error]account_tags"));
    stage.plan(8).is("failure").says("::error file=");
}

#[test]
fn a_fork_that_names_things_like_commands_commands_nothing() {
    let stage = Stage::new("hostile-fork");
    stage.propose(7, FILE, &planted("env:one"));
    stage.repository.push("heeler/b.yaml", "accounts: []\n");
    stage.propose(7, "heeler/a.yaml", "accounts: []\n");
    stage.propose(7, "heeler/b.yaml", "accounts: []\n");
    stage.github.change(|state| state["pulls"]["7"]["head"]["repo"]["id"] = json!(crate::pretend::FORK));
    let mut own = stage.pull_request(7, "someone-else/fleet", "someone-else");
    own.job("validate").is("success");
    stage.forked(&own).job("plan").is("success").says("1 to delete");
    assert_eq!(stage.github.comments(7).len(), 1);
}

#[test]
fn a_branch_and_a_commenter_are_only_words() {
    let stage = Stage::new("hostile-words");
    // Git forbids blanks, colons and brackets in the name of a branch; this is what is left.
    let branch = "refs/heads/x`touch${IFS}pwned`$(touch${IFS}pwned);%0A";
    let mut run = stage.run("apply", "workflow_dispatch", branch, &stage.repository.tip(), json!({}));
    played(&mut run).is("failure").says("Only main is applied");
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    for (who, body) in [
        ("$(touch pwned)/../someone", "/heeler apply"),
        ("someone", "/heeler plan\r\n::set-output name=x::y\n##[error]z `touch pwned` $(touch pwned)"),
    ] {
        let ended = stage.commented(7, who, body).job("command");
        assert_eq!(ended.result, "success", "{}", ended.log);
    }
    assert_eq!(stage.github.state()["dispatched"], json!(null));
    let names = |folder: &std::path::Path| {
        let entries = std::fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
    };
    let runs = stage.folder.names().into_iter().filter(|name| name.starts_with("run-"));
    for job in runs.flat_map(|run| names(&stage.folder.path(&run)).into_iter().map(move |job| format!("{run}/{job}"))) {
        assert!(!names(&stage.folder.path(&format!("{job}/workspace"))).contains(&"pwned".to_owned()), "{job}");
    }
}
