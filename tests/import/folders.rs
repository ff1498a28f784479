//! The files of an import: their names, and that all of them are there or none.

use std::fs;
use std::process::Stdio;

use serde_json::json;

use super::support::{Folder, row, world};

/// A folder with a world in which there are two accounts with each of these teams.
fn teams(name: &str, teams: &[&str]) -> Folder {
    let folder = Folder::new(name);
    let rows = teams.iter().enumerate().flat_map(|(at, team)| {
        (0..2).map(move |twin| {
            let mut row = row(&format!("21{:010}", 2 * at + twin));
            row["attributes"]["account_tags"] = json!([format!("team:{team}"), "env:prod"]);
            row
        })
    });
    folder.write("world.json", &world(&rows.collect::<Vec<_>>()));
    folder
}

/// What is in a folder, in order.
fn files(folder: &Folder, name: &str) -> Vec<String> {
    let entries = fs::read_dir(folder.path(name)).into_iter().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_file_is_of_one_team_and_has_a_name_that_every_system_takes() {
    let long = ["x".repeat(90), format!("{}y", "x".repeat(90))];
    let odd = [
        "Data",
        "data",
        "a/b",
        "a-b",
        "..",
        "../../etc",
        "con",
        "\u{1f680}",
        "Größe",
        "no-team",
        "",
        &long[0],
        &long[1],
    ];
    let folder = teams("odd-teams", &odd);
    folder.run("import --sandbox=world.json --write heeler --split by=team").exits(0);
    let long = |ending: &str| format!("{}{ending}.yaml", "x".repeat(60));
    let mut wanted: Vec<String> =
        ["data", "a-b", "a-b-2", "etc", "team-con", "others", "others-2", "größe", "no-team", "no-team-2"]
            .map(|name| format!("{name}.yaml"))
            .into();
    wanted.extend([long(""), long("-2")]);
    wanted.sort();
    assert_eq!(files(&folder, "heeler/accounts"), wanted);
    folder.run("plan heeler --sandbox=world.json --detailed-exitcode").exits(0);
}

#[test]
fn a_tag_that_no_account_has_is_refused_before_anything_is_written() {
    let folder = teams("no-such-tag", &["data"]);
    folder.run("import --sandbox=world.json --write heeler --split by=Team").exits(64).says(&["did you mean `team`?"]);
    folder.run("import --sandbox=world.json --write heeler --split by=owner").exits(64).says(&["tags of env, team"]);
    assert!(!folder.path("heeler").exists());
}

/// So whoever stops the process at any moment finds all files, or no folder.
#[test]
fn a_new_folder_appears_with_all_of_its_files() {
    let teams: Vec<String> = (0..40).map(|team| format!("team-{team}")).collect();
    let folder = self::teams("at-once", &teams.iter().map(String::as_str).collect::<Vec<_>>());
    let mut import = folder.heeler("import --sandbox=world.json --write heeler --split by=team");
    let mut import = import.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut looks = 0;
    while import.try_wait().unwrap().is_none() {
        if folder.path("heeler").exists() {
            assert_eq!((files(&folder, "heeler").len(), files(&folder, "heeler/accounts").len()), (2, 40));
        }
        looks += 1;
    }
    assert!(looks > 0 && import.wait().unwrap().success());
    assert_eq!((files(&folder, "heeler/accounts").len(), files(&folder, "").len()), (40, 2));
}

#[test]
fn what_cannot_be_written_whole_leaves_a_folder_as_it_was() {
    let folder = teams("in-the-way", &["data", "web"]);
    folder.write("heeler/accounts", "no folder");
    folder
        .run("import --sandbox=world.json --write heeler --split by=team")
        .exits(1)
        .says(&["cannot write heeler/accounts/"]);
    assert_eq!(files(&folder, "heeler"), ["accounts"]);
    assert_eq!(fs::read_to_string(folder.path("heeler/accounts")).unwrap(), "no folder");
}

/// A config in the usual place is read though nobody names it, and what it declares is not imported again.
#[test]
fn which_config_was_read_is_said_where_nothing_is_new() {
    let folder = teams("usual-place", &["data"]);
    folder.run("import --sandbox=world.json --write heeler").exits(0);
    let run = folder.run("import --sandbox=world.json --write other").exits(0);
    assert_eq!(run.out, "# Nothing to import: no live account is undeclared. The config that was read: ./heeler.\n");
    assert!(!folder.path("other").exists());
}
