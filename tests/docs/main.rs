//! The README and the pages of `docs/` can be typed: every shell block is run, block by block, in the order in which
//! somebody would type it; every block of output below one is what was printed; every config is valid.
//!
//! Each page gets a folder of its own with an example config in `heeler/`, an emulated vendor on a loopback port, and
//! keys. Programs that are not ours are stand-ins (`stand_ins.rs`). With `HEELER_PEERS=FOLDER` the programs in that
//! folder are run in place of their stand-ins; `.ci/aws-recipe` does that.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod links;
mod mentions;
mod page;
mod printed;
mod stand_ins;
#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use page::Block;
use support::{Folder, Run, Served, keyed};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// Pages on which the reader makes the config.
const FROM_NOTHING: &[&str] = &["README.md", "docs/terraform.md"];

#[test]
fn the_readme_can_be_typed_and_read_in_ten_minutes() {
    typed("README.md");
    let lines = page::read("README.md").lines().count();
    assert!(lines <= 250, "{lines} lines: what is for later belongs into docs/");
}

#[test]
fn every_page_of_the_docs_can_be_typed() {
    let pages = page::in_docs();
    assert!(pages.len() > 10);
    pages.iter().for_each(|page| typed(page));
}

#[test]
fn every_config_on_a_page_is_valid() {
    for page in page::in_docs().into_iter().chain(["README.md".to_owned()]).filter(|page| page != "docs/ci.md") {
        for Block { line, text, .. } in page::blocks(&page).into_iter().filter(|block| block.language == "yaml") {
            let folder = Folder::new("docs-config");
            let version = if text.contains("version: 1\n") { "" } else { "version: 1\n" };
            folder.write("heeler.yaml", &format!("{version}{text}"));
            let mut validate = folder.heeler("validate");
            if !text.contains("site: ") {
                validate.env("DD_SITE", "datadoghq.com");
            }
            let run = Run::of(&mut validate);
            assert!(run.code == 0, "{page}:{line} is not valid\n{}{}", run.out, run.err);
        }
    }
}

#[test]
fn the_reference_is_what_the_schema_says() {
    let Run { out, .. } = Run::of(Command::new(support::BIN).args(["schema", "reference"])).exits(0);
    assert!(page::read("docs/reference.md") == out, "do: heeler schema reference > docs/reference.md");
}

#[test]
fn the_reference_has_every_key_of_an_entry() {
    let Run { out, .. } = Run::of(Command::new(support::BIN).arg("schema")).exits(0);
    let schema: serde_json::Value = serde_json::from_str(&out).unwrap();
    let (entry, page) = (&schema["properties"]["accounts"]["items"], page::read("docs/reference.md"));
    let check = |title: &str, block: &serde_json::Value| {
        let section = page.split("\n## ").find(|section| section.starts_with(title)).unwrap();
        for (key, _) in block["properties"].as_object().unwrap().iter().filter(|(key, _)| !key.ends_with('+')) {
            assert!(section.contains(&format!("\n| `{key}` |")), "{title}: {key}");
        }
    };
    check("An entry of `accounts`", entry);
    for provider in schema["properties"]["providers"]["properties"].as_object().unwrap().keys() {
        check(&format!("`{provider}:` in a layer or an entry"), &entry["properties"][provider]);
    }
}

/// Runs the shell blocks of a page one after the other, in one place, and compares what stands below each as its output.
fn typed(page: &str) {
    let folder = Folder::new(&format!("docs-{}", page.replace(['/', '.'], "-")));
    let served = set_up(&folder, !FROM_NOTHING.contains(&page));
    let mut printed = String::new();
    for Block { language, line, text } in page::blocks(page) {
        match language.as_str() {
            "sh" => {
                let Run { code, out, err } = Run::of(&mut shell(&folder, &served.url, &text));
                // 2 is what a plan or drift with differences ends with, where a block is about that.
                let allowed = code == 0 || (code == 2 && text.contains("drift"));
                assert!(allowed, "{page}:{line} ended with {code}\n{text}\nstdout:\n{out}\nstderr:\n{err}");
                printed = out;
            }
            "text" | "json" => {
                let here = format!("{page}:{line} is not what the block above it prints, which is\n{printed}");
                assert!(printed::is(&text, &printed), "{here}");
            }
            "yaml" => {}
            other => panic!("{page}:{line}: a block of {other}, which nothing here looks at"),
        }
    }
}

/// Bash for one block, with nothing of the environment but what a reader would have.
fn shell(folder: &Folder, url: &str, block: &str) -> Command {
    let mut shell = Command::new("bash");
    shell.args(["-euo", "pipefail", "-c", block]).current_dir(folder.path(".")).env_clear();
    let path = std::env::var("PATH").unwrap();
    let peers = std::env::var("HEELER_PEERS").map(|peers| format!("{peers}:")).unwrap_or_default();
    shell
        .env("PATH", format!("{peers}{}:{path}", folder.path("bin").display()))
        .env("REAL_PATH", path)
        .env("HEELER", support::BIN)
        .env("FOLDER", folder.path("."))
        .env("HOME", folder.path("."));
    shell.env("GIT_CONFIG_SYSTEM", "/dev/null").env("GIT_CEILING_DIRECTORIES", env!("CARGO_TARGET_TMPDIR"));
    for who in ["AUTHOR", "COMMITTER"] {
        shell.env(format!("GIT_{who}_NAME"), "someone").env(format!("GIT_{who}_EMAIL"), "someone@example.com");
    }
    keyed(&mut shell, url).env("DD_SITE", "datadoghq.com");
    shell
}

/// The examples, a config unless the reader is to make one, a world that it nearly fits, and the stand-ins.
fn set_up(folder: &Folder, configured: bool) -> Served {
    std::os::unix::fs::symlink(Path::new(ROOT).join("examples"), folder.path("examples")).unwrap();
    let config = ("heeler/heeler.yaml", "heeler.yaml");
    for (name, file) in configured.then_some(config).into_iter().chain([("world.json", "world.json")]) {
        folder.write(name, &fs::read_to_string(Path::new(support::QUICKSTART).join(file)).unwrap());
    }
    stand_ins::put_into(folder);
    // A clone of a repository, to push to.
    let clone = "git init --quiet --initial-branch main && git init --quiet --bare .git/origin && git remote add origin .git/origin";
    Run::of(Command::new("bash").args(["-euc", clone]).current_dir(folder.path("."))).exits(0);
    let served = Served::world(folder, "world.json");
    fs::remove_file(folder.path("world.json")).unwrap();
    served
}

#[test]
fn what_is_packed_can_be_read_and_tried() {
    let folder = Folder::new("packed");
    // The binary under test has its symbols, which would take ten seconds to compress.
    let binary = folder.write("built/heeler", &format!("#!/bin/sh\nexec '{}' \"$@\"\n", support::BIN));
    fs::set_permissions(binary, fs::Permissions::from_mode(0o755)).unwrap();
    let mut pack = Command::new("bash");
    let paths = [folder.path("built"), folder.path("archives")];
    Run::of(pack.current_dir(ROOT).args([".ci/pack", "any-unknown-linux-gnu"]).args(&paths)).exits(0);
    let name = concat!("heeler-", env!("CARGO_PKG_VERSION"), "-any-unknown-linux-gnu");
    let archive = folder.path(&format!("archives/{name}.tar.gz"));
    Run::of(Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(folder.path("."))).exits(0);
    let root = folder.path(name);
    let mut followed = 0;
    for page in page::in_docs().iter().map(String::as_str).chain(["README.md"]) {
        let text = fs::read_to_string(root.join(page)).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#', ' ']).next()) {
            let is_elsewhere = link.is_empty() || link.contains(':');
            let to = root.join(page).parent().unwrap().join(link);
            assert!(is_elsewhere || to.exists(), "{page} links to {link}, which is not packed");
            followed += 1;
        }
    }
    assert!(followed > 40, "{followed}");
    let mut plan = Command::new(root.join("heeler"));
    Run::of(plan.current_dir(&root).args(["plan", "--sandbox", "examples/configs/quickstart"]))
        .exits(0)
        .says(&["Plan: 3 to create, 1 to update, 1 to delete, 2 unchanged. (sandbox)"]);
}
