//! From Terraform's state.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::fixtures::{ALIKE, GOV, OLD, PLANTED, account, fleet, live, resource, state};
use crate::support::{Folder, Run, parrot, row, served_here, world};
use heeler::model::Method;

/// A folder with a state, and a world.
pub fn view(name: &str, state: &Value, rows: &[Value]) -> Folder {
    let folder = Folder::new(name);
    folder.write("state.json", &state.to_string());
    folder.write("world.json", &world(rows));
    folder
}

/// Writes the result, and plans it against the world.
pub fn plans_empty(folder: &Folder, printed: &str, accounts: usize) {
    folder.write("result.yaml", printed);
    folder
        .run("plan result.yaml --sandbox=world.json --detailed-exitcode")
        .exits(0)
        .says(&["Plan: no changes.", &format!("{accounts} unchanged")]);
}

/// Neither on stdout nor on stderr, nor in any file but the state.
#[track_caller]
pub fn hides_the_secret(folder: &Folder, run: &Run) {
    assert!(!run.out.contains(PLANTED) && !run.err.contains(PLANTED), "{run:?}");
    let mut folders = vec![folder.path(".")];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(inner).unwrap().map(|entry| entry.unwrap().path()) {
            match entry.is_dir() {
                true => folders.push(entry),
                false => assert!(
                    entry.ends_with("state.json") || !fs::read_to_string(&entry).unwrap().contains(PLANTED),
                    "{}",
                    entry.display()
                ),
            }
        }
    }
}

#[test]
fn a_fleet_becomes_a_short_config_that_changes_nothing() {
    let (state, rows) = fleet();
    let folder = view("fleet", &state, &rows);
    let run = folder.run("migrate --terraform state.json --sandbox=world.json").exits(0);
    hides_the_secret(&folder, &run);
    insta::assert_snapshot!("fleet", run.out);
    insta::assert_snapshot!("fleet_stderr", run.err);
    plans_empty(&folder, &run.out, ALIKE.len() + 2);
    let again = folder
        .run("migrate --terraform state.json result.yaml --sandbox=world.json")
        .exits(0)
        .says(&["# Nothing to write"]);
    assert!(again.out.contains("#     from = module.fleet.datadog_integration_aws_account.this\n"), "{}", again.out);
    let flat = folder.run("migrate --terraform state.json --sandbox=world.json --flat").exits(0);
    assert!(!flat.out.contains("defaults:") && flat.out.len() > run.out.len());
    plans_empty(&folder, &flat.out, ALIKE.len() + 2);
}

#[test]
fn the_state_may_come_by_a_pipe() {
    let (state, rows) = fleet();
    let folder = view("piped", &json!({}), &rows);
    let mut process = folder.heeler("migrate --terraform - --sandbox=world.json");
    let mut child = process.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(state.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    plans_empty(&folder, &String::from_utf8(output.stdout).unwrap(), ALIKE.len() + 2);
}

#[test]
fn files_are_written_all_or_none_and_over_nothing() {
    let (state, rows) = fleet();
    let folder = view("written", &state, &rows);
    let run = folder.run("migrate --terraform state.json --sandbox=world.json --write heeler").exits(0);
    hides_the_secret(&folder, &run);
    assert_eq!(run.out, "wrote heeler/heeler.yaml\nwrote heeler/accounts.yaml\nwrote heeler/terraform-removed.tf\n");
    folder.run("plan heeler --sandbox=world.json --detailed-exitcode").exits(0).says(&["Plan: no changes."]);
    let removed = fs::read_to_string(folder.path("heeler/terraform-removed.tf")).unwrap();
    let blocks: Vec<&str> = removed.lines().filter_map(|line| line.strip_prefix("  from = ")).collect();
    // One for all that `for_each` made; those of the older family are of four types.
    assert_eq!(blocks.len(), 1 + 1 + 4, "{removed}");
    assert!(blocks.contains(&"module.old.module.logs.datadog_integration_aws_lambda_arn.this"), "{removed}");
    assert_eq!(removed.matches("\n  lifecycle {\n    destroy = false\n  }\n}\n").count(), blocks.len());
    // The second time everything is declared, and the file is there already.
    let before = fs::read(folder.path("heeler/heeler.yaml")).unwrap();
    folder
        .run("migrate --terraform state.json --sandbox=world.json --write heeler")
        .exits(1)
        .says(&["terraform-removed.tf"]);
    assert_eq!(fs::read_to_string(folder.path("heeler/terraform-removed.tf")).unwrap(), removed);
    assert_eq!(fs::read(folder.path("heeler/heeler.yaml")).unwrap(), before);
    // Beside YAML of somebody else, nothing is written.
    folder.write("other/mine.yaml", "version: 1\n");
    folder.run("migrate --terraform state.json --sandbox=world.json --write other elsewhere.yaml").exits(64);
    folder
        .run("migrate --terraform state.json --sandbox=world.json --write other heeler")
        .exits(1)
        .says(&["other/mine.yaml"]);
    folder.write("taken/terraform-removed.tf", "mine\n");
    fs::remove_dir_all(folder.path("heeler")).unwrap();
    folder
        .run("migrate --terraform state.json --sandbox=world.json --write taken")
        .exits(1)
        .says(&["terraform-removed.tf"]);
    let left: Vec<_> = fs::read_dir(folder.path("taken")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["terraform-removed.tf"]);
    assert_eq!(fs::read_to_string(folder.path("taken/terraform-removed.tf")).unwrap(), "mine\n");
}

#[test]
fn what_is_live_otherwise_is_kept_and_said() {
    let values = account("310000000001", &["env:prod"], true);
    let mut row = live(&values);
    row["attributes"]["account_tags"] = json!(["env:prod", "team:new"]);
    row["attributes"]["metrics_config"]["enabled"] = json!(false);
    row["attributes"]["metrics_config"]["metric_name_filters"] =
        json!([{ "namespace": "AWS/EC2", "exclude_only": ["aws.ec2.x*"] }]);
    row["attributes"]["logs_config"]["lambda_forwarder"]["lambdas"] = json!([]);
    let gone = resource(
        "datadog_integration_aws_account.gone",
        "datadog_integration_aws_account",
        account("310000000099", &[], false),
    );
    let here = resource("datadog_integration_aws_account.it's", "datadog_integration_aws_account", values);
    let folder = view("otherwise", &state(vec![here, gone], Vec::new()), &[row, crate::support::row("310000000050")]);
    let run = folder.run("migrate --terraform state.json --sandbox=world.json").exits(0).says(&[
        "# datadog.account_tags is env:prod, team:new, and stays so; Terraform's state says env:prod.",
        "# datadog.metrics_config.enabled is false, and stays so; Terraform's state says true.",
        "# datadog.logs_config.lambda_forwarder.lambdas is not set, and stays so; Terraform's state says arn:aws:lambda",
        "warning: 3 fields are live otherwise than Terraform's state says",
        "#   datadog_integration_aws_account.gone: account 310000000099, it is not live here under its id 7c0ffee0-0000-4000-8000-310000000099",
        "#     'datadog_integration_aws_account.it'\\''s'",
    ]);
    // Neither what Terraform knew nothing of, nor accounts that are somebody else's, nor what is not live.
    assert!(!run.out.contains("metric_name_filters") && !run.out.contains("310000000050"), "{}", run.out);
    assert!(!run.out.contains("from = datadog_integration_aws_account.gone"), "{}", run.out);
    plans_empty(&folder, &run.out, 1);
}

#[test]
fn offline_believes_the_state_and_says_so() {
    let (state, rows) = fleet();
    let folder = view("offline", &state, &rows);
    let run = folder.run("migrate --terraform state.json --offline").exits(0).says(&[
        "# NOT PROVED",
        "warning: NOT PROVED",
        "this is a guess",
    ]);
    hides_the_secret(&folder, &run);
    // The regions that Datadog knew, but for those that were excluded; and what it excludes by default today.
    assert!(run.out.contains("me-south-1") && !run.out.contains("us-west-2"), "{}", run.out);
    let mut rows = rows;
    let old = rows.iter_mut().find(|row| row["attributes"]["aws_account_id"] == OLD).unwrap();
    old["attributes"]["metrics_config"]["namespace_filters"] =
        json!({ "exclude_only": ["AWS/AutoScaling", "AWS/ElasticMapReduce", "AWS/SQS", "AWS/Usage"] });
    folder.write("world.json", &world(&rows));
    plans_empty(&folder, &run.out, ALIKE.len() + 2);
    folder.run("migrate --offline").exits(64).says(&["--terraform"]);
    folder.run("migrate --terraform state.json --offline --sandbox").exits(64);
}

#[test]
fn what_the_config_buries_is_not_released() {
    let (state, rows) = fleet();
    let folder = view("buried", &state, &rows);
    let removed = format!("removed:\n  - {{ aws_account_id: \"{GOV}\", reason: closed }}\n");
    folder.write("heeler.yaml", &format!("{}{removed}", crate::support::HEAD));
    let run = folder.run("migrate --terraform state.json --sandbox=world.json").exits(0).says(&["under `removed:`"]);
    assert!(!run.out.contains("from = datadog_integration_aws_account.gov") && run.out.contains(OLD), "{}", run.out);
}

#[test]
fn what_cannot_be_read_is_not_migrated() {
    let (state, rows) = fleet();
    let folder = view("denied", &state, &rows);
    let url = parrot(|_| "403 Forbidden\r\n\r\n{\"errors\":[\"Forbidden\"]}".to_owned());
    let run = Run::of(
        crate::support::keyed(&mut folder.heeler("migrate --terraform state.json"), &url)
            .env("DD_SITE", "datadoghq.eu"),
    )
    .exits(1);
    assert!(run.out.is_empty() && !run.err.contains(PLANTED), "{run:?}");
}

#[test]
fn only_what_was_asked_for() {
    let (state, rows) = fleet();
    let folder = view("only", &state, &rows);
    let run = folder.run(&format!("migrate --terraform state.json --sandbox=world.json --only {GOV},{OLD}")).exits(0);
    assert!(run.out.contains(GOV) && run.out.contains(OLD) && !run.out.contains(ALIKE[0]), "{}", run.out);
    plans_empty(&folder, &run.out, 2);
    folder
        .run("migrate --terraform state.json --sandbox=world.json --only 999999999999")
        .exits(64)
        .says(&["999999999999"]);
}

#[test]
fn what_is_no_state_is_said_and_never_repeated() {
    let (state, rows) = fleet();
    let folder = view("wrong", &state, &rows);
    let said = |name: &str, text: &str, says: &str| {
        folder.write(name, text);
        let run = folder
            .run(&format!("migrate --terraform {name} --sandbox=world.json"))
            .exits(1)
            .says(&["terraform show -json", says]);
        assert!(run.out.is_empty() && !run.err.contains(PLANTED), "{run:?}");
    };
    said("cut.json", &format!("{{\"format_version\": \"1.0\", \"values\": \"{PLANTED}"), "the file is cut off");
    said("empty.json", " \n", "it is empty");
    said("text.json", "no state\n", "it is not JSON: line 1, column");
    said("list.json", "[]", "an empty list");
    said("lists.json", "[[]]", "no object");
    said("cfn.json", "{\"AWSTemplateFormatVersion\": \"2010-09-09\", \"Resources\": {}}", "do: run `heeler import`");
    said("cfn.yaml", "AWSTemplateFormatVersion: '2010-09-09'\nResources: {}\n", "it is CloudFormation's");
    said("newer.json", "{\"format_version\": \"2.0\", \"values\": {}}", "the only one that this heeler reads");
    said("pulumi.json", "{\"version\": 3, \"deployment\": {}}", "do: run `heeler import`");
    said("one.json", "{\"format_version\": \"1.0\", \"resource\": {}}", "one resource, not the whole state");
    said("other.json", "{\"a\": 1}", "`format_version`");
    said("tfstate.json", "{\"version\": 4, \"lineage\": \"x\", \"resources\": []}", "as Terraform stores it");
    said("plan.json", "{\"format_version\": \"1.2\", \"planned_values\": {}}", "it is a plan");
    said(
        "odd.json",
        "{\"format_version\": \"1.0\", \"values\": {\"root_module\": {\"resources\": {}}}}",
        "`resources` is no list",
    );
    let mut hostile = account("310000000001", &[], false);
    hostile["aws_account_id"] = json!("3\n1");
    hostile["id"] = json!(null);
    let bad = resource("datadog_integration_aws_account.x", "datadog_integration_aws_account", hostile);
    folder.write("unnamed.json", &crate::fixtures::state(vec![bad], Vec::new()).to_string());
    folder
        .run("migrate --terraform unnamed.json --sandbox=world.json")
        .exits(0)
        .says(&["datadog_integration_aws_account.x: it names no AWS account"]);
    let broken = resource(
        "datadog_integration_aws_account.x\nrm -rf /",
        "datadog_integration_aws_account",
        account("310000000001", &[], false),
    );
    said("address.json", &crate::fixtures::state(vec![broken], Vec::new()).to_string(), "control character");
    folder.run("migrate --terraform nowhere.json --sandbox=world.json").exits(64).says(&["cannot read nowhere.json"]);
}

#[test]
fn a_state_without_any_of_ours_is_no_error() {
    let others = vec![resource("aws_iam_role.x", "aws_iam_role", json!({ "id": "x" }))];
    let folder = view("others", &state(others, Vec::new()), &[row("310000000001")]);
    let run = folder.run("migrate --terraform state.json --sandbox=world.json").exits(0);
    assert!(run.out.starts_with("# Nothing to migrate"), "{}", run.out);
    folder.write("none.json", "{\"format_version\": \"1.0\"}");
    folder.run("migrate --terraform none.json --offline").exits(0).says(&["# Nothing to migrate"]);
}

#[test]
fn it_only_reads_and_names_the_organization() {
    let (state, rows) = fleet();
    let folder = view("keyed", &state, &rows);
    let (sandbox, url) = served_here(&rows);
    let run = Run::of(
        crate::support::keyed(&mut folder.heeler("migrate --terraform state.json"), &url)
            .env("DD_SITE", "datadoghq.eu"),
    )
    .exits(0);
    assert!(run.out.contains("site: datadoghq.eu") && run.out.contains("organization:"), "{}", run.out);
    let log = sandbox.log();
    assert!(!log.is_empty() && log.iter().all(|request| request.method == Method::Get && !request.write), "{log:?}");
    folder.run("migrate --terraform state.json").exits(5).says(&["no Datadog site"]);
}
