//! Finding and reading the files of a config. Only bytes and names; what they mean is decided elsewhere.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::symlinks;
use crate::model::aws::account_id::is_account_id;
use crate::model::{Diagnostic, Diagnostics, Env, Error};
use crate::providers;

/// The largest file that is read, in bytes.
pub const MAX_FILE_BYTES: u64 = 32 * 1024 * 1024;

/// The most that is read of all files together, in bytes.
pub const MAX_CONFIG_BYTES: u64 = 256 * 1024 * 1024;

/// A file that was read.
#[derive(Debug, Clone)]
pub struct Text {
    /// As it was named, or found in a folder.
    pub name: String,
    /// What it holds.
    pub text: String,
}

/// Whether every path is there. What is named and is not there is a slip of whoever typed the command, and nothing that
/// is wrong with the config.
///
/// # Errors
/// The first path that is not there.
pub fn check_there(paths: &[PathBuf]) -> Result<(), Error> {
    for path in paths {
        if let Err(error) = fs::metadata(path)
            && matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
        {
            let Diagnostic { title, help, .. } = cannot_read(path, &error);
            return Err(Error::usage(title).hint(help.unwrap_or_default()));
        }
    }
    Ok(())
}

/// Reads every file named, and every `*.yaml` and `*.yml` in every folder named, in path order; each once.
pub fn read(paths: &[PathBuf], env: &Env, out: &mut Diagnostics) -> Vec<Text> {
    let mut found = Vec::new();
    for path in paths {
        if let Err(why) = symlinks::check_named(path, env) {
            out.push(not_followed(&why));
        } else if path.is_dir() {
            let (before, fine) = (found.len(), out.len());
            found.extend(walk(path, out));
            if found.len() == before && out.len() == fine {
                out.push(
                    Diagnostic::nowhere(format!("{} holds no *.yaml file", path.display()))
                        .help(format!("name the folder that holds your config; {}", begin(path))),
                );
            }
        } else {
            found.push(path.clone());
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|path| seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())));
    let mut room = MAX_CONFIG_BYTES;
    let mut texts = Vec::new();
    for path in &found {
        let Some(text) = read_one(path, out) else { continue };
        let Some(rest) = room.checked_sub(text.text.len() as u64) else {
            let megabytes = MAX_CONFIG_BYTES / 1024 / 1024;
            let wrong = Diagnostic::nowhere(format!(
                "the files of the config are larger than {megabytes} MB together; {} and later ones were not read",
                text.name
            ));
            out.push(wrong.help("split the config into several roots, each run by itself"));
            break;
        };
        room = rest;
        texts.push(text);
    }
    texts
}

/// Whether there is nothing to read: folders without a single file of a config in them.
pub fn are_empty(paths: &[PathBuf]) -> bool {
    paths.iter().all(|path| path.is_dir() && below(path).is_empty())
}

/// The files of a config below a folder, as far as it can be read.
pub fn below(folder: &Path) -> Vec<PathBuf> {
    walk(folder, &mut Diagnostics::new())
}

/// The files of a config in a folder and in those within it.
fn walk(folder: &Path, out: &mut Diagnostics) -> Vec<PathBuf> {
    let root = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    let mut found = Vec::new();
    walk_within(folder, &root, &mut BTreeSet::new(), &mut found, out);
    found
}

/// Links may lead back up, so each folder is read once, under whatever name. One that leads out of the folder that was
/// named is not followed: a pull request could show what is on the machine that checks it.
fn walk_within(
    folder: &Path,
    root: &Path,
    walked: &mut BTreeSet<PathBuf>,
    found: &mut Vec<PathBuf>,
    out: &mut Diagnostics,
) {
    if !walked.insert(fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf())) {
        return;
    }
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return out.push(cannot_read(folder, &error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        match entry {
            Ok(entry) => paths.push(entry.path()),
            Err(error) => return out.push(cannot_read(folder, &error)),
        }
    }
    paths.sort();
    let hidden = |path: &PathBuf| path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
    for path in paths.into_iter().filter(|path| !hidden(path)) {
        let is_config = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        let is_folder = path.is_dir();
        if !is_config && !is_folder {
            continue;
        }
        if let Err(why) = symlinks::check_within(&path, root) {
            out.push(not_followed(&why));
        } else if is_folder {
            walk_within(&path, root, walked, found, out);
        } else {
            found.push(path);
        }
    }
}

fn read_one(path: &Path, out: &mut Diagnostics) -> Option<Text> {
    let name = path.strip_prefix("./").unwrap_or(path).display().to_string();
    let size = match fs::metadata(path) {
        Ok(data) if data.is_file() => data.len(),
        Ok(_) => {
            out.push(Diagnostic::nowhere(format!("{name} is not a file")).help("name a YAML file or a folder of them"));
            return None;
        }
        Err(error) => {
            out.push(cannot_read(path, &error));
            return None;
        }
    };
    if size > MAX_FILE_BYTES {
        let megabytes = MAX_FILE_BYTES / 1024 / 1024;
        out.push(
            Diagnostic::nowhere(format!("{name} is larger than {megabytes} MB"))
                .help("split it: a folder of files is read as one config"),
        );
        return None;
    }
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            out.push(cannot_read(path, &error));
            return None;
        }
    };
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 0, 0xfe, 0xff, ..] = bytes[..] {
        out.push(
            Diagnostic::nowhere(format!("{name}:1:1: this is UTF-16 or UTF-32"))
                .help("save the file as UTF-8; in PowerShell: `Out-File -Encoding utf8`"),
        );
        return None;
    }
    match String::from_utf8(bytes) {
        Ok(text) if text.contains('\0') => {
            let before = &text[..text.find('\0').unwrap_or_default()];
            let at = format!(
                "{}:{}",
                before.matches('\n').count() + 1,
                before.chars().rev().take_while(|c| *c != '\n').count() + 1
            );
            let help = "save the file as UTF-8, not as UTF-16; or is it no YAML file at all?";
            out.push(Diagnostic::nowhere(format!("{name}:{at}: a NUL byte: this is not text")).help(help));
            None
        }
        Ok(text) => Some(Text { name, text }),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let before = &error.as_bytes()[..at];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            // In characters, as everywhere: whatever stands before is text.
            let column = String::from_utf8_lossy(before).chars().rev().take_while(|c| *c != '\n').count() + 1;
            out.push(
                Diagnostic::nowhere(format!("{name}:{line}:{column}: not UTF-8"))
                    .help("save the file as UTF-8; most likely it is Latin-1 or Windows-1252 now"),
            );
            None
        }
    }
}

fn cannot_read(path: &Path, error: &std::io::Error) -> Diagnostic {
    let help = match error.kind() {
        ErrorKind::NotFound => meant_as_no_path(path).unwrap_or_else(|| format!("is the path right? {}", begin(path))),
        ErrorKind::NotADirectory => {
            "it is a file; a folder is written with a slash at its end, a file without".to_owned()
        }
        _ => "is it readable?".to_owned(),
    };
    Diagnostic::nowhere(format!("cannot read {}: {error}", path.display())).help(help)
}

/// What a word was meant as that stands where paths do, if it is an account's id, a field, or a bare name.
fn meant_as_no_path(path: &Path) -> Option<String> {
    let word = path.to_str().filter(|word| !word.is_empty() && !word.contains(['/', '\\']))?;
    let is_field = |word: &str| {
        let mut keys = word.split('.').peekable();
        keys.next_if(|first| providers::named(first).is_some());
        keys.next().is_some_and(|key| providers::ALL.iter().any(|provider| provider.block().fields.contains_key(key)))
    };
    if is_account_id(word) {
        return Some(format!("an account's id? Write `--only {word}`; several stand with commas: `--only ID,ID`"));
    }
    if is_field(word) {
        return Some(format!(
            "a field? It stands before PATH, `heeler explain ACCOUNT {word} PATH`; accept takes it as `--field {word}`"
        ));
    }
    let is_bare = !word.contains('.');
    is_bare.then(|| {
        format!(
            "is the path right? Accounts are named with `--only`, several with commas: `--only a,b`; {}",
            begin(path)
        )
    })
}

/// How a config comes to where none is yet.
fn begin(path: &Path) -> String {
    let is_file = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    let command = if is_file { ">" } else { "--write" };
    let path = path.display();
    format!("to begin a config with what is live, set the keys and run `heeler import {command} {path}`")
}

/// A link that is not followed.
fn not_followed(why: &Error) -> Diagnostic {
    Diagnostic::nowhere(why.message()).help(why.hints().join("; "))
}
