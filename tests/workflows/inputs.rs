//! What a caller may say to a called workflow, and what it gets from it.

use std::collections::BTreeMap;

use serde_json::json;

use crate::events::played;
use crate::pretend::REPOSITORY;
use crate::server::from_plan_to_drift;
use crate::stage::{A, B, Stage, accounts};
use crate::support::{API_KEY, APP_KEY, BIN};
use crate::workflow::{Caller, read};

/// The inputs beside what the caller of the examples says.
fn with(stage: &Stage, inputs: &[(&str, &str)]) {
    let inputs = inputs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    stage.with.replace(inputs.collect());
}

#[test]
fn a_caller_gets_the_counts_the_digest_and_the_report_of_a_plan() {
    let stage = Stage::new("plan-outputs");
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    let new = "accounts:\n  - { aws_account_id: \"400000000003\", datadog: { auth_config: { role_name: R } } }\n";
    stage.propose(7, "heeler/c.yaml", new);
    stage.propose(7, "heeler/b.yaml", &format!("removed:\n  - {{ aws_account_id: \"{B}\", reason: closed }}\n"));
    stage.propose(7, "heeler/protect.yaml", &format!("protect: [\"{B}\"]\n"));
    let mut run = stage.pull_request(7, REPOSITORY, "someone");
    run.all();
    let outputs = run.outputs();
    let of = |name: &str| outputs[name].as_str();
    assert_eq!((of("exit"), of("changes"), of("creates"), of("updates"), of("deletes")), ("4", "2", "1", "1", "0"));
    assert_eq!((of("disruptive"), of("refused"), of("unread")), ("1", "1", "0"), "{outputs:?}");
    assert!(of("digest").starts_with("sha256:"), "{outputs:?}");
    let report = stage.github.artifact(of("report"));
    assert!(report.join("plan.json").exists() && report.join("plan.md").exists());

    // One that leaves the config alone has no plan, and says so by empty texts.
    stage.propose(8, "README.md", "Another line.\n");
    let mut run = stage.pull_request(8, REPOSITORY, "someone");
    run.all();
    assert!(run.outputs().values().all(String::is_empty), "{:?}", run.outputs());
}

#[test]
fn a_caller_gets_what_became_of_an_apply() {
    let stage = Stage::new("apply-outputs");
    stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    let mut run = stage.pushed(&stage.repository.tip());
    played(&mut run).is("success");
    let outputs = run.outputs();
    let of = |name: &str| outputs[name].as_str();
    assert_eq!((of("exit"), of("done"), of("failed"), of("held-back")), ("0", "1", "0", "0"));
    assert_eq!((of("skipped"), of("refused"), of("unread"), of("converged")), ("0", "0", "0", "true"));
    assert!(of("digest").starts_with("sha256:"), "{outputs:?}");
    assert!(stage.github.artifact(of("report")).join("applied.json").exists());
    // Nothing to do: the job was left out, and its outputs are empty.
    let mut run = stage.pushed(&stage.repository.tip());
    played(&mut run).is("success");
    assert_eq!(run.outputs()["exit"], "");
}

#[test]
fn a_caller_gets_how_much_has_drifted() {
    let stage = Stage::new("drift-outputs");
    stage.by_hand(A, "env:edited");
    let mut run = stage.run("drift", "schedule", "refs/heads/main", &stage.repository.tip(), json!({}));
    run.job("drift").is("success");
    let outputs = run.outputs();
    let of = |name: &str| outputs[name].as_str();
    assert_eq!((of("exit"), of("changed"), of("missing"), of("lingering")), ("2", "1", "0", "0"), "{outputs:?}");
    assert_eq!((of("unread"), of("fingerprint").starts_with("sha256:")), ("0", true), "{outputs:?}");
    assert!(stage.github.artifact(of("report")).join("drift.json").exists());
}

#[test]
fn a_vendor_may_stand_at_another_host_in_each_of_the_workflows() {
    let stage = Stage::new("hosts");
    let vendor = stage.host.replace("http://127.0.0.1:1".to_owned());
    with(&stage, &[("hosts", &format!("CLOUDCRAFT_HOST=https://gov.example.com\r\n  DD_HOST={vendor}\n"))]);
    stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.apply().is("success").says("1 done");
    stage.drift().is("success");
    assert_eq!(stage.tags(A), json!(["env:one"]));
    // Nothing else can be set that way.
    for hosts in ["PATH=/nowhere", "DD_API_KEY=x", "DD_HOST=", "DD_HOST", "x;DD_HOST=y"] {
        with(&stage, &[("hosts", hosts)]);
        stage.drift().is("failure").says("::error::hosts: each is NAME=VALUE");
    }
}

#[test]
fn a_fork_whose_config_does_not_name_the_cluster_is_checked_with_the_host_of_the_caller() {
    let stage = Stage::new("hosts-fork");
    let head = "version: 1\nproviders: { datadog: { site: datadoghq.com }, wavefront: {} }\n";
    stage.propose(7, "heeler/heeler.yaml", head);
    stage.propose(
        7,
        "heeler/c.yaml",
        "accounts:\n  - { aws_account_id: \"400000000003\", wavefront: { role_name: w, cloudwatch: {} } }\n",
    );
    let checked = || stage.pull_request(7, "someone/fleet", "someone").job("validate");
    checked().is("failure").says("WAVEFRONT_ADDRESS");
    with(&stage, &[("hosts", "WAVEFRONT_ADDRESS=acme.wavefront.com")]);
    checked().is("success");
}

#[test]
fn plans_count_wherever_the_releases_come_from() {
    let stage = Stage::new("releases-elsewhere");
    with(&stage, &[("repository", "acme/releases")]);
    stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.apply().is("success").says("1 done");
    with(&stage, &[("repository", "acme/typo")]);
    stage.propose(8, "heeler/b.yaml", &accounts(&[(B, "env:two")]));
    stage.plan(8).is("failure");
}

#[test]
fn another_label_of_runners_and_another_branch_are_taken() {
    let stage = Stage::new("runner-branch");
    with(&stage, &[("runs-on", "self-hosted"), ("branch", "main")]);
    stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    let mut run = stage.pushed(&stage.repository.tip());
    for job in run.workflow.jobs.keys().cloned().collect::<Vec<_>>() {
        assert_eq!(run.runs_on(&job), "self-hosted");
    }
    played(&mut run).is("success");
    with(&stage, &[("branch", "release")]);
    stage.apply().is("failure").says("Only release is applied");
    stage.commented(7, "someone", "/heeler apply").job("command").is("success");
    assert!(stage.github.comments(7).last().unwrap().contains("not merged into release"));
}

/// A login without stored keys needs two things of these files: the caller permits `id-token: write`, so that a job
/// can ask for it one day without breaking anybody, and no step needs the secrets that hold keys.
#[test]
fn a_login_without_stored_keys_would_need_no_new_callers() {
    let stage = Stage::new("keyless");
    for name in ["plan", "apply", "drift", "fork"] {
        let caller: Caller = read(&format!("examples/workflows/{name}.yml"));
        let mut run = stage.called_by(
            &caller.jobs[if name == "fork" { "plan" } else { name }],
            "push",
            "refs/heads/main",
            &stage.repository.tip(),
            json!({}),
        );
        assert_eq!(run.refused_at_start(), None, "{name}");
        for job in run.workflow.jobs.values_mut().filter(|job| job.permissions.contains_key("contents")) {
            job.permissions.insert("id-token".to_owned(), "write".to_owned());
        }
        assert_eq!(run.refused_at_start(), None, "{name}");
    }
}

/// A heeler that logs in by a token of the machine, and takes no keys, stands in for one to come.
#[test]
fn nothing_fails_because_the_secrets_that_hold_keys_are_empty() {
    let stage = Stage::new("bearer");
    let script = format!(
        "if [ -n \"${{DD_API_KEY:-}}${{DD_APP_KEY:-}}\" ] || [ -z \"${{A_TOKEN:-}}\" ]; then exit 1; fi\n\
         DD_API_KEY={API_KEY} DD_APP_KEY={APP_KEY} exec {BIN} \"$@\"\n"
    );
    stage.stand_in(&script);
    stage.machine.replace(BTreeMap::from([("A_TOKEN".to_owned(), "one".to_owned())]));
    stage.keyless.set(true);
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    from_plan_to_drift(&stage);
}
