//! Files of one run that appear together, each of them whole, and none over a file that is there.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::commands::files::staging::{self, flush, parent};
use crate::commands::process::error::cannot_write;
use crate::model::Error;

/// Writes texts into a folder, by their names below it. A folder that is not there yet appears with all of them at
/// once. In one that is there, a run that is killed meanwhile leaves whole files, of which the first text comes last.
///
/// # Errors
/// One cannot be written, or is there already; then none of them is there.
pub fn write_new(folder: &Path, texts: &[(String, String)]) -> Result<(), Error> {
    let failed = |error| cannot_write(folder, error);
    let is_new = fs::symlink_metadata(folder).is_err();
    let staged = Staged::beside_or_in(folder, is_new).map_err(failed)?;
    for (name, text) in texts {
        staged.write(name, text).map_err(|error| cannot_write(&folder.join(name), error))?;
    }
    if is_new {
        return fs::rename(&staged.path, folder).and_then(|()| flush(parent(folder))).map_err(failed);
    }
    let mut made = Made::default();
    for (name, _) in texts.iter().rev() {
        let path = folder.join(name);
        made.place(&staged.path.join(name), &path).map_err(|error| cannot_write(&path, error))?;
    }
    made.keep();
    flush(folder).map_err(failed)
}

/// A hidden folder with the files of a run; no config is read from it. It is gone when this is.
struct Staged {
    path: PathBuf,
}

impl Staged {
    /// An empty one: beside a folder that is not there yet, so that it can take its place, else in it.
    fn beside_or_in(folder: &Path, is_new: bool) -> io::Result<Self> {
        let (around, name) = match (is_new, folder.file_name()) {
            (true, Some(name)) => (parent(folder), name),
            (true, None) | (false, _) => (folder, OsStr::new("heeler")),
        };
        fs::create_dir_all(around)?;
        // Another run may have done it meanwhile.
        staging::left_behind(around, &name.to_string_lossy()).iter().for_each(|left| drop(fs::remove_dir_all(left)));
        let path = around.join(staging::name(name));
        // What an earlier process of the same number left behind.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path)?;
        Ok(Staged { path })
    }

    fn write(&self, name: &str, text: &str) -> io::Result<()> {
        let path = self.path.join(name);
        fs::create_dir_all(parent(&path))?;
        let mut file = File::create_new(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // It is not there any more where it has taken the folder's place.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Files and folders that were made; they are taken away again unless they are kept.
#[derive(Default)]
struct Made {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

impl Made {
    /// Puts a whole file where none is.
    fn place(&mut self, whole: &Path, path: &Path) -> io::Result<()> {
        let folder = parent(path);
        if !folder.exists() {
            fs::create_dir(folder)?;
            self.folders.push(folder.to_path_buf());
        }
        match fs::hard_link(whole, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            Ok(()) => self.files.push(path.to_path_buf()),
            // A system without links: the name is taken first, which fails if anybody has it.
            Err(_) => {
                File::create_new(path)?;
                self.files.push(path.to_path_buf());
                fs::rename(whole, path)?;
            }
        }
        flush(folder)
    }

    fn keep(mut self) {
        self.files.clear();
        self.folders.clear();
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        self.files.iter().for_each(|path| drop(fs::remove_file(path)));
        self.folders.iter().for_each(|path| drop(fs::remove_dir(path)));
    }
}
