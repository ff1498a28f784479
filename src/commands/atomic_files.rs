//! Files that are written whole or not at all, and what is no file and is written as it is.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;

use super::same_file::FileId;
use crate::render;

/// Writes JSON, and a last line break.
///
/// # Errors
/// It cannot be written.
pub fn write_json(path: &Path, document: &impl Serialize) -> io::Result<()> {
    write_whole(path, &json(document)?).map(drop)
}

/// Writes text as it is.
///
/// # Errors
/// It cannot be written.
pub fn write_text(path: &Path, text: &str) -> io::Result<()> {
    write_whole(path, text.as_bytes()).map(drop)
}

/// Writes into a pipe, a device, or at the end of a file that others write into as well.
///
/// # Errors
/// It cannot be written.
pub fn write_through(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = File::options().append(true).create(true).open(path)?;
    file.write_all(text)?;
    file.flush()
}

/// JSON as it is written into a file.
///
/// # Errors
/// The document cannot be serialized.
pub fn json(document: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    render::json::write(&mut bytes, document)?;
    Ok(bytes)
}

/// A file that one run writes again and again, and nobody else meanwhile.
#[derive(Debug)]
pub struct OwnFile {
    path: PathBuf,
    written: Mutex<Option<FileId>>,
}

impl OwnFile {
    /// Not written yet.
    pub fn new(path: PathBuf) -> Self {
        OwnFile { path, written: Mutex::default() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes it whole.
    ///
    /// # Errors
    /// It cannot be written, or somebody else has put another file in its place since this run wrote it.
    pub fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let there = FileId::of(&self.path);
        if let (Some(written), Some(there)) = (&*written, &there)
            && written != there
        {
            return Err(io::Error::other("somebody else has written it since this run did"));
        }
        *written = Some(write_whole(&self.path, bytes)?);
        Ok(())
    }
}

/// Takes away what a run that was killed in the middle of writing this file left beside it, unless this run reads it.
/// What is new may be that of a run that goes on.
pub fn sweep(path: &Path, is_read: impl Fn(&Path) -> bool) {
    const LEFT: Duration = Duration::from_secs(60);
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (Some(name), Ok(entries)) = (path.file_name().and_then(OsStr::to_str), fs::read_dir(folder)) else { return };
    let start = format!(".{name}.");
    let is_ours = |beside: &str| {
        let number = beside.strip_prefix(&start).and_then(|rest| rest.strip_suffix(WRITING));
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    for entry in entries.flatten().filter(|entry| entry.file_name().to_str().is_some_and(is_ours)) {
        let age = fs::symlink_metadata(entry.path())
            .ok()
            .and_then(|data| data.modified().ok())
            .and_then(|written| written.elapsed().ok());
        if age.is_some_and(|age| age > LEFT) && !is_read(&entry.path()) {
            // Another run may have done it meanwhile.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// How the name of a file ends that is not whole yet; it begins with a dot, so that no config is read from it and
/// `git add *` leaves it out.
const WRITING: &str = ".writing";

/// Writes the whole file beside the old one, flushes it, and puts it in its place: a reader sees the one or the other,
/// and after a power loss too. A link is followed to the file that it names.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<FileId> {
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}{WRITING}", std::process::id()));
    let beside = path.with_file_name(name);
    let put_in_place = || -> io::Result<FileId> {
        fill(&beside, path, bytes)?;
        let id = FileId::of(&beside).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        fs::rename(&beside, path)?;
        Ok(id)
    };
    let id = put_in_place().inspect_err(|_| drop(fs::remove_file(&beside)))?;
    // Not every system lets a folder be flushed; where it does, the new name is on disk now.
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
    }
    Ok(id)
}

/// A new file with these bytes, which whoever could read the old one can read.
fn fill(beside: &Path, old: &Path, bytes: &[u8]) -> io::Result<()> {
    // What an earlier process of the same number left behind; a link is taken away, not followed.
    let _ = fs::remove_file(beside);
    let mut file = File::create_new(beside)?;
    if let Ok(old) = fs::metadata(old) {
        file.set_permissions(old.permissions())?;
    }
    file.write_all(bytes)?;
    file.sync_all()
}
