//! Two rows of one name are two deletes, and a value of another form makes its row unread.

use serde_json::{Value, json};

use crate::run;
use crate::support::{self, Folder};
use crate::vendors::{CLOUDCRAFT, DATADOG, ONE, TWIN, WAVEFRONT};

/// What it would do to change such a value, nobody can say.
#[test]
fn a_value_of_another_form_makes_its_row_unread() {
    let row = |field: &str, value: Value| {
        let mut row = support::row(ONE);
        row["attributes"][field] = value;
        row
    };
    let filters = "{ tag_filters: [{ namespace: AWS/EC2, tags: [\"a:b\"] }] }";
    let block = format!(
        "{{ account_tags: [\"a:b\"], aws_regions: {{ include_only: [us-east-1] }}, metrics_config: {filters} }}"
    );
    let config = format!("{}accounts: [{{ aws_account_id: \"{ONE}\", datadog: {block} }}]\n", support::HEAD);
    for (field, value, said) in [
        ("account_tags", json!("notalist"), "its `account_tags` is a text, where a list belongs"),
        ("aws_regions", json!({ "include_only": "us-east-1" }), "its `aws_regions.include_only` is a text"),
        ("aws_regions", json!(["us-east-1"]), "its `aws_regions` is a list, where an object belongs"),
        (
            "metrics_config",
            json!({ "tag_filters": [{ "namespace": ["AWS/EC2"], "tags": ["a:b"] }] }),
            "its `metrics_config.tag_filters.namespace` is a list, where a text belongs",
        ),
    ] {
        let folder = Folder::new("forms");
        folder.write("heeler.yaml", &config);
        folder.write("world.json", &support::world(&[row(field, value)]));
        let ended = run(&folder, "apply");
        assert!(ended.code != 0 && !ended.out.contains("1 done"), "{ended:?}");
        assert!(ended.out.contains(said) || ended.err.contains("attributes"), "{ended:?}");
    }
}

#[test]
fn two_rows_of_one_name_are_two_deletes() {
    for vendor in [&DATADOG, &CLOUDCRAFT, &WAVEFRONT] {
        let folder = Folder::new("two-of-two");
        let entry = |id: &str| format!("  - {{ aws_account_id: \"{TWIN}\", reason: doubled, id: {id} }}\n");
        let removed = |ids: &[&str]| format!("removed:\n{}", ids.iter().copied().map(entry).collect::<String>());
        vendor.at(&folder, false, &[], &removed(&["111aaaaa-1", "222bbbbb-2"]));
        folder.write("base.yaml", &vendor.config(&[], &removed(&["111aaaaa-1"])));
        let said = "This change: 1 delete. Pending already: 1 delete.";
        run(&folder, "plan --base base.yaml --markdown plan.md --json plan.json").exits(0).says(&[said]);
        let rows = folder.json("plan.json")["actions"].as_array().unwrap().clone();
        let of = |row: &str| rows.iter().find(|action| action["row"] == row).unwrap().clone();
        assert_eq!(of("111aaaaa-1")["origin"], "pending");
        assert_eq!(of("222bbbbb-2")["origin"], "this_change");
        let markdown = std::fs::read_to_string(folder.path("plan.md")).unwrap();
        let described =
            |line: &&str| line.contains("**delete**") && (line.contains("; role `") || line.contains(" prod |"));
        assert_eq!(markdown.lines().filter(described).count(), 2, "both are described: {markdown}");
    }
}
