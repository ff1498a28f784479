//! The names under which files and folders stand while they are not whole yet, and what killed runs left under them.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How the name of what is not whole yet ends.
const WRITING: &str = ".writing";
/// What nobody has written to for so long is of no run that goes on.
const LEFT: Duration = Duration::from_secs(60);

/// The name that this process gives to what is to become `whole`: a dot before it, and a dot, the process's number and
/// an ending after it. It is hidden, so that no config is read from it and `git add *` leaves it out.
pub fn name(whole: &OsStr) -> OsString {
    let mut name = OsString::from(".");
    name.push(whole);
    name.push(format!(".{}{WRITING}", std::process::id()));
    name
}

/// What killed runs have left in a folder of what was to become `whole`. What is new may be that of a run that goes
/// on: of a folder the newest thing in it counts.
pub fn left_behind(folder: &Path, whole: &str) -> Vec<PathBuf> {
    let is_ours = |name: &str| {
        let rest = name.strip_prefix('.').and_then(|name| name.strip_prefix(whole));
        let rest = rest.and_then(|rest| rest.strip_prefix('.'));
        let number = rest.and_then(|rest| rest.strip_suffix(WRITING));
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_left = |path: &PathBuf| {
        let written = newest(path).ok();
        written.and_then(|written| written.elapsed().ok()).is_some_and(|age| age > LEFT)
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let ours = entries.filter(|entry| entry.file_name().to_str().is_some_and(is_ours));
    ours.map(|entry| entry.path()).filter(is_left).collect()
}

/// When something was written last: of a folder, anything in it.
fn newest(path: &Path) -> io::Result<SystemTime> {
    let data = fs::symlink_metadata(path)?;
    let mut written = data.modified()?;
    if data.is_dir() {
        for entry in fs::read_dir(path)? {
            written = written.max(newest(&entry?.path())?);
        }
    }
    Ok(written)
}

/// The folder that something is in.
pub fn parent(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Puts new names in a folder on disk. Not every system lets a folder be flushed.
///
/// # Errors
/// The system refuses it.
pub fn flush(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test may stop where it stands

    use super::*;

    #[test]
    fn a_folder_in_which_something_is_new_is_of_a_run_that_goes_on() {
        let folder = std::env::temp_dir().join(format!("heeler-staging-{}", std::process::id()));
        let staged = folder.join(".config.17.writing");
        fs::create_dir_all(staged.join("below")).unwrap();
        let file = File::create(staged.join("below/accounts.yaml")).unwrap();
        let long_ago = SystemTime::now() - 2 * LEFT;
        let age = |path: &Path| File::open(path).unwrap().set_modified(long_ago).unwrap();
        age(&staged.join("below"));
        age(&staged);
        assert!(left_behind(&folder, "config").is_empty(), "a file in it was written just now");
        file.set_modified(long_ago).unwrap();
        assert!(left_behind(&folder, "other").is_empty(), "it is another one's");
        assert_eq!(left_behind(&folder, "config"), [staged]);
        fs::remove_dir_all(&folder).unwrap();
    }
}
