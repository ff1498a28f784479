//! `--after`: the report of the last apply. What that run sent without an answer may still show; until then it is not
//! sent again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;

use crate::model::report::REPORT_FORMAT;
use crate::model::{Action, Error, Key, Plan};

const NAME_IT: &str = "name the file that `heeler apply --json FILE` wrote in the last run, or leave --after out; nothing was read or changed";

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

/// What a report says was sent without an answer and may still show.
pub struct PreviousReport(Vec<FileAction>);

impl PreviousReport {
    /// Reads the report of the last run; without one nothing is withheld.
    ///
    /// # Errors
    /// It cannot be read, or is no report of an apply.
    pub fn of(path: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = path else { return Ok(PreviousReport(Vec::new())) };
        let bytes = fs::read(path)
            .map_err(|error| Error::usage(format!("cannot read {}", path.display())).because(error).hint(NAME_IT))?;
        let file: Option<File> = serde_json::from_slice(&bytes).ok();
        let file = file.filter(|file| file.format == REPORT_FORMAT && file.command == "apply");
        file.map(|file| PreviousReport(file.actions)).ok_or_else(|| {
            let message = format!("--after {}: it is not the JSON of `heeler apply --json`", path.display());
            Error::usage(message).hint(NAME_IT)
        })
    }

    /// Which actions of a plan are withheld, and until when: those that the last run sent in the same way.
    pub fn withheld(&self, plan: &Plan) -> BTreeMap<Key, Timestamp> {
        let until = |action: &Action| {
            let Key { provider, kind, name } = &action.key;
            let op = action.op.word();
            let same = |sent: &&FileAction| {
                (&*sent.op, &*sent.provider, &*sent.kind, &sent.id) == (op, *provider, kind.name, name)
            };
            self.0.iter().filter(same).filter_map(|sent| sent.result.not_before).max()
        };
        plan.actions.iter().filter_map(|action| Some((action.key.clone(), until(action)?))).collect()
    }
}
