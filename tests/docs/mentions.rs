//! What a page, an example or a help text says of heeler's command line is there: commands, their flags, exit codes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use super::support::{self, Run};
use super::{ROOT, page};

/// Files that call heeler, beside the pages.
const SCRIPTS: &[&str] = &["examples/workflows", "examples/configs", ".github/workflows", ".ci"];

#[test]
fn every_command_and_flag_that_is_named_is_there() {
    let help = help();
    let mut seen = 0;
    for (place, text) in page::all().into_iter().map(|page| (page.clone(), page::read(&page))).chain(scripts()) {
        seen += check(&place, &text, &help);
    }
    for (command, text) in &help {
        seen += check(&format!("heeler {command} --help"), text, &help);
    }
    assert!(seen > 200, "{seen}");
}

/// Looks at every call of heeler in a text, and counts them.
fn check(place: &str, text: &str, help: &BTreeMap<String, String>) -> usize {
    let mut seen = 0;
    for (before, call) in calls(text) {
        let command = call.split_whitespace().next().unwrap_or_default();
        let Some(help) = help.get(command) else {
            // In quotes it is typed; elsewhere it is a sentence.
            let is_word = command.chars().all(|c| c.is_ascii_lowercase()) && command.len() > 1;
            assert!(!before.ends_with('`') || !is_word || command == "help", "{place}: `heeler {call}`");
            continue;
        };
        seen += 1;
        for flag in call.split_whitespace().filter_map(|word| word.strip_prefix("--")) {
            let flag: String = flag.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
            let is_there = flag.is_empty() || help.contains(&format!("--{flag}"));
            assert!(is_there, "{place}: `heeler {call}`: there is no --{flag}");
        }
    }
    seen
}

/// What stands behind each `heeler ` to the end of the command, with what stands before it.
fn calls(text: &str) -> Vec<(&str, &str)> {
    let at = text.match_indices("heeler ").map(|(at, found)| (at, at + found.len()));
    at.map(|(at, end)| (&text[..at], text[end..].split(['\n', '`', '|', ';', '#', ')', '&']).next().unwrap())).collect()
}

/// The help of every command by its name.
fn help() -> BTreeMap<String, String> {
    let of = |args: &[&str]| Run::of(Command::new(support::BIN).args(args)).exits(0).out;
    let listed = of(&["--help"]);
    let listed = listed.split_once("Commands:\n").unwrap().1.split_once("\n\n").unwrap().0;
    let names =
        listed.lines().filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    names.map(|name| (name.to_owned(), of(&[name, "--help"]))).collect()
}

fn scripts() -> Vec<(String, String)> {
    let mut folders: Vec<_> = SCRIPTS.iter().map(|folder| Path::new(ROOT).join(folder)).collect();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if let Ok(text) = fs::read_to_string(&entry) {
                found.push((entry.display().to_string(), text));
            }
        }
    }
    found
}

#[test]
fn exit_codes_are_the_same_ones_wherever_they_are_listed() {
    let rows = |page: &str| -> BTreeSet<String> {
        let text = page::read(page);
        let table = text.split_once("| exit | meaning |\n|---|---|\n").unwrap().1.split("\n\n").next().unwrap();
        table.lines().filter_map(|row| row.split('|').nth(1)).map(|code| code.trim().to_owned()).collect()
    };
    let help = Run::of(Command::new(support::BIN).arg("--help")).exits(0).out;
    let listed = help.split_once("Exit codes:\n").unwrap().1.lines().filter_map(|line| line.split_whitespace().next());
    let listed: BTreeSet<String> = listed.map(str::to_owned).collect();
    assert_eq!(listed.len(), 7);
    assert_eq!((rows("README.md"), rows("docs/safety.md")), (listed.clone(), listed));
}
