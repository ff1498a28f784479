//! The witness of an apply: a line per action, the JSON report, and deleted rows on disk before they are deleted.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::CommandError;
use super::console::Console;
use super::files::write_json;
use super::flags::Reports;
use super::outlets::Outlets;
use super::session::Session;
use crate::executor::Witness;
use crate::model::{Action, Key, Observed, Op, Outcome, Report};
use crate::render::json::Progress;
use crate::render::{self, Scene};

/// Watches one apply.
pub struct Watch<'a> {
    scene: &'a Scene<'a>,
    session: &'a Session,
    reports: &'a Reports,
    console: Console,
    outcomes: Mutex<BTreeMap<usize, Outcome>>,
    kept: Mutex<BTreeMap<usize, Box<RawValue>>>,
    written: Mutex<Option<Instant>>,
}

impl<'a> Watch<'a> {
    /// Ready to watch.
    pub fn new(scene: &'a Scene<'a>, session: &'a Session, reports: &'a Reports) -> Self {
        Watch { scene, session, reports, console: Console::new(), outcomes: Mutex::default(), kept: Mutex::default(), written: Mutex::default() }
    }

    /// Shows the bar.
    pub fn begin(&mut self) {
        self.console = Console::with_bar(self.scene.plan.actions.len());
        if !self.scene.plan.actions.is_empty() && !self.reports.take_stdout() {
            self.console.product("\n");
        }
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.console.finish();
    }

    /// Writes the JSON as far as it is known, if anybody wants it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, report: Option<&Report>, outlets: &Outlets<'_>) -> Result<(), CommandError> {
        if self.reports.json.is_none() { Ok(()) } else { outlets.json(&self.document(report)) }
    }

    /// Writes the JSON file again if it is a second old: it survives whatever becomes of this process. A failure is noticed at the end.
    fn write_now_and_then(&self) {
        let mut last = lock(&self.written);
        if let (Some(path), true) = (self.reports.json_file(), last.is_none_or(|last| last.elapsed() >= Duration::from_secs(1))) {
            *last = Some(Instant::now());
            if let Err(error) = write_json(&path, &self.document(None)) {
                tracing::warn!("cannot write {}: {error}", path.display());
            }
        }
    }

    /// Where deleted rows were put, if any were.
    pub fn deleted_file(&self) -> Option<PathBuf> {
        let any = !self.session.sandbox && !lock(&self.kept).is_empty();
        any.then(|| self.file_beside())
    }

    fn document(&self, report: Option<&Report>) -> render::json::Document {
        let outcomes = lock(&self.outcomes);
        let made = self.session.made(self.scene.plan, &outcomes);
        let progress = Progress { outcomes: &outcomes, kept: &lock(&self.kept), made: &made, report };
        render::json::document(self.scene, "apply", &self.session.config.sources, Some(&progress))
    }

    fn file_beside(&self) -> PathBuf {
        let digest: String = self.scene.digest.chars().skip_while(|c| *c != ':').skip(1).take(12).collect();
        PathBuf::from(format!("heeler-deleted-{digest}.json"))
    }

    /// `heeler-deleted-DIGEST.json` in the working directory, with what earlier runs of the same plan put there.
    fn keep_beside(&self, action: &Action, row: &Observed) -> io::Result<()> {
        let path = self.file_beside();
        let mut kept: Vec<Box<RawValue>> = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| io::Error::other(format!("{}: {error}", path.display())))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let reason = match &action.op {
            Op::Delete { warrant, .. } => warrant.reason(),
            Op::Create { .. } | Op::Update { .. } => "",
        };
        let Key { provider, kind, name } = &action.key;
        kept.push(to_raw_value(&Deleted { provider, kind, id: name, reason, deleted: &row.row })?);
        write_json(&path, &kept)
    }
}

/// One entry of the file of deleted rows.
#[derive(Serialize)]
struct Deleted<'a> {
    provider: &'a str,
    kind: &'a str,
    id: &'a str,
    reason: &'a str,
    deleted: &'a RawValue,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Witness for Watch<'_> {
    fn ended(&self, index: usize, action: &Action, outcome: &Outcome) {
        let ended = {
            let mut outcomes = lock(&self.outcomes);
            outcomes.insert(index, outcome.clone());
            outcomes.len()
        };
        self.write_now_and_then();
        self.console.step();
        let line = render::report::line(ended, self.scene.plan.actions.len(), action, outcome);
        if self.reports.take_stdout() { self.console.problem(&line) } else { self.console.product(&line) }
    }

    fn keep(&self, index: usize, action: &Action, row: &Observed) -> io::Result<()> {
        lock(&self.kept).insert(index, row.row.clone());
        if let Some(path) = self.reports.json_file() {
            write_json(&path, &self.document(None))?;
        }
        // A later run writes its own report over this one's, so the rows are kept in a file of their own as well. The embedded
        // emulator forgets at exit: nothing real is deleted there.
        if self.session.sandbox { Ok(()) } else { self.keep_beside(action, row) }
    }
}
