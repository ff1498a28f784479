//! What a CI system gives a run, and takes from it: where the repository is shown, GitHub's step summary and outputs.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::commands::process::error::cannot_write;
use crate::model::{Env, Error};
use crate::render::Links;

/// GitHub Actions, around this step.
pub struct GitHub<'a> {
    env: &'a Env,
}

/// A step summary may be 1 MiB long, with everything that other commands of the step add to it; of one that is longer
/// nothing is shown.
const MAX_SUMMARY_BYTES: usize = 1024 * 1024 - 8192;

impl<'a> GitHub<'a> {
    /// As the environment says.
    pub fn new(env: &'a Env) -> Self {
        GitHub { env }
    }

    /// The files that are added to.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, PathBuf)> {
        ["GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"]
            .into_iter()
            .filter_map(|name| Some((name, PathBuf::from(self.env.plain(name)?))))
    }

    /// Appends Markdown to the step's summary: all of it where there is room, else the short form.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn summary(&self, whole: &str, short: &str) -> Result<(), Error> {
        let Some(path) = self.env.plain("GITHUB_STEP_SUMMARY").map(PathBuf::from) else { return Ok(()) };
        let used = fs::metadata(&path).map_or(0, |data| usize::try_from(data.len()).unwrap_or(usize::MAX));
        let fits = |text: &&&str| used.saturating_add(text.len()) < MAX_SUMMARY_BYTES;
        [whole, short].iter().find(fits).map_or(Ok(()), |text| append(&path, &format!("{text}\n")))
    }

    /// Sets outputs of the step.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn outputs(&self, outputs: &[(&'static str, String)]) -> Result<(), Error> {
        let Some(path) = self.env.plain("GITHUB_OUTPUT").map(PathBuf::from) else { return Ok(()) };
        let one_line = |value: &str| value.replace(['\r', '\n'], " ");
        let lines: String = outputs.iter().map(|(name, value)| format!("{name}={}\n", one_line(value))).collect();
        append(&path, &lines)
    }
}

fn append(path: &Path, text: &str) -> Result<(), Error> {
    let written =
        OpenOptions::new().create(true).append(true).open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error: io::Error| cannot_write(path, error))
}

/// Where lines of files can be looked at, if the CI system says which repository and commit this is.
pub fn links(env: &Env) -> Links {
    let github = || {
        Some((
            format!(
                "{}/{}/blob/{}",
                env.plain("GITHUB_SERVER_URL")?,
                env.plain("GITHUB_REPOSITORY")?,
                env.plain("GITHUB_SHA")?
            ),
            "GITHUB_WORKSPACE",
        ))
    };
    let gitlab =
        || Some((format!("{}/-/blob/{}", env.plain("CI_PROJECT_URL")?, env.plain("CI_COMMIT_SHA")?), "CI_PROJECT_DIR"));
    let Some((base, root)) = github().or_else(gitlab) else { return Links::default() };
    let folder = env.plain(root).and_then(|root| below(Path::new(root)));
    // Where the working directory is not inside the repository, no line of it can be named.
    folder.map_or_else(Links::default, |folder| Links { base: Some(base), folder })
}

fn below(root: &Path) -> Option<String> {
    let here = fs::canonicalize(".").ok()?;
    let root = fs::canonicalize(root).ok()?;
    Some(here.strip_prefix(root).ok()?.to_str()?.replace('\\', "/"))
}
