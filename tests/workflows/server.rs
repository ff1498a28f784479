//! Where the workflows run elsewhere: on Enterprise Server by the recipe of docs/ci.md, and under the bash 3.2 of
//! macOS.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::pretend::REPOSITORY;
use crate::runner::Kind;
use crate::stage::{A, Stage, accounts};
use crate::support::{Folder, Run};
use crate::workflow::file;

/// The workflows and actions as the docs' recipe makes them for a server, in this folder.
pub fn by_the_recipe(folder: &Folder) {
    let docs = fs::read_to_string(file("docs/ci.md")).unwrap();
    let (_, rest) = docs.split_once("### Enterprise Server").unwrap();
    let recipe = rest.split_once("```sh\n").unwrap().1.split_once("```").unwrap().0;
    let (fetches, edits) = recipe.split_once('\n').unwrap();
    assert!(fetches.starts_with("gh repo clone "), "{fetches}");
    let copied = Command::new("cp").arg("-r").arg(file(".github")).arg(folder.path("server/")).status();
    assert!(copied.unwrap().success());
    Run::of(Command::new("bash").args(["-euo", "pipefail", "-c", edits]).current_dir(folder.path("server"))).exits(0);
}

/// A proposed account is planned, merged, applied, and does not drift.
pub fn from_plan_to_drift(stage: &Stage) {
    let mut run = stage.pull_request(7, REPOSITORY, "someone");
    assert!(run.all().values().all(|ended| ended.result != "failure"));
    stage.merged(7);
    stage.apply().is("success").says("1 done");
    stage.drift().is("success");
    assert_eq!(stage.tags(A), json!(["env:one"]));
}

#[test]
fn on_a_server_they_fail_as_they_are_and_go_by_the_recipe() {
    let stage = Stage::new("server");
    stage.kind.set(Kind::Server);
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    stage.plan(7).is("failure").says("Unable to resolve action `$/.github/actions/install`");

    fs::create_dir_all(stage.folder.path("server")).unwrap();
    by_the_recipe(&stage.folder);
    stage.source.replace(stage.folder.path("server"));
    from_plan_to_drift(&stage);
    // Without the older artifact actions nothing would be kept.
    let workflow = stage.folder.path("server/.github/workflows/heeler-plan.yml");
    fs::write(&workflow, fs::read_to_string(&workflow).unwrap().replace("upload-artifact@v3", "upload-artifact@v4"))
        .unwrap();
    stage.propose(8, "heeler/a.yaml", &accounts(&[(A, "env:two")]));
    stage.plan(8).is("failure").says("GHESNotSupportedError");
}

#[test]
fn under_the_bash_of_macos_the_scripts_go_as_well() {
    let stage = Stage::new("mac");
    stage.kind.set(Kind::Mac);
    stage.propose(7, "heeler/a.yaml", &accounts(&[(A, "env:one")]));
    from_plan_to_drift(&stage);
    // An empty array would end a script there, as it does under bash 3.2.
    let empty = "name: toy\non: { workflow_call: { inputs: {}, secrets: {} } }\npermissions: {}\ndefaults: {}\njobs:\n  toy: { name: toy, runs-on: any, timeout-minutes: 1, permissions: {}, steps: [{ name: Do, run: 'set -u; a=(); echo \"${a[@]}\"' }] }\n";
    stage.toy(empty, &[]).job("toy").is("failure").says("an empty array under bash 3.2");
}

#[test]
fn no_script_needs_a_bash_newer_than_that_of_macos() {
    let newer = [
        "mapfile",
        "readarray",
        "declare -A",
        "local -A",
        "local -n",
        "coproc",
        "wait -n",
        "&>>",
        "|&",
        "[[ -v",
        ",,}",
        "^^}",
        "@Q}",
        ":-1}",
        "[-1]",
    ];
    let mut seen = 0;
    for path in files(&file(".github")) {
        let text = fs::read_to_string(&path).unwrap();
        seen += usize::from(text.contains("set -euo pipefail"));
        for word in newer {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
    assert!(seen >= 6, "{seen}");
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|end| end == "yml" || end == "sh"))
        .collect()
}
