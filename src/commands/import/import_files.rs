//! An import as files: all of them or none, and never over a file that is there.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::import_session::ImportSession;
use crate::commands::atomic_files::write_text;
use crate::commands::error::cannot_write;
use crate::config::files::{self, Text};
use crate::importer::output_files::FOLDER;
use crate::importer::{Layout, SplitBy};
use crate::model::Error;

/// A folder that may be written into.
pub struct Folder {
    path: PathBuf,
    /// Which files.
    pub layout: Layout,
}

impl Folder {
    /// A folder all of whose YAML is part of the config that was read: it is read as one config, so anything else would
    /// change what the result means.
    ///
    /// # Errors
    /// It holds other YAML, or is no folder or is called like a file.
    pub fn ready(path: &Path, opening: &ImportSession, split: Option<&SplitBy>) -> Result<Self, Error> {
        let is_called_like_a_file = path.extension().is_some_and(|end| end == "yaml" || end == "yml");
        if path.is_file() || is_called_like_a_file && !path.is_dir() {
            let what = if path.is_file() { "is a file" } else { "is called like a file" };
            let wrong = Error::failed(format!("--write names a folder, and {} {what}", path.display()));
            let hint = "name another folder, as `--write heeler/`; for one file: `heeler import > heeler.yaml`";
            return Err(wrong.hint(hint));
        }
        let canonical = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let read: BTreeSet<PathBuf> = opening.texts.iter().map(|text| canonical(Path::new(&text.name))).collect();
        let there = if path.exists() { files::below(path) } else { Vec::new() };
        if let Some(stranger) = there.into_iter().find(|file| !read.contains(&canonical(file))) {
            let how = "is not part of the config that was read, but would be one config with what is written";
            return Err(Error::failed(format!("{} {how}", stranger.display()))
                .hint("name the config as PATH, or write into a folder without YAML"));
        }
        let is_first = !opening.beginning.is_empty() && there_is_nothing(path);
        let shared = if is_first { "heeler.yaml".to_owned() } else { free(path, "imported.yaml") };
        let layout = match split {
            Some(by) => Layout::Split { shared, by: by.clone() },
            None if is_first => Layout::Files { shared, accounts: "accounts.yaml".to_owned() },
            None => Layout::Files { accounts: shared.clone(), shared },
        };
        Ok(Folder { path: path.to_path_buf(), layout })
    }

    /// Writes every text, the last with `status` after it. Says what was written. Of the files of accounts, one whose
    /// name another has gets the next number.
    ///
    /// # Errors
    /// One cannot be written; then none is there.
    pub fn write(&self, texts: &[Text], status: &str) -> Result<Vec<PathBuf>, Error> {
        let below = self.path.join(FOLDER);
        let is_split = texts.iter().any(|text| Path::new(&text.name).starts_with(FOLDER));
        let folder = if is_split { &below } else { &self.path };
        fs::create_dir_all(folder).map_err(|error| cannot_write(folder, error))?;
        let mut made = Vec::new();
        let mut written = Vec::new();
        let last = texts.len().saturating_sub(1);
        for (at, Text { name, text }) in texts.iter().enumerate() {
            let name = if name.starts_with(FOLDER) { free(&self.path, name) } else { name.clone() };
            let path = self.path.join(name);
            let status = if at == last { status } else { "" };
            if let Err(error) = write_one(&path, &format!("{text}{status}"), &mut made) {
                made.iter().for_each(|path| drop(fs::remove_file(path)));
                return Err(cannot_write(&path, error));
            }
            written.push(path);
        }
        Ok(written)
    }
}

/// The name, or the next one with a number behind it that no file has.
fn free(folder: &Path, name: &str) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "yaml"));
    let mut names = (1..).map(|number| if number == 1 { name.to_owned() } else { format!("{stem}-{number}.{ending}") });
    names.find(|name| !folder.join(name).exists()).unwrap_or_default()
}

/// Whether no file of a config is in a folder, or there is no folder.
fn there_is_nothing(path: &Path) -> bool {
    !path.exists() || files::below(path).is_empty()
}

/// The name is taken first, which fails if anybody has it; then the whole text takes its place at once.
fn write_one(path: &Path, text: &str, made: &mut Vec<PathBuf>) -> io::Result<()> {
    File::create_new(path)?;
    made.push(path.to_path_buf());
    write_text(path, text)
}
