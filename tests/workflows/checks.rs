//! The checks that a pull request gets, and whether the branch rule that docs/ci.md tells people to make lets it be
//! merged.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::pretend::REPOSITORY;
use crate::runner::Run;
use crate::stage::{A, Stage, accounts};
use crate::support::HEAD;
use crate::workflow::{Caller, file, parsed, read};

#[derive(Debug, PartialEq, Eq)]
enum Merge {
    Yes,
    No,
    /// It waits for a check that nobody reports.
    Pending,
}

/// The required check, as the docs name it.
fn of_the_docs() -> String {
    let docs = std::fs::read_to_string(file("docs/ci.md")).unwrap();
    let (_, rest) = docs.split_once("\"required_status_checks\": [{ \"context\": \"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

/// Whether an event starts the workflow of a caller: no `paths:` and no `branches:` may leave it out.
pub fn starts(on: &Value, event: &str, branch: &str, changed: &[String]) -> bool {
    let Some(filters) = on.get(event) else { return false };
    let listed = |key: &str| {
        filters
            .get(key)
            .and_then(Value::as_array)
            .map(|list| list.iter().map(|text| text.as_str().unwrap()).collect::<Vec<_>>())
    };
    let fits =
        |pattern: &str, name: &str| pattern.strip_suffix("**").map_or(pattern == name, |begin| name.starts_with(begin));
    let branches = listed("branches").is_none_or(|patterns| patterns.iter().any(|pattern| fits(pattern, branch)));
    let paths = listed("paths")
        .is_none_or(|patterns| changed.iter().any(|name| patterns.iter().any(|pattern| fits(pattern, name))));
    branches && paths
}

/// Each check, and how it ended: `caller / called`. A caller that is left out reports under its own name alone, and
/// what is not started not at all.
fn checks(caller: &Caller, event: &str, changed: &[String], run: &mut Run<'_>) -> BTreeMap<String, String> {
    let (own, job) = caller.jobs.iter().next().unwrap();
    if !starts(&caller.on, event, "main", changed) {
        return BTreeMap::new();
    }
    if job.r#if.as_deref() == Some("false") {
        return BTreeMap::from([(own.clone(), "skipped".to_owned())]);
    }
    let ended = run.all();
    ended.into_iter().map(|(id, ended)| (format!("{own} / {}", run.check(&id)), ended.result)).collect()
}

fn merges(required: &str, checks: &BTreeMap<String, String>) -> Merge {
    match checks.get(required).map(String::as_str) {
        Some("success" | "skipped" | "neutral") => Merge::Yes,
        Some(_) => Merge::No,
        None => Merge::Pending,
    }
}

#[test]
fn the_check_of_the_docs_lets_every_good_pull_request_be_merged_and_no_other() {
    let stage = Stage::new("mergeable");
    let caller: Caller = read("examples/workflows/plan.yml");
    let required = of_the_docs();
    stage.propose(7, "README.md", "Another line.\n");
    stage.propose(8, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.propose(9, "heeler/a.yaml", "accounts: 7\n");
    let cases = [
        (7, REPOSITORY, "someone", Merge::Yes),
        (8, REPOSITORY, "someone", Merge::Yes),
        (9, REPOSITORY, "someone", Merge::No),
        (7, "someone/fleet", "someone", Merge::Yes),
        (8, "someone/fleet", "someone", Merge::Yes),
        (9, "someone/fleet", "someone", Merge::No),
        (8, REPOSITORY, "dependabot[bot]", Merge::Yes),
        (9, REPOSITORY, "dependabot[bot]", Merge::No),
    ];
    for (number, from, actor, wanted) in cases {
        let changed = stage.repository.changed(number);
        let checks = checks(&caller, "pull_request", &changed, &mut stage.pull_request(number, from, actor));
        assert_eq!(merges(&required, &checks), wanted, "#{number} of {from} by {actor}: {checks:?}");
    }
    let queued = checks(&caller, "merge_group", &[], &mut stage.queued());
    assert_eq!(merges(&required, &queued), Merge::Yes, "{queued:?}");
}

#[test]
fn other_rules_would_block_pull_requests_for_ever() {
    let stage = Stage::new("pending");
    let caller = |change: &str| -> Caller {
        parsed(&format!(
            "name: plan\non: {{ {change} }}\npermissions: {{}}\njobs:\n  plan: {{ uses: x, permissions: {{}} }}\n"
        ))
    };
    stage.propose(7, "README.md", "Another line.\n");
    let changed = stage.repository.changed(7);
    let of = |caller: &Caller| {
        checks(caller, "pull_request", &changed, &mut stage.pull_request(7, "someone/fleet", "someone"))
    };
    // A name with an expression is not filled in if the job is left out.
    let every = of(&caller("pull_request: null"));
    assert_eq!(every["plan / plan (${{ inputs.config }})"], "skipped");
    assert_eq!(merges("plan / plan (default)", &every), Merge::Pending);
    // With `paths:` or another branch nothing reports.
    for change in ["pull_request: { paths: [heeler/**] }", "pull_request: { branches: [release] }"] {
        assert_eq!(merges(&of_the_docs(), &of(&caller(change))), Merge::Pending, "{change}");
    }
    let mut skipped = caller("pull_request: null");
    skipped.jobs.get_mut("plan").unwrap().r#if = Some("false".to_owned());
    assert_eq!(of(&skipped), BTreeMap::from([("plan".to_owned(), "skipped".to_owned())]));
}

#[test]
fn a_run_that_was_cancelled_is_no_success() {
    let stage = Stage::new("cancelled-check");
    stage.propose(7, "heeler/heeler.yaml", HEAD);
    let mut run = stage.pull_request(7, REPOSITORY, "someone");
    run.job("validate").is("skipped");
    run.job_cancelled_at("plan", "Plan").is("cancelled");
    run.job("check").is("failure");
}

#[test]
fn a_job_that_wants_more_than_its_caller_grants_starts_nothing() {
    let stage = Stage::new("startup");
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    for granted in [
        json!({ "contents": "read" }),
        json!({ "contents": "read", "pull-requests": "read" }),
        json!({ "pull-requests": "write" }),
    ] {
        let mut run = stage.pull_request(7, REPOSITORY, "someone");
        run.granted = serde_json::from_value(granted).unwrap();
        assert!(run.all().values().all(|ended| ended.result == "startup_failure"));
    }
    assert_eq!(stage.github.calls(), [Value::Null; 0]);
}
