//! `heeler explain`: where each value of an account comes from.

use serde_json::{Value, json};

use crate::support::{Folder, Run};

const CONFIG: &str = r#"version: 1
providers: { datadog: { site: datadoghq.eu }, cloudcraft: {} }
defaults:
  vars: { env: prod, team: unowned }
  datadog:
    auth_config: { role_name: DatadogIntegrationRole }
    account_tags: ["env:${vars.env}", "team:${vars.team}"]
    logs_config: { lambda_forwarder: { sources: [s3] } }
    metrics_config: { enabled: true, tag_filters: [{ namespace: AWS/EC2, tags: ["env:${vars.env}"] }] }
  cloudcraft: { role_name: cc }
profiles:
  pii: { datadog: { account_tags+: ["pii:true"] } }
  quiet: { datadog: { metrics_config: { enabled: false } } }
accounts:
  - aws_account_id: "210000000001"
    name: data-prod
    vars: { team: data }
    profiles: [pii, quiet]
    unmanaged: [datadog.logs_config]
    datadog: { account_tags+: ["own:yes"] }
    cloudcraft: {}
  - { aws_account_id: "210000000002", aws_partition: aws, datadog: { metrics_config: { tag_filters: [] } } }
  - { aws_account_id: "210000000003" }
protect: ["210000000001"]
removed: [{ aws_account_id: "210000000009", name: old, reason: closed }]
"#;

fn folder(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("heeler.yaml", CONFIG);
    folder
}

fn explain(folder: &Folder, args: &[&str]) -> Run {
    Run::of(folder.heeler("explain").args(args))
}

/// The text without what only lines it up.
fn lines(run: &Run) -> Vec<String> {
    run.out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn each_value_has_its_layer_and_line() {
    let folder = folder("explain");
    let run = explain(&folder, &["data-prod"]).exits(0);
    assert!(run.err.is_empty(), "{}", run.err);
    assert_eq!(
        lines(&run),
        [
            "210000000001 data-prod heeler.yaml:15 profiles: pii, quiet protected, heeler.yaml:24",
            "vars.env prod heeler.yaml:4 defaults",
            "vars.team data heeler.yaml:17",
            "aws_partition aws left out: the default",
            "cloudcraft.role_name cc heeler.yaml:10 defaults",
            "datadog.auth_config.role_name DatadogIntegrationRole heeler.yaml:6 defaults",
            "datadog.account_tags env:prod heeler.yaml:7 defaults \"env:${vars.env}\"",
            "team:data heeler.yaml:7 defaults \"team:${vars.team}\"",
            "pii:true heeler.yaml:12 profile pii",
            "own:yes heeler.yaml:20",
            "datadog.metrics_config.enabled false heeler.yaml:13 profile quiet",
            "datadog.metrics_config.tag_filters[AWS/EC2].tags env:prod heeler.yaml:9 defaults \"env:${vars.env}\"",
            "datadog.logs_config (unmanaged: left alone) heeler.yaml:19",
        ]
    );
    assert_eq!(lines(&explain(&folder, &["210000000001", "heeler.yaml"])), lines(&run), "by id, and with a path");
    explain(&folder, &["210000000003"]).exits(0).says(&["no provider manages it"]);
}

#[test]
fn a_field_and_what_the_layers_say_of_it() {
    let folder = folder("explain-field");
    let says = |args: &[&str], answers: &[&str]| {
        let run = explain(&folder, args).exits(0);
        let lines = lines(&run);
        for answer in answers {
            assert!(lines.iter().any(|line| line == answer), "{args:?}: {answer}\n{}", run.out);
        }
        lines.len()
    };
    let count = says(
        &["data-prod", "metrics_config.enabled"],
        &[
            "datadog.metrics_config.enabled false heeler.yaml:13 profile quiet",
            "heeler.yaml:9 defaults enabled: true hidden by a nearer layer",
        ],
    );
    assert_eq!(count, 5, "nothing else");
    says(&["data-prod", "datadog.account_tags"], &["heeler.yaml:12 profile pii account_tags+: pii:true"]);
    says(&["data-prod", "vars.team"], &["heeler.yaml:4 defaults team: unowned hidden by a nearer layer"]);
    says(&["data-prod", "logs_config"], &["heeler.yaml:8 defaults sources: s3 taken out by `unmanaged`"]);
    says(
        &["210000000002", "metrics_config.tag_filters"],
        &["datadog.metrics_config.tag_filters (empty) heeler.yaml:22"],
    );
    says(&["210000000002", "aws_partition"], &["aws_partition aws heeler.yaml:22"]);
    explain(&folder, &["210000000002", "traces_config"])
        .exits(0)
        .says(&["No layer says `datadog.traces_config`", "write it in the entry (heeler.yaml:22)"]);
    explain(&folder, &["210000000002", "cloudcraft.name"]).exits(0).says(&["no `cloudcraft` block"]);
    let all = explain(&folder, &["--all", "account_tags"]).exits(0);
    all.says(&["210000000001", "team:data", "210000000002", "team:unowned", "210000000003"]);
    let only = explain(&folder, &["data-prod cloudcraft"]).exits(0);
    assert!(only.out.contains("cloudcraft.role_name") && !only.out.contains("datadog."), "{}", only.out);
}

#[test]
fn mistakes_are_answered() {
    let folder = folder("explain-mistakes");
    folder.write("bad.yaml", "version: 1\naccounts: [{ aws_account_id: \"210000000001\", datadg: {} }]\n");
    for (args, answer) in [
        (&["data-prod", "acount_tags"][..], "did you mean `account_tags`?"),
        (&["data-prod", "sources"], "it stands at logs_config.lambda_forwarder.sources"),
        (&["data-prd"], "did you mean `data-prod`?"),
        (&["old"], "it stands under `removed:` (heeler.yaml:25)"),
        (&["210000000009"], "it stands under `removed:` (heeler.yaml:25)"),
        (&["210000000004"], "an account is explained that stands under `accounts:`"),
        (&[], "No account is named"),
        (&[" "], "No account is named"),
        (&["heeler.yaml"], "No account is named"),
        (&["profile:pi"], "no such profile"),
    ] {
        explain(&folder, args).exits(64).says(&[answer]);
    }
    explain(&folder, &["210000000001", "bad.yaml"]).exits(5).says(&["unknown key `datadg`"]);
}

#[test]
fn the_same_as_json() {
    let folder = folder("explain-json");
    let run = explain(&folder, &["data-prod", "account_tags", "--json", "-"]).exits(0);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&document["format"], &document["command"]), (&json!(2), &json!("explain")));
    let account = &document["accounts"][0];
    assert_eq!(account["id"], "210000000001");
    assert_eq!(account["vars"][1]["path"], "vars.team");
    let team = &account["values"][1];
    assert_eq!(team["value"], "team:data");
    assert_eq!(team["vars"], json!(["team"]));
    assert_eq!(team["source"], json!({ "file": "heeler.yaml", "line": 7, "column": 39, "layer": "defaults" }));
    assert_eq!(account["layers"][0]["key"], "account_tags+");
    explain(&folder, &["data-prod", "--json", "heeler.json"]).exits(0);
    explain(&folder, &["data-prod", "--json", "heeler.json"]).exits(0);
    explain(&folder, &["data-prod", "--json", "heeler.yaml"]).exits(64);
}
