//! Law 14: for every output flag and every path among the inputs, the inputs are the same bytes afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::support::{self, Folder, HEAD, Run};

const ENTRY: &str = "accounts:\n  - { aws_account_id: \"210000000001\", datadog: { account_tags: [\"env:prod\"] } }\n";

/// A folder with a file of every kind that a run reads.
fn furnished(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("heeler/heeler.yaml", &format!("{HEAD}{ENTRY}"));
    folder.write("heeler/sub/more.yml", "removed: []\n");
    folder.write("base/heeler.yaml", HEAD);
    folder.write("base.yaml", ENTRY);
    folder.write("world.json", &support::world(&[support::row("210000000001")]));
    folder.write("empty.yml", "");
    folder.run("plan heeler --sandbox=world.json --json plan.json --markdown plan.md").exits(0);
    folder
}

const READ: [&str; 6] =
    ["heeler/heeler.yaml", "heeler/sub/more.yml", "base/heeler.yaml", "base.yaml", "world.json", "plan.json"];

/// What each command is run with, and which of those files it reads.
const COMMANDS: [(&str, &[usize]); 4] = [
    ("plan heeler --base base --base base.yaml --sandbox=world.json", &[0, 1, 2, 3, 4]),
    ("apply heeler --sandbox=world.json --expect plan.json", &[0, 1, 4, 5]),
    ("drift heeler --sandbox=world.json", &[0, 1, 4]),
    ("validate heeler", &[0, 1]),
];

/// Every file below a folder, links as what they are.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_symlink() {
            found.insert(path.clone(), fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes());
        } else if path.is_dir() {
            found.extend(contents(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

/// Runs it, expects wrong usage, and that not one file is another, new or gone.
#[track_caller]
fn refused(folder: &Folder, args: &str, env: &[(&str, &str)], said: &str) {
    let before = contents(&folder.path("."));
    let mut command = folder.heeler(args);
    let run = Run::of(command.envs(env.iter().copied()));
    assert_eq!(run.code, 64, "{args} {env:?}:\n{}{}", run.out, run.err);
    assert!(contents(&folder.path(".")) == before, "{args} {env:?} changed a file");
    assert!(run.err.contains(said), "{args}: {said:?} is not in {}", run.err);
}

#[test]
fn no_output_destroys_an_input() {
    let folder = furnished("inputs");
    for (at, read) in READ.iter().enumerate() {
        let (soft, hard) = (format!("soft{at}"), format!("hard{at}"));
        symlink(folder.path(read), folder.path(&soft)).unwrap();
        fs::hard_link(folder.path(read), folder.path(&hard)).unwrap();
        for (command, _) in COMMANDS.iter().filter(|(_, reads)| reads.contains(&at)) {
            for path in [*read, &soft, &hard, &format!("base/../{read}")] {
                if !command.starts_with("validate") {
                    refused(&folder, &format!("{command} --json {path}"), &[], "this run reads that file");
                    refused(&folder, &format!("{command} --markdown {path}"), &[], "this run reads that file");
                }
                for name in ["GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"] {
                    if !command.starts_with("apply") {
                        refused(&folder, &format!("{command} --github"), &[(name, path)], "this run reads that file");
                    }
                }
            }
        }
    }
}

#[test]
fn a_config_and_a_world_in_their_usual_places_are_inputs_too() {
    let folder = furnished("usual");
    fs::rename(folder.path("world.json"), folder.path("heeler/world.json")).unwrap();
    for command in ["plan", "apply", "drift"] {
        refused(&folder, &format!("{command} --sandbox --json heeler/world.json"), &[], "this run reads that file");
        refused(
            &folder,
            &format!("{command} --sandbox --markdown heeler/heeler.yaml"),
            &[],
            "this run reads that file",
        );
    }
}

#[test]
fn a_report_takes_the_place_of_nothing_but_an_earlier_report() {
    let folder = furnished("foreign");
    folder.write("state.json", "{\"format_version\": \"1.0\", \"values\": {}}");
    folder.write("notes.md", "# Notes\n");
    fs::write(folder.path("blank"), "").unwrap();
    symlink(folder.path("notes.md"), folder.path("link")).unwrap();
    let plan = "plan heeler --sandbox=world.json";
    for (flags, said) in [
        ("--json state.json", "no JSON report of heeler's"),
        ("--json plan.md", "no JSON report of heeler's"),
        ("--markdown notes.md", "no Markdown report of heeler's"),
        ("--markdown link", "no Markdown report of heeler's"),
        ("--markdown plan.json", "no Markdown report of heeler's"),
        ("--json new.yaml", "a config"),
        ("--markdown empty.YML", "a config"),
        ("--markdown empty.yml", "a config"),
        ("--json heeler", "a folder"),
        ("--json new --markdown new", "--json goes there as well"),
        ("--json plan.json --markdown base/../plan.json", "--json goes there as well"),
        ("--json - --markdown -", "cannot both have stdout"),
        ("--json - --markdown /dev/stdout", "cannot both have stdout"),
    ] {
        refused(&folder, &format!("{plan} {flags}"), &[], said);
    }
    folder.write("man/heeler-plan.1", "about dogs\n");
    refused(&folder, "man --dir man", &[], "no manual page of heeler's");

    folder.run(&format!("{plan} --json blank --markdown plan.md")).exits(0);
    folder.run("drift heeler --sandbox=world.json --json plan.json --markdown plan.md").exits(0);
    folder.run(&format!("{plan} --json plan.json --markdown plan.md")).exits(0);
    folder.run("apply heeler --sandbox=world.json --json plan.json --markdown plan.md").exits(0);
    folder.run(&format!("{plan} --base missing.yaml")).exits(64);
    for _ in 0..2 {
        folder.run("man --dir pages").exits(0);
    }
}

#[test]
fn what_a_killed_run_left_half_written_is_taken_away() {
    let folder = furnished("swept");
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    for name in [".plan.json.4711.writing", ".plan.json.writing", ".plan.json.x.writing", ".other.json.1.writing"] {
        folder.write(name, "{");
        fs::File::options().write(true).open(folder.path(name)).unwrap().set_modified(old).unwrap();
    }
    folder.write(".plan.json.4712.writing", "{");
    folder.run("plan heeler --sandbox=world.json --json plan.json").exits(0);
    let left = || folder.names().into_iter().filter(|name| name.ends_with(".writing")).collect::<Vec<_>>();
    assert!(left().len() == 4 && !left().contains(&".plan.json.4711.writing".to_owned()), "{:?}", left());
    // A world may be called what it likes.
    fs::rename(folder.path("world.json"), folder.path(".plan.json.4713.writing")).unwrap();
    fs::File::options().write(true).open(folder.path(".plan.json.4713.writing")).unwrap().set_modified(old).unwrap();
    folder.run("plan heeler --sandbox=.plan.json.4713.writing --json plan.json").exits(0);
    assert!(left().contains(&".plan.json.4713.writing".to_owned()), "{:?}", left());
}

#[test]
fn wrong_usage_leaves_the_last_reports_as_they_are() {
    let folder = furnished("usage");
    for wrong in ["--only 999999999999", "--base nowhere", "--no-such-flag", "--json", "--confirm-deletes many"] {
        refused(
            &folder,
            &format!("plan heeler --sandbox=world.json --json plan.json --markdown plan.md {wrong}"),
            &[],
            "",
        );
    }
    refused(
        &folder,
        "plan nowhere --only 1 --sandbox=world.json --github --json plan.json --json plan.json",
        &[("GITHUB_OUTPUT", "out")],
        "",
    );
    refused(
        &folder,
        "apply heeler --sandbox=world.json --expect sha256:1 --expect plan.json --json other.json",
        &[],
        "one digest",
    );
}

#[test]
fn what_is_written_into_a_folder_is_written_beside_what_is_there() {
    let folder = furnished("folders");
    fs::rename(folder.path("heeler/heeler.yaml"), folder.path("heeler/imported.yaml")).unwrap();
    folder.write("world.json", &support::world(&["210000000001", "210000000002"].map(support::row)));
    let before = contents(&folder.path("."));
    for (args, code) in [
        ("import heeler --sandbox=world.json --write heeler/imported.yaml", 1),
        ("import heeler --sandbox=world.json --write world.json", 1),
        ("import heeler --sandbox=world.json --write base", 1),
        ("import heeler --sandbox=world.json --write heeler", 0),
    ] {
        folder.run(args).exits(code);
        let after = contents(&folder.path("."));
        assert!(before.iter().all(|(path, bytes)| after.get(path) == Some(bytes)), "{args} changed an input");
    }
    assert_eq!(contents(&folder.path(".")).len(), before.len() + 1);
}
