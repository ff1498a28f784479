//! Every shell block of the README and of `docs/` is run, block by block, in the order in which somebody would type it.
//!
//! Each document gets a folder of its own with an example config in `heeler/`, an emulated vendor on a loopback port,
//! and keys. Programs that are not ours are stand-ins which note how they were called: `cargo run -- ARGS` becomes
//! `heeler ARGS` (`.ci/run` runs the real command), `curl` answers with a listing, `terraform` with a state. A block is
//! run as written; what it must leave behind is below.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use support::{Folder, Run, Served, keyed};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn the_readme_can_be_typed() {
    typed("README.md");
}

#[test]
fn every_page_of_the_docs_can_be_typed() {
    let pages = fs::read_dir(Path::new(ROOT).join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let pages: Vec<PathBuf> =
        pages.filter(|page| page.extension().is_some_and(|extension| extension == "md")).collect();
    assert!(!pages.is_empty());
    pages.iter().for_each(|page| typed(page.strip_prefix(ROOT).unwrap().to_str().unwrap()));
}

/// Runs the shell blocks of a document one after the other, in one place.
fn typed(document: &str) {
    let folder = Folder::new(&format!("docs-{}", document.replace(['/', '.'], "-")));
    let served = set_up(&folder, document != "docs/terraform.md");
    let text = fs::read_to_string(Path::new(ROOT).join(document)).unwrap();
    let blocks = shell_blocks(&text);
    assert!(!blocks.is_empty(), "{document} has no shell block");
    for (line, block) in blocks {
        let mut shell = Command::new("bash");
        shell.args(["-euo", "pipefail", "-c", &block]).current_dir(folder.path(".")).env_clear();
        let path = format!("{}:{}", folder.path("bin").display(), std::env::var("PATH").unwrap());
        shell
            .env("PATH", path)
            .env("HEELER", support::BIN)
            .env("FOLDER", folder.path("."))
            .env("HOME", folder.path("."));
        shell.env("GIT_CONFIG_SYSTEM", "/dev/null").env("GIT_CEILING_DIRECTORIES", env!("CARGO_TARGET_TMPDIR"));
        for who in ["AUTHOR", "COMMITTER"] {
            shell.env(format!("GIT_{who}_NAME"), "someone").env(format!("GIT_{who}_EMAIL"), "someone@example.com");
        }
        keyed(&mut shell, &served.url).env("DD_SITE", "datadoghq.com");
        let Run { code, out, err } = Run::of(&mut shell);
        // 2 is what a plan or drift with differences ends with, where a block is about that.
        let allowed = code == 0 || (code == 2 && block.contains("drift"));
        assert!(allowed, "{document}:{line} ended with {code}\n{block}\nstdout:\n{out}\nstderr:\n{err}");
    }
}

/// A config, unless the reader is to make one, a world that it nearly fits, and the stand-ins.
fn set_up(folder: &Folder, configured: bool) -> Served {
    let config = ("heeler/heeler.yaml", "heeler.yaml");
    for (name, file) in configured.then_some(config).into_iter().chain([("world.json", "world.json")]) {
        folder.write(name, &fs::read_to_string(Path::new(support::QUICKSTART).join(file)).unwrap());
    }
    let stand_ins = [
        ("heeler", "exec \"$HEELER\" \"$@\""),
        (
            "cargo",
            "echo \"cargo $*\" >> \"$FOLDER/calls\"; case \"$*\" in 'run --release -- '*) shift 3; cd \"$CARGO\"; exec \"$HEELER\" \"$@\";; esac",
        ),
        (
            "curl",
            "echo \"curl $*\" >> \"$FOLDER/calls\"; case \"$*\" in *'--data @-'*) cat > /dev/null;; esac; to=; for word; do if [ \"$to\" = --output ]; then cp \"$FOLDER/listing.json\" \"$word\"; fi; to=$word; done; cat \"$FOLDER/listing.json\"",
        ),
        (
            "gh",
            "echo \"gh $*\" >> \"$FOLDER/calls\"; case \"$1 $2 $*\" in 'repo clone'*) mkdir -p \"$4\"; cp -r \"$CARGO/.github\" \"$4\";; 'repo create'*) mkdir -p \"$3\";; *'--input -') jq --exit-status . > \"$FOLDER/input.json\";; 'release download'*) tar -cz -C \"$FOLDER\" --transform 's#^bin#heeler-0.1.0#' bin/heeler;; esac",
        ),
        (
            "terraform",
            "echo \"terraform $*\" >> \"$FOLDER/calls\"; case \"$1\" in show) cat \"$FOLDER/bin/state.json\";; plan) echo 'No changes.';; esac",
        ),
    ];
    for (name, script) in stand_ins {
        let script = script.replace("$CARGO", ROOT);
        let path = folder.write(&format!("bin/{name}"), &format!("#!/usr/bin/env bash\nset -eu\n{script}\n"));
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    // A clone of a repository, to push to.
    let clone = "git init --quiet --initial-branch main && git init --quiet --bare .git/origin && git remote add origin .git/origin";
    Run::of(Command::new("bash").args(["-euc", clone]).current_dir(folder.path("."))).exits(0);
    let world = folder.json("world.json");
    folder.write("listing.json", &world["datadog"].to_string());
    folder.write("bin/state.json", &state(&world["datadog"]["data"]).to_string());
    let served = Served::world(folder, "world.json");
    fs::remove_file(folder.path("world.json")).unwrap();
    served
}

/// A Terraform state of the first two accounts of a listing.
fn state(rows: &Value) -> Value {
    let resource = |row: &Value| {
        let mut values = row["attributes"].clone();
        let role = values["auth_config"].take();
        values["auth_config"] = json!({ "aws_auth_config_role": role, "aws_auth_config_keys": null });
        let name = format!("datadog_integration_aws_account.this[{}]", values["aws_account_id"]);
        json!({ "address": name, "mode": "managed", "type": "datadog_integration_aws_account", "values": values, "sensitive_values": {} })
    };
    let resources: Vec<Value> = rows.as_array().unwrap().iter().take(2).map(resource).collect();
    json!({ "format_version": "1.0", "values": { "root_module": { "resources": resources } } })
}

/// The text of each ```sh block, and the line it begins at.
fn shell_blocks(text: &str) -> Vec<(usize, String)> {
    let mut blocks = Vec::new();
    let mut inside: Option<(usize, String)> = None;
    for (index, line) in text.lines().enumerate() {
        // What belongs to an item of a list is indented by three.
        let line = line.strip_prefix("   ").filter(|line| line.starts_with("```") || inside.is_some()).unwrap_or(line);
        match (&mut inside, line) {
            (None, "```sh") => inside = Some((index + 2, String::new())),
            (Some(_), "```") => blocks.extend(inside.take()),
            (Some((_, block)), line) => block.push_str(&format!("{line}\n")),
            (None, line) => assert!(
                !line.starts_with("```bash") && !line.starts_with("```shell"),
                "write ```sh, so that it is run: {line}"
            ),
        }
    }
    blocks
}
