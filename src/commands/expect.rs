//! `--expect`: the digest of a plan, or plan files. What was reviewed, as the planner wants it.

use std::fs;
use std::path::{Path, PathBuf};

use super::CommandError;
use super::session::Session;
use crate::planner::approval::Approved;

/// What was reviewed.
#[derive(Debug, Default)]
pub struct Expected {
    /// The plan's own digest must be this one.
    digest: Option<String>,
    /// Only what these files contain is done.
    files: Vec<PathBuf>,
}

impl Expected {
    /// Sorts digests from files.
    ///
    /// # Errors
    /// Several digests, or a digest beside files.
    pub fn of(words: &[String]) -> Result<Self, CommandError> {
        let (digests, files): (Vec<&String>, Vec<&String>) = words.iter().partition(|word| is_digest(word));
        match (&digests[..], files.is_empty()) {
            ([], _) => Ok(Expected { digest: None, files: files.into_iter().map(PathBuf::from).collect() }),
            ([one], true) => Ok(Expected { digest: Some(with_prefix(one)), files: Vec::new() }),
            _ => Err(CommandError::MixedExpectations),
        }
    }

    /// The digest this plan must have, if that is not `digest`.
    pub fn contradicts(&self, digest: &str) -> Option<&str> {
        self.digest.as_deref().filter(|expected| *expected != digest)
    }

    /// Whether the plan was approved as a whole: then it is done as a whole, or not at all.
    pub fn is_whole(&self) -> bool {
        self.digest.is_some()
    }

    /// Everything the files approve; nothing if there are none.
    ///
    /// # Errors
    /// A file cannot be read, or is no plan for this run.
    pub fn approved(&self, session: &Session) -> Result<Option<Approved>, CommandError> {
        if self.files.is_empty() {
            return Ok(None);
        }
        let ours = session.addressed();
        let mut approved = Approved::default();
        for file in &self.files {
            let json = read(file)?;
            approved.add(&json, &ours).map_err(|error| CommandError::Unapproved(file.clone(), error))?;
        }
        Ok(Some(approved))
    }
}

fn read(file: &Path) -> Result<serde_json::Value, CommandError> {
    let bytes = fs::read(file).map_err(|error| CommandError::ReadPlan(file.to_path_buf(), error))?;
    serde_json::from_slice(&bytes).map_err(|_| CommandError::Unapproved(file.to_path_buf(), crate::planner::approval::ApprovalError::NotAPlan))
}

fn is_digest(word: &str) -> bool {
    let hex = word.strip_prefix("sha256:").unwrap_or(word);
    word.starts_with("sha256:") || (hex.len() == 64 && hex.chars().all(|c| c.is_ascii_hexdigit()))
}

fn with_prefix(word: &str) -> String {
    format!("sha256:{}", word.strip_prefix("sha256:").unwrap_or(word).to_ascii_lowercase())
}
