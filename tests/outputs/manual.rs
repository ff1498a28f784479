//! Manual pages: every command has one; it says how the command is called, and keeps its examples as typed.

use clap::CommandFactory;

use crate::read;
use crate::support::Folder;

/// The commands that `--help` lists.
fn commands(folder: &Folder) -> Vec<String> {
    let help = folder.run("--help").exits(0).out;
    let listed = help.split_once("Commands:\n").unwrap().1.split_once("\n\n").unwrap().0.to_owned();
    let commands = listed.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    commands.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = Folder::new("man");
    folder.run("man --dir man/man1").exits(0);
    let commands = commands(&folder);
    assert!(commands.iter().any(|command| command == "man"));
    let pages = commands.iter().map(|command| (format!("heeler-{command}"), command.as_str()));
    for (name, command) in pages.chain([("heeler".to_owned(), "")]) {
        let page = read(&folder, &format!("man/man1/{name}.1"));
        let version = concat!("\"heeler ", env!("CARGO_PKG_VERSION"), "\"");
        assert!(
            page.lines().any(|line| line.starts_with(&format!(".TH {name} 1")) && line.contains(version)),
            "{page}"
        );
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES"] {
            assert!(page.contains(&format!(".SH {section}\n")), "{name} has no {section}");
        }
        let help = folder.run(&format!("{command} --help")).exits(0).out;
        let usage = help.lines().find_map(|line| line.strip_prefix("Usage: ")).unwrap();
        let synopsis = page.split_once(".SH SYNOPSIS\n").unwrap().1.split_once(".SH ").unwrap().0;
        assert_eq!(
            plain(synopsis).split_whitespace().collect::<Vec<_>>(),
            usage.split_whitespace().collect::<Vec<_>>()
        );
    }
}

#[test]
fn examples_stay_as_they_are_typed() {
    let folder = Folder::new("pages");
    folder.run("man --dir man1").exits(0);
    for command in commands(&folder) {
        let page = read(&folder, &format!("man1/heeler-{command}.1"));
        assert!(
            page.contains("\n.ad l\n.nh\n") && !page.contains("Possible values:") || command == "schema",
            "{command}"
        );
        let examples = page.split_once(".SH EXAMPLES\n").unwrap().1.split_once("\n.SH ").unwrap().0.to_owned();
        let help = folder.run(&format!("{command} --help")).exits(0).out;
        for example in plain(&examples).lines().filter_map(|line| line.strip_prefix(".B ")) {
            assert!(
                help.contains(&format!("  {example}")) || help.contains(example.split_at(40).0),
                "{command}: {example}"
            );
        }
    }
}

#[test]
fn examples_in_the_help_are_command_lines_that_heeler_takes() {
    let folder = Folder::new("examples");
    let mut taken = 0;
    for command in commands(&folder).into_iter().chain([String::new()]) {
        let help = folder.run(&format!("{command} --help")).exits(0).out;
        let examples = help.split_once("Examples:\n").unwrap().1.split("\n\n").next().unwrap().to_owned();
        for example in examples.lines().filter_map(|line| line.strip_prefix("  heeler ")) {
            let typed = example.split("  ").next().unwrap().split(['>', '|', '&']).next().unwrap();
            let typed = typed.replace("'210000000003 wavefront.ec2'", "210000000003");
            let words = std::iter::once("heeler").chain(typed.split_whitespace());
            let parsed = heeler::commands::Cli::command().try_get_matches_from(words);
            assert!(parsed.is_ok(), "{command}: {example}: {}", parsed.unwrap_err());
            taken += 1;
        }
    }
    assert!(taken > 30, "{taken}");
}

/// Roff's escapes as the characters that they stand for, and the macro of the bold command left out of a synopsis.
fn plain(roff: &str) -> String {
    let text = roff.replace("\\-", "-").replace("\\(aq", "'").replace("\\(dq", "\"").replace("\\e", "\\");
    if text.contains(".TP") { text } else { text.replace(".B ", "") }
}
