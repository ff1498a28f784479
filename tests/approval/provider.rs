//! `--provider` leaves the other providers out, and says so.

use serde_json::json;

use crate::support::{API_KEY, APP_KEY, Folder, Run, row, served_world, world};
use heeler::sandbox::faults::Faults;

const CONFIG: &str = "version: 1\nproviders: { datadog: { site: datadoghq.com }, cloudcraft: {} }\naccounts:\n\
    \x20 - { aws_account_id: \"400000000001\", datadog: { account_tags: [env:a] }, cloudcraft: { role_name: R } }\n\
    removed: [{ aws_account_id: \"400000000009\", reason: closed }]\n";

#[test]
fn the_others_are_left_out_and_need_no_keys() {
    let (sandbox, url) = served_world(&world(&[row("400000000001"), row("400000000002")]), Faults::none());
    let folder = Folder::new("provider");
    folder.write("heeler.yaml", CONFIG);
    // Without Cloudcraft's key.
    let run = |args: &str| {
        let mut command = folder.heeler(args);
        Run::of(command.env("DD_HOST", &url).env("DD_API_KEY", API_KEY).env("DD_APP_KEY", APP_KEY))
    };
    run("plan").exits(1).says(&["CLOUDCRAFT_API_KEY", "--provider"]);
    let plan = run("plan --provider datadog --json plan.json --markdown plan.md").exits(0);
    plan.says(&["left out: cloudcraft (--provider)"]);
    assert!(!std::fs::read_to_string(folder.path("plan.md")).unwrap().contains("Obsolete"));
    let plan = folder.json("plan.json");
    assert_eq!(
        (&plan["left_out"], &plan["obsolete_tombstones"]),
        (&json!(["cloudcraft"]), &json!([])),
        "whether the account is gone at cloudcraft is not known"
    );
    assert_eq!(plan["providers"].as_object().unwrap().keys().collect::<Vec<_>>(), ["datadog"]);
    run("drift --provider datadog").exits(2).says(&["left out: cloudcraft"]);
    run("import --provider datadog").exits(0).says(&["400000000002", "left out: cloudcraft"]);
    run("apply --provider datadog --expect plan.json").exits(0).says(&["Converged"]);
    // That plan approves nothing of the other provider, and needs no keys of it either.
    run("apply --expect plan.json").exits(0).says(&["left out: cloudcraft (no --expect file planned it)"]);
    assert!(sandbox.rows("cloudcraft").is_empty());
    run("plan --provider wavefront").exits(64).says(&["the config does not use it (it uses cloudcraft, datadog)"]);
    run("plan --provider datadgo").exits(64).says(&["datadog"]);
}

/// Two APIs of one vendor show the same rows: what the one that is left out declares is no stranger's.
#[test]
fn what_another_api_of_the_vendor_declares_is_declared() {
    let folder = Folder::new("provider-backend");
    folder.write("world.json", &world(&[row("400000000001"), row("400000000002")]));
    let config = "version: 1\nownership: exclusive\nproviders: { datadog: { site: datadoghq.com }, datadog_v1: { site: datadoghq.com } }\naccounts:\n\
        \x20 - { aws_account_id: \"400000000001\", datadog: {} }\n  - { aws_account_id: \"400000000002\", datadog_v1: {} }\n";
    folder.write("heeler.yaml", config);
    folder.run("plan --sandbox=world.json --provider datadog --json plan.json").exits(0);
    let plan = folder.json("plan.json");
    assert_eq!((&plan["actions"], &plan["unmanaged"]), (&json!([]), &json!([])));
}
