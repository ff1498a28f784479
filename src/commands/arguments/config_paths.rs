//! Where the config and the sandbox's world are.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::commands::arguments::flags::Paths;
use crate::commands::files::own_reports::is_report;
use crate::config::files::check_there;
use crate::config::symlinks;
use crate::model::{Env, Error};
use crate::providers;
use crate::sandbox::World;

/// Where the config is: what was named, else its usual place.
///
/// # Errors
/// It is in neither, or what was named is a report or is not there.
pub fn paths(paths: &Paths) -> Result<Vec<PathBuf>, Error> {
    let named = named(paths)?;
    check_there(&named)?;
    Ok(named)
}

/// The same, whether that is there or not.
///
/// # Errors
/// Nothing is named and nothing is at the usual place, or what was named is a report.
pub fn named(paths: &Paths) -> Result<Vec<PathBuf>, Error> {
    match paths.paths.iter().find(|path| is_report(path)) {
        Some(path) => {
            Err(Error::usage(format!("{} is a report of heeler's, and stands where a config is named", path.display()))
                .hint(format!(
                    "to do what a plan contains, and nothing else, name the config and `heeler apply --expect {}`",
                    path.display()
                )))
        }
        None if paths.paths.is_empty() => usual_place(),
        None => Ok(paths.paths.clone()),
    }
}

/// Where a config is, if nobody says.
///
/// # Errors
/// It is not there.
pub fn usual_place() -> Result<Vec<PathBuf>, Error> {
    let (file, folder) = (PathBuf::from("heeler.yaml"), PathBuf::from("heeler"));
    // The binary has the folder's name, and may lie here.
    let usual = [(file.exists(), file), (folder.is_dir(), folder)];
    usual.into_iter().find(|(is_there, _)| *is_there).map(|(_, path)| vec![path]).ok_or_else(no_config)
}

/// How to begin. The example is for whoever stands in heeler's own repository; a binary comes without it.
fn no_config() -> Error {
    let example = Path::new("examples/configs/quickstart");
    let hint = match example.is_dir() {
        true => format!("try it on an example: heeler plan --sandbox {}", example.display()),
        false => "name a file or a folder of *.yaml; to begin one with what is live, set the keys and run `heeler import --write heeler/`".to_owned(),
    };
    Error::usage("no config: neither ./heeler.yaml nor ./heeler/ is here, and no PATH was given").hint(hint)
}

/// Whether `--sandbox WORLD` was meant, without the equals sign that it takes: then the world stands where configs are
/// named.
///
/// # Errors
/// It does.
pub fn world_is_named(world: Option<&OsStr>, paths: &[PathBuf]) -> Result<(), Error> {
    let is_world = |path: &&PathBuf| {
        let names = |text: String| serde_json::from_str::<BTreeMap<String, Value>>(&text).ok();
        let holds = |world: BTreeMap<String, Value>| {
            !world.is_empty() && world.keys().all(|name| providers::named(name).is_some())
        };
        let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        is_json && fs::read_to_string(path).map_or(true, |text| names(text).is_some_and(holds))
    };
    let without_equals = world.is_some_and(OsStr::is_empty);
    match paths.iter().find(|path| without_equals && is_world(path)) {
        Some(path) => {
            let message = format!("{} is a world, or is not there, and stands where a config is named", path.display());
            let hint = format!("a world follows an equals sign, and must be there: --sandbox={}", path.display());
            Err(Error::usage(message).hint(hint))
        }
        None => Ok(()),
    }
}

/// The world named, or the one beside the config, or an empty one.
///
/// # Errors
/// It cannot be read, or is a link that is not followed.
pub fn world_of(named: &OsStr, paths: &[PathBuf], env: &Env) -> Result<World, Error> {
    let Some(path) = world_path(named, paths) else {
        tracing::warn!("{EMPTY_WORLD}");
        return Ok(World::empty());
    };
    symlinks::check_named(&path, env)?;
    if let (true, Some(folder)) = (named.is_empty(), path.parent()) {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        symlinks::check_within(&path, &fs::canonicalize(folder).unwrap_or_default())?;
    }
    Ok(World::read(&path)?)
}

/// What whoever has keys and forgot `--sandbox` in the command would take for the truth about their organization.
const EMPTY_WORLD: &str = "no world.json is beside the config, so the sandbox begins empty: this is not your own organization. --sandbox=WORLD begins with a listing of it";

/// Where that world is, unless it is the empty one.
pub fn world_path(named: &OsStr, paths: &[PathBuf]) -> Option<PathBuf> {
    if !named.is_empty() {
        return Some(PathBuf::from(named));
    }
    let here = [PathBuf::from("."), PathBuf::from("heeler")];
    let places = if paths.is_empty() { &here[..] } else { paths };
    let folder = |path: &PathBuf| {
        if path.is_dir() { path.clone() } else { path.parent().map(Path::to_path_buf).unwrap_or_default() }
    };
    places.iter().map(|path| folder(path).join("world.json")).find(|path| path.is_file())
}
