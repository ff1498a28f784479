//! What a plan says of accounts and places, on the built binary: what goes, who is meant, where a value is from.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use support::{Folder, HEAD, row, world};

/// A row with other attributes.
fn with(account: &str, attributes: &[(&str, Value)]) -> Value {
    let mut row = row(account);
    attributes.iter().for_each(|(name, value)| row["attributes"][name] = value.clone());
    row
}

#[test]
fn what_is_deleted_and_what_is_left_alone_has_its_names() {
    let folder = Folder::new("names");
    let config = "version: 1
providers: { datadog: { site: datadoghq.com }, cloudcraft: {}, wavefront: { address: acme.wavefront.com } }
accounts:
  - { aws_account_id: \"400000000001\", name: data-prod, cloudcraft: { role_name: Craft, name: drawn } }
  - { aws_account_id: \"400000000003\", name: shop, datadog: { auth_config: { role_name: R } } }
  - { aws_account_id: \"400000000003\", name: shop }
removed:
  - { aws_account_id: \"400000000002\", reason: closed }
";
    let config = config.replace("  - { aws_account_id: \"400000000003\", name: shop }\n", "");
    folder.write("heeler.yaml", &config);
    let craft = |account: &str, name: &str| {
        json!({ "id": format!("0c0ffee0-0000-4000-8000-{account}"), "name": name, "externalId": "e", "roleArn": format!("arn:aws:iam::{account}:role/Craft"),
            "readAccess": null, "writeAccess": null, "createdAt": "2026-02-03T04:05:06.123Z", "updatedAt": "2026-02-03T04:05:06.123Z" })
    };
    let rows = [
        row("400000000001"),
        with("400000000002", &[("account_tags", json!(["env:old", "team:web"]))]),
        row("400000000003"),
    ];
    let world = json!({ "datadog": { "data": rows }, "cloudcraft": { "accounts": [craft("400000000002", "old drawing"), craft("400000000004", "theirs")] } });
    folder.write("world.json", &world.to_string());
    let run = folder.run("plan --sandbox --json plan.json --markdown plan.md").exits(0);
    let plan = folder.json("plan.json");
    let said = run.says(&[
        "- delete  400000000002 cloudcraft  old drawing",
        "    role    ObserverRole\n    tags    env:old, team:web\n",
        "    role    arn:aws:iam::400000000002:role/Craft\n",
        "400000000001 datadog (data-prod)",
        "400000000004 cloudcraft (theirs)",
    ]);
    let markdown = std::fs::read_to_string(folder.path("plan.md")).unwrap();
    for part in [
        "role `ObserverRole`; tags `env:old, team:web`",
        "`400000000001` datadog data-prod",
        "    tags    env:old, team:web",
    ] {
        assert!(markdown.contains(part), "{part:?} is not in\n{markdown}\nnor is it in\n{}", said.out);
    }
    let names: Vec<&Value> = plan["unmanaged"].as_array().unwrap().iter().map(|row| &row["name"]).collect();
    assert_eq!(json!(names), json!(["data-prod", "theirs"]));
    folder
        .run("drift --sandbox")
        .exits(2)
        .says(&["400000000001 datadog (data-prod)", "lingering  400000000002 cloudcraft  old drawing"]);
}

#[test]
fn managed_accounts_have_name_and_partition_and_those_just_made_are_among_them() {
    let folder = Folder::new("managed");
    let account = |id: &str, name: &str| {
        format!(
            "  - {{ aws_account_id: \"{id}\", name: {name}, datadog: {{ auth_config: {{ role_name: ObserverRole }} }} }}\n"
        )
    };
    folder.write(
        "heeler.yaml",
        &format!("{HEAD}accounts:\n{}{}", account("400000000001", "old"), account("400000000002", "new")),
    );
    folder.write("world.json", &world(&[row("400000000001"), row("400000000003")]));
    folder.run("apply --sandbox --json applied.json").exits(0);
    let managed = folder.json("applied.json")["managed"].clone();
    let of = |managed: &Value| {
        let rows = managed
            .as_array()
            .unwrap()
            .iter()
            .map(|row| json!([row["id"], row["name"], row["partition"], row["role_name"]]));
        Value::from_iter(rows)
    };
    assert_eq!(
        of(&managed),
        json!([["400000000001", "old", "aws", "ObserverRole"], ["400000000002", "new", "aws", "ObserverRole"]])
    );
    assert!(managed[1]["external_id"].is_string() && managed[1]["trust_policy"].is_object(), "{managed:#}");
    folder.run("plan --sandbox --only 400000000002 --json plan.json").exits(0);
    assert_eq!(
        (of(&folder.json("plan.json")["managed"]), &folder.json("plan.json")["unmanaged"]),
        (json!([]), &json!([]))
    );
    folder.run("plan --sandbox --only 400000000001 --json plan.json").exits(0);
    assert_eq!(of(&folder.json("plan.json")["managed"]), json!([["400000000001", "old", "aws", "ObserverRole"]]));
}

#[test]
fn warnings_of_a_valid_config_are_in_every_report() {
    let folder = Folder::new("warned");
    // A region of the right shape that nobody knows is a warning.
    let account = "{ aws_account_id: \"400000000001\", datadog: { aws_regions: { include_only: [eu-north-7] } } }";
    folder.write("heeler.yaml", &format!("{HEAD}accounts:\n  - {account}\n"));
    folder.write(
        "world.json",
        &world(&[with("400000000001", &[("aws_regions", json!({ "include_only": ["eu-north-7"] }))])]),
    );
    for command in ["plan", "drift", "apply"] {
        let run = folder.run(&format!("{command} --sandbox --json out.json --markdown out.md")).exits(0);
        assert_eq!(run.err.matches("warning: ").count(), 1, "{}", run.err);
        let found = folder.json("out.json")["diagnostics"].clone();
        assert_eq!(
            (found[0]["severity"].as_str(), found[0]["source"]["line"].as_u64(), found[1].is_null()),
            (Some("warning"), Some(4), true)
        );
        let markdown = std::fs::read_to_string(folder.path("out.md")).unwrap();
        assert!(
            markdown.contains("- Warning: an unknown AWS region: heeler knows no `eu-north-7`")
                && markdown.contains("(`heeler.yaml:4`)"),
            "{command}:\n{markdown}"
        );
    }
}

/// A warning that nobody could do anything about would be one that nobody reads.
#[test]
fn a_tag_without_a_value_is_said_until_the_account_has_it() {
    let folder = Folder::new("bare-tag");
    let account = "{ aws_account_id: \"400000000001\", datadog: { account_tags: [pci] } }";
    folder.write("heeler.yaml", &format!("{HEAD}accounts:\n  - {account}\n"));
    for (tags, warned) in [(json!(["pci", "env:a"]), 0), (json!(["env:a"]), 1)] {
        folder.write("world.json", &world(&[with("400000000001", &[("account_tags", tags)])]));
        let run = folder.run("plan --sandbox --json out.json").exits(0);
        assert_eq!(run.err.matches("warning: a tag without a value").count(), warned, "{}", run.err);
        assert_eq!(folder.json("out.json")["diagnostics"].as_array().unwrap().len(), warned);
        folder.run("validate").exits(0).says(&["if it is meant so, leave it", "1 warning"]);
    }
}

#[test]
fn a_place_belongs_to_the_value_that_is_wanted() {
    let folder = Folder::new("places");
    folder.write(
        "heeler.yaml",
        &format!(
            "{HEAD}limits: {{ disruptive: 5 }}
defaults:
  datadog:
    auth_config: {{ role_name: ObserverRole }}
    account_tags: &tags [\"env:new\"]
    metrics_config: &metrics {{ enabled: false }}
profiles:
  fewer: {{ datadog: {{ account_tags: [\"env:a\"] }} }}
  same: &same
    datadog:
      account_tags: [\"env:same\"]
  alike: *same
accounts:
  - {{ aws_account_id: \"400000000001\", datadog: {{}} }}
  - aws_account_id: \"400000000002\"
    datadog:
      account_tags: *tags
      metrics_config: *metrics
      aws_regions: {{ include_only: [eu-west-1] }}
  - {{ aws_account_id: \"400000000003\", profiles: [fewer], datadog: {{}} }}
  - {{ aws_account_id: \"400000000004\", profiles: [alike], datadog: {{}} }}
  - {{ aws_account_id: \"400000000005\", profiles: [same], datadog: {{ aws_regions: {{ include_only: [eu-west-2] }} }} }}
"
        ),
    );
    let mut rows: Vec<Value> = ["400000000001", "400000000002", "400000000004", "400000000005"].map(row).into();
    rows.push(with("400000000003", &[("account_tags", json!(["env:a", "env:b"]))]));
    folder.write("world.json", &world(&rows));
    let run = folder.run("plan --sandbox --json plan.json --markdown plan.md").exits(0).says(&[
        "- env:prod   ! monitors may be scoped to it\n                            + env:new   (defaults, line 7)",
        "- env:b   ! monitors may be scoped to it   (because of profile fewer, line 10)",
        "+ env:same   (profile alike, line 14)",
        "+ env:same   (profile same, line 13)",
    ]);
    assert!(!run.out.contains("env:prod   ("), "{}", run.out);
    let places = |account: &str| {
        let plan = folder.json("plan.json");
        let action = plan["actions"].as_array().unwrap().iter().find(|action| action["id"] == account).unwrap().clone();
        let changes = action["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|change| json!([change["source"]["line"], change["source"]["layer"]]));
        changes.collect::<Value>()
    };
    assert_eq!(places("400000000001"), json!([[7, "defaults"], [8, "defaults"]]));
    assert_eq!(places("400000000002"), json!([[19, null], [21, null], [20, null]]), "an alias belongs to who uses it");
    let markdown = std::fs::read_to_string(folder.path("plan.md")).unwrap();
    for part in [
        "| `defaults` `heeler.yaml:7`, `defaults` `heeler.yaml:8` |",
        "| `profile fewer` `heeler.yaml:10`, `defaults` `heeler.yaml:8` |",
        "+   account_tags            env:new   (defaults, line 7)",
    ] {
        assert!(markdown.contains(part), "{part:?} is not in\n{markdown}");
    }
    folder
        .run("drift --sandbox")
        .exits(2)
        .says(&["live, not declared: env:prod\n", "declared, not live: env:new   (defaults, line 7)"]);
}

/// A text and a number, or a text and a list of it, read the same without quotes and brackets.
#[test]
fn values_that_differ_in_form_alone_are_told_apart() {
    let config = |blocks: &str| {
        format!(
            "version: 1\nproviders: {{ datadog: {{ site: datadoghq.com }}, wavefront: {{ address: acme.wavefront.com }} }}\n\
             accounts:\n  - {{ aws_account_id: \"400000000001\", {blocks} }}\n"
        )
    };
    let cloudwatch = |tags: Value, minutes: Value| {
        let credentials = json!({ "roleArn": "arn:aws:iam::400000000001:role/observer" });
        let row = json!({ "id": "111aaaaa-1", "name": "prod", "service": "CLOUDWATCH", "disabled": false, "additionalTags": tags,
            "serviceRefreshRateInMins": minutes, "cloudWatch": { "baseCredentials": credentials } });
        json!({ "wavefront": { "response": { "items": [row] } } }).to_string()
    };
    let datadog = |attributes: &[(&str, Value)]| {
        let rows = json!({ "data": [with("400000000001", attributes)] });
        json!({ "datadog": rows }).to_string()
    };
    let wavefront = "wavefront: { role_name: observer, name: prod, additional_tags: { a: b }, refresh_rate_minutes: 5, cloudwatch: {} }";
    let colon = "wavefront: { role_name: observer, name: prod, additional_tags: { \"a: b\": c }, cloudwatch: {} }";
    let tagged = "datadog: { account_tags: [\"a:b\"], metrics_config: { enabled: true } }";
    for (blocks, world, planned, live) in [
        (
            wavefront,
            cloudwatch(json!({ "a": ["b"] }), json!(5)),
            "- a: [\"b\"]\n+ a: \"b\"",
            "live: a: [\"b\"]\ndeclared: a: \"b\"",
        ),
        (
            colon,
            cloudwatch(json!({ "a": "b: c" }), json!(5)),
            "- {\"a\":\"b: c\"}\n+ {\"a: b\":\"c\"}",
            "live: {\"a\":\"b: c\"}",
        ),
        (
            wavefront,
            cloudwatch(json!({ "a": "b " }), json!(5)),
            "- a: \"b \"\n+ a: \"b\"",
            "live: a: \"b \"\ndeclared: a: \"b\"",
        ),
        (wavefront, cloudwatch(json!({ "a": "b" }), json!("5")), "\"5\" -> 5", "live: \"5\"   declared: 5"),
        // What is `null` is as good as absent: nothing differs.
        (wavefront, cloudwatch(json!({ "a": "b", "A": null }), json!(5)), "", ""),
        (
            tagged,
            datadog(&[("account_tags", json!([["a:b"]]))]),
            "- [\"a:b\"]\n+ a:b",
            "live, not declared: [\"a:b\"]\ndeclared, not live: a:b",
        ),
        (tagged, datadog(&[("account_tags", json!(["a:b", ["a:b"]]))]), "- [\"a:b\"]", "live, not declared: [\"a:b\"]"),
        (
            tagged,
            datadog(&[("account_tags", json!(["a:b"])), ("metrics_config", json!({ "enabled": "true" }))]),
            "\"true\" -> true",
            "live: \"true\"   declared: true",
        ),
    ] {
        let folder = Folder::new("told-apart");
        folder.write("heeler.yaml", &config(blocks));
        folder.write("world.json", &world);
        if planned.is_empty() {
            folder.run("drift --sandbox=world.json").exits(0);
            continue;
        }
        let plan = folder.run("plan --sandbox=world.json --markdown plan.md").exits(0).out;
        let drift = folder.run("drift --sandbox=world.json --markdown drift.md").exits(2).out;
        let markdown = |name: &str| std::fs::read_to_string(folder.path(name)).unwrap();
        for (said, parts) in [(&plan, planned), (&drift, live)] {
            assert!(parts.lines().all(|part| said.contains(part)), "{parts:?} is not in\n{said}");
        }
        for said in [markdown("plan.md"), markdown("drift.md")] {
            let quoted = planned.lines().next().unwrap().trim_start_matches("- ").split(" -> ").next().unwrap();
            assert!(said.contains(quoted), "{quoted:?} is not in\n{said}");
        }
    }
}
