//! The architecture: a module imports only from floors below its own, neighbours on a floor do not know each other, no
//! provider's folder knows another, and no emulator knows another or any provider. Inside each folder, no files import
//! each other in a circle. Every `crate::`, `super::` and `heeler::` path in `src` is read.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test may stop where it stands

#[path = "floors/circles.rs"]
mod circles;
#[path = "floors/imports.rs"]
mod imports;

use std::fs;

use imports::{all_modules, imports, src};

/// Modules by floor, from the lowest up.
const FLOORS: &[&[&str]] = &[
    &["model"],
    &["planner", "render", "providers", "transport"],
    &["config", "sandbox"],
    &["executor", "importer"],
    &["run"],
    &["commands"],
    &["main", "lib"],
];

fn floor_of(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

fn complaint(module: &[String], import: &[String]) -> Option<String> {
    let (here, there) = (module.first()?.as_str(), import.first()?.as_str());
    let (from, to) = (floor_of(here)?, floor_of(there)?);
    let words = format!("{} reaches", module.join("::"));
    if here == "sandbox" && there == "providers" {
        return Some(format!("{words} into {}: a misreading must not stand on both sides", import.join("::")));
    }
    if here == "sandbox" && there == "sandbox" {
        return between_emulators(module, import).then(|| format!("{words} into {}", import.join("::")));
    }
    if here == there {
        let folder = |path: &[String]| path.get(1).filter(|name| is_vendor(name)).cloned();
        return match (folder(module), folder(import)) {
            (Some(mine), Some(other)) if here == "providers" && mine != other => {
                Some(format!("{words} sideways to {}", import.join("::")))
            }
            // What dialects share knows none of them; only the list of all does.
            (None, Some(_)) if here == "providers" && module.len() > 1 => {
                Some(format!("{words} into {}", import.join("::")))
            }
            _ => None,
        };
    }
    match to.cmp(&from) {
        std::cmp::Ordering::Less => None,
        std::cmp::Ordering::Equal => Some(format!("{words} sideways to {}", import.join("::"))),
        std::cmp::Ordering::Greater => Some(format!("{words} up to {}", import.join("::"))),
    }
}

/// Whether an emulator's folder, or what several share, imports out of the folder of another. The list of all imports
/// them; what several share is in a folder that has no vendor's name.
fn between_emulators(module: &[String], import: &[String]) -> bool {
    let folder = |path: &[String]| {
        path.get(1).filter(|name| *name == "vendors").and(path.get(2)).filter(|name| is_emulator(name)).cloned()
    };
    let (mine, other) = (folder(module), folder(import));
    module.len() > 2 && module[1] == "vendors" && other.is_some_and(|other| is_vendor(&other) && Some(other) != mine)
}

fn is_emulator(name: &str) -> bool {
    src().join("sandbox/vendors").join(name).join("mod.rs").is_file()
}

fn is_vendor(name: &str) -> bool {
    src().join("providers").join(name).join("wire.rs").is_file()
}

#[test]
fn modules_import_only_from_floors_below() {
    let files = all_modules();
    let mut complaints = Vec::new();
    for (path, module) in &files {
        let text = fs::read_to_string(path).expect("a source file");
        complaints.extend(imports(&text, module).iter().filter_map(|import| complaint(module, import)));
    }
    assert!(files.len() > 40, "found only {} files", files.len());
    assert_eq!(complaints, Vec::<String>::new());
}

#[test]
fn every_module_has_a_floor() {
    for entry in fs::read_dir(src()).expect("src is readable") {
        let name = entry.expect("src is readable").path().file_stem().expect("a name").to_string_lossy().into_owned();
        assert!(floor_of(&name).is_some(), "{name} has no floor: put it in FLOORS, or inside a module");
    }
}

/// Vendors are told apart in their own folders and in the two lists of them, nowhere else.
#[test]
fn no_module_but_providers_and_emulators_knows_a_vendor() {
    let folders = fs::read_dir(src().join("providers"))
        .expect("src is readable")
        .map(|entry| entry.expect("src is readable").file_name());
    let vendors: Vec<String> =
        folders.filter_map(|name| name.into_string().ok()).filter(|name| !name.ends_with(".rs")).collect();
    assert!(vendors.len() > 2, "{vendors:?}");
    let emulators = ["sandbox", "vendors"].map(str::to_owned);
    let files = all_modules();
    for (path, module) in &files {
        let outside = module.first().is_some_and(|name| name != "providers") && !module.starts_with(&emulators);
        let text = fs::read_to_string(path).expect("a source file");
        let code = text
            .split("#[cfg(test)]")
            .next()
            .unwrap_or_default()
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let knows = |line: &&str| {
            vendors.iter().any(|name| {
                ["providers", "vendors"].iter().any(|list| line.contains(&format!("{list}::{name}")))
                    || line.contains(&format!("== \"{name}"))
            })
        };
        let named: Vec<&str> = code.filter(knows).collect();
        assert!(!outside || named.is_empty(), "{}: {named:?}", path.display());
    }
}

#[test]
fn the_reader_of_paths_sees_what_it_should() {
    let module: Vec<String> = ["planner", "diff"].map(str::to_owned).to_vec();
    let seen = imports(
        "use super::stops;\nuse crate::model::{Node, path::{Path}};\nlet x = crate::executor::execute();",
        &module,
    );
    let spoken: Vec<String> = seen.iter().map(|path| path.join("::")).collect();
    assert!(spoken.contains(&"planner::stops".to_owned()), "{spoken:?}");
    assert!(spoken.contains(&"executor::execute".to_owned()), "{spoken:?}");
    assert!(complaint(&module, &["executor".to_owned()]).is_some_and(|words| words.contains("up to")));
    assert!(complaint(&module, &["render".to_owned()]).is_some_and(|words| words.contains("sideways")));
    assert!(complaint(&module, &["model".to_owned()]).is_none());

    let path = |path: &str| path.split("::").map(str::to_owned).collect::<Vec<_>>();
    let emulator = path("sandbox::vendors::datadog::writes");
    assert!(complaint(&emulator, &path("providers::listing")).is_some_and(|words| words.contains("both sides")));
    assert!(complaint(&emulator, &path("sandbox::vendors::datadog_v1::answers")).is_some());
    assert!(complaint(&path("sandbox::vendors::datadog_rows"), &emulator).is_some());
    for allowed in ["sandbox::vendors::datadog::merge", "sandbox::vendors::datadog_rows", "sandbox::table::Table"] {
        assert_eq!(complaint(&emulator, &path(allowed)), None);
    }
    assert_eq!(complaint(&path("sandbox::vendors"), &emulator), None);
}
