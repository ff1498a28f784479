//! The action that installs heeler: what it unpacks is what was released.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::json;

use crate::pretend::GitHub;
use crate::server::by_the_recipe;
use crate::support::{BIN, Folder, Run};
use crate::workflow::{Step, file, read_at};

#[derive(Deserialize)]
struct Action {
    inputs: serde_json::Value,
    runs: Runs,
}

#[derive(Deserialize)]
struct Runs {
    steps: Vec<Step>,
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A release of the built heeler, as release.yml lays one out.
fn release(folder: &Folder) -> PathBuf {
    GitHub::new(folder);
    let name = format!("heeler-{VERSION}-x86_64-unknown-linux-musl");
    folder.write(&format!("pack/{name}/README.md"), "heeler\n");
    fs::copy(BIN, folder.path(&format!("pack/{name}/heeler"))).unwrap();
    let release = folder.path(&format!("github/v{VERSION}"));
    fs::create_dir_all(&release).unwrap();
    let archive = release.join(format!("{name}.tar.gz"));
    let pack = format!(
        "tar -C pack -czf {} {name} && cd {} && sha256sum -- *.tar.gz > SHA256SUMS",
        archive.display(),
        release.display()
    );
    Run::of(Command::new("bash").args(["-euc", &pack]).current_dir(folder.path("."))).exits(0);
    archive
}

fn install(folder: &Folder, os: &str) -> Run {
    install_with(folder, os, &file(".github"), &[])
}

/// By the action below this folder, with these variables beside its own.
fn install_with(folder: &Folder, os: &str, github: &Path, variables: &[(&str, &str)]) -> Run {
    let action: Action = read_at(&github.join("actions/install/action.yml"));
    assert_eq!(action.inputs["version"]["default"], VERSION);
    let [step] = action.runs.steps.as_slice() else { panic!("one step") };
    assert_eq!(step.shell.as_deref(), Some("bash"));
    let mut command = Command::new("bash");
    command
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run.as_ref().unwrap()])
        .current_dir(folder.path("."))
        .env_clear();
    let path = format!("{}:/usr/bin:{}", file("tests/workflows").display(), std::env::var("PATH").unwrap());
    command
        .env("PATH", path)
        .env("HOME", folder.path("."))
        .env("GH_TOKEN", "job-token")
        .env("VERSION", VERSION)
        .env("RELEASES", "heeler-dev/heeler");
    command.env("PRETEND_GITHUB", folder.path("github")).env("PRETEND_PERMISSIONS", json!({}).to_string());
    command
        .env("RUNNER_OS", os)
        .env("RUNNER_ARCH", "X64")
        .env("RUNNER_TEMP", folder.path("."))
        .env("GITHUB_PATH", folder.path("path"));
    command.envs(variables.iter().copied());
    Run::of(&mut command)
}

#[test]
fn it_puts_a_checked_heeler_on_the_path() {
    let folder = Folder::new("install");
    release(&folder);
    install(&folder, "Linux").exits(0);
    let path = fs::read_to_string(folder.path("path")).unwrap();
    let version = Command::new(PathBuf::from(path.trim()).join("heeler")).arg("--version").output().unwrap();
    assert_eq!(String::from_utf8_lossy(&version.stdout), format!("heeler {VERSION}\n"));
    let calls = GitHub { home: folder.path("github") }.calls();
    let verified = calls.iter().find(|call| call["method"] == "VERIFY").unwrap();
    assert_eq!(verified["fields"]["--repo"], "heeler-dev/heeler");
    assert_eq!(verified["fields"]["--source-ref"], format!("refs/tags/v{VERSION}"));
}

#[test]
fn it_takes_nothing_that_was_tampered_with_and_nothing_that_is_not_listed() {
    let folder = Folder::new("tampered");
    let archive = release(&folder);
    let sums = archive.with_file_name("SHA256SUMS");
    let good = fs::read(&archive).unwrap();
    fs::write(&archive, b"something else").unwrap();
    assert_ne!(install(&folder, "Linux").code, 0);
    fs::write(&archive, good).unwrap();
    fs::write(&sums, fs::read_to_string(&sums).unwrap().replace("heeler-", "other-")).unwrap();
    assert_ne!(install(&folder, "Linux").code, 0);
    assert!(!folder.path("path").exists());
}

#[test]
fn a_machine_without_a_release_is_told() {
    let folder = Folder::new("machine");
    release(&folder);
    install(&folder, "Plan9").exits(1).says(&["::error::There is no heeler for Plan9 on X64"]);
}

#[test]
fn releases_of_a_private_repository_need_a_token_that_reads_it() {
    let folder = Folder::new("private");
    release(&folder);
    let from = |token: &str| {
        install_with(&folder, "Linux", &file(".github"), &[("RELEASES", "acme/heeler"), ("GH_TOKEN", token)])
    };
    from("job-token").exits(1).says(&["::error::The release", "HEELER_RELEASES_TOKEN"]);
    from("a-token-that-reads-it").exits(0);
}

#[test]
fn on_a_server_there_are_no_attestations() {
    let folder = Folder::new("install-server");
    release(&folder);
    let server = [("PRETEND_SERVER", "yes"), ("GH_TOKEN", "server-token"), ("RELEASES", "acme/heeler")];
    install_with(&folder, "Linux", &file(".github"), &server).exits(1).says(&["only available on GitHub.com"]);
    fs::create_dir_all(folder.path("server")).unwrap();
    by_the_recipe(&folder);
    install_with(&folder, "Linux", &folder.path("server/.github"), &server).exits(0);
}
