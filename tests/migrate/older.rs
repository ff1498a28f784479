//! From blocks of Datadog's older API, and from its listing.

use serde_json::{Value, json};

use crate::fixtures::{OLD, REST, legacy_live};
use crate::support::{Folder, Run, keyed, served_here, world};
use heeler::model::Method;

const HEAD: &str = "version: 1\nproviders: { datadog_v1: { site: datadoghq.eu } }\n";

fn entry(block: &str) -> String {
    format!("accounts:\n  - aws_account_id: \"{OLD}\"\n    name: old-one\n    datadog_v1: {block}\n")
}

fn view(name: &str, config: &str, rows: &[Value]) -> Folder {
    let folder = Folder::new(name);
    folder.write("v1.yaml", config);
    folder.write("world.json", &world(rows));
    folder
}

fn plans_empty(folder: &Folder, printed: &str, accounts: usize) {
    folder.write("result/heeler.yaml", printed);
    folder
        .run("plan result --sandbox=world.json --detailed-exitcode")
        .exits(0)
        .says(&["Plan: no changes.", &format!("{accounts} unchanged")]);
}

#[test]
fn a_config_of_the_older_api_becomes_one_of_the_newer() {
    let block = "{ role_name: DatadogAWSIntegrationRole, host_tags: [\"env:old\"], excluded_regions: [us-east-1, us-west-2], \
                 account_specific_namespace_rules: { auto_scaling: false, crawl_alarms: false }, metrics_collection_enabled: true, \
                 tag_filters: [{ namespace: sqs, tag_filter_str: \"queue:paid\" }], logs: { services: [s3, lambda] } }";
    let rest = "protect: [\"310000000008\"]\nlimits: { creates: 3 }\nremoved:\n  - { aws_account_id: \"310000000077\", reason: closed }\n";
    let folder = view("config", &format!("{HEAD}{rest}{}", entry(block)), &[legacy_live(OLD)]);
    folder.run("plan v1.yaml --sandbox=world.json --detailed-exitcode").exits(0);
    let run = folder.run("migrate v1.yaml --sandbox=world.json").exits(0);
    insta::assert_snapshot!("older_config", run.out);
    plans_empty(&folder, &run.out, 1);
}

#[test]
fn of_a_config_only_what_it_manages() {
    let folder = view(
        "managed",
        &format!("{HEAD}{}", entry("{ account_specific_namespace_rules: { collect_custom_metrics: true } }")),
        &[legacy_live(OLD)],
    );
    let run = folder
        .run("migrate v1.yaml --sandbox=world.json")
        .exits(0)
        .says(&["collect_custom_metrics: true", "name: old-one"]);
    for other in ["namespace_filters:", "aws_regions:", "auth_config:", "collect_cloudwatch_alarms: "] {
        assert!(!run.out.lines().any(|line| line.trim_start().starts_with(other)), "{}", run.out);
    }
    plans_empty(&folder, &run.out, 1);
    // The value is that which is live.
    let mut row = legacy_live(OLD);
    row["attributes"]["metrics_config"]["collect_custom_metrics"] = json!(false);
    folder.write("world.json", &world(&[row]));
    let run = folder
        .run("migrate v1.yaml --sandbox=world.json")
        .exits(0)
        .says(&["is false, and stays so; the config says true"]);
    plans_empty(&folder, &run.out, 1);
}

#[test]
fn a_reference_to_a_secret_keeps_its_name() {
    let mut row = legacy_live(OLD);
    row["attributes"]["aws_partition"] = json!("aws-us-gov");
    row["attributes"]["auth_config"] = json!({ "access_key_id": "AKIAMIGRATEEXAMPLE01" });
    let config = format!(
        "{HEAD}accounts:\n  - aws_partition: aws-us-gov\n    datadog_v1: {{ access_key_id: AKIAMIGRATEEXAMPLE01, secret_access_key: {{ env: GOV_SECRET }} }}\n"
    );
    let folder = view("reference", &config, &[row]);
    let run = folder.run("migrate v1.yaml --sandbox=world.json").exits(0).says(&[
        "{ env: GOV_SECRET }",
        OLD,
        "aws_partition: aws-us-gov",
    ]);
    assert!(!run.out.contains("stays so"), "{}", run.out);
    plans_empty(&folder, &run.out, 1);
}

#[test]
fn what_else_a_config_says_is_named() {
    let other = format!(
        "  - aws_account_id: \"{OLD}\"\n    datadog_v1: {{ host_tags: [\"env:old\"] }}\n    cloudcraft: {{ role_name: c }}\n"
    );
    let config = format!("{HEAD}ownership: exclusive\naccounts:\n{other}");
    let folder = view("beside", &config, &[legacy_live(OLD)]);
    let run = folder.run("migrate v1.yaml --offline").exits(0);
    run.says(&[
        "Carry over by hand: `ownership`, the `cloudcraft` blocks of accounts.",
        "NOT PROVED",
        "site: datadoghq.eu",
    ]);
}

#[test]
fn a_config_without_the_older_api_has_nothing_to_migrate() {
    let config = "version: 1\nproviders: { datadog: { site: datadoghq.eu } }\naccounts:\n  - { aws_account_id: \"310000000008\", datadog: {} }\n";
    let folder = view("nothing", config, &[legacy_live(OLD)]);
    folder.run("migrate v1.yaml --sandbox=world.json").exits(0).says(&["# Nothing to migrate"]);
    folder.write("v1.yaml", "version: 1\naccounts: {}\n");
    folder.run("migrate v1.yaml --sandbox=world.json").exits(5);
    folder.run("migrate nowhere.yaml --sandbox=world.json").exits(64);
}

#[test]
fn the_listing_of_the_older_api_becomes_a_config() {
    let mut second = legacy_live("310000000009");
    second["attributes"]["aws_regions"] = json!({ "include_all": true });
    second["attributes"]["traces_config"] = json!({ "xray_services": { "include_all": true } });
    second["attributes"]["metrics_config"]["namespace_filters"] = json!({ "include_only": ["AWS/EC2"] });
    let rows = [legacy_live(OLD), second];
    let folder = Folder::new("listing");
    folder.write("world.json", &world(&rows));
    let run = folder.run("migrate --sandbox=world.json").exits(0).says(&[
        "include_only:",
        REST[0],
        "v2 has no `excluded_regions`",
    ]);
    // What the older API does not know, nobody managed.
    assert!(
        !run.out.contains("xray_services:")
            && !run.out.contains("automute_enabled:")
            && !run.out.contains("datadog_v1:"),
        "{}",
        run.out
    );
    assert!(!run.out.contains("stays so"), "{}", run.out);
    plans_empty(&folder, &run.out, 2);
    // The same with keys.
    let (sandbox, url) = served_here(&rows);
    let keyed = Run::of(keyed(&mut folder.heeler("migrate"), &url).env("DD_SITE", "datadoghq.eu")).exits(0);
    assert!(keyed.out.contains("site: datadoghq.eu") && keyed.out.contains("organization:"), "{}", keyed.out);
    assert!(sandbox.log().iter().all(|request| request.method == Method::Get && !request.write));
    folder.run("migrate").exits(64).says(&["DD_API_KEY"]);
}

#[test]
fn a_world_that_the_older_api_made_is_migrated_whole() {
    let folder = Folder::new("made");
    let account = |id: &str, rules: Value, excluded: Value| {
        json!({ "account_id": id, "role_name": "R", "host_tags": ["env:prod"], "filter_tags": ["a:b"], "account_specific_namespace_rules": rules,
                "excluded_regions": excluded, "metrics_collection_enabled": true, "cspm_resource_collection_enabled": false,
                "resource_collection_enabled": true, "errors": [] })
    };
    let key = json!({ "access_key_id": "AKIAMIGRATEEXAMPLE02", "host_tags": [], "filter_tags": [], "account_specific_namespace_rules": {},
                      "excluded_regions": [], "metrics_collection_enabled": true, "errors": [] });
    let accounts = json!([
        account(
            "310000000011",
            json!({ "auto_scaling": false, "sqs": true, "crawl_alarms": true }),
            json!(["us-east-1"])
        ),
        account("310000000012", json!({}), json!([])),
        key,
    ]);
    folder.write("world.json", &json!({ "datadog_v1": { "accounts": accounts } }).to_string());
    let run =
        folder.run("migrate --sandbox=world.json").exits(0).says(&["resource_collection_enabled", "AWS/AutoScaling"]);
    assert!(!run.out.contains("stays so"), "{}", run.out);
    plans_empty(&folder, &run.out, 3);
}
