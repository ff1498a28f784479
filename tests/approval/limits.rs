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
        (5, &json!(3), 9)
    );
    let creates =
        |provider: &str| json!({ "name": "creates", "provider": provider, "used": 1, "limit": 3, "ok": true });
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

/// Twelve accounts, four of which are live and told to collect less.
fn twelve(head: &str) -> (Folder, String) {
    let folder = Folder::new("limit-third");
    let id = |n: usize| format!("4000000000{n:02}");
    folder.write("world.json", &world(&(1..=5).map(|n| row(&id(n))).collect::<Vec<_>>()));
    let off = |n: usize| {
        format!("  - {{ aws_account_id: \"{}\", datadog: {{ metrics_config: {{ enabled: false }} }} }}\n", id(n))
    };
    let same =
        |n: usize| format!("  - {{ aws_account_id: \"{}\", datadog: {{ auth_config: {{ role_name: R }} }} }}\n", id(n));
    let accounts = (1..=5).map(off).chain((6..=12).map(same)).collect::<String>();
    let config = format!("{HEAD}{head}accounts:\n{accounts}");
    folder.write("heeler.yaml", &config);
    (folder, config)
}

/// What is not written is a third of the accounts that are declared, where that is less than usual.
#[test]
fn a_small_fleet_has_small_limits() {
    let (folder, _) = twelve("");
    let run = folder.run("plan --sandbox=world.json").exits(4);
    run.says(&["creates planned: 7, limit: 4 (a third", "disruptive updates planned: 5, limit: 4 (a third"]);
    folder.run("plan --sandbox=world.json --confirm-creates 7 --confirm-disruptive 5").exits(0);
    folder.run("apply --sandbox=world.json --confirm-creates 7 --confirm-disruptive 4").exits(4);
    folder.run("apply --sandbox=world.json --confirm-creates 8 --confirm-disruptive 6").exits(0);
    twelve("limits: { creates: 7, disruptive: 5 }\n").0.run("plan --sandbox=world.json").exits(0);
}

#[test]
fn updates_are_limited_where_the_config_says_so() {
    let limits = "limits: { creates: 7, disruptive: 5, updates: 4 }\n";
    let (folder, config) = twelve(limits);
    folder.run("plan --sandbox=world.json").exits(4).says(&["updates planned: 5, limit: 4; ", "--confirm-updates 5"]);
    folder.run("plan --sandbox=world.json --confirm-updates 6").exits(4).says(&["5 updates are planned, but 6"]);
    folder.run("plan --sandbox=world.json --confirm-updates 5").exits(0);
    folder.write("heeler.yaml", &format!("confirm: {{ updates: 5 }}\n{config}"));
    folder.run("apply --sandbox=world.json").exits(0);
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
