//! What expressions see: the secrets that are passed, the outputs of jobs that were left out, and which context is known
//! where.

use std::collections::BTreeMap;

use serde_json::json;

use crate::rules::one_job;
use crate::stage::Stage;
use crate::workflow::{CallerJob, parsed};

#[test]
fn an_environment_replaces_what_was_passed_and_adds_no_name() {
    let stage = Stage::new("environment-names");
    let workflow = one_job(
        "",
        "- name: Do\n  run: echo \"a=$A b=$B c=$C\"\n  env: { A: \"${{ secrets.A }}\", B: \"${{ secrets.B }}\", C: \"${{ secrets.C }}\" }\n",
    )
    .replace("secrets: {}", "secrets: { A: { required: false }, B: { required: false }, C: { required: false } }")
    .replace("    runs-on: any\n", "    runs-on: any\n    environment: heeler\n");
    stage.environment_holds("heeler", &[("A", "environment"), ("B", "environment")]);
    let mut run = stage.toy(&workflow, &[]);
    run.contexts["secrets"] = json!({ "A": "", "C": "repository" });
    run.job("toy").is("success").says("a=environment b= c=repository");
}

#[test]
fn secrets_are_passed_by_name_each_an_empty_text_if_nobody_has_it() {
    let stage = Stage::new("by-name");
    let job: CallerJob = parsed(
        "{ uses: heeler-dev/heeler/.github/workflows/heeler-drift.yml@v0.1.0, permissions: { contents: read, issues: write, statuses: read }, \
         secrets: { DD_API_KEY: \"${{ secrets.DD_API_KEY }}\", WAVEFRONT_TOKEN: \"${{ secrets.NOBODY_HAS_IT }}\" } }",
    );
    stage.secrets.replace(BTreeMap::from([
        ("NOBODY_HAS_IT".to_owned(), String::new()),
        ("CLOUDCRAFT_API_KEY".to_owned(), "not-passed".to_owned()),
    ]));
    let run = stage.called_by(&job, "schedule", "refs/heads/main", &stage.repository.tip(), json!({}));
    let secrets = run.contexts["secrets"].as_object().unwrap();
    assert_eq!(secrets.keys().collect::<Vec<_>>(), ["DD_API_KEY", "WAVEFRONT_TOKEN"]);
    assert_eq!(secrets["WAVEFRONT_TOKEN"], "");
}

#[test]
fn a_job_that_was_left_out_has_no_outputs_and_an_unknown_property_is_empty() {
    let stage = Stage::new("left-out");
    let mut workflow = one_job(
        "",
        "- name: Do\n  run: echo \"out='$OUT' result=$RESULT event='$EVENT'\"\n  env: { OUT: \"${{ needs.before.outputs.x }}\", RESULT: \"${{ needs.before.result }}\", EVENT: \"${{ github.event.no.such }}\" }\n",
    );
    workflow = workflow.replace("    permissions:", "    needs: before\n    if: always()\n    permissions:");
    workflow += "  before:\n    name: before\n    if: github.event_name == 'never'\n    runs-on: any\n    timeout-minutes: 5\n    permissions: {}\n    outputs: { x: \"${{ steps.a.outputs.x }}\" }\n    steps: []\n";
    let mut run = stage.toy(&workflow, &[]);
    let ended = run.all().remove("toy").unwrap();
    ended.is("success").says("out='' result=skipped event=''");
}

/// A job that stands on this context in one of its own keys, or in one of its step's.
fn standing_on(key: &str) {
    let stage = Stage::new("availability");
    let workflow = one_job("", "- name: Do\n  if: ${{ !cancelled() }}\n  run: echo\n");
    let workflow = match key.split_once(": ").unwrap() {
        ("step", text) => workflow.replace("${{ !cancelled() }}", text),
        _ => workflow.replace("    runs-on:", &format!("    {key}\n    runs-on:")),
    };
    stage.toy(&workflow, &[]).job("toy").is("success");
}

#[test]
#[should_panic(expected = "Unrecognized named-value: 'secrets'")]
fn the_condition_of_a_step_knows_no_secrets() {
    standing_on("step: ${{ secrets.A != '' }}");
}

#[test]
#[should_panic(expected = "Unrecognized named-value: 'secrets'")]
fn the_condition_of_a_job_knows_no_secrets() {
    standing_on("if: secrets.A != ''");
}

#[test]
#[should_panic(expected = "Unrecognized named-value: 'job'")]
fn the_environment_of_a_job_knows_no_job() {
    standing_on("env: { A: \"${{ job.workflow_repository }}\" }");
}

#[test]
#[should_panic(expected = "Unrecognized named-value: 'steps'")]
fn the_concurrency_of_a_job_knows_no_steps() {
    let stage = Stage::new("availability-group");
    let workflow = one_job("", "- name: Do\n  run: echo\n");
    let grouped =
        workflow.replace("    runs-on:", "    concurrency: { group: \"${{ steps.a.outputs.b }}\" }\n    runs-on:");
    stage.toy(&grouped, &[]).concurrency("toy");
}
