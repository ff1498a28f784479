//! Secrets: planted in the environment, in the config, in what a vendor repeats and in what a link leads to.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::json;

use crate::left_behind;
use crate::support::{self, ACCOUNTS, API_KEY, APP_KEY, Folder, HEAD, Run};

/// An account's secret, with characters that JSON, HTML and URLs spell in more ways than one, and a part that all spell
/// alike.
pub const SECRET: &str = "Pl4nted/Acc0unt+s3gment0123456789abcdef";
const ALIKE: &str = "s3gment0123456789abcdef";
/// Secrets that somebody pasted into the config.
const PASTED: &str = "p4sted-1nto-the-c0nfig";

/// The same run with nothing of what was planted anywhere.
#[track_caller]
pub fn holds_none(left: &BTreeMap<String, String>, planted: &[String], what: &str) {
    for (place, text) in left {
        for secret in planted {
            assert!(!text.contains(secret.as_str()), "{what}: {secret:?} is in {place}:\n{text}");
        }
    }
}

pub fn planted() -> Vec<String> {
    [API_KEY, APP_KEY, ALIKE].map(str::to_owned).to_vec()
}

/// An account to create with a secret, one to update, one to delete.
pub fn config(extra: &str) -> String {
    let keys = "access_key_id: AKIACLIEXAMPLE000001, secret_access_key: { env: GOV_SECRET }";
    format!(
        "{HEAD}accounts:\n  - {{ aws_account_id: \"400000000001\", aws_partition: aws-us-gov, datadog: {{ auth_config: {{ {keys} }} }} }}\n  \
         - {{ aws_account_id: \"400000000002\", datadog: {{ account_tags: [\"env:stage\"] }} }}\n\
         removed:\n  - {{ aws_account_id: \"400000000003\", reason: closed }}\n{extra}"
    )
}

#[test]
fn every_command_keeps_the_secrets_of_its_environment() {
    let folder = Folder::new("environment");
    folder.write("heeler.yaml", &config(""));
    let mut keys = support::row("400000000004");
    keys["attributes"]["auth_config"] = json!({ "access_key_id": "AKIACLIEXAMPLE000004" });
    let rows = [support::row("400000000002"), support::row("400000000003"), keys];
    folder.write("world.json", &support::world(&rows));
    let (_, url) = support::served_here(&rows);
    for args in [
        "validate",
        "plan --json plan.json",
        "plan --sandbox --json -",
        "drift --json drift.json",
        "drift --sandbox --strict --json -",
        "apply --sandbox --json sandbox.json",
        "apply --json report.json",
        "apply --only 400000000001 --resend-secrets",
        "import",
        "import --only 400000000002",
        "import --sandbox --flat --write .",
        "schema",
        "schema plan",
        "completions bash",
        "completions fish",
        "sandbox --world absent.json",
        "plan absent",
        "--help",
        "frobnicate",
    ] {
        let before = [];
        let mut command = folder.heeler(args);
        let command = support::keyed(command.arg("-vvv"), &url)
            .env("GOV_SECRET", SECRET)
            .env("RUST_BACKTRACE", "1")
            .env("RUST_LOG", "trace");
        let run = Run::of(command);
        assert!((0..=64).contains(&run.code) && !run.err.contains("panicked"), "{args}: {run:?}");
        holds_none(&left_behind(&folder, &run, &before), &planted(), args);
    }
    assert!(folder.names().iter().any(|name| name.starts_with("heeler-deleted-")), "{:?}", folder.names());
    let imported = fs::read_to_string(folder.path("imported.yaml")).unwrap();
    assert!(imported.contains("secret_access_key: { env: DATADOG_SECRET_ACCESS_KEY_400000000004 }"), "{imported}");
}

#[test]
fn the_sandbox_keeps_what_its_clients_send() {
    let folder = Folder::new("server");
    let mut command = folder.heeler("sandbox --listen 127.0.0.1:0 -vvv");
    let mut child = support::keyed(&mut command, "http://127.0.0.1:1")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    let url =
        line.split_whitespace().find(|word| word.starts_with("http://")).unwrap().trim_end_matches(';').to_owned();
    folder.write("heeler.yaml", &config(""));
    let run = Run::of(support::keyed(&mut folder.heeler("apply -vvv"), &url).env("GOV_SECRET", SECRET));
    let rows = support::http(&url, "GET", ACCOUNTS, None).to_string();
    child.kill().unwrap();
    let said = child.wait_with_output().unwrap();
    let mut left = left_behind(&folder, &run, &[]);
    left.insert(
        "the sandbox".to_owned(),
        line + &String::from_utf8(said.stdout).unwrap() + &String::from_utf8(said.stderr).unwrap(),
    );
    left.insert("the listing".to_owned(), rows);
    holds_none(&left, &planted(), "sandbox");
}

#[test]
fn secrets_pasted_into_the_config_are_not_shown_by_whatever_else_is_wrong() {
    let folder = Folder::new("pasted");
    let account = |auth: &str| {
        format!("{HEAD}accounts:\n  - aws_account_id: \"400000000001\"\n    datadog:\n      auth_config: {auth}\n")
    };
    let (id, p) = ("access_key_id: AKIACLIEXAMPLE000001", PASTED);
    let mistakes = [
        account(&format!("{{ {id}, secret_access_key: {p} }}")),
        account(&format!("{{ {id}, secret_access_key: {{ env: {p} }} }}")),
        account(&format!("{{ {id}, secret_access_key: {{ evn: {p} }} }}")),
        account(&format!("{{ {id}, secret_acess_key: {p} }}")),
        account(&format!("{{ {id}, secret_access_key: [{p}, {p}] }}")),
        account(&format!("{{ {id}, secret_access_key: \"{p}${{nope}}\" }}")),
        account(&format!("{{ {id}, secret_access_key: {p}")),
        account(&format!("{{ access_key_id: {p}, secret_access_key: {{ env: S }} }}")),
        account(&format!("{{ {id}, secret_access_key: {p} }}\n      acount_tags: []")),
        account(&format!("{{ {id}, secret_access_key: {p}, secret_access_key: {p} }}")),
        format!("{HEAD}api_key: {p}\naccounts: []\n"),
        HEAD.replace("site: datadoghq.com", &format!("site: datadoghq.com, api_key: {p}, DD_APP_KEY: {p}")),
        format!("{HEAD}accounts: []\nDD_API_KEY={p}\n"),
        account(&format!("secret_access_key={p}")),
        account(&format!("\n        {id}\n        secret_access_key:{p}")),
        account(&format!("\n        {id}\n        secret_access_key:\n        {p}")),
        format!("{HEAD}accounts:\n  - secret_access_key={p}\n"),
    ];
    let (nobody, url) = support::Nobody::home();
    for mistake in mistakes {
        folder.write("heeler.yaml", &mistake);
        for args in [
            "validate -vvv",
            "plan -vvv --json plan.json",
            "drift -vvv --json drift.json",
            "apply -vvv --json report.json",
            "plan --sandbox -vvv",
        ] {
            let run = folder.run_at(&url, args).exits(5);
            holds_none(
                &left_behind(&folder, &run, &["heeler.yaml".to_owned()]),
                &[PASTED.to_owned()],
                &format!("{args} of\n{mistake}"),
            );
        }
    }
    assert_eq!(nobody.visitors(), 0);
}

/// A pull request may hold a link; what it leads to outside the config is not the stranger's to read.
#[cfg(target_os = "linux")]
#[test]
fn a_link_out_of_the_config_shows_nothing_of_what_it_leads_to() {
    let folder = Folder::new("links");
    folder.write("heeler/a.yaml", HEAD);
    folder.write("outside", &format!("[core]\n\textraheader = {PASTED}\n"));
    for target in [PathBuf::from("/proc/self/environ"), folder.path("outside")] {
        // Whoever names a file names what it leads to, but an environment is no file.
        let links: &[&str] =
            if target.starts_with("/proc") { &["heeler/b.yaml", "heeler.yaml"] } else { &["heeler/b.yaml"] };
        for link in links {
            std::os::unix::fs::symlink(&target, folder.path(link)).unwrap();
            for args in ["validate", "plan --sandbox -vvv"] {
                let run = Run::of(
                    folder.heeler(args).arg(if *link == "heeler.yaml" { *link } else { "heeler" }).env("ZZ", PASTED),
                )
                .exits(5);
                let left = BTreeMap::from([("stdout".to_owned(), run.out), ("stderr".to_owned(), run.err)]);
                holds_none(&left, &[PASTED.to_owned()], &format!("{args}, {link} -> {}", target.display()));
            }
            fs::remove_file(folder.path(link)).unwrap();
        }
    }
}
