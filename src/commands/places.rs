//! Where the config and the world are, and what they say.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::CommandError;
use super::flags::Paths;
use super::outlets::Outlets;
use crate::config::{self, Loaded};
use crate::model::Env;
use crate::sandbox::World;

/// Reads the config, or says everything that is wrong with it.
///
/// # Errors
/// There is none, or it is invalid.
pub fn load(paths: &Paths, env: &Env, outlets: &Outlets<'_>) -> Result<Loaded, CommandError> {
    let paths = self::paths(paths)?;
    match config::load(&paths, env) {
        Ok(loaded) => {
            outlets.diagnostics(&loaded.warnings, &loaded.sources);
            Ok(loaded)
        }
        Err(invalid) => {
            outlets.diagnostics(&invalid.diagnostics, &invalid.sources);
            outlets.invalid(&invalid.diagnostics, &invalid.sources);
            Err(CommandError::Invalid)
        }
    }
}

/// Where the config is: what was named, else its usual place.
///
/// # Errors
/// It is in neither.
pub fn paths(paths: &Paths) -> Result<Vec<PathBuf>, CommandError> {
    if paths.paths.is_empty() { usual_place() } else { Ok(paths.paths.clone()) }
}

/// Where a config is, if nobody says.
///
/// # Errors
/// It is not there.
pub fn usual_place() -> Result<Vec<PathBuf>, CommandError> {
    let usual = ["heeler.yaml", "heeler"].map(PathBuf::from);
    usual.into_iter().find(|path| path.exists()).map(|path| vec![path]).ok_or(CommandError::NoConfig)
}

/// The embedded emulator's luck: the same in every run.
pub const SEED: u64 = 1;

/// The world named, or the one beside the config, or an empty one.
///
/// # Errors
/// It cannot be read.
pub fn world_of(named: &OsStr, paths: &[PathBuf]) -> Result<World, CommandError> {
    world_path(named, paths).map_or(Ok(World::empty()), |path| Ok(World::read(&path)?))
}

/// Where that world is, unless it is the empty one.
pub fn world_path(named: &OsStr, paths: &[PathBuf]) -> Option<PathBuf> {
    if !named.is_empty() {
        return Some(PathBuf::from(named));
    }
    let here = [PathBuf::from("."), PathBuf::from("heeler")];
    let places = if paths.is_empty() { &here[..] } else { paths };
    let folder = |path: &PathBuf| if path.is_dir() { path.clone() } else { path.parent().map(Path::to_path_buf).unwrap_or_default() };
    places.iter().map(|path| folder(path).join("world.json")).find(|path| path.is_file())
}
