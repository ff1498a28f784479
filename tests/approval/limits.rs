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
        (plan["actions"].as_array().unwrap().len(), &plan["summary"]["create"], &plan["limits"][0]["used"]),
        (5, &json!(3), &json!(3))
    );
    folder.write("heeler.yaml", &format!("limits: {{ creates: 2 }}\n{config}"));
    folder.run("plan --sandbox=world.json").exits(4).says(&["creates planned: 3, limit: 2"]);
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
            "disruptive updates are confirmed (137), but the 2 planned are within the limit of 20",
        ),
        (
            "confirm: { disruptive: 2, reason: OPS-1 }\n",
            0,
            "disruptive updates are confirmed (2), but the 2 planned are within the limit of 20",
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
