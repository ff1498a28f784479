//! `--after`: the report of the last apply. What that run sent without an answer may still show; until then it is not made again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;

use super::CommandError;
use crate::model::{Key, Plan};

#[derive(Deserialize)]
struct File {
    format: u64,
    command: String,
    actions: Vec<FileAction>,
}

#[derive(Deserialize)]
struct FileAction {
    op: String,
    provider: String,
    kind: String,
    id: String,
    #[serde(default)]
    result: FileResult,
}

#[derive(Default, Deserialize)]
struct FileResult {
    not_before: Option<Timestamp>,
}

/// The creates that a report says may still show.
pub struct After(Vec<FileAction>);

impl After {
    /// Reads the report of the last run; without one nothing is withheld.
    ///
    /// # Errors
    /// It cannot be read, or is no report of an apply.
    pub fn of(path: Option<&Path>) -> Result<Self, CommandError> {
        let Some(path) = path else { return Ok(After(Vec::new())) };
        let bytes = fs::read(path).map_err(|error| CommandError::ReadReport(path.to_path_buf(), error))?;
        let file: Option<File> = serde_json::from_slice(&bytes).ok();
        let file = file.filter(|file| file.format == 1 && file.command == "apply");
        file.map(|file| After(file.actions)).ok_or_else(|| CommandError::NoReport(path.to_path_buf()))
    }

    /// Which creates of a plan are withheld, and until when.
    pub fn withheld(&self, plan: &Plan) -> BTreeMap<Key, Timestamp> {
        let until = |key: &Key| {
            let same = |action: &&FileAction| {
                (&*action.op, &*action.provider, &*action.kind, &action.id) == ("create", key.provider, key.kind, &key.name)
            };
            self.0.iter().filter(same).filter_map(|action| action.result.not_before).max()
        };
        plan.actions.iter().filter_map(|action| Some((action.key.clone(), until(&action.key)?))).collect()
    }
}
