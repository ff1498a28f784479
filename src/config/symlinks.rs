//! Links among the files that a run reads. A pull request can turn a file into a link, and so show what is on the
//! machine that checks it.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::model::{Env, Error};

/// Variables of which one is set wherever somebody else's change is checked.
pub const CI: [&str; 5] = ["CI", "GITHUB_ACTIONS", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITLAB_CI"];

/// What to do where what was named on the command line is a link.
const NAME_ITSELF: &str =
    "name the file or folder itself: in CI a change under review could turn it into a link to any file of this machine";

/// Whether what was named on the command line, or is in its usual place, may be read.
///
/// The system's own, such as `/dev/stdin`, are nobody's change.
///
/// # Errors
/// It is a link, or reached through one, and this runs in CI.
pub fn check_named(path: &Path, env: &Env) -> Result<(), Error> {
    if path.starts_with("/dev") || CI.iter().all(|name| env.plain(name).is_none()) {
        return Ok(());
    }
    // With a slash at its end a link would be looked through.
    let named: PathBuf = path.components().collect();
    if named.is_symlink() {
        return Err(Error::failed(format!("{} is a link, and this runs in CI", named.display())).hint(NAME_ITSELF));
    }
    let here = fs::canonicalize(".").unwrap_or_default();
    let within = named.strip_prefix(&here).unwrap_or(&named);
    let goes_down = within.is_relative() && !within.components().any(|part| part == Component::ParentDir);
    if goes_down && fs::canonicalize(&named).is_ok_and(|there| !there.starts_with(&here)) {
        let how = "leads out of the working directory through a link, and this runs in CI";
        return Err(Error::failed(format!("{} {how}", named.display())).hint(NAME_ITSELF));
    }
    Ok(())
}

/// Whether what was found in a folder stays in it. `root` is that folder without links.
///
/// # Errors
/// It leads out.
pub fn check_within(path: &Path, root: &Path) -> Result<(), Error> {
    if fs::canonicalize(path).is_ok_and(|there| !there.starts_with(root)) {
        let message = format!("{} is a link that leads out of its folder", path.display());
        return Err(Error::failed(message).hint("copy the file here, or name it on the command line"));
    }
    Ok(())
}
