//! Merges, direct pushes and the button: only what somebody approved is applied, and nothing of it is lost.

use std::path::PathBuf;

use serde_json::json;

use crate::pretend::{FORK, OWN};
use crate::stage::{A, B, Stage, accounts};
use crate::support::parrot;

#[test]
fn a_merge_is_applied_with_the_plan_of_its_pull_request() {
    let stage = Stage::new("merge");
    let tip = stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    let mut run = stage.pushed(&tip);
    assert_eq!(run.concurrency("apply"), ("heeler-apply-default".to_owned(), false, Some("max".to_owned())));
    let planned = run.job("plan").is("success");
    assert!(planned.summary.contains("env:one"), "who is asked sees no plan: {}", planned.summary);
    run.job("apply").is("success").says("1 done");
    run.job("settle").is("skipped");
    assert_eq!(stage.tags(A), json!(["env:one"]));
    assert_eq!(stage.github.states(&tip, "default"), ["pending", "success"]);
    let report = stage.github.artifact("heeler-apply-default-1");
    assert!(report.join("applied.json").exists() && report.join("applied.md").exists());

    // The same push again finds nothing to do, and asks the vendor nothing.
    stage.github.calls();
    stage.host.replace("http://127.0.0.1:1".to_owned());
    stage.apply().is("success").says("applied already");
    assert_eq!(stage.github.writes(), [""; 0]);
}

#[test]
fn what_no_plan_contains_is_held_back() {
    let stage = Stage::new("held-back");
    stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    let tip = stage.repository.push("heeler/b.yaml", &accounts(&[(B, "env:unseen")]));
    let ended = stage.apply().is("failure").says("Run workflow");
    assert!(ended.summary.contains("Run workflow"), "{}", ended.summary);
    assert_eq!((stage.tags(A), stage.tags(B)), (json!(["env:one"]), json!(["env:prod"])));
    assert_eq!(stage.github.states(&tip, "default"), ["pending", "failure"]);
}

#[test]
fn a_push_after_the_plan_makes_the_plan_worth_nothing() {
    let stage = Stage::new("pushed-after");
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.plan(7).is("success");
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    let tip = stage.merged(7);
    stage.apply().is("failure").says("The plan of pull request #7 was not made of its last commit here");
    assert_eq!(stage.tags(A), json!(["env:prod"]));
    assert_eq!(stage.github.states(&tip, "default"), ["pending", "failure"]);
}

#[test]
fn two_merges_and_a_cancelled_run_lose_nothing() {
    let stage = Stage::new("two-merges");
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.plan(7).is("success");
    stage.propose(8, "heeler/b.yaml", &accounts(&[(B, "env:two")]));
    stage.plan(8).is("success");
    // The run of the first merge waited, and the second's took its place.
    let first = stage.merged(7);
    let second = stage.merged(8);
    stage.apply().is("success").says("2 done");
    assert_eq!((stage.tags(A), stage.tags(B)), (json!(["env:one"]), json!(["env:two"])));
    assert_eq!(stage.github.states(&second, "default"), ["pending", "success"]);
    assert_eq!(stage.github.states(&first, "default"), [""; 0]);
}

#[test]
fn a_run_that_waited_applies_the_tip_and_not_its_own_commit() {
    let stage = Stage::new("waited");
    let first = stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.merges(9, "heeler/a.yaml", &accounts(&[(A, "env:later")]));
    let mut run = stage.pushed(&first);
    run.job("plan").is("success");
    run.job("apply").is("success");
    assert_eq!(stage.tags(A), json!(["env:later"]));
}

#[test]
fn an_apply_that_failed_is_carried_by_the_next() {
    let stage = Stage::new("carried");
    let first = stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    let vendor = stage.host.replace(parrot(|_| "403 Forbidden\r\n\r\n{}".to_owned()));
    let mut run = stage.pushed(&first);
    run.job("plan").is("failure").says("there is nothing to apply beside that");
    assert_eq!(run.job("apply").result, "skipped");
    run.job("settle").is("success");
    assert_eq!(stage.github.states(&first, "default"), ["failure"]);
    stage.host.replace(vendor);
    // Another one is cut off before it applies: what it leaves is a failure, not an apply that seems to go on.
    let mut run = stage.pushed(&first);
    run.job("plan").is("success");
    run.job_cancelled_at("apply", "Apply").is("cancelled");
    assert_eq!(stage.github.states(&first, "default"), ["failure", "pending", "failure"]);
    let second = stage.merges(8, "heeler/b.yaml", &accounts(&[(B, "env:two")]));
    stage.apply().is("success").says("2 done");
    assert_eq!((stage.tags(A), stage.tags(B)), (json!(["env:one"]), json!(["env:two"])));
    assert_eq!(stage.github.states(&second, "default"), ["pending", "success"]);
}

#[test]
fn a_direct_push_applies_nothing_until_somebody_presses_the_button() {
    let stage = Stage::new("direct");
    let tip = stage.repository.push("heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.apply().is("failure").says("Run workflow");
    assert_eq!(stage.tags(A), json!(["env:prod"]));

    let mut run = stage.dispatched();
    let planned = run.job("plan").is("success");
    assert!(planned.summary.contains("env:one"), "reviewers see no plan: {}", planned.summary);
    run.job("apply").is("success").says("1 done");
    assert_eq!(stage.tags(A), json!(["env:one"]));
    assert_eq!(stage.github.states(&tip, "default"), ["pending", "failure", "pending", "success"]);
}

#[test]
fn the_button_refuses_if_anything_moved_while_reviewers_looked() {
    let stage = Stage::new("moved");
    stage.repository.push("heeler/a.yaml", &accounts(&[(A, "env:one")]));
    let mut run = stage.dispatched();
    run.job("plan").is("success");
    stage.by_hand(A, "env:edited");
    run.job("apply").is("failure");
    assert_eq!(stage.tags(A), json!(["env:edited"]));

    let mut run = stage.dispatched();
    run.job("plan").is("success");
    let tip = stage.repository.push("heeler/b.yaml", &accounts(&[(B, "env:unseen")]));
    run.job("apply").is("failure");
    assert_eq!((stage.tags(A), stage.tags(B)), (json!(["env:edited"]), json!(["env:prod"])));
    assert_eq!(stage.github.states(&tip, "default"), ["pending", "failure"]);
}

#[test]
fn the_button_asks_nobody_when_nothing_would_change_or_the_plan_failed() {
    let stage = Stage::new("button");
    let mut run = stage.dispatched();
    run.job("plan").is("success");
    assert_eq!(run.job("apply").result, "skipped");
    stage.host.replace(parrot(|_| "403 Forbidden\r\n\r\n{}".to_owned()));
    let mut run = stage.dispatched();
    run.job("plan").is("failure");
    assert_eq!(run.job("apply").result, "skipped");
    assert_eq!(run.job("settle").result, "skipped");
}

#[test]
fn a_plan_that_a_fork_forged_approves_nothing() {
    let stage = Stage::new("forged");
    let head = stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.plan(7).is("success");
    // The real plan, in the name of a fork, and for another commit.
    let plan = stage.github.artifact("heeler-plan-default-pr-7").join("plan.json");
    stage.github.change(|state| state["artifacts"] = json!([]));
    let files = [(PathBuf::from("plan.json"), plan)];
    let (name, by_plan) = ("heeler-plan-default-pr-7", "heeler-dev/heeler/.github/workflows/heeler-plan.yml");
    let forged = |run: u64, event: &str, head: &str, repository: u64, called: &str| {
        stage.github.ran(run, event, head, repository, called);
        stage.github.keep(name, run, head, repository, &files);
    };
    forged(666, "pull_request", &head, FORK, by_plan);
    forged(667, "pull_request", &stage.repository.tip(), OWN, by_plan);
    // By another event, by another workflow, and by one of that name which is somebody else's.
    forged(670, "workflow_dispatch", &head, OWN, by_plan);
    forged(671, "pull_request", &head, OWN, "heeler-dev/heeler/.github/workflows/heeler-drift.yml");
    forged(672, "pull_request", &head, OWN, "somebody/heeler/.github/workflows/heeler-plan.yml");
    stage.merged(7);
    stage.apply().is("failure").says("The plan of pull request #7 was not made of its last commit here");
    assert_eq!(stage.tags(A), json!(["env:prod"]));

    // With a plan of the repository's own beside them, that one is taken.
    forged(668, "pull_request", &head, OWN, by_plan);
    forged(669, "pull_request", &head, FORK, by_plan);
    stage.apply().is("success");
    let downloads: Vec<_> =
        stage.github.calls().into_iter().filter(|call| call["method"] == "DOWNLOAD" && call["path"] == name).collect();
    assert!(!downloads.is_empty() && downloads.iter().all(|call| call["fields"]["run"] == "668"), "{downloads:?}");
    assert_eq!(stage.tags(A), json!(["env:one"]));
}

#[test]
fn two_configs_do_not_approve_for_each_other() {
    let stage = Stage::new("two-applies");
    let before = stage.repository.tip();
    stage.begins("gov", "gov");
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.propose(7, "gov/b.yaml", &accounts(&[(B, "env:gov")]));
    stage.plan(7).is("success");
    let tip = stage.merged(7);
    stage.apply().is("success");
    assert_eq!((stage.tags(A), stage.tags(B)), (json!(["env:one"]), json!(["env:prod"])));
    assert_eq!(stage.github.states(&tip, "gov"), [""; 0]);
    stage.of_config("gov");
    stage.apply().is("failure").says("was not made of its last commit here");
    assert_eq!(stage.tags(B), json!(["env:prod"]));
    assert_eq!(stage.github.states(&tip, "gov"), ["pending", "failure"]);
    assert_eq!(stage.github.states(&tip, "default"), ["pending", "success"]);
    assert_eq!(stage.github.states(&before, "default"), ["success"]);
}

#[test]
fn a_secret_of_the_config_reaches_apply_whole() {
    let stage = Stage::new("secrets");
    let entry = "accounts:\n  - aws_account_id: \"400000000003\"\n    aws_partition: aws-us-gov\n    datadog:\n      auth_config: { access_key_id: AKIAGOVEXAMPLE000001, secret_access_key: { env: GOV_SECRET } }\n";
    stage.merges(7, "heeler/c.yaml", entry);
    let run = |secrets: &str| {
        stage.environment_holds("heeler", &[("HEELER_SECRETS", secrets)]);
        let mut run = stage.pushed(&stage.repository.tip());
        run.job("plan").is("success");
        run.job("apply")
    };
    run("OTHER=x").is("failure").says("GOV_SECRET");
    run("OTHER: x").is("failure").says("HEELER_SECRETS: line 1 is not NAME=value").does_not_say("OTHER");
    run("# of gov\n\n  \nOTHER=x\r\nGOV_SECRET=abc+/%0A=def==\n")
        .is("success")
        .says("::add-mask::x\n")
        .says("::add-mask::abc+/%250A=def==\n");
    assert_eq!(stage.vendor.row("400000000003")["attributes"]["auth_config"]["access_key_id"], "AKIAGOVEXAMPLE000001");
}
