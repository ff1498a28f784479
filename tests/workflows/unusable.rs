//! Plans that approve nothing, which must stop no other, and reports that the next apply needs.

use std::path::PathBuf;

use serde_json::json;

use crate::events::played;
use crate::pretend::{OWN, REPOSITORY};
use crate::stage::{A, B, Stage, accounts};
use crate::support::parrot;

#[test]
fn plans_that_approve_nothing_stop_no_other() {
    let stage = Stage::new("unusable");
    stage.propose(8, "heeler/b.yaml", &accounts(&[(B, "env:two")]));
    stage.plan(8).is("success");
    // Opened before the secrets existed.
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    let mut run = stage.pull_request(7, REPOSITORY, "someone");
    run.contexts["secrets"]["DD_API_KEY"] = json!("");
    run.job("plan").is("failure").says("DD_API_KEY");
    assert!(stage.github.artifact("heeler-plan-default-pr-7").join("plan.json").exists());
    // Its config was invalid, and somebody merged it and pushed the mend.
    stage.propose(9, "heeler/c.yaml", "accounts: 7\n");
    stage.plan(9).is("failure");
    stage.merged(7);
    stage.merged(9);
    stage.repository.push("heeler/c.yaml", "accounts: []\n");
    stage.merged(8);
    let ended = stage.apply().is("failure").says("1 done").says("Run workflow");
    assert!(ended.log.contains("approves nothing"), "{}", ended.log);
    assert_eq!((stage.tags(A), stage.tags(B)), (json!(["env:prod"]), json!(["env:two"])));
    // The way out that it names.
    let mut run = stage.dispatched();
    played(&mut run).is("success").says("1 done");
    assert_eq!(stage.tags(A), json!(["env:one"]));
}

#[test]
fn a_provider_that_no_plan_has_planned_is_left_out_and_the_others_are_done() {
    let stage = Stage::new("another-provider");
    stage.merges(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    let head = "version: 1\nproviders: { datadog: { site: datadoghq.com }, cloudcraft: {} }\n";
    stage.repository.push("heeler/heeler.yaml", head);
    stage.secrets.replace([("CLOUDCRAFT_API_KEY".to_owned(), crate::support::CLOUDCRAFT_KEY.to_owned())].into());
    let mut run = stage.pushed(&stage.repository.tip());
    run.ground.machine.insert("CLOUDCRAFT_HOST".to_owned(), stage.host.borrow().clone());
    played(&mut run).is("success").says("1 done").says("cloudcraft");
    assert_eq!(stage.tags(A), json!(["env:one"]));
}

#[test]
fn a_second_attempt_puts_the_plan_of_the_first_out_of_reach() {
    let stage = Stage::new("second-attempt");
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    let mut run = stage.pull_request(7, REPOSITORY, "someone");
    run.job("plan").is("success");
    // "Re-run all jobs" while the vendor refuses: what was reviewed is gone, and nothing is approved in its name.
    let vendor = stage.host.replace(parrot(|_| "403 Forbidden\r\n\r\n{}".to_owned()));
    run.again();
    run.ground.machine.insert("DD_HOST".to_owned(), stage.host.borrow().clone());
    run.job("plan").is("failure");
    stage.host.replace(vendor.clone());
    stage.merged(7);
    stage.apply().is("failure").says("approves nothing");
    assert_eq!(stage.tags(A), json!(["env:prod"]));

    // Once more, and it counts.
    stage.propose(8, "heeler/b.yaml", &accounts(&[(B, "env:two")]));
    let mut run = stage.pull_request(8, REPOSITORY, "someone");
    run.job("plan").is("success");
    run.again();
    run.job("plan").is("success");
    stage.merged(8);
    // It shows what was pending before as well, so that is approved now.
    stage.apply().is("success").says("2 done");
    assert_eq!((stage.tags(A), stage.tags(B)), (json!(["env:one"]), json!(["env:two"])));
}

/// What a lost answer left open is in the report of that run; the next one, which is given it, sends nothing twice.
#[test]
fn the_report_of_the_last_apply_is_passed_to_the_next() {
    let stage = Stage::new("after");
    stage.merges(7, "heeler/a.yaml", &format!("removed:\n  - {{ aws_account_id: \"{A}\", reason: closed }}\n"));
    let report = stage.folder.write(
        "applied.json",
        &json!({ "format": 2, "command": "apply", "actions": [{ "op": "delete", "provider": "datadog", "kind": "account", "id": A,
            "result": { "not_before": "2999-01-02T03:04:05Z" } }] })
        .to_string(),
    );
    let files = [(PathBuf::from("applied.json"), report.clone())];
    // Older ones, on a page before it; and the newest, of a second attempt.
    let older = stage.folder.write("older.json", "{ \"format\": 1, \"command\": \"apply\", \"actions\": [] }");
    let tip = stage.repository.tip();
    let kept = |name: &str, run: u64, event: &str, called: &str, files: &[(PathBuf, PathBuf)]| {
        stage.github.ran(run, event, &tip, OWN, &format!("heeler-dev/heeler/.github/workflows/heeler-{called}.yml"));
        stage.github.keep_own(name, run, &tip, files);
    };
    let older = [(PathBuf::from("applied.json"), older)];
    for run in [498, 499, 500] {
        kept("heeler-apply-default-2", run, "push", "apply", &older);
    }
    kept("heeler-apply-default-2", 501, "push", "apply", &files);
    // Of that name too, and newer: by a pull request, and by another workflow.
    kept("heeler-apply-default-1", 502, "pull_request", "apply", &older);
    kept("heeler-apply-default-1", 503, "push", "drift", &older);
    // And by a run that cannot be asked for.
    stage.github.keep_own("heeler-apply-default-1", 504, &tip, &older);
    let run = stage.apply();
    run.is("failure").says("an earlier run sent it without an answer").says("The run 504, which kept a report");
    assert_eq!(stage.tags(A), json!(["env:prod"]));
    // Without it the same is done.
    stage.github.change(|state| {
        state["artifacts"]
            .as_array_mut()
            .unwrap()
            .retain(|artifact| !artifact["name"].as_str().unwrap().starts_with("heeler-apply"))
    });
    stage.apply().is("success").says("1 done");
    assert_eq!(stage.tags(A), json!(null));
}

#[test]
fn a_second_organization_has_keys_and_an_environment_of_its_own() {
    let stage = Stage::new("second-organization");
    stage.begins("gov", "gov");
    let docs = std::fs::read_to_string(crate::workflow::file("docs/ci.md")).unwrap();
    let (_, rest) = docs.split_once("<!-- a second organization -->\n\n```yaml\n").unwrap();
    let jobs: std::collections::BTreeMap<String, crate::workflow::CallerJob> =
        crate::workflow::parsed(rest.split_once("```").unwrap().0);
    stage.secrets.replace(
        [
            ("GOV_DD_API_KEY".to_owned(), "govreads0123456789abcd".to_owned()),
            ("GOV_DD_APP_KEY".to_owned(), "x".repeat(40)),
        ]
        .into(),
    );
    stage.environment_holds("heeler-gov", &[("DD_API_KEY", "govwrites0123456789abc")]);
    stage.repository.push("gov/b.yaml", &accounts(&[(B, "env:gov")]));
    let keys = std::sync::Arc::default();
    stage.host.replace(crate::guarding::passed_on(&stage.vendor.url, std::sync::Arc::clone(&keys)));
    let mut run =
        stage.called_by(&jobs["gov"], "workflow_dispatch", "refs/heads/main", &stage.repository.tip(), json!({}));
    played(&mut run).is("success").says("1 done");
    assert_eq!(stage.tags(B), json!(["env:gov"]));
    let seen: std::collections::BTreeSet<(String, String)> = keys.lock().unwrap().clone();
    let of = |what: &str, key: &str| (what.to_owned(), key.to_owned());
    assert!(
        seen.contains(&of("reads", "govreads0123456789abcd")) && seen.contains(&of("writes", "govwrites0123456789abc")),
        "{seen:?}"
    );
}
