//! Rows on hold and read-only ones, isolated or not: shown, and never written.

use crate::run;
use crate::support::{self, Folder};
use crate::vendors::{ONE, TWIN, VENDORS};
use serde_json::json;

#[test]
fn what_is_on_hold_is_shown_and_has_no_effect() {
    for vendor in VENDORS {
        let folder = Folder::new("hold");
        let entry = |account: &str, hold: &str| {
            let block = (vendor.block)("stage");
            format!("  - {{ aws_account_id: \"{account}\"{hold}, {}: {block} }}\n", vendor.provider)
        };
        let hold = ", hold: { reason: \"OPS-5511, suspended\", until: \"2999-03-01\" }";
        let head = vendor.config(&[], "");
        folder.write("world.json", &vendor.world(false));
        folder.write("heeler.yaml", &format!("{head}accounts:\n{}{}", entry(TWIN, hold), entry(ONE, hold)));
        for command in ["plan --detailed-exitcode --json plan.json", "drift --json plan.json", "apply --json plan.json"]
        {
            run(&folder, command).exits(0).says(&["OPS-5511, suspended, until 2999-03-01", "prod", "stage"]);
            let json = folder.json("plan.json");
            assert_eq!(
                (json["on_hold"].as_array().unwrap().len(), &json["actions"], &json["summary"]["unread"]),
                (2, &json!([]), &json!(0)),
                "{json:#}"
            );
        }
        // In a block it is the block's alone; once its day has gone by there is a warning, and it holds.
        let inside = entry(ONE, "").replacen(
            &format!("{}: {{ ", vendor.provider),
            &format!("{}: {{ hold: {{ reason: x, until: \"2001-02-03\" }}, ", vendor.provider),
            1,
        );
        folder.write("heeler.yaml", &format!("{head}accounts:\n{inside}"));
        run(&folder, "plan --detailed-exitcode").exits(0).says(&["a hold that was to end on 2001-02-03", "on hold: x"]);
        for wrong in [
            "hold: ",
            "hold: { until: \"2999-01-01\" }",
            "hold: { reason: x, until: tomorrow }",
            "hold: { reason: x, untill: y }",
        ] {
            folder.write("heeler.yaml", &format!("{head}accounts:\n{}", entry(ONE, &format!(", {wrong}"))));
            run(&folder, "plan").exits(5).says(&["hold"]);
        }
    }
}

/// Nobody can say that such a row is as declared, wherever it is written or not.
#[test]
fn what_is_read_only_and_cannot_be_read_is_never_in_sync() {
    for vendor in VENDORS {
        let folder = Folder::new("read-only-unread");
        vendor.at(&folder, false, &[(TWIN, "stage")], "");
        let config = std::fs::read_to_string(folder.path("heeler.yaml")).unwrap();
        let block = format!("{}: {{ ", vendor.provider);
        let (head, entries) = config.split_once("accounts:").unwrap();
        let entries = entries.replacen(&block, &format!("{block}read_only: true, "), 1);
        folder.write("heeler.yaml", &format!("{head}accounts:{entries}"));
        let drift = run(&folder, "drift --json drift.json --markdown drift.md").exits(1);
        drift.says(&["x unread", "Drift: none in what could be read.", ", unread: 1."]);
        let json = folder.json("drift.json");
        let counted = (&json["drift"]["in_sync"], &json["drift"]["counts"]["unreadable"], &json["summary"]["unread"]);
        assert_eq!(counted, (&json!(false), &json!(1), &json!(1)));
        let markdown = std::fs::read_to_string(folder.path("drift.md")).unwrap();
        assert!(markdown.contains("unread: 1") && !markdown.contains("in sync"), "{markdown}");
        // It is no part of what plan and apply are about, and they say so.
        let plan = run(&folder, "plan --json plan.json").exits(0);
        plan.says(&["= read-only  ", "it could not be read: ", "0 unchanged. 1 read-only row unread."]);
        assert_eq!(folder.json("plan.json")["read_only"][0]["unread"], json!(true));
        support::keeps_to(&folder.schema("schema plan"), &folder.json("plan.json"), vendor.provider);
        run(&folder, "apply").exits(0).says(&["Converged; 1 read-only row unread."]);
    }
}

/// Where an entry leaves its partition out, the live row tells it, and a key that holds the partition becomes another.
#[test]
fn what_is_on_hold_stays_so_when_its_row_tells_the_partition() {
    let folder = Folder::new("hold");
    let row = json!({ "id": "w-1", "service": "EC2", "name": "old",
        "ec2": { "baseCredentials": { "roleArn": format!("arn:aws-us-gov:iam::{ONE}:role/observer"), "externalId": "x" } } });
    folder.write("world.json", &json!({ "wavefront": { "items": [row] } }).to_string());
    let config = |hold: &str| {
        format!(
            "version: 1\nproviders: {{ wavefront: {{ address: acme.wavefront.com }} }}\naccounts:\n  \
             - {{ aws_account_id: \"{ONE}\"{hold}, wavefront: {{ role_name: observer, name: new, ec2: {{}} }} }}\n"
        )
    };
    folder.write("heeler.yaml", &config(""));
    run(&folder, "plan").exits(0).says(&["0 to create, 1 to update"]);
    folder.write("heeler.yaml", &config(", hold: { reason: OPS-5511 }"));
    run(&folder, "plan").exits(0).says(&["Plan: no changes.", "= hold update", "on hold: OPS-5511"]);
}
