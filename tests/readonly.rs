//! Law 8 on the binary: over every world there is, `plan`, `drift` and `import` send nothing but questions, and no row is another
//! afterwards. A question is a GET or a search by POST, which a path shows; no other endpoint that only reads needs another verb.

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
fn plan_drift_and_import_only_ask() {
    let folder = Folder::new("readonly");
    let scenes = scenes();
    assert!(scenes.len() > 20, "only {} worlds", scenes.len());
    let (mut asked, mut searches) = (0, 0);
    for scene in scenes {
        let world = fs::read_to_string(scene.join("world.json")).unwrap();
        // With its config; and an import with none.
        for (command, codes) in [("plan", [0, 1, 4, 5]), ("drift --strict", [0, 1, 2, 5]), ("import", [0, 1, 4, 5]), ("import --flat", [0, 1, 4, 5])]
        {
            let (sandbox, url) = served_world(&world, Faults::none());
            let rows = || providers::ALL.iter().map(|provider| sandbox.rows(provider.backend())).collect::<Vec<_>>();
            let before = rows();
            let path = if command == "import --flat" { String::new() } else { scene.display().to_string() };
            let mut process = folder.heeler(&format!("{command} {path}"));
            let site = path.is_empty().then_some(("DD_SITE", "ddog-gov.com"));
            let run = Run::of(keyed(&mut process, &url).envs(site));
            assert!(codes.contains(&run.code), "{command} {}: exit {}\n{}", scene.display(), run.code, run.err);
            let log = sandbox.log();
            asked += log.len();
            let asks = |request: &Logged| request.method == Method::Get || (request.method == Method::Post && request.path.contains("/search/"));
            assert!(log.iter().all(|request| asks(request) && !request.write), "{command} {}: {log:?}", scene.display());
            searches += log.iter().filter(|request| request.method == Method::Post).count();
            assert!(rows() == before, "{command} {}: asking changed a row", scene.display());
        }
    }
    assert!(asked > 40 && searches > 0, "only {asked} requests, {searches} of them searches");
}
