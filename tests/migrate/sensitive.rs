//! Values that Terraform marks as sensitive: they are neither read nor shown.

use serde_json::{Value, json};

use crate::fixtures::{PLANTED, account, live, resource, state};
use crate::state::{hides_the_secret, plans_empty, view};

#[test]
fn a_value_that_is_marked_as_sensitive_is_not_read() {
    let mut hidden = resource(
        "datadog_integration_aws_account.x",
        "datadog_integration_aws_account",
        account("310000000001", &[PLANTED], false),
    );
    hidden["sensitive_values"] =
        json!({ "account_tags": true, "metrics_config": { "tag_filters": [{ "tags": [true] }] } });
    let folder =
        view("marked", &state(vec![hidden], Vec::new()), &[live(&account("310000000001", &["env:prod"], false))]);
    let run = folder
        .run("migrate --terraform state.json --sandbox=world.json")
        .exits(0)
        .says(&["marks them as sensitive", "account_tags"]);
    hides_the_secret(&folder, &run);
    plans_empty(&folder, &run.out, 1);
    hides_the_secret(&folder, &folder.run("migrate --terraform state.json --offline").exits(0));
}

/// Terraform marks a list of blocks as a whole by `[true]`, one mark for each; providers differ in how deep they go.
#[test]
fn a_mark_of_whatever_form_hides_all_that_is_below_it() {
    let filters = |marks: Value| json!({ "metrics_config": { "tag_filters": marks } });
    for marks in [
        filters(json!([true])),
        filters(json!([true, {}])),
        filters(json!([{ "tags": true }])),
        filters(json!([{}, { "tags": [true] }])),
        filters(json!([[true]])),
        filters(json!({ "0": true })),
        filters(json!(true)),
        json!({ "metrics_config": [{ "tag_filters": [true] }] }),
        json!({ "metrics_config": true }),
        json!(true),
    ] {
        let mut values = account("310000000001", &["env:prod"], false);
        values["metrics_config"]["tag_filters"] = json!([
            { "namespace": "AWS/EC2", "tags": ["a:b", if marks.to_string().contains("{},") { "c:d" } else { PLANTED }] },
            { "namespace": "AWS/SQS", "tags": [PLANTED] },
        ]);
        if marks.to_string().contains("[{\"tags\":true}]") {
            values["metrics_config"]["tag_filters"].as_array_mut().unwrap().pop();
        }
        let mut hidden = resource("datadog_integration_aws_account.x", "datadog_integration_aws_account", values);
        hidden["sensitive_values"] = marks.clone();
        let folder =
            view("marks", &state(vec![hidden], Vec::new()), &[live(&account("310000000001", &["env:prod"], false))]);
        let run = folder.run("migrate --terraform state.json --sandbox=world.json");
        hides_the_secret(&folder, &run);
        if marks != json!(true) {
            run.exits(0).says(&["marks them as sensitive"]);
        }
        let run = folder.run("migrate --terraform state.json --offline");
        hides_the_secret(&folder, &run);
    }
}
