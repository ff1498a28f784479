//! A state that holds resources of the older family: keys, exclusions, and the parts they manage.

use crate::fixtures::{OLD, PLANTED, REST, account, legacy, legacy_live, live, resource, state};
use crate::state::{hides_the_secret, plans_empty, view};
use serde_json::{Value, json};

#[test]
fn keys_of_the_older_resource_are_found_by_the_listing() {
    let key = "AKIAMIGRATEEXAMPLE01";
    let mut old = legacy(OLD);
    old[0]["values"]["account_id"] = json!("");
    old[0]["values"]["role_name"] = json!("");
    old[0]["values"]["access_key_id"] = json!(key);
    old[0]["values"]["secret_access_key"] = json!(PLANTED);
    old[1]["values"]["account_id"] = json!(key);
    let mut row = legacy_live(OLD);
    row["attributes"]["aws_partition"] = json!("aws-us-gov");
    row["attributes"]["auth_config"] = json!({ "access_key_id": key });
    let folder = view("keys", &state(old, Vec::new()), &[row]);
    // Not even marked as sensitive.
    let run = folder.run("migrate --terraform state.json --sandbox=world.json").exits(0);
    hides_the_secret(&folder, &run);
    assert!(
        run.out.contains("aws_partition: aws-us-gov")
            && run.out.contains(&format!("{{ env: DATADOG_SECRET_ACCESS_KEY_{OLD} }}")),
        "{}",
        run.out
    );
    assert!(!run.out.contains("stays so"), "{}", run.out);
    plans_empty(&folder, &run.out, 1);
    let run = folder.run("migrate --terraform state.json --offline").exits(0).says(&["only the vendor can tell"]);
    hides_the_secret(&folder, &run);
}

/// What no config can name is not taken over.
#[test]
fn a_key_that_is_none_is_not_taken_over() {
    for key in ["AKIAmigrateexample01", "AKIA1"] {
        let mut old = legacy(OLD);
        old.truncate(1);
        old[0]["values"]["account_id"] = json!("");
        old[0]["values"]["role_name"] = json!("");
        old[0]["values"]["access_key_id"] = json!(key);
        let mut row = legacy_live(OLD);
        row["attributes"]["auth_config"] = json!({ "access_key_id": key });
        let folder = view("odd-keys", &state(old, Vec::new()), &[row]);
        let run = folder.run("migrate --terraform state.json --offline").says(&["it names no AWS account"]);
        assert!(!run.out.contains(key), "{}", run.out);
    }
}

#[test]
fn an_exclusion_froze_what_there_was() {
    let mut row = legacy_live(OLD);
    // Datadog did not know the others when it was written.
    row["attributes"]["aws_regions"]["include_only"] = json!(REST[..20]);
    let folder = view("frozen", &state(legacy(OLD), Vec::new()), &[row]);
    let run = folder.run("migrate --terraform state.json --sandbox=world.json").exits(0);
    let words: String = run.out.lines().map(|line| line.trim_start_matches("#   ")).collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("regions to come are not in it")
            && words.contains("regions that v1 did not exclude are not collected either"),
        "{words}"
    );
    assert!(!run.out.contains("stays so") && run.out.contains(REST[19]) && !run.out.contains(REST[20]), "{}", run.out);
    plans_empty(&folder, &run.out, 1);
}

#[test]
fn an_exclusion_that_is_not_live_is_no_freeze() {
    let mut row = legacy_live(OLD);
    row["attributes"]["aws_regions"] = json!({ "include_all": true });
    row["attributes"]["metrics_config"]["namespace_filters"] = json!({ "exclude_only": ["AWS/EBS"] });
    let folder = view("thawed", &state(legacy(OLD), Vec::new()), &[row]);
    let run = folder.run("migrate --terraform state.json --sandbox=world.json").exits(0).says(&[
        "# datadog.aws_regions is {\"include_all\":true}, and stays so",
        "# datadog.metrics_config.namespace_filters is {\"exclude_only\":[\"AWS/EBS\"]}, and stays so",
    ]);
    plans_empty(&folder, &run.out, 1);
}

#[test]
fn parts_of_the_older_family_manage_parts() {
    let only_logs: Vec<Value> = legacy(OLD).split_off(2);
    let folder = view("parts", &state(only_logs, Vec::new()), &[legacy_live(OLD)]);
    let run = folder.run("migrate --terraform state.json --sandbox=world.json").exits(0);
    for managed in ["lambdas:", "sources:"] {
        assert!(run.out.contains(managed), "{}", run.out);
    }
    for other in ["\n      auth_config", "aws_regions:", "namespace_filters:", "account_tags:"] {
        assert!(!run.out.contains(other), "{}", run.out);
    }
    plans_empty(&folder, &run.out, 1);
}

#[test]
fn one_account_of_both_families_is_one_account() {
    let mut both = legacy(OLD);
    let mut values = account(OLD, &["env:old"], false);
    values["traces_config"] = json!({ "xray_services": { "include_all": true, "include_only": null } });
    both.push(resource("datadog_integration_aws_account.new", "datadog_integration_aws_account", values.clone()));
    let folder = view("both", &state(both, Vec::new()), &[live(&values)]);
    let run = folder
        .run("migrate --terraform state.json --sandbox=world.json")
        .exits(0)
        .says(&["xray_services: { include_all: true }"]);
    assert!(!run.out.contains("stays so") && run.out.matches("from = ").count() == 5, "{}", run.out);
    plans_empty(&folder, &run.out, 1);
}
