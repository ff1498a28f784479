//! Law 8 on the binary: over every world there is, `plan`, `drift`, `import` and `migrate` send nothing but questions,
//! and no row is another afterwards. A question is a GET or a search by POST, which a path shows, and
//! what the emulators say is one by their own routes.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may stop where it stands

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use heeler::model::Method;
use heeler::providers;
use heeler::sandbox::{Faults, Logged};
use support::{Folder, Run, keyed, served_world};

/// Folders that hold a config and a world.
fn scenes() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["tests/scenarios", "examples/configs"].map(|folder| fs::read_dir(root.join(folder)).unwrap());
    let folders = folders.into_iter().flatten().map(|entry| entry.unwrap().path());
    folders.filter(|path| path.join("world.json").is_file()).collect()
}

#[test]
fn whatever_only_reads_only_asks() {
    let folder = Folder::new("readonly");
    let scenes = scenes();
    assert!(scenes.len() > 20, "only {} worlds", scenes.len());
    let (mut asked, mut searches) = (0, 0);
    for view in scenes {
        let world = fs::read_to_string(view.join("world.json")).unwrap();
        // With its config; and an import and a migration with none.
        let commands = [
            ("plan", [0, 1, 4, 5]),
            ("drift --strict", [0, 1, 2, 5]),
            ("import", [0, 1, 4, 5]),
            ("import --flat", [0, 1, 4, 5]),
            ("migrate", [0, 1, 4, 5]),
            ("migrate --flat", [0, 1, 4, 5]),
        ];
        for (command, codes) in commands {
            let (sandbox, url) = served_world(&world, Faults::none());
            let rows = || providers::ALL.iter().map(|provider| sandbox.rows(provider.backend())).collect::<Vec<_>>();
            let before = rows();
            let path = if command.ends_with("--flat") { String::new() } else { view.display().to_string() };
            let mut process = folder.heeler(&format!("{command} {path}"));
            let site = path.is_empty().then_some(("DD_SITE", "ddog-gov.com"));
            let run = Run::of(keyed(&mut process, &url).envs(site));
            assert!(codes.contains(&run.code), "{command} {}: exit {}\n{}", view.display(), run.code, run.err);
            let log = sandbox.log();
            asked += log.len();
            let asks = |request: &Logged| {
                let by_its_form = request.method == Method::Get
                    || (request.method == Method::Post && request.path.contains("/search/"));
                by_its_form && request.only_reads && !request.write
            };
            assert!(log.iter().all(asks), "{command} {}: {log:?}", view.display());
            searches += log.iter().filter(|request| request.method == Method::Post).count();
            assert!(rows() == before, "{command} {}: asking changed a row", view.display());
        }
    }
    assert!(asked > 40 && searches > 0, "only {asked} requests, {searches} of them searches");
}
