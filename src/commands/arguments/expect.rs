//! `--expect`: the digest of a plan, plan files, or `none`. What was reviewed, as the planner wants it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::model::{Diagnostic, Diagnostics, Error, Severity};
use crate::planner::approval::{Addressee, ApprovalError, Approved};

/// What was reviewed.
#[derive(Debug, Default)]
pub enum Expected {
    /// Nobody asked.
    #[default]
    Anything,
    /// Nothing was: everything is held back.
    Nothing,
    /// The plan's own digest must be this one.
    Digest(String),
    /// Only what these files contain is done.
    Files(Vec<PathBuf>),
}

impl Expected {
    /// Sorts digests from files.
    ///
    /// # Errors
    /// Several digests, or a digest or `none` beside something else.
    pub fn of(words: &[String]) -> Result<Self, Error> {
        match words {
            [] => Ok(Expected::Anything),
            [one] if one == "none" => Ok(Expected::Nothing),
            [one] if is_digest(one) => Ok(Expected::Digest(with_prefix(one))),
            words if words.iter().any(|word| word == "none" || is_digest(word)) => Err(mixed()),
            words => Ok(Expected::Files(words.iter().map(PathBuf::from).collect())),
        }
    }

    /// The digest this plan must have, if that is not `digest`.
    pub fn contradicts(&self, digest: &str) -> Option<&str> {
        match self {
            Expected::Digest(expected) => Some(expected.as_str()).filter(|expected| *expected != digest),
            Expected::Anything | Expected::Nothing | Expected::Files(_) => None,
        }
    }

    /// The plan files that were named.
    pub fn files(&self) -> &[PathBuf] {
        match self {
            Expected::Files(files) => files,
            Expected::Anything | Expected::Nothing | Expected::Digest(_) => &[],
        }
    }

    /// Whether the plan was approved as a whole: then it is done as a whole, or not at all.
    pub fn is_whole(&self) -> bool {
        matches!(self, Expected::Digest(_))
    }

    /// Everything the files approve, and a warning for each that approves nothing; nothing if everything may be done.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn approved(&self, ours: &Addressee) -> Result<Option<(Approved, Diagnostics)>, Error> {
        if matches!(self, Expected::Anything | Expected::Digest(_)) {
            return Ok(None);
        }
        let (mut approved, mut warnings) = (Approved::default(), Diagnostics::new());
        for file in self.files() {
            let said = read(file)?.ok_or(ApprovalError::NotAPlan).and_then(|json| approved.add(&json, ours));
            warnings.extend(said.err().map(|why| approves_nothing(file, &why)));
        }
        Ok(Some((approved, warnings)))
    }
}

/// Several digests, or a digest or `none` beside something else.
fn mixed() -> Error {
    Error::usage("--expect takes `none`, one digest, or any number of plan files, and no mixture of them")
        .hint("name the plan files only: they approve per field change")
}

/// The JSON in a file, if it is some.
fn read(file: &Path) -> Result<Option<Value>, Error> {
    let bytes = fs::read(file).map_err(|error| {
        let hint = "is it the file that `heeler plan --json FILE` wrote? a digest is 64 hexadecimal digits";
        Error::usage(format!("cannot read {}", file.display())).because(error).hint(hint)
    })?;
    Ok(serde_json::from_slice(&bytes).ok())
}

fn approves_nothing(file: &Path, why: &ApprovalError) -> Diagnostic {
    let title = format!("--expect {} approves nothing: {why}", file.display());
    let help = "what only this file contains is held back; make the plan anew with `heeler plan --json FILE`, for the same organization";
    Diagnostic { severity: Severity::Warning, ..Diagnostic::nowhere(title).help(help) }
}

fn is_digest(word: &str) -> bool {
    let hex = word.strip_prefix("sha256:").unwrap_or(word);
    word.starts_with("sha256:") || (hex.len() == 64 && hex.chars().all(|c| c.is_ascii_hexdigit()))
}

fn with_prefix(word: &str) -> String {
    format!("sha256:{}", word.strip_prefix("sha256:").unwrap_or(word).to_ascii_lowercase())
}
