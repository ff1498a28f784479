//! An account counts once per limit and provider, and the summary counts as the limits do.

use serde_json::json;

use crate::support::{Folder, HEAD, row, world};

#[test]
fn an_account_counts_once_per_limit_and_provider() {
    let folder = Folder::new("limit-counts");
    folder.write("world.json", "{}");
    let config = "version: 1\nproviders: { datadog: { site: datadoghq.com }, cloudcraft: {}, wavefront: { address: example.wavefront.com } }\naccounts:\n\
        \x20 - aws_account_id: \"400000000001\"\n    name: one\n    datadog: { auth_config: { role_name: R } }\n    cloudcraft: { role_name: R }\n\
        \x20   wavefront: { role_name: R, name: n, cloudwatch: {}, ec2: {}, cloudtrail: { region: eu-west-1, bucket_name: b } }\n";
    folder.write("heeler.yaml", config);
    folder.run("plan --sandbox=world.json --json plan.json").exits(0).says(&["Plan: 3 to create"]);
    let plan = folder.json("plan.json");
    assert_eq!(
        (
            plan["actions"].as_array().unwrap().len(),
            &plan["summary"]["create"],
            plan["limits"].as_array().unwrap().len()
        ),
        (5, &json!(3), 12)
    );
    let creates =
        |provider: &str| json!({ "name": "creates", "provider": provider, "used": 1, "limit": 5, "ok": true });
    assert_eq!(plan["limits"].as_array().unwrap()[..3], ["cloudcraft", "datadog", "wavefront"].map(creates));
    // One at each provider is within a limit of one at each. What is confirmed is the number at all of them.
    folder.write("heeler.yaml", &format!("limits: {{ creates: 1 }}\n{config}"));
    folder.run("plan --sandbox=world.json").exits(0).says(&["Limits at wavefront: creates 1 of 1"]);
    folder.write("heeler.yaml", &format!("limits: {{ creates: 0 }}\n{config}"));
    let refused = folder.run("plan --sandbox=world.json").exits(4);
    refused.says(&["creates planned at datadog: 1, limit: 0; ", "all providers together: `confirm: { creates: 3 }`"]);
    folder
        .run("plan --sandbox=world.json --confirm-creates 1")
        .exits(4)
        .says(&["3 creates are planned at all providers"]);
    folder.run("plan --sandbox=world.json --confirm-creates 3").exits(0);
}

/// Eighteen accounts, of which seven are live and told to collect less.
fn eighteen(head: &str) -> Folder {
    let folder = Folder::new("limit-third");
    let id = |n: usize| format!("4000000000{n:02}");
    folder.write("world.json", &world(&(1..=7).map(|n| row(&id(n))).collect::<Vec<_>>()));
    let entry = |n: usize, says: &str| format!("  - {{ aws_account_id: \"{}\", datadog: {{ {says} }} }}\n", id(n));
    let off = (1..=7).map(|n| entry(n, "metrics_config: { enabled: false }"));
    let new = (8..=18).map(|n| entry(n, "auth_config: { role_name: R }"));
    folder.write("heeler.yaml", &format!("{HEAD}{head}accounts:\n{}", off.chain(new).collect::<String>()));
    folder
}

/// What is not written is a third of the accounts that are declared, where that is less than usual.
#[test]
fn a_small_fleet_has_small_limits() {
    let folder = eighteen("");
    folder.run("plan --sandbox=world.json").exits(4).says(&[
        "creates planned: 11, limit: 6 (a third of the 18 accounts declared)",
        "disruptive updates planned: 7, limit: 6 (a third",
        "costly changes planned: 11, limit: 6 (a third",
    ]);
    folder.run("plan --sandbox=world.json --confirm-creates 11 --confirm-disruptive 7 --confirm-costly 11").exits(0);
    folder.run("apply --sandbox=world.json --confirm-creates 11 --confirm-disruptive 6 --confirm-costly 11").exits(4);
    folder.run("apply --sandbox=world.json --confirm-creates 12 --confirm-disruptive 8 --confirm-costly 12").exits(0);
    eighteen("limits: { creates: 11, disruptive: 7, costly: 11 }\n").run("plan --sandbox=world.json").exits(0);
}

#[test]
fn updates_are_limited_where_the_config_says_so() {
    let limits = "limits: { creates: 11, disruptive: 7, costly: 11, updates: 6 }\n";
    let folder = eighteen(limits);
    folder.run("plan --sandbox=world.json").exits(4).says(&["updates planned: 7, limit: 6; ", "--confirm-updates 7"]);
    folder.run("plan --sandbox=world.json --confirm-updates 8").exits(4).says(&["7 updates are planned, but 8"]);
    folder.run("plan --sandbox=world.json --confirm-updates 7").exits(0);
    eighteen(&format!("{limits}confirm: {{ updates: 7 }}\n")).run("apply --sandbox=world.json").exits(0);
}

/// A create is costly unless it says of all that is billed that it shall be off, or which regions.
#[test]
fn a_create_is_costly_by_what_it_says_and_leaves_open() {
    const SAYS_ALL: &str = "auth_config: { role_name: R }, aws_regions: { include_only: [eu-west-1] }, metrics_config: { collect_custom_metrics: false }, \
        resources_config: { extended_collection: false, cloud_security_posture_management_collection: false }";
    let folder = Folder::new("costly-create");
    folder.write("world.json", "{}");
    let costly = |says: &str| {
        let entry = format!("accounts:\n  - {{ aws_account_id: \"400000000001\", datadog: {{ {says} }} }}\n");
        folder.write("heeler.yaml", &format!("{HEAD}limits: {{ costly: 0 }}\n{entry}"));
        let run = folder.run("plan --sandbox=world.json --json plan.json");
        let plan = folder.json("plan.json");
        let action = &plan["actions"][0];
        assert_eq!(run.code == 4, action["costly"] == true, "{}", run.out);
        assert_eq!(run.out.contains("+$ create"), action["costly"] == true, "{}", run.out);
        (action["costly"].as_bool().unwrap(), action["left_to_vendor"].clone())
    };
    assert_eq!(costly(SAYS_ALL), (false, json!(null)));
    let all = json!([
        "aws_regions",
        "metrics_config.collect_custom_metrics",
        "resources_config.cloud_security_posture_management_collection",
        "resources_config.extended_collection"
    ]);
    assert_eq!(costly("auth_config: { role_name: R }"), (true, all));
    for (from, to) in [
        ("include_only: [eu-west-1]", "include_all: true"),
        ("collect_custom_metrics: false", "collect_custom_metrics: true"),
        ("extended_collection: false", "extended_collection: true"),
        ("collect_custom_metrics: false", "collect_custom_metrics: false, namespace_filters: { exclude_only: [] }"),
        ("role_name: R }", "role_name: R }, traces_config: { xray_services: { include_all: true } }"),
    ] {
        assert_eq!(costly(&SAYS_ALL.replace(from, to)), (true, json!(null)), "{to}");
    }
    let harmless = "role_name: R }, logs_config: { lambda_forwarder: { sources: [s3] } }";
    assert_eq!(costly(&SAYS_ALL.replace("role_name: R }", harmless)), (false, json!(null)));
}

/// A leftover `confirm` must not turn other changes red.
#[test]
fn within_the_limit_a_confirm_only_asks_to_be_deleted() {
    let folder = Folder::new("confirm-left");
    folder.write("world.json", &world(&[row("400000000001"), row("400000000002")]));
    let accounts = "accounts:\n  - { aws_account_id: \"400000000001\", datadog: { metrics_config: { enabled: false } } }\n\
        \x20 - { aws_account_id: \"400000000002\", datadog: { metrics_config: { enabled: false } } }\n";
    for (confirm, exit, says) in [
        (
            "confirm: { disruptive: 137, reason: OPS-1 }\n",
            0,
            "disruptive updates are confirmed (137), but the 2 planned are within the limit",
        ),
        (
            "confirm: { disruptive: 2, reason: OPS-1 }\n",
            0,
            "disruptive updates are confirmed (2), but the 2 planned are within the limit",
        ),
        ("confirm: { deletes: 4, reason: OPS-1 }\n", 0, "deletes are confirmed (4), but none are planned"),
        (
            "limits: { disruptive: 1 }\nconfirm: { disruptive: 3, reason: OPS-1 }\n",
            4,
            "2 disruptive updates are planned, but 3 are confirmed",
        ),
        (
            "limits: { removals: 1 }\nconfirm: { disruptive: 2, reason: OPS-1 }\n",
            0,
            "`removals` is called `disruptive` now",
        ),
        ("limits: { disruptive: 1 }\nconfirm: { disruptive: 2, reason: OPS-1 }\n", 0, "Plan: 0 to create, 2 to update"),
    ] {
        folder.write("heeler.yaml", &format!("{HEAD}{confirm}{accounts}"));
        let run = folder.run("plan --sandbox=world.json").exits(exit).says(&[says]);
        assert_eq!(run.err.contains("delete it"), says.contains("but the") || says.contains("but none"), "{}", run.err);
    }
    folder.write("heeler.yaml", &format!("{HEAD}{accounts}"));
    folder.run("plan --sandbox=world.json --confirm-disruptive 7").exits(0);
    folder.run("apply --sandbox=world.json --confirm-disruptive 7").exits(0);
}
