//! Law 8 on the binary: over every world there is, `plan` and `import` send nothing but GET. No endpoint that only reads needs another verb.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may stop where it stands

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use heeler::model::Method;
use serde_json::Value;
use support::{Folder, Run, keyed, served_here};

/// Folders that hold a config and a world.
fn scenes() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["tests/scenarios", "examples/configs"].map(|folder| fs::read_dir(root.join(folder)).unwrap());
    let folders = folders.into_iter().flatten().map(|entry| entry.unwrap().path());
    folders.filter(|path| path.join("world.json").is_file()).collect()
}

#[test]
fn plan_and_import_only_get() {
    let folder = Folder::new("readonly");
    let scenes = scenes();
    assert!(scenes.len() > 20, "only {} worlds", scenes.len());
    let mut asked = 0;
    for scene in scenes {
        let world: Value = serde_json::from_slice(&fs::read(scene.join("world.json")).unwrap()).unwrap();
        let rows = world["datadog"]["data"].as_array().cloned().unwrap_or_default();
        // With its config, and with none.
        let commands = ["plan", "import"].map(|command| format!("{command} {}", scene.display()));
        for args in commands.iter().map(String::as_str).chain(["import --flat"]) {
            let (sandbox, url) = served_here(&rows);
            let run = Run::of(keyed(&mut folder.heeler(args), &url).envs((args == "import --flat").then_some(("DD_SITE", "ddog-gov.com"))));
            assert!([0, 1, 4, 5].contains(&run.code), "{args}: exit {}\n{}", run.code, run.err);
            let log = sandbox.log();
            asked += log.len();
            assert!(log.iter().all(|request| request.method == Method::Get && !request.write), "{args}: {log:?}");
        }
    }
    assert!(asked > 20, "only {asked} requests");
}
