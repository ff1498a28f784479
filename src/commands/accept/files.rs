//! Writes edited files of a config: each whole, and only if it is what was read.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::commands::files::atomic_files::{sweep, write_text};
use crate::commands::output::overwrite_guard::Inputs;
use crate::commands::process::error::cannot_write;
use crate::config::files::Text;
use crate::model::Error;

/// Writes every file; none, if one of them may not be written. What a run that was killed at it left beside one is taken
/// away, unless it is among the inputs.
///
/// # Errors
/// One is read-only, is no file, or has changed since it was read; or it cannot be written.
pub fn write(files: &[(Text, Text)], inputs: &Inputs) -> Result<(), Error> {
    for (before, _) in files {
        may_write(before)?;
    }
    files.iter().for_each(|(before, _)| sweep(Path::new(&before.name), |left| inputs.have(left)));
    for (at, (_, Text { name, text })) in files.iter().enumerate() {
        write_text(Path::new(name), text).map_err(|error| {
            let wrong = cannot_write(Path::new(name), error);
            let done: Vec<&str> = files.iter().take(at).map(|(file, _)| file.name.as_str()).collect();
            if done.is_empty() { wrong } else { wrong.hint(format!("already written: {}", done.join(", "))) }
        })?;
    }
    Ok(())
}

fn may_write(Text { name, text }: &Text) -> Result<(), Error> {
    let path = Path::new(name);
    let data = fs::metadata(path).map_err(|error| cannot_write(path, error))?;
    if !data.is_file() {
        return Err(Error::failed(format!("{name} is no file, so nothing was written"))
            .hint("name the file of the config, or take the edit from what is shown without --write"));
    }
    if data.permissions().readonly() {
        let denied = io::Error::new(ErrorKind::PermissionDenied, "the file is read-only");
        return Err(cannot_write(path, denied).hint(format!("nothing was written; to allow it: chmod u+w {name}")));
    }
    let now = fs::read(path).map_err(|error| cannot_write(path, error))?;
    if now == text.as_bytes() {
        return Ok(());
    }
    Err(Error::failed(format!("{name} has changed since it was read, so nothing was written")).hint("run it again"))
}
