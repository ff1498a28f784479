//! Files that are written whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use crate::render::json;

/// Writes JSON, and a last line break.
///
/// # Errors
/// It cannot be written.
pub fn write_json(path: &Path, document: &impl Serialize) -> io::Result<()> {
    write_whole(path, &|file| json::write(file, document))
}

/// Writes text as it is.
///
/// # Errors
/// It cannot be written.
pub fn write_text(path: &Path, text: &str) -> io::Result<()> {
    write_whole(path, &|file| file.write_all(text.as_bytes()))
}

/// Writes the whole file beside the old one, flushes it, and puts it in its place: a reader sees the one or the other, and after a
/// power loss too.
fn write_whole(path: &Path, fill: &dyn Fn(&mut File) -> io::Result<()>) -> io::Result<()> {
    // Through a link to what it names; into a pipe or a device as it is.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    if fs::metadata(path).is_ok_and(|data| !data.is_file() && !data.is_dir()) {
        return fill(&mut File::options().write(true).open(path)?);
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.writing", std::process::id()));
    let beside = path.with_file_name(name);
    let mut file = File::create(&beside)?;
    fill(&mut file)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Not every system lets a folder be flushed; where it does, the new name is on disk now.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
