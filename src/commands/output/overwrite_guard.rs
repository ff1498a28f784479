//! Outputs never destroy inputs: which files a report may be written to. Asked before anything is read or sent.

use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error as ThisError;

use crate::commands::arguments::config_paths;
use crate::commands::arguments::flags::{Paths, Selection};
use crate::commands::files::own_reports::{Product, is_own};
use crate::commands::files::same_file::{FileId, resolved};
use crate::config::files;
use crate::model::Error;

/// A file that a run is asked to write.
#[derive(Debug, Clone, Copy)]
pub struct Output<'a> {
    /// What asked for it, for people.
    pub flag: &'a str,
    /// Where.
    pub path: &'a Path,
    /// What. Nothing for what is added to the end of a file.
    pub product: Option<Product>,
}

/// Every file that a run reads, or would read, and what it is to the run.
#[derive(Debug, Default)]
pub struct Inputs(Vec<(&'static str, PathBuf)>);

/// Why a file may not be written.
#[derive(Debug, ThisError)]
pub enum Overwrite {
    /// It is read by this run.
    #[error("this run reads that file: {0}")]
    Input(&'static str),
    /// Something else of this run goes there.
    #[error("{0} goes there as well")]
    Taken(String),
    /// It is named like a config.
    #[error("a file of that name is a config")]
    Config,
    /// It holds something that is not such a report.
    #[error("it is there already, and is no {} of heeler's", .0.noun())]
    Foreign(Product),
    /// It is a folder.
    #[error("it is a folder")]
    Folder,
}

impl Inputs {
    /// The files of the config.
    pub fn config(paths: &Paths) -> Self {
        Inputs::default().and("the config", &config_paths::named(paths).unwrap_or_default())
    }

    /// These as well, and every file of a config in those that are folders.
    pub fn and(mut self, what: &'static str, paths: &[PathBuf]) -> Self {
        let found = paths.iter().flat_map(|path| if path.is_dir() { files::below(path) } else { vec![path.clone()] });
        self.0.extend(found.map(|path| (what, path)));
        self
    }

    /// Whether this file is one of them.
    pub fn have(&self, path: &Path) -> bool {
        let id = FileId::of_any(path);
        self.0.iter().any(|(_, read)| FileId::of_any(read) == id)
    }

    /// The world of a sandbox as well.
    pub fn and_world(self, selection: &Selection, paths: &Paths) -> Self {
        let world = selection.sandbox.as_ref().and_then(|named| config_paths::world_path(named, &paths.paths));
        self.and("the sandbox's world", world.as_slice())
    }
}

/// Whether every one of these files may be written.
///
/// # Errors
/// The first that may not, and why.
pub fn check(outputs: &[Output<'_>], inputs: &Inputs) -> Result<(), Error> {
    if outputs.is_empty() {
        return Ok(());
    }
    let read: Vec<(&str, FileId)> = inputs.0.iter().map(|(what, path)| (*what, FileId::of_any(path))).collect();
    let mut taken = streams();
    for Output { flag, path, product } in outputs {
        let id = FileId::of_any(path);
        let input = read.iter().find(|(_, read)| *read == id).map(|(what, _)| Overwrite::Input(what));
        let other = || taken.iter().find(|(_, taken)| *taken == id).map(|(other, _)| Overwrite::Taken(other.clone()));
        if let Some(why) = input.or_else(other).or_else(|| replaceable(path, (*product)?).err()) {
            return Err(Error::usage(format!("{flag} {}", path.display()))
                .because(why)
                .hint("nothing was read, sent or written; name another file"));
        }
        taken.push(((*flag).to_owned(), id));
    }
    Ok(())
}

/// Where stdout and stderr go, if they go into files.
fn streams() -> Vec<(String, FileId)> {
    let file = |name: &str| {
        let path = PathBuf::from(format!("/dev/{name}"));
        let id = fs::metadata(&path).is_ok_and(|data| data.is_file()).then(|| FileId::of(&path)).flatten()?;
        Some((name.to_owned(), id))
    };
    ["stdout", "stderr"].into_iter().filter_map(file).collect()
}

/// Whether a file may be put in place of what is there.
fn replaceable(path: &Path, product: Product) -> Result<(), Overwrite> {
    if [path, &resolved(path)].into_iter().any(is_named_like_a_config) {
        return Err(Overwrite::Config);
    }
    match fs::metadata(path) {
        Ok(data) if data.is_dir() => Err(Overwrite::Folder),
        Ok(data) if data.is_file() && data.len() > 0 && !is_own(path, product) => Err(Overwrite::Foreign(product)),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn is_named_like_a_config(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml"))
}
