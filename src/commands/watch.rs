//! The witness of an apply: a line per action, the JSON report, and deleted rows on disk before they are deleted.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};

use super::CommandError;
use super::console::Console;
use super::flags::Reports;
use super::session::Session;
use crate::executor::Witness;
use crate::model::{Action, Observed, Op, Outcome, Report};
use crate::render::{self, Scene};

/// Watches one apply.
pub struct Watch<'a> {
    scene: &'a Scene<'a>,
    session: &'a Session,
    reports: &'a Reports,
    console: Console,
    outcomes: Mutex<BTreeMap<usize, Outcome>>,
}

impl<'a> Watch<'a> {
    /// Ready to watch.
    pub fn new(scene: &'a Scene<'a>, session: &'a Session, reports: &'a Reports) -> Self {
        Watch { scene, session, reports, console: Console::new(), outcomes: Mutex::default() }
    }

    /// Shows the bar.
    pub fn begin(&mut self) {
        self.console = Console::with_bar(self.scene.plan.actions.len());
        if !self.scene.plan.actions.is_empty() && !self.reports.json_on_stdout() {
            self.console.product("\n");
        }
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.console.finish();
    }

    /// What is known so far, by the action's index.
    pub fn outcomes(&self) -> BTreeMap<usize, Outcome> {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes the JSON as far as it is known.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, report: Option<&Report>, console: &Console) -> Result<(), CommandError> {
        if self.reports.json.is_none() { Ok(()) } else { write_json(self.reports, &self.document(report), console) }
    }

    fn document(&self, report: Option<&Report>) -> render::json::Document {
        render::json::document(self.scene, "apply", &self.session.config.sources, Some(&self.outcomes()), report)
    }

    /// `heeler-deleted-DIGEST.json` in the working directory, with what earlier runs of the same plan put there.
    fn keep_beside(&self, action: &Action, row: &Observed) -> io::Result<()> {
        let digest: String = self.scene.digest.chars().skip_while(|c| *c != ':').skip(1).take(12).collect();
        let path = PathBuf::from(format!("heeler-deleted-{digest}.json"));
        let mut kept: Vec<Value> = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| io::Error::other(format!("{}: {error}", path.display())))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let reason = match &action.op {
            Op::Delete { warrant, .. } => warrant.reason(),
            Op::Create { .. } | Op::Update { .. } => "",
        };
        let deleted: Value = serde_json::from_str(row.row.get())?;
        kept.push(json!({ "provider": action.key.provider, "kind": action.key.kind, "id": action.key.name, "reason": reason, "deleted": deleted }));
        write_whole(&path, &kept)
    }
}

impl Witness for Watch<'_> {
    fn ended(&self, index: usize, action: &Action, outcome: &Outcome) {
        let ended = {
            let mut outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
            outcomes.insert(index, outcome.clone());
            outcomes.len()
        };
        self.console.step();
        let line = render::report::line(ended, self.scene.plan.actions.len(), action, outcome);
        if self.reports.json_on_stdout() { self.console.problem(&line) } else { self.console.product(&line) }
    }

    fn keep(&self, _index: usize, action: &Action, row: &Observed) -> io::Result<()> {
        match self.reports.json_file() {
            Some(path) => write_whole(&path, &self.document(None)),
            // The embedded emulator forgets at exit: nothing real is deleted.
            None if self.session.sandbox => Ok(()),
            None => self.keep_beside(action, row),
        }
    }
}

/// Writes JSON where `reports` wants it.
///
/// # Errors
/// It cannot be written.
pub fn write_json(reports: &Reports, document: &impl Serialize, console: &Console) -> Result<(), CommandError> {
    match reports.json_file() {
        Some(path) => write_whole(&path, document).map_err(|error| CommandError::Write(path, error)),
        None => {
            let text = serde_json::to_string_pretty(document).unwrap_or_default();
            console.product(&format!("{text}\n"));
            Ok(())
        }
    }
}

/// Writes the whole file beside the old one, flushes it, and puts it in its place: a reader sees the one or the other.
fn write_whole(path: &Path, document: &impl Serialize) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".writing");
    let beside = path.with_file_name(name);
    let mut file = File::create(&beside)?;
    serde_json::to_writer_pretty(&mut file, document)?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    fs::rename(&beside, path)
}
