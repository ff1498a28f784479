//! An import as files: all of them or none, and never over a file that is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::import_session::ImportSession;
use super::new_files::write_new;
use crate::config::files::{self, Text};
use crate::importer::output_files::FOLDER;
use crate::importer::{Imported, Layout, SplitBy};
use crate::model::Error;
use crate::model::suggestion::{did_you_mean, listed};

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
    pub fn ready(path: &Path, session: &ImportSession, split: Option<&SplitBy>) -> Result<Self, Error> {
        let is_called_like_a_file = path.extension().is_some_and(|end| end == "yaml" || end == "yml");
        if path.is_file() || is_called_like_a_file && !path.is_dir() {
            let what = if path.is_file() { "is a file" } else { "is called like a file" };
            let wrong = Error::failed(format!("--write names a folder, and {} {what}", path.display()));
            let hint = "name another folder, as `--write heeler/`; for one file: `heeler import > heeler.yaml`";
            return Err(wrong.hint(hint));
        }
        let canonical = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let read: BTreeSet<PathBuf> = session.texts.iter().map(|text| canonical(Path::new(&text.name))).collect();
        let there = if path.exists() { files::below(path) } else { Vec::new() };
        if let Some(stranger) = there.into_iter().find(|file| !read.contains(&canonical(file))) {
            let how = "is not part of the config that was read, but would be one config with what is written";
            return Err(Error::failed(format!("{} {how}", stranger.display()))
                .hint("name the config as PATH, or write into a folder without YAML"));
        }
        let is_first = !session.beginning.is_empty() && there_is_nothing(path);
        let shared = if is_first { "heeler.yaml".to_owned() } else { free(path, "imported.yaml", &BTreeSet::new()) };
        let layout = match split {
            Some(by) => Layout::Split { shared, by: by.clone() },
            None if is_first => Layout::Files { shared, accounts: "accounts.yaml".to_owned() },
            None => Layout::Files { accounts: shared.clone(), shared },
        };
        Ok(Folder { path: path.to_path_buf(), layout })
    }

    /// Whether some account has the tag by whose values files are told apart.
    ///
    /// # Errors
    /// None has.
    pub fn can_split(&self, imported: &Imported) -> Result<(), Error> {
        let Layout::Split { by: SplitBy::Tag(key), .. } = &self.layout else { return Ok(()) };
        if imported.accounts == 0 || imported.tag_keys.contains(key) {
            return Ok(());
        }
        let known = imported.tag_keys.iter().map(String::as_str);
        let hint = match did_you_mean(key, known.clone()) {
            _ if imported.tag_keys.is_empty() => "none of them has a tag; `by=profile` needs none".to_owned(),
            Some(hint) => hint,
            None => format!("they have tags of {}", listed(known)),
        };
        Err(Error::usage(format!("--split by={key}: no account that would be written has a tag `{key}:...`"))
            .hint(hint))
    }

    /// Writes every text, the last with `status` after it. Says what was written. Of the files of accounts, one whose
    /// name another has gets the next number.
    ///
    /// # Errors
    /// One cannot be written; then none is there.
    pub fn write(&self, texts: &[Text], status: &str) -> Result<Vec<PathBuf>, Error> {
        let mut named = Vec::new();
        let mut taken = BTreeSet::new();
        let last = texts.len().saturating_sub(1);
        for (at, Text { name, text }) in texts.iter().enumerate() {
            let name = if name.starts_with(FOLDER) { free(&self.path, name, &taken) } else { name.clone() };
            taken.insert(name.clone());
            named.push((name, format!("{text}{}", if at == last { status } else { "" })));
        }
        write_new(&self.path, &named)?;
        Ok(named.into_iter().map(|(name, _)| self.path.join(name)).collect())
    }
}

/// The name, or the next one with a number behind it that no file has, and none of those `taken`.
fn free(folder: &Path, name: &str, taken: &BTreeSet<String>) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "yaml"));
    let mut names = (1..).map(|number| if number == 1 { name.to_owned() } else { format!("{stem}-{number}.{ending}") });
    let is_free = |name: &String| !taken.contains(name) && fs::symlink_metadata(folder.join(name)).is_err();
    names.find(is_free).unwrap_or_default()
}

/// Whether no file of a config is in a folder, or there is no folder.
fn there_is_nothing(path: &Path) -> bool {
    !path.exists() || files::below(path).is_empty()
}
