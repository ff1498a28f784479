//! Files that are written whole or not at all, and what is no file and is written as it is.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::Serialize;

use crate::commands::files::same_file::FileId;
use crate::commands::files::staging;
use crate::model::lock::lock;
use crate::render;

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
        let mut written = lock(&self.written);
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
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let Some(name) = path.file_name().and_then(OsStr::to_str) else { return };
    let left = staging::left_behind(staging::parent(&path), name);
    // Another run may have done it meanwhile.
    left.iter().filter(|left| !is_read(left)).for_each(|left| drop(fs::remove_file(left)));
}

/// Writes the whole file beside the old one, flushes it, and puts it in its place: a reader sees the one or the other,
/// and after a power loss too. A link is followed to the file that it names.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<FileId> {
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let beside = path.with_file_name(staging::name(path.file_name().unwrap_or_default()));
    let put_in_place = || -> io::Result<FileId> {
        fill(&beside, path, bytes)?;
        let id = FileId::of(&beside).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        fs::rename(&beside, path)?;
        Ok(id)
    };
    let id = put_in_place().inspect_err(|_| drop(fs::remove_file(&beside)))?;
    staging::flush(staging::parent(path))?;
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
