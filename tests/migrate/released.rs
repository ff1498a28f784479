//! What Terraform is told to forget, and what it will destroy.

use crate::fixtures::state;
use crate::states::{ONE, TWO, of, row, view};
use crate::support::{Run, world};
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

#[test]
fn what_terraform_will_destroy_is_named() {
    let mut deposed = of("datadog_integration_aws_account.old", TWO, "row-2", &[]);
    deposed["deposed_key"] = json!("f3a1b2c4");
    let with = state(vec![of("datadog_integration_aws_account.a", ONE, "row-1", &[]), deposed.clone()], Vec::new());
    let only = state(vec![deposed], Vec::new());
    let folder = view(
        "deposed",
        &[("with.json", &with), ("only.json", &only)],
        &[row(ONE, "row-1", &[]), row(TWO, "row-2", &[])],
    );
    let says = "datadog_integration_aws_account.old: a deposed object (row-2) is in the state, which Terraform will destroy at its next apply";
    let run = folder
        .run("migrate --terraform with.json --sandbox=world.json")
        .exits(0)
        .says(&[&format!("; it is live as {TWO}")]);
    assert!(
        !run.out.contains("from = datadog_integration_aws_account.old")
            && run.out.contains(says)
            && run.err.contains(says),
        "{run:?}"
    );
    folder.run("migrate --terraform only.json --sandbox=world.json").exits(0).says(&["# Nothing to migrate", says]);
}

#[test]
fn what_a_declared_account_leaves_to_terraform_is_said() {
    let all = state(vec![of("datadog_integration_aws_account.a", ONE, "row-1", &["env:prod"])], Vec::new());
    let folder = view("in-part", &[("state.json", &all)], &[row(ONE, "row-1", &["env:prod"])]);
    folder.write(
        "heeler.yaml",
        &format!(
            "{}accounts: [{{ aws_account_id: \"{ONE}\", datadog: {{ account_tags: [\"env:prod\"] }} }}]\n",
            crate::support::HEAD
        ),
    );
    for args in ["", " --write out"] {
        let run = folder.run(&format!("migrate --terraform state.json --sandbox=world.json{args}")).exits(0).says(&[
            "# Nothing to write",
            "# Declared in part: fields that Terraform's state manages and the config does not:",
            "warning: 1 account declared in part: ",
        ]);
        assert!(
            run.out.contains("auth_config")
                && run.out.contains("metrics_config.enabled")
                && !run.out.contains("account_tags"),
            "{}",
            run.out
        );
    }
    assert!(
        fs::read_to_string(folder.path("out/terraform-removed.tf"))
            .unwrap()
            .contains("from = datadog_integration_aws_account.a")
    );
    // Nothing at all to write still says why.
    folder.write("world.json", &world(&[]));
    folder
        .run("migrate --terraform state.json --sandbox=world.json --write none")
        .exits(0)
        .says(&["# Nothing to write", "it is not live here under its id row-1"]);
}

#[test]
fn several_states_are_each_told_what_to_forget() {
    let address = "datadog_integration_aws_account.this";
    let (first, second) = (of(address, ONE, "row-1", &[]), of(address, TWO, "row-2", &[]));
    let joined = state(vec![first.clone(), second.clone()], Vec::new());
    let (first, second) = (state(vec![first], Vec::new()), state(vec![second], Vec::new()));
    let rows = [row(ONE, "row-1", &[]), row(TWO, "row-2", &[])];
    let folder =
        view("several", &[("a/state.json", &first), ("b/state.json", &second), ("joined.json", &joined)], &rows);
    let states = "--terraform a/state.json --terraform b/state.json";
    let run = folder
        .run(&format!("migrate {states} --sandbox=world.json"))
        .exits(0)
        .says(&["In the configuration of a/state.json:", "In the configuration of b/state.json:"]);
    assert_eq!(run.out.matches("from = ").count(), 2, "{}", run.out);
    folder
        .run(&format!("migrate {states} --sandbox=world.json --write out"))
        .exits(0)
        .says(&["wrote out/terraform-removed-a-state.tf", "wrote out/terraform-removed-b-state.tf"]);
    let run =
        folder.run("migrate --terraform joined.json --sandbox=world.json").exits(0).says(&["Migrated 2 accounts"]);
    assert_eq!(run.out.matches("from = ").count(), 1, "{}", run.out);
}

/// Where others of `for_each` stay, instances are forgotten one by one: in one call, and again without harm.
#[test]
fn a_script_for_instances_can_be_run_again() {
    let address = |key: &str| format!("datadog_integration_aws_account.this[\"{key}\"]");
    let all = vec![
        of(&address("data's"), ONE, "row-1", &[]),
        of(&address("web prod"), TWO, "row-2", &[]),
        of(&address("elsewhere"), "310000000003", "other", &[]),
    ];
    let folder = view(
        "instances",
        &[("state.json", &state(all, Vec::new()))],
        &[row(ONE, "row-1", &[]), row(TWO, "row-2", &[])],
    );
    let run = folder
        .run("migrate --terraform state.json --sandbox=world.json --write out")
        .exits(0)
        .says(&["wrote out/terraform-state-rm.sh"]);
    assert!(!run.out.contains("terraform-removed.tf"));
    // A key that can be a name is one.
    let config = fs::read_to_string(folder.path("out/accounts.yaml")).unwrap();
    assert!(config.contains("name: web prod") && !config.contains("data's"), "{config}");
    let stand_in = folder.write(
        "bin/terraform",
        "#!/bin/sh\necho \"$1 $2 $#\" >> calls\n[ \"$1 $2\" = 'state rm' ] || { [ -n \"$LISTS\" ] && exec cat addresses; exit 2; }\nshift 2\n\
         for a in \"$@\"; do\n  grep -qxF -- \"$a\" addresses || { echo 'Error: No matching objects found.' >&2; exit 1; }\n\
         \x20 grep -vxF -- \"$a\" addresses > rest; mv rest addresses\ndone\n",
    );
    fs::set_permissions(stand_in, fs::Permissions::from_mode(0o755)).unwrap();
    let script = |lists: &str| {
        let mut shell = Command::new("sh");
        let path = format!("{}:{}", folder.path("bin").display(), std::env::var("PATH").unwrap());
        shell
            .arg("out/terraform-state-rm.sh")
            .current_dir(folder.path("."))
            .env_clear()
            .env("PATH", path)
            .env("LISTS", lists);
        Run::of(&mut shell)
    };
    let addresses = |keys: &[&str]| {
        drop(folder.write("addresses", &keys.iter().map(|key| format!("{}\n", address(key))).collect::<String>()))
    };
    for lists in ["", "yes"] {
        let _ = fs::remove_file(folder.path("calls"));
        addresses(&["data's", "web prod", "elsewhere"]);
        script(lists).exits(0);
        assert_eq!(fs::read_to_string(folder.path("calls")).unwrap(), "state list 2\nstate rm 4\n");
        script(lists).exits(0).says(&["forgotten already"]);
        addresses(&["web prod", "elsewhere"]);
        script(lists).exits(0).says(&["forgotten already: datadog_integration_aws_account.this[\"data's\"]"]);
        assert_eq!(fs::read_to_string(folder.path("addresses")).unwrap(), format!("{}\n", address("elsewhere")));
    }
}

/// What is said of one account says nothing of another one whose id happens to stand in it.
#[test]
fn an_account_that_the_config_removes_is_named_though_another_ones_label_has_its_id() {
    let address = |key: &str| format!("datadog_integration_aws_account.this[\"{key}\"]");
    // The resource of the first account has the second one's id as its key, and is not live.
    let all = vec![of(&address(TWO), ONE, "row-1", &[]), of(&address("web"), TWO, "row-2", &[])];
    let folder = view("removed", &[("state.json", &state(all, Vec::new()))], &[row(TWO, "row-2", &[])]);
    let head = "version: 1\nproviders: { datadog: { site: datadoghq.eu } }\n";
    folder.write("here.yaml", &format!("{head}removed: [{{ aws_account_id: \"{TWO}\", reason: gone }}]\n"));
    let run = folder.run("migrate --terraform state.json here.yaml --sandbox=world.json").exits(0);
    let said = format!("#   {TWO} datadog: the config has it under `removed:`, or no place for it\n");
    assert!(run.out.contains(&said), "{run:?}");
    assert!(run.out.contains(&format!("[\"{TWO}\"]: account {ONE}, it is not live here")), "{run:?}");
}
