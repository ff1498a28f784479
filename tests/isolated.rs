//! One bad row is one bad row, on the built binary and at every vendor: it is named with all that tells it from the
//! others, nothing is done to it, and everybody else is planned.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "isolated/deletes_and_forms.rs"]
mod deletes_and_forms;
#[path = "isolated/not_written.rs"]
mod not_written;
mod support;
#[path = "isolated/vendors.rs"]
mod vendors;

use serde_json::{Value, json};
use support::{ACCOUNTS, Folder, Run};
use vendors::{CLOUDCRAFT, DATADOG, NEW, ONE, TWIN, VENDORS, WAVEFRONT};

fn run(folder: &Folder, command: &str) -> Run {
    folder.run(&format!("{command} --sandbox=world.json"))
}

#[test]
fn with_nobody_declared_they_are_named_and_nothing_is_red() {
    for vendor in VENDORS {
        let folder = Folder::new("nobody");
        vendor.at(&folder, true, &[], "");
        for command in ["plan", "drift", "import"] {
            let said = run(&folder, command).exits(0).says(&["2 live rows go by the name", TWIN]);
            if vendor.provider != "datadog_v1" {
                said.says(&["111aaaaa-1", "222bbbbb-2", "444ddddd-4"]);
            }
        }
        // They are listed once, and count where everything does that nobody manages.
        let drift = run(&folder, "drift").exits(0).out;
        assert!(drift.contains("1 unmanaged (not counted)") && drift.contains("Not managed: 1 "), "{drift}");
        run(&folder, "drift --strict").exits(2).says(&["4 unmanaged", "(isolated)"]);
        run(&folder, "plan --json plan.json --markdown plan.md").exits(0);
        let json = folder.json("plan.json");
        assert_eq!(
            (&json["summary"]["isolated"], &json["summary"]["unread"], &json["complete"]),
            (&json!(3), &json!(0), &json!(true)),
            "{json:#}"
        );
        let markdown = std::fs::read_to_string(folder.path("plan.md")).unwrap();
        assert_eq!(markdown.matches("**Isolated:**").count(), 3, "{markdown}");
        let imported = run(&folder, "import").exits(0).out;
        assert!(imported.contains(&format!("aws_account_id: \"{ONE}\"")), "{imported}");
    }
}

#[test]
fn who_is_declared_under_such_a_name_is_unread_and_the_others_go_on() {
    for vendor in VENDORS {
        let folder = Folder::new("unread");
        vendor.at(&folder, false, &[(TWIN, "stage"), (ONE, "stage")], "");
        run(&folder, "plan --json plan.json").exits(0).says(&["x unread", "1 to update", "unread: 1"]);
        let json = folder.json("plan.json");
        assert_eq!(
            (&json["summary"]["unread"], &json["summary"]["update"], &json["complete"]),
            (&json!(1), &json!(1), &json!(true))
        );
        run(&folder, "drift").exits(2).says(&["1 changed", "unread: 1", "Fingerprint: "]);
        run(&folder, "apply --json applied.json").exits(3).says(&["1 done", "unread: 1"]);
        assert_eq!(folder.json("applied.json")["converged"], json!(false));
        // Nothing else differs: that is not "none", and nothing was written.
        vendor.at(&folder, false, &[(TWIN, "stage")], "");
        run(&folder, "drift --json drift.json").exits(1).says(&["none in what could be read", "unread: 1"]);
        assert_eq!(folder.json("drift.json")["drift"]["in_sync"], json!(false));
        run(&folder, "apply").exits(1).says(&["unread: 1"]);
    }
}

#[test]
fn only_a_change_about_such_a_row_turns_its_pull_request_red() {
    for vendor in VENDORS {
        let folder = Folder::new("touched");
        vendor.at(&folder, false, &[(TWIN, "stage"), (ONE, "prod")], "");
        folder.write("base.yaml", &vendor.config(&[(TWIN, "stage"), (ONE, "stage")], ""));
        run(&folder, "plan --base base.yaml").exits(0);
        for base in [&[(TWIN, "other"), (ONE, "prod")][..], &[(ONE, "prod")]] {
            folder.write("base.yaml", &vendor.config(base, ""));
            run(&folder, "plan --base base.yaml").exits(1);
        }
        folder
            .write("base.yaml", &vendor.config(&[(TWIN, "stage"), (ONE, "prod")], &format!("protect: [\"{TWIN}\"]\n")));
        run(&folder, "plan --base base.yaml").exits(1);
        let id = format!("aws_account_id: \"{TWIN}\"");
        let on_hold = vendor
            .config(&[(TWIN, "stage"), (ONE, "prod")], "")
            .replace(&id, &format!("{id}, hold: {{ reason: OPS-1 }}"));
        folder.write("base.yaml", &on_hold);
        run(&folder, "plan --base base.yaml").exits(1);
    }
}

#[test]
fn a_tombstone_deletes_one_of_several_by_its_id_and_nothing_without() {
    for vendor in [&DATADOG, &CLOUDCRAFT, &WAVEFRONT] {
        let folder = Folder::new("one-of-two");
        let removed = |rest: &str| format!("removed:\n  - {{ aws_account_id: \"{TWIN}\", reason: doubled{rest} }}\n");
        vendor.at(&folder, false, &[], &removed(""));
        run(&folder, "plan").exits(4).says(&["`removed:` does not say which", "111aaaaa-1, 222bbbbb-2"]);
        vendor.at(&folder, false, &[], &removed(", id: none-such"));
        run(&folder, "plan").exits(4).says(&["none of them has the id none-such"]);
        // The entry that the JSON gives, be the account declared or not.
        for declared in [&[][..], &[(TWIN, "prod")]] {
            vendor.at(&folder, false, declared, "");
            run(&folder, "plan --json plan.json").exits(0);
            let rows = folder.json("plan.json")["isolated"].as_array().unwrap().clone();
            let second = rows.iter().find(|row| row["row"] == "222bbbbb-2").unwrap();
            vendor.at(&folder, false, declared, &format!("removed: [{}]\n", second["tombstone"]));
            let code = if declared.is_empty() { 0 } else { 3 };
            run(&folder, "apply --json applied.json").exits(code);
            let actions = folder.json("applied.json")["actions"].as_array().unwrap().clone();
            let deletes: Vec<&Value> =
                actions.iter().filter(|action| action["op"] == "delete").map(|action| &action["row"]).collect();
            assert_eq!(deletes, [&json!("222bbbbb-2")]);
            // Once it is gone the entry has done its work, and the other row is the account's.
            folder.write(
                "world.json",
                &json!({ vendor.provider: (vendor.listing)(vec![(vendor.row)(TWIN, "111aaaaa-1")]) }).to_string(),
            );
            let after = run(&folder, "plan");
            if declared.is_empty() {
                after.exits(4).says(&["not 222bbbbb-2"])
            } else {
                after.exits(0).says(&["Obsolete: 1 tombstone"])
            };
        }
        vendor.at(&folder, false, &[], &format!("{}protect: [\"{TWIN}\"]\n", removed(", id: 222bbbbb-2")));
        run(&folder, "plan").exits(4).says(&["it is protected"]);
    }
}

#[test]
fn while_a_row_has_no_name_nothing_is_made_twice_called_gone_or_owned() {
    for vendor in VENDORS {
        let folder = Folder::new("nameless");
        vendor.at(
            &folder,
            true,
            &[(ONE, "stage"), (NEW, "new")],
            &format!("removed: [{{ aws_account_id: \"{}\", reason: closed }}]\n", 210000000009u64),
        );
        let plan = run(&folder, "plan --json plan.json");
        let json = folder.json("plan.json");
        let create = vendor.enforces_unique && vendor.provider == "datadog";
        assert_eq!(json["summary"]["update"], 1, "{}", plan.out);
        assert_eq!(json["summary"]["create"], u64::from(create), "{}", plan.out);
        if !vendor.enforces_unique {
            plan.exits(4).says(&["would make a second row"]);
            run(&folder, "drift").exits(2).says(&["0 missing", "unread: 1"]);
        }
        assert_eq!(json["obsolete_tombstones"], json!([]));
        assert!(json["diagnostics"].to_string().contains("cannot be told"), "{json:#}");
        vendor.at(&folder, true, &[(NEW, "new")], "ownership: exclusive\n");
        run(&folder, "plan --json plan.json").says(&["deletes nothing"]);
        assert_eq!(folder.json("plan.json")["summary"]["delete"], 0);
    }
}

/// The odd row is a CloudWatch integration: it may be another of its kind, and none of another kind.
#[test]
fn a_row_without_a_name_hides_its_own_kind_alone() {
    let folder = Folder::new("kind");
    folder.write("world.json", &WAVEFRONT.world(true));
    let gone = |kind: &str| {
        format!("removed:\n  - {{ aws_account_id: \"{NEW}\", reason: closed, from: [wavefront.{kind}] }}\n")
    };
    folder.write("heeler.yaml", &WAVEFRONT.config(&[(ONE, "prod")], &gone("ec2")));
    let spent = format!("{NEW} wavefront.ec2");
    run(&folder, "plan").exits(0).says(&["Obsolete: 1 tombstone", &spent, "1 unchanged"]);
    folder.write("heeler.yaml", &WAVEFRONT.config(&[(ONE, "prod")], &gone("cloudwatch")));
    let unsure = run(&folder, "plan").exits(0).says(&["it cannot be told whether this is gone"]);
    assert!(!unsure.out.contains("Obsolete"), "{}", unsure.out);
}

#[test]
fn a_listing_that_says_it_goes_on_is_none_and_the_other_vendors_go_on() {
    let row = support::row(ONE);
    let bodies = [
        ("", json!({ "data": [row], "meta": { "pagination": { "total_count": 2, "next_offset": 1 } } })),
        ("", json!({ "data": [row], "meta": { "page": { "after": "cursor" } } })),
        ("", json!({ "data": [row], "links": { "next": "https://api.example/2" } })),
        ("\r\nLink: </page/2>; rel=\"next\", </page/9>; rel=\"last\"", json!({ "data": [row] })),
        ("\r\nLink: </page/0>; rel=\"prev\"\r\nLink: </page/2>; rel=\"next\"", json!({ "data": [row] })),
        ("\r\nLink: </página/2>; rel=\"next\"", json!({ "data": [row] })),
    ];
    let folder = Folder::new("pages");
    folder.write(
        "heeler.yaml",
        &format!(
            "version: 1\nproviders: {{ datadog: {{ site: datadoghq.com }}, cloudcraft: {{}} }}\naccounts:\n  - {{ aws_account_id: \"{ONE}\", datadog: {}, cloudcraft: {} }}\n",
            (DATADOG.block)("stage"),
            (CLOUDCRAFT.block)("stage"),
        ),
    );
    for (headers, body) in bodies {
        let cloudcraft = (CLOUDCRAFT.listing)(vec![(CLOUDCRAFT.row)(ONE, "333ccccc-3")]).to_string();
        let url = support::parrot(move |request| match request {
            said if said.starts_with(&format!("GET {ACCOUNTS}")) => format!("200 OK{headers}\r\n\r\n{body}"),
            said if said.starts_with("GET /aws/account/iamParameters") => {
                "200 OK\r\n\r\n{\"accountId\":\"1\",\"externalId\":\"e-1\"}".to_owned()
            }
            said if said.starts_with("GET /aws/account") => format!("200 OK\r\n\r\n{cloudcraft}"),
            _ => "404 Not Found\r\n\r\n{}".to_owned(),
        });
        folder.run_at(&url, "plan --json plan.json").exits(1).says(&["x unread", "has further pages", "1 to update"]);
        assert_eq!(folder.json("plan.json")["complete"], json!(false));
        folder.run_at(&url, "drift").exits(2).says(&["INCOMPLETE"]);
    }
    // A page that says that it is all there is.
    let whole = json!({ "data": [row], "meta": { "pagination": { "total_count": 1, "next_offset": 1 } }, "links": { "next": null } }).to_string();
    folder.write("heeler.yaml", &DATADOG.config(&[(ONE, "prod")], ""));
    let url = support::parrot(move |_| format!("200 OK\r\n\r\n{whole}"));
    folder.run_at(&url, "plan").exits(0).says(&["1 unchanged"]);
}

/// A row with keys may not say which account it is in: it may be the one that is never deleted.
#[test]
fn a_row_that_may_be_the_protected_account_is_not_deleted() {
    let folder = Folder::new("protected-unseen");
    let mut keys = support::row("400000000003");
    let attributes = keys["attributes"].as_object_mut().unwrap();
    attributes.remove("aws_account_id");
    attributes["auth_config"] = json!({ "access_key_id": "AKIAIOSFODNN7EXAMPLE" });
    folder.write("world.json", &support::world(&[support::row("400000000001"), support::row("400000000002"), keys]));
    let config = |protect: &str| {
        format!(
            "{}ownership: exclusive\nprotect: [{protect}]\naccounts: [{{ aws_account_id: \"400000000001\", datadog: {{}} }}]\n",
            support::HEAD
        )
    };
    for (protect, deletes) in [("", 2), ("\"400000000001\"", 2), ("\"400000000003\"", 1), ("\"400000000002\"", 1)] {
        folder.write("heeler.yaml", &config(protect));
        run(&folder, "plan --confirm-deletes 2 --json plan.json");
        assert_eq!(folder.json("plan.json")["summary"]["delete"], json!(deletes), "{protect}");
    }
    folder.write("heeler.yaml", &config("\"400000000003\""));
    run(&folder, "plan").exits(0).says(&["Not managed: 1 ", "AKIAIOSFODNN7EXAMPLE"]);
}
