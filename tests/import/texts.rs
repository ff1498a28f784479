//! Texts that a live account may hold: hostile ones come back as they were, and what a config cannot say is named.

use crate::plans_empty;
use crate::support::{Folder, HEAD, row, world};
use serde_json::{Value, json};
use std::fs;

#[test]
fn what_nobody_knows_and_what_is_empty_is_left_out() {
    let folder = Folder::new("odd");
    let mut odd = row("500000000001");
    odd["attributes"]["brand_new"] = json!({ "a": 1 });
    odd["attributes"]["metrics_config"] = json!({ "enabled": true, "brand_new": ["x"], "tag_filters": null, "namespace_filters": { "some_only": ["AWS/EC2"] } });
    odd["attributes"]["traces_config"] = Value::Null;
    odd["attributes"]["logs_config"] = json!({ "lambda_forwarder": { "lambdas": null, "sources": [], "log_source_config": { "tag_filters": [{ "source": "s3", "tags": null }] } } });
    let mut keys = row("500000000002");
    keys["attributes"]["aws_partition"] = json!("aws-us-gov");
    keys["attributes"]["auth_config"] = json!({ "access_key_id": "AKIAEXAMPLE00000001" });
    keys["attributes"]["account_tags"] = Value::Null;
    folder.write("world.json", &world(&[odd, keys]));
    let run = folder.run("import --sandbox=world.json").exits(0);
    insta::assert_snapshot!(run.out);
    insta::assert_snapshot!("what_is_left_unmanaged_is_said", run.err);
    plans_empty(&folder).says(&["2 unchanged"]);
}

/// A mistake of one sort may hide those of another: all of them are named in one go.
#[test]
fn of_a_declared_account_everything_is_named_that_a_config_cannot_say() {
    let folder = Folder::new("hidden-faults");
    let mut odd = row("500000000001");
    odd["attributes"]["metrics_config"] = json!({ "enabled": "yes" });
    odd["attributes"]["resources_config"] =
        json!({ "cloud_security_posture_management_collection": true, "extended_collection": false });
    folder.write("world.json", &world(&[odd]));
    let block = "metrics_config: { enabled: true }, account_tags: [a:b], \
                 resources_config: { cloud_security_posture_management_collection: false, extended_collection: false }";
    folder.write(
        "heeler.yaml",
        &format!("{HEAD}accounts: [{{ aws_account_id: \"500000000001\", datadog: {{ {block} }} }}]\n"),
    );
    folder.run("import --sandbox --only 500000000001").exits(0).says(&[
        "metrics_config.enabled is left out: `enabled` has the wrong type",
        "cloud_security_posture_management_collection is left out: CSPM without extended collection",
        "2 fields are left out",
    ]);
}

/// A row with it could not be compared: the list is named and left out, and so the plan can read the row.
#[test]
fn a_list_with_an_entry_that_is_no_object_is_left_out() {
    for (name, entry) in [("text", json!("x")), ("null", Value::Null)] {
        let folder = Folder::new(&format!("no-object-{name}"));
        let mut odd = row("500000000001");
        odd["attributes"]["metrics_config"] =
            json!({ "enabled": true, "tag_filters": [{ "namespace": "AWS/EC2", "tags": ["a:b"] }, entry] });
        folder.write("world.json", &world(&[odd]));
        let run = folder.run("import --sandbox=world.json").exits(0);
        assert!(run.out.contains("tag_filters"), "{}", run.out);
        plans_empty(&folder).says(&["1 unchanged"]);
    }
}

/// Whatever form the planner cannot read, import must not write, or one row would stop all others.
#[test]
fn a_list_that_the_planner_could_not_read_is_left_out_of_its_row_alone() {
    let folder = Folder::new("odd-form");
    let (mut odd, clean) = (row("500000000001"), row("500000000002"));
    odd["attributes"]["metrics_config"] = json!({ "enabled": true, "tag_filters": [
        { "namespace": "AWS/EC2", "tags": ["a:b"] }, { "namespace": "AWS/EC2", "tags": {} }
    ] });
    folder.write("world.json", &world(&[odd, clean]));
    folder.run("import --sandbox=world.json").exits(0).says(&[
        "metrics_config.tag_filters is left out: `metrics_config.tag_filters.tags` is an object, where a list belongs",
        "Imported 2 accounts",
    ]);
    plans_empty(&folder).says(&["2 unchanged"]);
}

#[test]
fn hostile_strings_come_back_as_they_were() {
    let folder = Folder::new("hostile");
    let traps = [
        "NO",
        "on:NO",
        "012",
        "12:30",
        "1e3",
        "~",
        "null",
        "true",
        "2026-01-02",
        "a:2026-01-02",
        "<<",
        "=",
        "!a:b",
        "*",
        "&a:b",
        "#a:b",
        "a:#b",
        "- ",
        "%a:b",
        "@a:b",
        "`a:b",
        "|",
        ">",
        "[a:b]",
        "{a:b}",
        "\"a\":b",
        "'a':b",
        "a:'b",
        "a:\\n",
        "${aws_account_id}",
        "$${x}:y",
        "a:${",
        "a:500000000001",
        "$500000000001:x",
        "🐕:🦴",
        "é:ü",
    ];
    let mut hostile = row("500000000001");
    hostile["attributes"]["account_tags"] = traps.iter().filter(|tag| !tag.contains(' ')).copied().collect();
    let mut other = row("500000000002");
    other["attributes"]["account_tags"] = json!(["a:500000000002"]);
    folder.write("world.json", &world(&[hostile, other]));
    plans_empty(&folder).says(&["2 unchanged"]);
    let accounts = fs::read_to_string(folder.path("heeler/accounts.yaml")).unwrap();
    assert!(accounts.contains("\"$${aws_account_id}\"") && accounts.contains("🐕:🦴"), "{accounts}");
}

#[test]
fn what_a_config_cannot_say_is_named_and_left_alone() {
    let folder = Folder::new("unsaid");
    let mut multi = row("500000000001");
    multi["attributes"]["account_tags"] = json!(["env:prod", "two\nlines"]);
    let mut both = row("500000000002");
    both["attributes"]["aws_regions"] = json!({ "include_all": true, "include_only": ["eu-west-1"] });
    both["attributes"]["metrics_config"]["enabled"] = json!("certainly");
    let mut elsewhere = row("500000000003");
    elsewhere["attributes"]["aws_partition"] = json!("aws-moon");
    let odd_id = row("abc");
    folder.write("world.json", &world(&[multi, both, elsewhere, odd_id]));
    let run = folder.run("import --sandbox=world.json").exits(0);
    insta::assert_snapshot!(run.out);
    plans_empty(&folder).says(&[
        "2 unchanged",
        "Isolated: 1 live row left alone",
        "Not managed: 1 Datadog account left alone",
    ]);
}

#[test]
fn texts_that_vendors_hold_are_imported_and_a_new_one_is_refused() {
    let folder = Folder::new("held");
    let mut tags = row("500000000001");
    tags["attributes"]["account_tags"] = json!(["owner:Doe, Jane", " x:y ", "two\nlines"]);
    tags["attributes"]["metrics_config"]["tag_filters"] = json!([{ "namespace": "AWS/EC2", "tags": ["a:b,!c:d"] }]);
    let rows = json!([{ "id": "0c725245-e0c5-5441-ad4b-50a3d8a4cf90", "name": " prod ", "roleArn": "arn:aws:iam::500000000001:role/c", "externalId": "e-1",
        "source": "aws" }, { "id": "0c725245-e0c5-5441-ad4b-50a3d8a4cf91", "name": "", "roleArn": "arn:aws:iam::500000000002:role/c",
        "externalId": "e-1", "source": "aws" }]);
    folder
        .write("world.json", &json!({ "datadog": { "data": [tags] }, "cloudcraft": { "accounts": rows } }).to_string());
    let imported = folder.run("import --sandbox=world.json").exits(0).out;
    for held in ["owner:Doe, Jane", " x:y ", "two\\nlines", "a:b,!c:d", "name: \" prod \""] {
        assert!(
            imported.contains(held) && !imported.contains("left out") && !imported.contains("name: \"\""),
            "{held}\n{imported}"
        );
    }
    folder.write("heeler.yaml", &imported);
    folder.run("validate").exits(0).says(&["it is taken only where the account holds it already"]);
    folder.run("plan --sandbox=world.json").exits(0).says(&["no changes", "and the account holds it already"]);
    folder.write("heeler.yaml", &imported.replace(" x:y ", " x:z "));
    folder.run("plan --sandbox=world.json").exits(5).says(&["error: a malformed tag"]);
}
