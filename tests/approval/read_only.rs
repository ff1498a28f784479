//! `read_only: true` at a provider, in a profile or in a block: what differs is shown with `=`, counted, and never
//! written.

use serde_json::json;

use crate::support::{Folder, row, world};

const LIVE: [&str; 3] = ["400000000001", "400000000002", "400000000003"];

fn folder(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("world.json", &world(&LIVE.map(row)));
    folder
}

/// Three live accounts of which less is to be collected, one that is not there yet, each with this in its block.
fn config(provider: &str, own: [&str; 4], rest: &str) -> String {
    let entry = |(n, own): (usize, &str)| {
        let id = if n < 3 { LIVE[n] } else { "400000000004" };
        format!(
            "  - {{ aws_account_id: \"{id}\", profiles: [p], datadog: {{ {own} auth_config: {{ role_name: ObserverRole }}, metrics_config: {{ enabled: false }} }} }}\n"
        )
    };
    let entries: String = own.into_iter().enumerate().map(entry).collect();
    format!("version: 1\nproviders: {{ datadog: {{ site: datadoghq.com{provider} }} }}\n{rest}accounts:\n{entries}")
}

const PROFILE: &str = "profiles: { p: {} }\n";

#[test]
fn at_a_provider_nothing_is_written_whatever_limits_say() {
    let folder = folder("read-only-provider");
    let rest = format!("{PROFILE}limits: {{ creates: 0, disruptive: 0, costly: 0 }}\n");
    folder.write("heeler.yaml", &config(", read_only: true", [""; 4], &rest));
    let run = folder.run("plan --sandbox --detailed-exitcode --json plan.json --markdown plan.md").exits(0);
    run.says(&[
        "= read-only update  3 Datadog accounts, the same change",
        "    read only: nothing is written here   (heeler.yaml:2)",
        "      400000000002  heeler.yaml:7",
        "= read-only create  400000000004",
        "4 read-only differences.",
    ]);
    let plan = folder.json("plan.json");
    assert_eq!((&plan["actions"], &plan["summary"]["read_only"]), (&json!([]), &json!(4)));
    assert_eq!(plan["read_only"][0]["changes"][0]["path"], "metrics_config.enabled");
    let markdown = std::fs::read_to_string(folder.path("plan.md")).unwrap();
    assert!(markdown.contains("4 read-only differences (=)") && markdown.contains("not written (=)"), "{markdown}");
    assert!(markdown.contains("and 2 with the same change: `400000000002`"), "{markdown}");
    folder.run("apply --sandbox -v").exits(0).says(&["Converged; 4 read-only differences."]);
    folder
        .run("drift --sandbox")
        .exits(2)
        .says(&["3 changed, 1 missing, 0 lingering, 4 of these read only", "apply writes nothing here: "]);
}

#[test]
fn a_tombstone_waits_where_nothing_is_written() {
    let folder = folder("read-only-deletes");
    let head = "version: 1\nproviders: { datadog: { site: datadoghq.com, read_only: true } }\n";
    for rest in [
        "removed: [{ aws_account_id: \"400000000001\", reason: closed }]\n".to_owned(),
        "ownership: exclusive\naccounts: [{ aws_account_id: \"400000000002\", datadog: {} }, { aws_account_id: \"400000000003\", datadog: {} }]\n".to_owned(),
    ] {
        folder.write("heeler.yaml", &format!("{head}{rest}"));
        folder.run("apply --sandbox").exits(0).says(&["Converged; 1 read-only difference."]);
        let plan = folder.run("plan --sandbox").exits(0).says(&["= read-only delete  400000000001"]);
        let left_alone = plan.out.split_once("Not managed:").map(|(_, rows)| rows);
        assert!(left_alone.is_none_or(|rows| !rows.contains("400000000001")), "{}", plan.out);
        folder.write("heeler.yaml", &format!("{head}{rest}").replace(", read_only: true", ""));
        folder.run("plan --sandbox").exits(0).says(&["- delete  400000000001"]);
    }
}

/// The nearest layer that says it decides, and the digest is that of what is written.
#[test]
fn in_a_profile_or_a_block_it_is_for_those_accounts() {
    let folder = folder("read-only-layers");
    let limits = "limits: { disruptive: 9 }\n";
    let digest = |config: &str, read_only: usize| {
        folder.write("heeler.yaml", config);
        folder.run("plan --sandbox --json plan.json").exits(0);
        let plan = folder.json("plan.json");
        assert_eq!(plan["summary"]["read_only"], read_only, "{config}");
        plan["digest"].clone()
    };
    let by_profile = format!("profiles: {{ p: {{ datadog: {{ read_only: true }} }} }}\n{limits}");
    let block = digest(
        &config("", ["", "read_only: true,", "read_only: true,", "read_only: true,"], &format!("{PROFILE}{limits}")),
        3,
    );
    assert_eq!(block, digest(&config("", ["read_only: false,", "", "", ""], &by_profile), 3));
    let alone = config("", [""; 4], &format!("{PROFILE}{limits}"));
    let alone: String = alone.lines().take(6).map(|line| format!("{line}\n")).collect();
    assert_eq!(block, digest(&alone, 0));
    folder.write("heeler.yaml", &config("", ["read_only: false,", "", "", ""], &by_profile));
    folder.run("apply --sandbox").exits(0).says(&["1 done", "Converged; 3 read-only differences."]);
    folder.write("heeler.yaml", &config("", ["read_only: maybe,", "", "", ""], &by_profile));
    folder.run("plan --sandbox").exits(5).says(&["read_only"]);
}

/// Providers of one backend share their rows, so one of them does not delete what the other may not write.
#[test]
fn a_tombstone_waits_if_a_provider_of_the_same_rows_is_read_only() {
    let folder = folder("read-only-sibling");
    for (v1, v2) in [(", read_only: true", ""), ("", ", read_only: true")] {
        let site = "site: datadoghq.com";
        let head = format!("version: 1\nproviders: {{ datadog: {{ {site}{v2} }}, datadog_v1: {{ {site}{v1} }} }}\n");
        let removed = "removed: [{ aws_account_id: \"400000000001\", reason: closed }]\n";
        folder.write("heeler.yaml", &format!("{head}{removed}"));
        folder.run("plan --sandbox").exits(0).says(&["= read-only delete  400000000001"]);
    }
}

/// Whether this run looks at that other provider or not.
#[test]
fn a_tombstone_waits_if_a_read_only_provider_of_the_same_rows_is_left_out() {
    let folder = folder("read-only-left-out");
    let site = "site: datadoghq.com";
    let head =
        format!("version: 1\nproviders: {{ datadog: {{ {site}, read_only: true }}, datadog_v1: {{ {site} }} }}\n");
    folder.write("heeler.yaml", &format!("{head}removed: [{{ aws_account_id: \"400000000001\", reason: closed }}]\n"));
    folder.run("plan --sandbox --provider datadog_v1").exits(0).says(&["= read-only delete  400000000001"]);
}

/// What would be refused there is no less different, and refuses nothing where nothing is written.
#[test]
fn what_is_read_only_and_would_be_refused_is_drift() {
    let folder = folder("read-only-refused");
    let head = |rest: &str| format!("version: 1\nproviders: {{ datadog: {{ site: datadoghq.com{rest} }} }}\n");
    let entry = |id: &str, block: &str| format!("accounts: [{{ aws_account_id: \"{id}\", datadog: {{ {block} }} }}]\n");
    for (rest, why, class) in [
        (entry("400000000004", "account_tags: [\"a:1\"]"), "`auth_config` is missing", "missing"),
        (
            format!("protect: [\"400000000001\"]\n{}", entry("400000000001", "auth_config: { role_name: Other }")),
            "it is protected (heeler.yaml:3)",
            "changed",
        ),
        (
            "protect: [\"400000000001\"]\nremoved: [{ aws_account_id: \"400000000001\", reason: closed }]\n".to_owned(),
            "it is protected (heeler.yaml:3)",
            "lingering",
        ),
    ] {
        folder.write("heeler.yaml", &format!("{}{rest}", head("")));
        folder.run("plan --sandbox").exits(4).says(&[why]);
        folder.write("heeler.yaml", &format!("{}{rest}", head(", read_only: true")));
        folder.run("plan --sandbox").exits(0).says(&["it would be refused: ", why, "1 read-only difference."]);
        folder.run("apply --sandbox").exits(0).says(&["Converged; 1 read-only difference."]);
        let run = folder.run("drift --sandbox --json drift.json").exits(2);
        run.says(&[
            "apply writes nothing here: its provider or block says `read_only`; and it would be refused: ",
            why,
        ]);
        let drift = folder.json("drift.json")["drift"].clone();
        assert_eq!((&drift["in_sync"], &drift["items"][0]["class"]), (&json!(false), &json!(class)), "{drift:#}");
    }
}
