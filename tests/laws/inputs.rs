//! Law 14: no input is lost. Whatever a run reads, and however an output's path leads to it, every input is the same
//! bytes afterwards, and a run that was asked to write over one has written nothing at all. `PROPTEST_CASES` says how
//! often.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use heeler::commands::Exit;
use heeler::model::Env;
use proptest::prelude::*;
use serde_json::json;

use crate::commands::run;
use crate::folder;

/// What each command is run with: `{}` stands for the folder. What is read stands behind it, by number; what is not in
/// it is no input.
const COMMANDS: [(&str, &[usize]); 9] = [
    ("validate {}/heeler", &[0, 1]),
    ("plan {}/heeler --base {}/base --sandbox={}/world.json", &[0, 1, 2, 4]),
    ("plan {}/heeler/heeler.yaml --base {}/base.yaml --sandbox={}/world.json --detailed-exitcode", &[0, 3, 4]),
    ("plan {}/broken.yaml --sandbox={}/world.json", &[4, 8]),
    ("apply {}/heeler --sandbox={}/world.json --expect {}/plan.json --after {}/applied.json", &[0, 1, 4, 5, 6]),
    ("apply {}/heeler --sandbox={}/world.json --expect {}/plan.json --only 999999999999", &[0, 1, 4, 5]),
    ("drift {}/heeler --sandbox={}/world.json", &[0, 1, 4]),
    ("import {}/base.yaml --sandbox={}/world.json", &[3, 4]),
    ("migrate {}/base.yaml --terraform {}/state.json --sandbox={}/world.json", &[3, 4, 7]),
];

const INPUTS: [&str; 9] = [
    "heeler/heeler.yaml",
    "heeler/sub/more.yml",
    "base/heeler.yaml",
    "base.yaml",
    "world.json",
    "plan.json",
    "applied.json",
    "state.json",
    "broken.yaml",
];

/// How an output is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Flag {
    Json,
    Markdown,
    Summary,
    Outputs,
    /// The summary's file, without `--github`: what is written there is added to it.
    MarkdownIntoSummary,
    Write,
}

/// How a path leads to a file.
#[derive(Debug, Clone, Copy)]
enum Way {
    Plain,
    Around,
    Dots,
    Link,
    LinkToLink,
    LinkedFolder,
    HardLink,
    Beside,
}

thread_local! {
    static FURNISHED: OnceCell<String> = const { OnceCell::new() };
}

/// A folder with a file of every kind that a run reads; it is there once, since no run may change it.
fn furnished() -> String {
    FURNISHED.with(|furnished| {
        let made = || {
            let root = folder::path("inputs");
            for below in ["heeler/sub", "base", "links"] {
                fs::create_dir_all(root.join(below)).expect("a folder");
            }
            let config = |tags: &str| format!("accounts:\n  - {{ aws_account_id: \"210000000001\", datadog: {{ account_tags: [\"{tags}\"] }} }}\n");
            let head = "version: 1\nproviders: { datadog: { site: datadoghq.com } }\n";
            let world = json!({ "datadog": { "data": [row("210000000001"), row("210000000002")] } });
            let state = json!({ "format_version": "1.0", "values": { "root_module": { "resources": [{
                "address": "datadog_integration_aws_account.one", "mode": "managed", "type": "datadog_integration_aws_account", "name": "one",
                "values": { "id": row("210000000002")["id"], "aws_account_id": "210000000002", "aws_partition": "aws" },
            }] } } });
            let write = |name: &str, text: &str| fs::write(root.join(name), text).expect("written");
            write("heeler/heeler.yaml", &format!("{head}{}", config("env:stage")));
            write("heeler/sub/more.yml", "removed: []\n");
            write("base/heeler.yaml", &format!("{head}{}", config("env:prod")));
            write("base.yaml", &format!("{head}{}", config("env:prod")));
            write("broken.yaml", "version: 1\nproviders: { datadog: {} }\naccounts: [\n");
            write("world.json", &world.to_string());
            write("state.json", &state.to_string());
            let root = root.display().to_string();
            for (command, to) in [("plan", "plan.json"), ("apply", "applied.json")] {
                let words = format!("{command} {root}/heeler --sandbox={root}/world.json --json {root}/{to}");
                assert_eq!(run(words.split(' '), &Env::default()).exit, Exit::Done);
            }
            root
        };
        furnished.get_or_init(made).clone()
    })
}

fn row(account: &str) -> serde_json::Value {
    let id = format!("5c0ffee0-0000-4000-8000-{account}");
    json!({ "id": id, "type": "account", "attributes": {
        "account_tags": ["env:prod"], "aws_account_id": account, "aws_partition": "aws",
        "auth_config": { "role_name": "ObserverRole", "external_id": format!("ext{account}") },
    } })
}

/// Every file below a folder; links as what they are.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_symlink() {
            found.insert(path.clone(), fs::read_link(&path).expect("a link").into_os_string().into_encoded_bytes());
        } else if path.is_dir() {
            found.extend(contents(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).expect("a file"));
        }
    }
    found
}

/// A path that leads to a file of the folder; links are made anew each time.
fn led(root: &str, name: &str, way: Way) -> String {
    let links = format!("{root}/links");
    let target = format!("{root}/{name}");
    let (above, last) = target.rsplit_once('/').expect("a path");
    let link = |to: &str, called: &str| {
        let path = format!("{links}/{called}");
        symlink(to, &path).expect("a link");
        path
    };
    match way {
        Way::Plain => target,
        Way::Around => format!("{root}/base/../{name}"),
        Way::Dots => format!("{root}/.//{name}"),
        Way::Link => link(&target, "one"),
        Way::LinkToLink => link(&link(&target, "one"), "two"),
        Way::LinkedFolder => format!("{}/{last}", link(above, "folder")),
        Way::HardLink => {
            let path = format!("{links}/hard");
            fs::hard_link(&target, &path).expect("a link");
            path
        }
        Way::Beside => format!("{target}.new"),
    }
}

fn flags() -> impl Strategy<Value = Flag> {
    prop::sample::select(
        &[Flag::Json, Flag::Markdown, Flag::Summary, Flag::Outputs, Flag::MarkdownIntoSummary, Flag::Write][..],
    )
}

fn ways() -> impl Strategy<Value = Way> {
    use Way::*;
    prop::sample::select(&[Plain, Around, Dots, Link, LinkToLink, LinkedFolder, HardLink, Beside][..])
}

/// Whether a command can be given this flag, so that it writes there.
fn takes(command: &str, flag: Flag) -> bool {
    let word = command.split(' ').next().unwrap_or_default();
    match flag {
        Flag::Json | Flag::Markdown | Flag::MarkdownIntoSummary => ["plan", "apply", "drift"].contains(&word),
        // In GitHub Actions nothing is applied to a sandbox, and that is said before anything else.
        Flag::Summary | Flag::Outputs => ["validate", "plan", "drift"].contains(&word),
        Flag::Write => ["import", "migrate"].contains(&word),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_input_is_lost(which in 0..COMMANDS.len(), at in 0..INPUTS.len(), flag in flags(), way in ways(), another in proptest::option::of(flags())) {
        let root = furnished();
        let (command, inputs) = COMMANDS[which];
        let before = contents(Path::new(&root));
        let mut env = Vec::new();
        let mut words = command.replace("{}", &root);
        for (flag, path) in [(Some(flag), led(&root, INPUTS[at], way)), (another.filter(|another| *another != flag), format!("{root}/links/other"))] {
            match flag.filter(|flag| takes(command, *flag)) {
                Some(Flag::Json) if !words.contains(" --json ") => words.push_str(&format!(" --json {path}")),
                Some(Flag::Markdown) if !words.contains(" --markdown ") => words.push_str(&format!(" --markdown {path}")),
                Some(Flag::MarkdownIntoSummary) if !words.contains(" --markdown ") => {
                    words.push_str(&format!(" --markdown {path}"));
                    env.push(("GITHUB_STEP_SUMMARY".to_owned(), path));
                }
                Some(flag @ (Flag::Summary | Flag::Outputs)) => {
                    words.push_str(if words.contains(" --github") { "" } else { " --github" });
                    env.push((if flag == Flag::Summary { "GITHUB_STEP_SUMMARY" } else { "GITHUB_OUTPUT" }.to_owned(), path));
                }
                Some(Flag::Write) if !words.contains(" --write ") => words.push_str(&format!(" --write {path}")),
                _ => {}
            }
        }
        let ended = run(words.split(' '), &env.into_iter().collect());
        let linked = format!("{root}/links");
        let after = contents(Path::new(&root));
        fs::remove_dir_all(&linked).expect("gone");
        fs::create_dir_all(&linked).expect("a folder");
        let lost: Vec<_> = before.iter().filter(|(path, bytes)| after.get(*path) != Some(bytes)).map(|(path, _)| path.clone()).collect();
        let is_input = inputs.contains(&at) && !matches!(way, Way::Beside);
        // What is no input of this run may be an earlier report, which a new one replaces.
        let may_change = |path: &PathBuf| !is_input && !inputs.iter().any(|at| *path == Path::new(&root).join(INPUTS[*at]));
        prop_assert!(lost.iter().all(may_change), "{words}: {lost:?} is changed or gone\n{}", ended.printed);
        let asked = takes(command, flag) && flag != Flag::Write;
        prop_assert!(!(is_input && asked) || ended.exit == Exit::Usage, "{words} ends with {:?}\n{}", ended.exit, ended.printed);
        for (path, bytes) in &before {
            if after.get(path) != Some(bytes) {
                fs::write(path, bytes).expect("put back");
            }
        }
        let new: Vec<&PathBuf> = after.keys().filter(|path| !before.contains_key(*path) && !path.starts_with(&linked)).collect();
        prop_assert!(new.is_empty() || ended.exit != Exit::Usage, "{words} is wrong usage and has made {new:?}");
        for path in new {
            fs::remove_file(path).expect("taken away");
        }
    }
}
