//! `--only` by id, by name and by profile.

use crate::support::{Folder, Run};

const CONFIG: &str = r#"version: 1
providers: { datadog: { site: datadoghq.eu }, cloudcraft: {} }
defaults:
  datadog: { auth_config: { role_name: dd } }
  cloudcraft: { role_name: cc }
profiles:
  canary: { datadog: { account_tags: ["ring:0"] } }
  unused: {}
accounts:
  - { aws_account_id: "210000000001", name: data-prod, profiles: [canary], datadog: {}, cloudcraft: {} }
  - { aws_account_id: "210000000002", name: "web, prod", profiles: [canary], datadog: {} }
  - { aws_account_id: "210000000003", name: twins, datadog: {} }
  - { aws_account_id: "210000000004", name: twins, datadog: {} }
  - { aws_account_id: "210000000005", name: "210000000001", datadog: {} }
  - { aws_account_id: "210000000006", name: Data Lake, datadog: {}, cloudcraft: {} }
removed:
  - { aws_account_id: "210000000009", name: old-data, reason: closed }
"#;

fn folder(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("heeler.yaml", CONFIG);
    folder
}

/// The accounts that a plan would create.
fn created(run: &Run) -> Vec<&str> {
    let digits = |line: &'_ str| line.split_whitespace().find(|word| word.len() == 12).is_some();
    let words = run.out.lines().filter(|line| digits(line)).flat_map(str::split_whitespace);
    let mut ids: Vec<&str> = words
        .map(|word| word.trim_end_matches(','))
        .filter(|word| word.len() == 12 && word.starts_with("21"))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

#[test]
fn an_account_by_its_name_and_all_of_a_profile() {
    let folder = folder("only-names");
    let run = |only: &str| Run::of(folder.heeler("plan --sandbox").args(["--only", only])).exits(0);
    for (only, ids) in [
        ("data-prod", &["210000000001"][..]),
        ("profile:canary", &["210000000001", "210000000002"]),
        ("web, prod", &["210000000002"]),
        ("web\\, prod,data-prod", &["210000000001", "210000000002"]),
        ("210000000001", &["210000000001"]),
        ("Data Lake", &["210000000006"]),
        (" 210000000003 , profile:canary ", &["210000000001", "210000000002", "210000000003"]),
        ("Data Lake cloudcraft", &["210000000006"]),
        ("profile:canary cloudcraft", &["210000000001"]),
    ] {
        assert_eq!(created(&run(only)), ids, "{only}");
    }
    run("name:210000000001").says(&["210000000005", "Plan: 1 to create"]);
    run("old-data").says(&["Obsolete"]);
    run("Data Lake cloudcraft").says(&["Plan: 1 to create"]);
    let (by_name, by_id) = (run("profile:canary"), run("210000000001,210000000002"));
    let digest = |run: &Run| run.out.lines().find(|line| line.starts_with("Digest: ")).map(str::to_owned);
    assert_eq!(digest(&by_name), digest(&by_id), "a name is no more than a way to write an id");
}

#[test]
fn who_is_nobody_is_told_so() {
    let folder = folder("only-nobody");
    for (only, answers) in [
        (" ", &["--only names no account", "an account's id or name"][..]),
        ("", &["--only names no account"]),
        ("twins", &["2 accounts have this name", "210000000003, 210000000004"]),
        ("name:twins", &["2 accounts have this name"]),
        ("dat-prod", &["no account has this id or name", "did you mean `data-prod`?"]),
        ("canary", &["did you mean `profile:canary`?"]),
        ("nobody-at-all", &["by id (twelve digits) or by name, and `profile:NAME`"]),
        ("profile:canry", &["no such profile", "did you mean `profile:canary`?"]),
        ("profile:unused", &["no account lists this profile"]),
        ("profile:canary wavefront", &["no account of this profile has such a resource"]),
        ("210000000007", &["no entry of the config names this account"]),
        ("data-prod datdog", &["did you mean `datadog`?"]),
    ] {
        Run::of(folder.heeler("plan --sandbox").args(["--only", only])).exits(64).says(answers);
    }
}

#[test]
fn what_may_mean_two_things_is_no_selection() {
    let folder = Folder::new("only-ambiguous");
    let config = r#"version: 1
providers: { datadog: { site: datadoghq.eu } }
defaults: { datadog: { auth_config: { role_name: dd } } }
accounts:
  - { aws_account_id: "210000000001", name: n1, datadog: {} }
  - { aws_account_id: "210000000002", name: n2, datadog: {} }
  - { aws_account_id: "210000000003", name: "n1,n2", datadog: {} }
  - { aws_account_id: "210000000004", name: n2 datadog, datadog: {} }
  - { aws_account_id: "210000000005", name: n2 lake, datadog: {} }
"#;
    folder.write("heeler.yaml", config);
    let run = |only: &str| Run::of(folder.heeler("plan --sandbox").args(["--only", only]));
    for (only, answers) in [
        ("n1,n2", &["may mean two things", "'210000000003' for", "'210000000001', '210000000002' for"][..]),
        ("n2 datadog", &["may mean two things", "'210000000004' for", "'210000000002 datadog' for"]),
        ("n1,n2 datadog", &["may mean two things"]),
    ] {
        run(only).exits(64).says(answers);
    }
    assert_eq!(created(&run("n1\\,n2").exits(0)), ["210000000003"]);
    assert_eq!(created(&run("210000000001,n2").exits(0)), ["210000000001", "210000000002"]);
    assert_eq!(created(&run("n2 lake").exits(0)), ["210000000005"]);
}

#[test]
fn what_is_nowhere_is_warned_of() {
    let folder = folder("only-nowhere");
    folder.write("heeler.yaml", &format!("ownership: exclusive\n{CONFIG}"));
    let run = |only: &str| Run::of(folder.heeler("plan --sandbox").args(["--only", only])).exits(0);
    for only in ["210000000007", "210000000001 datadog nobody", "210000000003 cloudcraft"] {
        let run = run(only);
        let said = [run.out.as_str(), run.err.as_str()].concat();
        let warning = format!("--only {only}: nothing is declared, removed or live under it");
        assert_eq!(said.matches(&warning).count(), 1, "{said}");
    }
    for only in ["210000000001", "210000000001 cloudcraft", "210000000009"] {
        let run = run(only);
        assert!(![run.out, run.err].concat().contains("nothing is declared"), "{only}");
    }
}

#[test]
fn every_command_takes_names() {
    let folder = folder("only-commands");
    for command in ["plan --sandbox", "apply --sandbox", "drift --sandbox", "import --sandbox"] {
        let run = |only: &str| Run::of(folder.heeler(command).args(["--only", only]));
        assert_ne!(run("data-prod").code, 64, "{command}");
        run("nobody-at-all").exits(64).says(&["no account has this id or name"]);
    }
}
