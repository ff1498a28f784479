//! `plan --base`: what a change to the config does, apart from what was pending already, end to end.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may stop where it stands

#[path = "base/how_it_is_named.rs"]
mod how_it_is_named;
mod support;

use serde_json::{Value, json};
use support::{Folder, GOV, HEAD, row, world};

fn config(accounts: &[(&str, &str)]) -> String {
    let entries = accounts.iter().map(|(id, block)| format!("  - {{ aws_account_id: \"{id}\", datadog: {block} }}\n"));
    format!("{HEAD}accounts:\n{}", entries.collect::<String>())
}

/// Two configs and two live accounts: one update was pending, one is new, one is both.
fn change(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("world.json", &world(&[row("400000000001"), row("400000000002"), row("400000000003")]));
    let tags = "{ account_tags: [env:a] }";
    folder
        .write("main/heeler.yaml", &config(&[("400000000001", tags), ("400000000002", "{}"), ("400000000003", tags)]));
    let both = "{ account_tags: [env:a], metrics_config: { automute_enabled: false } }";
    folder.write(
        "heeler.yaml",
        &config(&[("400000000001", tags), ("400000000002", "{ account_tags: [env:b] }"), ("400000000003", both)]),
    );
    folder
}

const PLAN: &str = "plan --sandbox=world.json";

#[test]
fn a_deleted_folder_of_forty_accounts_comes_first() {
    let folder = Folder::new("forty");
    let ids: Vec<String> = (1..=40).map(|at| format!("4{at:011}")).collect();
    folder.write("world.json", &world(&ids.iter().map(|id| row(id)).chain([row("500000000001")]).collect::<Vec<_>>()));
    for root in ["main", "heeler"] {
        folder.write(&format!("{root}/heeler.yaml"), &config(&[("500000000001", "{ account_tags: [env:a] }")]));
    }
    for id in &ids {
        folder.write(
            &format!("main/legacy/{id}.yaml"),
            &format!("accounts:\n  - {{ aws_account_id: \"{id}\", datadog: {{}} }}\n"),
        );
    }
    let run = folder.run(&format!("{PLAN} --base main --json plan.json")).exits(0);
    let (first, rest) = run.out.split_once("! update").expect("the plan follows");
    assert!(first.contains("! no longer declared: 40 Datadog accounts"), "{first}");
    for id in &ids {
        assert!(first.contains(&format!("{id}  main/legacy/{id}.yaml:2")), "{id} is not among\n{first}");
    }
    assert!(
        rest.contains(
            "\nThis change: nothing. Pending already: 1 update.\nPlan: 0 to create, 1 to update, 0 to delete"
        ),
        "{rest}"
    );
    let weakened = folder.json("plan.json")["comparison"]["weakened"].as_array().unwrap().clone();
    assert_eq!(weakened.len(), 40);
    assert_eq!(weakened[0]["was"], json!({ "file": "main/legacy/400000000001.yaml", "line": 2, "column": 23 }));
}

#[test]
fn actions_are_marked_and_counted() {
    let folder = change("marked");
    let run = folder.run(&format!("{PLAN} --base main --json plan.json")).exits(0);
    let run = run.says(&["\nThis change: 1 update. Partly pending already: 1 update. Pending already: 1 update.\nPlan: 0 to create, 3 to update,"]);
    let line = |id: &str| run.out.lines().find(|line| line.contains(id)).unwrap_or_default().to_owned();
    assert!(line("400000000001").ends_with("  (pending already)"), "{}", run.out);
    assert!(line("400000000002").ends_with("heeler.yaml:5"), "{}", run.out);
    assert!(line("400000000003").ends_with("  (partly pending already: account_tags)"), "{}", run.out);
    let plan = folder.json("plan.json");
    let origins: Vec<&Value> = plan["actions"].as_array().unwrap().iter().map(|action| &action["origin"]).collect();
    assert_eq!(origins, ["pending", "this_change", "both"]);
    assert_eq!(plan["actions"][2]["pending"], json!(["account_tags"]));
    support::keeps_to(&folder.schema("schema plan"), &plan, "with --base");
}

#[test]
fn everything_given_up_keeps_to_the_schema() {
    let folder = Folder::new("schema");
    folder.write(
        "world.json",
        &world(&[row("400000000001"), row("400000000002"), row("400000000003"), row("400000000004")]),
    );
    let head = |settings: &str| format!("version: 1\nproviders: {{ datadog: {{ {settings} }} }}\n");
    let before = "protect: [\"400000000001\"]\ndefaults: { datadog: { account_tags: [a:1] } }\nremoved: [{ aws_account_id: \"400000000004\", reason: closed }]\n\
                  accounts:\n  - { aws_account_id: \"400000000001\", datadog: { metrics_config: { enabled: true } } }\n\
                  \x20 - { aws_account_id: \"400000000002\", datadog: {} }\n  - { aws_account_id: \"400000000003\", datadog: { account_tags: [c:3] } }\n";
    let after = "limits: { deletes: 9 }\nconfirm: { disruptive: 99 }\ndefaults: { datadog: { account_tags: [b:2] } }\n\
                 accounts:\n  - { aws_account_id: \"400000000001\", datadog: {} }\n  - { aws_account_id: \"400000000003\", datadog: { account_tags: [c:3] } }\n";
    folder.write("main.yaml", &format!("{}{before}", head("site: datadoghq.com, organization: acme")));
    let schema = folder.schema("schema plan");
    let mut kinds = std::collections::BTreeSet::new();
    for settings in ["site: datadoghq.eu", "site: datadoghq.com, organization: other"] {
        for ownership in ["", "ownership: exclusive\n"] {
            folder.write("heeler.yaml", &format!("{}{ownership}{after}", head(settings)));
            folder.run(&format!("{PLAN} --base main.yaml --json plan.json"));
            let plan = folder.json("plan.json");
            support::keeps_to(&schema, &plan, settings);
            assert_eq!(plan["comparison"]["base"], "main.yaml");
            assert_eq!(plan["comparison"]["shadowed"][0]["id"], "400000000003");
            kinds.extend(
                plan["comparison"]["weakened"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|found| found["what"].as_str().unwrap().to_owned()),
            );
        }
    }
    let all = [
        "account",
        "confirmed",
        "fields",
        "guard",
        "limit",
        "organization",
        "ownership",
        "protection",
        "site",
        "tombstone",
    ];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), all);
}

#[test]
fn neither_digest_nor_exit_code_depend_on_it() {
    let folder = change("digest");
    folder.write("refused.yaml", &format!("{HEAD}limits: {{ creates: 0 }}\n{GOV}"));
    for (args, code) in [("", 0), ("--detailed-exitcode", 2), ("refused.yaml", 4)] {
        let document = |base: &str| {
            folder.run(&format!("{PLAN} {args} {base} --json plan.json")).exits(code);
            let mut plan = folder.json("plan.json");
            plan.as_object_mut().unwrap().remove("comparison");
            plan["actions"].as_array_mut().unwrap().iter_mut().for_each(|action| {
                action.as_object_mut().unwrap().retain(|name, _| name != "origin" && name != "pending")
            });
            plan
        };
        assert_eq!(document(""), document("--base main"), "nothing else of the JSON moves either");
    }
    let lines = |base: &str| folder.run(&format!("{PLAN} {base}")).exits(0).out.lines().last().map(str::to_owned);
    assert_eq!(lines(""), lines("--base main"));
    assert!(!folder.run(PLAN).out.contains("pending already"));
}

#[test]
fn exit_4_is_for_what_this_change_refuses() {
    let folder = Folder::new("refused-before");
    folder.write("world.json", &world(&[row("400000000001"), row("400000000002")]));
    let tombstone = |id: &str| format!("removed: [{{ aws_account_id: \"{id}\", reason: closed }}]\n");
    let protect = "protect: [\"400000000001\", \"400000000002\"]\n";
    let entry =
        |id: &str| format!("accounts: [{{ aws_account_id: \"{id}\", datadog: {{ account_tags: [env:a] }} }}]\n");
    folder.write("main.yaml", &format!("{HEAD}{protect}{}", tombstone("400000000001")));
    // An old refusal, and an update beside it.
    folder.write("heeler.yaml", &format!("{HEAD}{protect}{}{}", tombstone("400000000001"), entry("400000000002")));
    folder.run(PLAN).exits(4);
    folder
        .run(&format!("{PLAN} --base main.yaml --markdown plan.md"))
        .exits(0)
        .says(&["All that is refused was refused before this change"]);
    assert!(std::fs::read_to_string(folder.path("plan.md")).unwrap().contains("protected"));
    folder.run(&format!("{PLAN} --base main.yaml --detailed-exitcode")).exits(2);
    // One that the change brings.
    folder.write("heeler.yaml", &format!("{HEAD}{protect}removed: [{{ aws_account_id: \"400000000001\", reason: closed }}, {{ aws_account_id: \"400000000002\", reason: closed }}]\n"));
    folder.run(&format!("{PLAN} --base main.yaml")).exits(4);
    // The same refusal at another line, and one for another reason: its place is no part of what is refused.
    let authentication = |role: &str, rest: &str| {
        format!(
            "{HEAD}{rest}{protect}accounts: [{{ aws_account_id: \"400000000001\", datadog: {{ auth_config: {{ {role} }} }} }}]\n"
        )
    };
    folder.write("main.yaml", &authentication("role_name: Other", ""));
    folder.write("heeler.yaml", &authentication("role_name: Other", "# a line\n"));
    folder
        .run(&format!("{PLAN} --base main.yaml --json plan.json"))
        .exits(0)
        .says(&["but it is protected (heeler.yaml:4)"]);
    assert_eq!(folder.json("plan.json")["refusals"][0]["because_of"]["line"], 4);
    // The same reason, and something else is asked for that is refused with it.
    for other in [
        "role_name: Third",
        "role_name: Other }, account_tags: [\"env:b\"], resources_config: { extended_collection: true",
    ] {
        folder.write("heeler.yaml", &authentication(other, ""));
        folder.run(&format!("{PLAN} --base main.yaml")).exits(4).says(&["`auth_config.role_name` would change"]);
    }
    folder.write("heeler.yaml", &authentication("external_id: other", ""));
    folder.run(&format!("{PLAN} --base main.yaml")).exits(4).says(&["`auth_config.external_id` would change"]);
    // A limit that was exceeded before, as far; and one that the change exceeds further.
    let limited = |ids: &[&str]| {
        let entries: String =
            ids.iter().map(|id| format!("  - {{ aws_account_id: \"{id}\", reason: closed }}\n")).collect();
        format!("{HEAD}limits: {{ deletes: 0 }}\nremoved:\n{entries}")
    };
    folder.write("main.yaml", &limited(&["400000000001"]));
    folder.write("heeler.yaml", &limited(&["400000000001"]));
    folder.run(&format!("{PLAN} --base main.yaml")).exits(0);
    folder.write("heeler.yaml", &limited(&["400000000001", "400000000002"]));
    folder.run(&format!("{PLAN} --base main.yaml --json plan.json")).exits(4);
    // As many, and others: what was confirmed for some confirms nothing for them, and neither does a plan over a limit.
    let confirmed = |id: &str| limited(&[id]).replace("removed:", "confirm: { deletes: 2 }\nremoved:");
    folder.write("main.yaml", &confirmed("400000000001"));
    folder.write("heeler.yaml", &confirmed("400000000002"));
    folder.run(&format!("{PLAN} --base main.yaml --json plan.json")).exits(4);
    folder
        .run("apply --sandbox=world.json --expect plan.json")
        .exits(4)
        .says(&["its deletes exceed a limit", "Held back: no approved plan contains this"]);
}

/// What comes of a delete, or of what a create does not say, is a part of what was looked at.
#[test]
fn what_is_done_otherwise_than_before_is_of_this_change() {
    let folder = Folder::new("otherwise");
    let create = |rest: &str| {
        let block = format!("auth_config: {{ role_name: dd }}, aws_regions: {{ include_only: [eu-west-1] }}{rest}");
        config(&[("400000000001", &format!("{{ {block} }}"))])
    };
    folder.write("world.json", &world(&[]));
    folder.write("main.yaml", &create(", resources_config: { extended_collection: false }"));
    folder.write("heeler.yaml", &create(", resources_config: {}"));
    folder.run(&format!("{PLAN} --base main.yaml")).exits(0).says(&["This change: 1 create, partly pending already"]);
    folder.write("main.yaml", &create(""));
    folder.write("heeler.yaml", &create(""));
    folder.run(&format!("{PLAN} --base main.yaml")).exits(0).says(&["Pending already: 1 create"]);
}

#[test]
fn a_plan_made_with_it_can_be_expected() {
    let folder = change("expected");
    folder.run(&format!("{PLAN} --base main --json plan.json")).exits(0);
    folder.run("apply --sandbox=world.json --expect plan.json").exits(0).says(&["Converged"]);
}

/// What was to be deleted and stays now is as much of a change as what was to be written.
#[test]
fn a_delete_that_a_read_only_provider_puts_off_is_listed() {
    let folder = Folder::new("put-off");
    folder.write("world.json", &world(&[row("400000000001")]));
    let config = |read_only: &str| {
        format!(
            "version: 1\nproviders: {{ datadog: {{ site: datadoghq.com{read_only} }} }}\nremoved: [{{ aws_account_id: \"400000000001\", reason: closed }}]\n"
        )
    };
    folder.write("main.yaml", &config(""));
    folder.write("heeler.yaml", &config(", read_only: true"));
    folder.run(&format!("{PLAN} --base main.yaml --json plan.json --markdown plan.md")).exits(0).says(&[
        "! no longer deleted: 1 Datadog account, now read only",
        "= read-only delete  400000000001",
        "reason  closed",
        "role    ObserverRole",
    ]);
    let plan = folder.json("plan.json");
    let found = &plan["comparison"]["weakened"][0];
    assert_eq!((&found["what"], &found["now"]["line"]), (&json!("delete_put_off"), &json!(2)));
    support::keeps_to(&folder.schema("schema plan"), &plan, "a delete that is put off");
    let markdown = std::fs::read_to_string(folder.path("plan.md")).unwrap();
    assert!(markdown.contains("1 weakened (!)") && markdown.contains("| no longer deleted: read only |"), "{markdown}");
    let back = folder.run(&format!("{PLAN} heeler.yaml --base main.yaml")).out;
    assert!(back.contains("no longer deleted"));
    folder
        .run(&format!("{PLAN} main.yaml --base heeler.yaml"))
        .exits(0)
        .says(&["! no longer read only: 1 datadog row"]);
}

/// An element with a comma in it is one element, with the place of its own layer.
#[test]
fn each_element_has_the_place_of_its_layer_whatever_it_consists_of() {
    let folder = Folder::new("commas");
    folder.write(
        "heeler.yaml",
        "version: 1
providers: { wavefront: { address: acme.wavefront.com } }
defaults: { wavefront: { ec2: { host_name_tags: [host] } } }
profiles:
  p: { wavefront: { ec2: { host_name_tags+: [\"b, c\"] } } }
accounts: [{ aws_account_id: \"400000000001\", profiles: [p], wavefront: { role_name: r, name: n, ec2: {} } }]
",
    );
    folder.run("plan --sandbox").says(&["b, c, host   (profile p, line 5; defaults, line 3)"]);
    folder.run("drift --sandbox").says(&["b, c, host   (profile p, line 5; defaults, line 3)"]);
}
