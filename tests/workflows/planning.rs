//! Pull requests: one comment, kept up to date.

use crate::pretend::REPOSITORY;
use crate::stage::{A, B, Stage, accounts};
use crate::support::{HEAD, parrot};

const MARKER: &str = "<!-- heeler:plan:default -->\n";

#[test]
fn a_second_plan_edits_the_comment_of_the_first() {
    let stage = Stage::new("comment");
    let first = stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.plan(7).is("success");
    assert_eq!(stage.github.writes(), ["POST issues/7/comments"]);
    let comments = stage.github.comments(7);
    assert!(
        comments[0].starts_with(MARKER) && comments[0].contains("env:one") && comments[0].contains(&first),
        "{comments:?}"
    );

    let second = stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:two")]));
    stage.plan(7).is("success");
    assert_eq!(stage.github.writes(), ["PATCH issues/comments/101"]);
    let comments = stage.github.comments(7);
    assert_eq!(comments.len(), 1);
    assert!(
        comments[0].contains("env:two") && !comments[0].contains("env:one") && comments[0].contains(&second),
        "{comments:?}"
    );
    assert_eq!(stage.tags(A), serde_json::json!(["env:prod"]), "a plan changed something");
}

#[test]
fn a_plan_without_changes_collapses_the_comment_and_makes_none() {
    let stage = Stage::new("collapse");
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.plan(7).is("success");
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:prod")]));
    stage.plan(7).is("success");
    let comments = stage.github.comments(7);
    assert!(comments[0].starts_with(&format!("{MARKER}heeler plan: no changes")), "{comments:?}");
    assert!(comments[0].lines().count() <= 4, "{comments:?}");

    stage.github.calls();
    stage.propose(8, "README.md", "Another line.\n");
    stage.plan(8).is("success");
    assert_eq!(stage.github.writes(), [""; 0]);
}

#[test]
fn only_its_own_comment_is_edited() {
    let stage = Stage::new("own");
    for login in ["someone", "github-actions[bot]"] {
        stage.github.comment(7, login, "Nice.");
    }
    stage.github.comment(7, "someone", &format!("{MARKER}mine!"));
    stage.github.comment(7, "github-actions[bot]", "<!-- heeler:plan:default-2 -->\nanother config");
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.plan(7).is("success");
    stage.plan(7).is("success");
    assert_eq!(stage.github.writes(), ["POST issues/7/comments", "PATCH issues/comments/101"]);
    assert_eq!(stage.github.comments(7).len(), 5);
    assert_eq!(stage.github.comments(7)[2], format!("{MARKER}mine!"));
}

#[test]
fn a_fork_and_dependabot_are_validated_and_write_nothing() {
    let stage = Stage::new("fork");
    stage.propose(7, "heeler/a.yaml", "accounts:\n  - { aws_account_id: \"1\", datadog: {} }\n");
    for (from, author) in [("someone/fleet", "someone"), (REPOSITORY, "dependabot[bot]")] {
        let mut run = stage.pull_request(7, from, author);
        run.contexts["secrets"] = serde_json::json!({});
        run.job("validate").is("failure").says("::error file=heeler/a.yaml,line=2,");
        assert_eq!(run.job("plan").result, "skipped");
        run.job("check").is("failure");
    }
    assert_eq!(stage.github.calls(), [serde_json::Value::Null; 0]);
    assert_eq!(stage.pull_request(7, REPOSITORY, "someone").job("validate").result, "skipped");
}

#[test]
fn a_plan_that_fails_leaves_no_older_one_standing() {
    let stage = Stage::new("failed");
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.plan(7).is("success");
    stage.propose(7, "heeler/a.yaml", "accounts:\n  - { aws_account_id: \"1\", datadog: {} }\n");
    let ended = stage.plan(7).is("failure").says("::error file=heeler/a.yaml,line=2,");
    assert!(ended.summary.contains("invalid"), "{}", ended.summary);
    let comments = stage.github.comments(7);
    assert!(comments.len() == 1 && comments[0].contains("invalid") && !comments[0].contains("env:one"), "{comments:?}");

    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:two")]));
    stage.host.replace(parrot(|_| "403 Forbidden\r\n\r\n{}".to_owned()));
    stage.plan(7).is("failure");
    let comments = stage.github.comments(7);
    assert!(comments.len() == 1 && comments[0].contains("403") && !comments[0].contains("invalid"), "{comments:?}");
}

#[test]
fn a_cancelled_plan_leaves_the_comment_to_the_newer_one() {
    let stage = Stage::new("cancelled-plan");
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    let mut run = stage.pull_request(7, REPOSITORY, "someone");
    assert_eq!(run.concurrency("plan"), ("heeler-plan-default-7".to_owned(), true, None));
    run.job_cancelled_at("plan", "Comment").is("cancelled");
    assert_eq!(stage.github.comments(7), [""; 0]);
}

#[test]
fn a_merge_queue_gets_no_keys_since_it_carries_what_came_from_a_fork() {
    let stage = Stage::new("queue");
    stage.repository.push("heeler/a.yaml", &accounts(&[(A, "env:one")]));
    let mut run = stage.queued();
    run.contexts["secrets"] = serde_json::json!({});
    run.job("validate").is("success").says("Valid");
    assert_eq!(run.job("plan").result, "skipped");
    run.job("check").is("success");
    assert_eq!(stage.github.calls(), [serde_json::Value::Null; 0]);
}

#[test]
fn an_account_that_was_refused_before_reddens_no_other_pull_request() {
    let stage = Stage::new("refused-before");
    stage.repository.push("heeler/protect.yaml", &format!("protect: [\"{B}\"]\n"));
    stage.repository.push("heeler/b.yaml", &format!("removed:\n  - {{ aws_account_id: \"{B}\", reason: closed }}\n"));
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.plan(7).is("success").says("All that is refused was refused before this change");
    // One that brings a refusal is red.
    stage.propose(8, "heeler/a.yaml", &format!("removed:\n  - {{ aws_account_id: \"{A}\", reason: closed }}\n"));
    stage.propose(8, "heeler/protect.yaml", &format!("protect: [\"{A}\", \"{B}\"]\n"));
    stage.plan(8).is("failure");
}

#[test]
fn a_summary_holds_whole_what_a_comment_has_no_room_for() {
    let stage = Stage::new("whole-summary");
    let entry = |number: u32| {
        format!(
            "  - {{ aws_account_id: \"5{number:011}\", datadog: {{ auth_config: {{ role_name: \"Role{number}{}\" }} }} }}\n",
            "x".repeat(50)
        )
    };
    stage.propose(7, "heeler/c.yaml", &format!("accounts:\n{}", (0..800).map(entry).collect::<String>()));
    let ended = stage.plan(7).is("failure").says("limit");
    let comment = stage.github.comments(7).remove(0);
    assert!(comment.contains("Shortened to fit into a comment") && comment.len() <= 61_000, "{}", comment.len());
    assert!(!ended.summary.contains("Shortened") && ended.summary.len() > 100_000, "{}", ended.summary.len());
    assert!((0..800).all(|number| ended.summary.contains(&format!("5{number:011}"))));
}

#[test]
fn what_was_pending_before_is_told_from_what_the_change_does() {
    let stage = Stage::new("pending-before");
    stage.by_hand(B, "env:edited");
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.plan(7).is("success").says("This change: 1 update. Pending already: 1 update.");
}

#[test]
fn what_a_pull_request_stops_declaring_is_said_though_nothing_would_change() {
    let stage = Stage::new("given-up");
    stage.propose(7, "heeler/a.yaml", "accounts: []\n");
    stage.plan(7).is("success");
    let comments = stage.github.comments(7);
    assert!(comments.len() == 1 && comments[0].contains(A), "{comments:?}");
    // Where it was declared is named as whoever reads it knows it, and by no folder of a runner.
    assert!(
        comments[0].contains("../heeler-base/heeler/a.yaml") && !comments[0].contains("target/tmp"),
        "{comments:?}"
    );
}

#[test]
fn a_config_that_the_base_does_not_have_is_all_of_this_change() {
    let stage = Stage::new("new-config");
    stage.of_config("gov");
    stage.propose(7, "gov/heeler.yaml", &format!("{}{}", HEAD, accounts(&[(A, "env:one")])));
    stage.plan(7).is("success").says("1 to update");
    assert!(stage.github.comments(7)[0].starts_with("<!-- heeler:plan:gov -->\n"));
}

#[test]
fn two_configs_have_a_comment_and_an_artifact_each() {
    let stage = Stage::new("two-plans");
    stage.begins("gov", "gov");
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.propose(7, "gov/b.yaml", &accounts(&[(B, "env:gov")]));
    stage.plan(7).is("success");
    stage.of_config("gov");
    stage.plan(7).is("success");
    stage.plan(7).is("success");
    assert_eq!(
        stage.github.writes(),
        ["POST issues/7/comments", "POST issues/7/comments", "PATCH issues/comments/102"]
    );
    let comments = stage.github.comments(7);
    assert!(
        comments[0].starts_with(MARKER) && comments[0].contains("env:one") && !comments[0].contains("env:gov"),
        "{comments:?}"
    );
    assert!(comments[1].starts_with("<!-- heeler:plan:gov -->\n") && comments[1].contains("env:gov"), "{comments:?}");
    for (name, tag) in [("heeler-plan-default-pr-7", "env:one"), ("heeler-plan-gov-pr-7", "env:gov")] {
        let plan = std::fs::read_to_string(stage.github.artifact(name).join("plan.json")).unwrap();
        assert!(plan.contains(tag), "{name}: {plan}");
    }
}
