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
const SECRET: &str = "Pl4nted/Acc0unt+s3gment0123456789abcdef";
const ALIKE: &str = "s3gment0123456789abcdef";
/// Secrets that somebody pasted into the config.
const PASTED: &str = "p4sted-1nto-the-c0nfig";

/// The same run with nothing of what was planted anywhere.
#[track_caller]
fn holds_none(left: &BTreeMap<String, String>, planted: &[String], what: &str) {
    for (place, text) in left {
        for secret in planted {
            assert!(!text.contains(secret.as_str()), "{what}: {secret:?} is in {place}:\n{text}");
        }
    }
}

fn planted() -> Vec<String> {
    [API_KEY, APP_KEY, ALIKE].map(str::to_owned).to_vec()
}

/// An account to create with a secret, one to update, one to delete.
fn config(extra: &str) -> String {
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

/// A way in which a vendor repeats what it was told, and its name.
type Form = (&'static str, fn(&str) -> String);

fn in_plain(said: &str) -> String {
    json!({ "errors": [said], said: said }).to_string()
}

fn in_escapes(said: &str) -> String {
    let json = json!({ "errors": [{ "title": "no", "detail": said }], "request": said.lines().collect::<Vec<_>>() })
        .to_string();
    json.replace('/', "\\/").replace('+', "\\u002b")
}

fn in_nests(said: &str) -> String {
    json!({ "errors": [json!({ "request": said }).to_string()] }).to_string()
}

/// A row as it should be, but for what it repeats.
fn in_a_row(said: &str) -> String {
    let mut row = support::row("400000000001");
    row["attributes"]["auth_config"] =
        json!({ "role_name": said, "external_id": said, "access_key_id": said, "secret_access_key": said });
    row["attributes"]["account_tags"] = json!([said]);
    let organization = json!({ "type": "orgs", "attributes": { "name": said, "public_id": said } });
    json!({ "data": row, "included": [organization] }).to_string()
}

fn in_a_query(said: &str) -> String {
    format!("error=no&request={}", said.replace('%', "%25").replace('/', "%2F").replace('+', "%2B").replace(' ', "+"))
}

fn in_html(said: &str) -> String {
    format!(
        "<html><pre>{}</pre></html>",
        said.replace('&', "&amp;").replace('<', "&lt;").replace('+', "&#43;").replace('/', "&#x2F;")
    )
}

#[test]
fn answers_that_repeat_requests_repeat_no_secret() {
    let live = json!({ "data": [support::row("400000000002"), support::row("400000000003")] }).to_string();
    let forms: [Form; 7] = [
        ("plain", in_plain),
        ("escaped", in_escapes),
        ("nested", in_nests),
        ("html", in_html),
        ("query", in_a_query),
        ("row", in_a_row),
        ("raw", str::to_owned),
    ];
    // A lost answer is waited for, so all of them are at once.
    std::thread::scope(|threads| {
        for status in ["200 OK", "400 Bad Request", "403 Forbidden", "409 Conflict", "302 Found"] {
            for (form, repeat) in forms {
                let live = live.clone();
                threads.spawn(move || repeats_no_secret(status, form, repeat, live));
            }
        }
    });
}

/// Runs every command against a vendor whose listing is fine, and whose other answers repeat what they were asked.
fn repeats_no_secret(status: &'static str, form: &'static str, repeat: fn(&str) -> String, live: String) {
    let folder = Folder::new("repeats");
    folder.write("heeler.yaml", &config(""));
    folder.write("guarded/heeler.yaml", &HEAD.replace("datadoghq.com", "datadoghq.com, organization: acme"));
    let key = format!("{form}, {status}");
    let url = support::parrot(move |said| match said.starts_with(&format!("GET {ACCOUNTS} ")) {
        true => format!("200 OK\r\n\r\n{live}"),
        false => format!("{status}\r\n\r\n{}", repeat(said)),
    });
    for args in [
        "plan guarded --json plan.json -vvv",
        "drift --json drift.json -vvv",
        "import guarded -vvv",
        "apply --json report.json -vvv",
    ] {
        let run = Run::of(support::keyed(&mut folder.heeler(args), &url).env("GOV_SECRET", SECRET));
        assert!([1, 2, 3, 4].contains(&run.code) && !run.err.contains("panicked"), "{key}, {args}: {run:?}");
        holds_none(&left_behind(&folder, &run, &["heeler.yaml".to_owned(), "guarded".to_owned()]), &planted(), &key);
    }
}

/// What was sent in one request may come back in the answer to another: a vendor remembers.
#[test]
fn a_later_answer_that_repeats_a_secret_is_no_answer() {
    let folder = Folder::new("remembers");
    folder.write("heeler.yaml", &config(""));
    let said_before = std::sync::Mutex::new(String::new());
    let url = support::parrot(move |said| {
        let mut secret = said_before.lock().unwrap();
        let body: serde_json::Value =
            said.split_once("\r\n\r\n").and_then(|(_, body)| serde_json::from_str(body).ok()).unwrap_or_default();
        if let Some(sent) = body["data"]["attributes"]["auth_config"]["secret_access_key"].as_str() {
            sent.clone_into(&mut secret);
        }
        let mut made = support::row("400000000001");
        made["attributes"]["auth_config"] = json!({ "access_key_id": "AKIACLIEXAMPLE000001" });
        let mut rows = vec![support::row("400000000002"), support::row("400000000003")];
        rows.iter_mut().for_each(|row| row["attributes"]["account_tags"] = json!([format!("env:{secret}")]));
        match said.split(' ').next().unwrap() {
            "POST" => format!("200 OK\r\n\r\n{}", json!({ "data": made })),
            "GET" if said.contains("/accounts ") => format!("200 OK\r\n\r\n{}", json!({ "data": rows })),
            _ => format!("200 OK\r\n\r\n{}", json!({ "data": rows[0] })),
        }
    });
    let run = Run::of(
        support::keyed(&mut folder.heeler("apply --json report.json --markdown report.md -vvv"), &url)
            .env("GOV_SECRET", SECRET),
    );
    let run = run.exits(3).says(&["is withheld: it repeats a key or a secret that was sent"]);
    holds_none(&left_behind(&folder, &run, &["heeler.yaml".to_owned()]), &planted(), "remembers");
}

#[test]
fn a_key_is_found_in_names_and_in_values_that_another_hides() {
    let escaped: String = API_KEY.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    let listing = json!({ "data": [support::row("400000000002"), support::row("400000000003")] }).to_string();
    for hidden in [format!("\"{escaped}\": 1"), format!("\"note\": \"{escaped}\", \"note\": 1")] {
        let folder = Folder::new("hidden");
        folder.write("heeler.yaml", &config(""));
        let listing = listing.replace("\"attributes\":{", &format!("\"attributes\":{{{hidden},"));
        let url = support::parrot(move |_| format!("200 OK\r\n\r\n{listing}"));
        folder.run_at(&url, "plan --json plan.json").exits(1).says(&["is withheld"]);
    }
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
