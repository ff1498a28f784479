//! `heeler explain`: where each value of an account comes from.

use serde_json::{Value, json};

use crate::support::{Folder, Run, keeps_to};

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

pub fn explain(folder: &Folder, args: &[&str]) -> Run {
    Run::of(folder.heeler("explain").args(args))
}

/// The text without what only lines it up.
pub fn lines(run: &Run) -> Vec<String> {
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
            "210000000001 data-prod heeler.yaml:15",
            "profiles: pii, quiet",
            "protected: heeler.yaml:24",
            "FIELD VALUE LAYER WHERE WRITTEN AS",
            "vars.env prod defaults heeler.yaml:4",
            "vars.team data account heeler.yaml:17",
            "aws_partition aws - left out: the default",
            "cloudcraft.role_name cc defaults heeler.yaml:10",
            "datadog.auth_config.role_name DatadogIntegrationRole defaults heeler.yaml:6",
            "datadog.account_tags env:prod defaults heeler.yaml:7 \"env:${vars.env}\"",
            "datadog.account_tags team:data defaults heeler.yaml:7 \"team:${vars.team}\"",
            "datadog.account_tags pii:true profile pii heeler.yaml:12",
            "datadog.account_tags own:yes account heeler.yaml:20",
            "datadog.metrics_config.enabled false profile quiet heeler.yaml:13",
            "datadog.metrics_config.tag_filters[AWS/EC2].tags env:prod defaults heeler.yaml:9 \"env:${vars.env}\"",
            "datadog.logs_config (unmanaged: left alone) account heeler.yaml:19",
        ]
    );
    assert_eq!(lines(&explain(&folder, &["210000000001", "heeler.yaml"])), lines(&run), "by id, and with a path");
    explain(&folder, &["210000000003"]).exits(0).says(&["managed by: no provider"]);
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
            "datadog.metrics_config.enabled false profile quiet heeler.yaml:13",
            "defaults heeler.yaml:9 enabled: true (hidden by a nearer layer)",
        ],
    );
    assert_eq!(count, 8, "nothing else");
    says(&["data-prod", "datadog.account_tags"], &["profile pii heeler.yaml:12 account_tags+: pii:true"]);
    says(&["data-prod", "vars.team"], &["defaults heeler.yaml:4 team: unowned (hidden by a nearer layer)"]);
    says(&["data-prod", "vars"], &["defaults heeler.yaml:4 team: unowned (hidden by a nearer layer)"]);
    says(&["data-prod", "logs_config"], &["defaults heeler.yaml:8 sources: s3 (taken out by `unmanaged`)"]);
    says(
        &["210000000002", "metrics_config.tag_filters"],
        &["datadog.metrics_config.tag_filters (empty) account heeler.yaml:22"],
    );
    says(&["210000000002", "aws_partition"], &["aws_partition aws account heeler.yaml:22"]);
    explain(&folder, &["210000000002", "traces_config"])
        .exits(0)
        .says(&["No layer says `datadog.traces_config`", "write it in the entry (heeler.yaml:22)"]);
    explain(&folder, &["210000000002", "cloudcraft.name"]).exits(0).says(&["no `cloudcraft` block"]);
    let all = explain(&folder, &["--all", "account_tags"]).exits(0);
    let all = lines(&all);
    // Of several accounts each line says whose it is.
    assert!(all.contains(&"ACCOUNT FIELD VALUE LAYER WHERE WRITTEN AS".to_owned()), "{all:#?}");
    for (id, tag) in [
        ("210000000001", "pii:true profile pii heeler.yaml:12"),
        ("210000000002", "team:unowned defaults heeler.yaml:7"),
    ] {
        assert!(all.iter().any(|line| line.starts_with(&format!("{id} datadog.account_tags {tag}"))), "{all:#?}");
    }
    assert!(all.contains(&"210000000003 heeler.yaml:23".to_owned()), "{all:#?}");
    // Whom a shared layer does not reach is said once, at the end.
    let hidden = explain(&folder, &["--all", "metrics_config.tag_filters"]).exits(0);
    hidden.says(&[
        "\nHidden by a nearer layer:\n  defaults (heeler.yaml:9) says tag_filters: ",
        "\n      1 of 2 accounts do not get it: 210000000002\n",
    ]);
    let reached = explain(&folder, &["--all", "account_tags"]).exits(0);
    assert!(!reached.out.contains("Hidden by"), "what is added to reaches everybody: {}", reached.out);
    let only = explain(&folder, &["data-prod cloudcraft"]).exits(0);
    assert!(only.out.contains("cloudcraft.role_name") && !only.out.contains("datadog."), "{}", only.out);
}

/// A map whose keys are free is one value: the nearest layer's is the account's, and hides others as a whole.
#[test]
fn a_map_is_one_value() {
    let folder = Folder::new("explain-map");
    let layers = "defaults: { wavefront: { role_name: r, ec2: { name: n, additional_tags: { team: data } } } }\n\
                  profiles: { own: { wavefront: { ec2: { additional_tags: { team: web, env: prod } } } } }\n";
    let accounts = "accounts:\n  - { aws_account_id: \"210000000001\", wavefront: {} }\n  - { aws_account_id: \"210000000002\", profiles: [own], wavefront: {} }\n";
    folder.write(
        "heeler.yaml",
        &format!("version: 1\nproviders: {{ wavefront: {{ address: acme.wavefront.com }} }}\n{layers}{accounts}"),
    );
    let tags = "wavefront.ec2.additional_tags";
    for field in [tags, "ec2.additional_tags.team"] {
        let said = lines(&explain(&folder, &["210000000001", field]).exits(0));
        let value = format!("{tags} team: data defaults heeler.yaml:3");
        assert!(said.contains(&value) && !said.iter().any(|line| line.contains("hidden")), "{field}: {said:?}");
    }
    let said = lines(&explain(&folder, &["210000000002", "wavefront"]).exits(0));
    assert!(
        said.iter().any(|line| line.contains("team: data") && line.ends_with("(hidden by a nearer layer)")),
        "{said:?}"
    );
    assert_eq!(said.iter().filter(|line| line.contains("hidden")).count(), 1, "{said:?}");
}

#[test]
fn a_long_value_stands_below_its_line() {
    let folder = Folder::new("explain-long");
    let long = format!("long:{}", "x".repeat(90));
    folder.write("heeler.yaml", &CONFIG.replace("own:yes", &long));
    let run = explain(&folder, &["data-prod"]).exits(0);
    let all: Vec<&str> = run.out.lines().collect();
    let at = all.iter().position(|line| line.trim() == long).unwrap_or_else(|| panic!("{}", run.out));
    assert!(all[at - 1].contains("(below)") && all[at - 1].contains("account  "), "{}", run.out);
    let layer = |line: &str| line.find("heeler.yaml:");
    assert_eq!(layer(all[at - 1]), layer(all[at - 2]), "{}", run.out);
}

#[test]
fn a_long_field_keeps_its_columns() {
    let folder = Folder::new("explain-wide");
    let long = "resources_config: { cloud_security_posture_management_collection: false, extended_collection: true }";
    folder.write("heeler.yaml", &CONFIG.replace("account_tags+: [\"own:yes\"]", long));
    let run = explain(&folder, &["data-prod"]).exits(0).says(&["cloud_security_posture_management_collection  false"]);
    let table = run.out.lines().filter(|line| line.contains("heeler.yaml:") && line.starts_with("  datadog."));
    let places: std::collections::BTreeSet<_> = table.map(|line| line.find("heeler.yaml:")).collect();
    assert_eq!(places.len(), 1, "{}", run.out);
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
    let schema = folder.schema("schema explain");
    keeps_to(&schema, &document, "one field");
    explain(&folder, &["data-prod", "--json", "heeler.json"]).exits(0);
    keeps_to(&schema, &folder.json("heeler.json"), "all of an account");
    assert!(!schema.is_valid(&json!({ "format": 2, "accounts": [] })));
    explain(&folder, &["data-prod", "--json", "heeler.json"]).exits(0);
    explain(&folder, &["data-prod", "--json", "heeler.yaml"]).exits(64);
}
