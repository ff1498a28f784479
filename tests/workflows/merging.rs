//! From a commit on main to the pull request that was reviewed, however it was merged and however late GitHub's index
//! is.

use serde_json::json;

use crate::repository::Merge;
use crate::stage::{A, B, Stage, accounts};

/// A pull request that changes one account's tag, planned.
fn planned(stage: &Stage, number: u64) {
    stage.propose(number, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.plan(number).is("success");
}

#[test]
fn the_number_in_the_subject_is_enough_while_the_index_knows_nothing() {
    for (name, how) in
        [("subject-squash", Merge::Squash("Change a tag (#7)".to_owned())), ("subject-merge", Merge::Commit)]
    {
        let stage = Stage::new(name);
        planned(&stage, 7);
        stage.merged_by(7, &how);
        stage.github.change(|state| state["late"] = json!(1000));
        stage.github.change(|state| state["pulls"]["7"]["unsaid"] = json!(2)); // a moment without its merge commit
        stage.apply().is("success").says("1 done");
        assert_eq!(stage.tags(A), json!(["env:one"]));
    }
}

#[test]
fn a_subject_that_somebody_edited_is_looked_up_until_the_index_answers() {
    for (name, answer) in [("late-empty", 200), ("late-missing", 404), ("late-refused", 422)] {
        let stage = Stage::new(name);
        planned(&stage, 7);
        stage.merged_by(7, &Merge::Squash("Tags, finally".to_owned()));
        stage.github.change(|state| {
            state["late"] = json!(5);
            state["late_answer"] = json!(answer);
        });
        stage.apply().is("success").says("1 done").does_not_say("::warning::");
        assert_eq!(stage.tags(A), json!(["env:one"]));
    }
}

#[test]
fn an_index_that_never_answers_approves_nothing_and_says_so() {
    let stage = Stage::new("never");
    planned(&stage, 7);
    stage.merged_by(7, &Merge::Squash("Tags, finally".to_owned()));
    stage.github.change(|state| state["late"] = json!(1000));
    stage.apply().is("failure").says("came with no pull request that GitHub knows of").says("Run workflow");
    assert_eq!(stage.tags(A), json!(["env:prod"]));
}

#[test]
fn many_commits_that_nobody_knows_are_waited_for_together() {
    let stage = Stage::new("together");
    for at in 0..12 {
        stage.repository.push_now("heeler/a.yaml", &accounts(&[(A, &format!("env:{at}"))]));
    }
    stage.github.change(|state| state["late"] = json!(10_000));
    let mut run = stage.pushed(&stage.repository.tip());
    run.job("plan").is("success");
    let slept = std::fs::read_to_string(stage.github.home.join("slept")).unwrap();
    assert!(slept.lines().count() <= 12, "{slept}");
    // Both jobs of a run, and some runs an hour, must do with a thousand requests.
    assert!(stage.github.state()["requests"].as_u64().unwrap() < 250, "{}", stage.github.state()["requests"]);
}

#[test]
fn a_rebase_has_no_number_and_each_of_its_commits_is_found() {
    let stage = Stage::new("rebase");
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.propose(7, "heeler/b.yaml", &accounts(&[(B, "env:two")]));
    // The last commit, which is the merge commit of GitHub's answer, does not touch the config.
    stage.propose(7, "README.md", "Another line.\n");
    stage.plan(7).is("success");
    stage.merged_by(7, &Merge::Rebase);
    stage.github.change(|state| state["late"] = json!(3));
    stage.apply().is("success").says("2 done");
    assert_eq!((stage.tags(A), stage.tags(B)), (json!(["env:one"]), json!(["env:two"])));
}

#[test]
fn a_subject_that_lies_is_not_believed() {
    let stage = Stage::new("lying");
    // #7 is open, #8 was merged as another commit, #9 into another branch; each has a plan of what is then pushed in its name.
    for number in [7, 8, 9] {
        planned(&stage, number);
    }
    stage.merged_by(8, &Merge::Squash("Change a tag (#8)".to_owned()));
    stage.github.brought(&["0".repeat(40)], 9);
    stage.github.change(|state| state["pulls"]["9"]["base"]["ref"] = json!("release"));
    for number in [7, 8, 9] {
        let back = stage.repository.push("heeler/a.yaml", &accounts(&[(A, "env:prod")]));
        stage.set_status(&back, "default", "success", "2026-01-02T03:04:05Z");
        let subject = format!("Change a tag (#{number})");
        let lying = stage.repository.push_as("heeler/a.yaml", &accounts(&[(A, "env:one")]), &subject);
        // Of #9 the very commit, so that only the branch tells.
        if number == 9 {
            stage.github.change(|state| state["pulls"]["9"]["merge_commit_sha"] = json!(lying));
        }
        stage.apply().is("failure").says("came with no pull request that GitHub knows of");
        assert_eq!(stage.tags(A), json!(["env:prod"]), "#{number} approved it");
    }
}

#[test]
fn a_plan_that_is_no_longer_kept_is_said_and_stops_nobody() {
    let stage = Stage::new("expired");
    planned(&stage, 7);
    stage.github.change(|state| state["artifacts"][0]["expired"] = json!(true));
    stage.propose(8, "heeler/b.yaml", &accounts(&[(B, "env:two")]));
    stage.plan(8).is("success");
    stage.merged(7);
    stage.merged(8);
    stage.apply().is("failure").says("The plan of pull request #7 is no longer kept").says("1 done");
    assert_eq!((stage.tags(A), stage.tags(B)), (json!(["env:prod"]), json!(["env:two"])));
}

#[test]
fn what_apply_did_is_said_on_the_pull_request() {
    let stage = Stage::new("said");
    stage.github.comment(7, "someone", "<!-- heeler:apply:default -->\nmine!");
    let tip = stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.apply().is("success");
    let comments = stage.github.comments(7);
    let said: Vec<&String> =
        comments.iter().filter(|body| body.starts_with("<!-- heeler:apply:default -->\n### heeler apply")).collect();
    assert!(said.len() == 1 && said[0].contains(&tip) && said[0].contains("actions/runs/"), "{comments:?}");
    assert_eq!(comments[0], "<!-- heeler:apply:default -->\nmine!");
    // A locked conversation takes no comment, and that is no failure of the apply.
    stage.merges(8, "heeler/b.yaml", &accounts(&[(B, "env:two")]));
    stage.github.change(|state| state["locked"] = json!(["8"]));
    stage.apply().is("success").says("The comment on #8 could not be written");
}
