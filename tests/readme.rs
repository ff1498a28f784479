//! The README keeps its word: its config holds what it shows, its commands are those that exist.

#![allow(clippy::expect_used)] // a test may stop where it stands

use std::fs;
use std::path::Path;
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The first fenced block of a language.
fn block(language: &str) -> String {
    let text = fs::read_to_string(root().join("README.md")).expect("a README");
    let after = text.split_once(&format!("```{language}\n")).expect("such a block").1.to_owned();
    after.split_once("```").expect("an end").0.to_owned()
}

fn heeler(args: &[&str]) -> (String, Option<i32>) {
    let run =
        Command::new(env!("CARGO_BIN_EXE_heeler")).args(args).current_dir(root()).env_clear().output().expect("heeler");
    (String::from_utf8_lossy(&run.stdout).into_owned(), run.status.code())
}

#[test]
fn its_config_is_valid() {
    let folder = std::env::temp_dir().join(format!("heeler-readme-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("heeler.yaml");
    fs::write(&file, block("yaml")).expect("a file");
    let (printed, exit) = heeler(&["validate", &file.display().to_string()]);
    assert_eq!((exit, printed.as_str()), (Some(0), "Valid: 3 accounts in 1 file, 1 tombstone.\n"));
    fs::remove_dir_all(&folder).expect("gone");
}

#[test]
fn every_command_is_in_it_and_every_command_in_it_exists() {
    let text = fs::read_to_string(root().join("README.md")).expect("a README");
    let (help, _) = heeler(&["--help"]);
    let listed = help.split_once("Commands:\n").expect("commands").1.split_once("\n\n").expect("an end").0.to_owned();
    let commands: Vec<&str> = listed
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let named: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("| `heeler ")?.split([' ', '`']).next()).collect();
    assert_eq!(named, commands);
}
