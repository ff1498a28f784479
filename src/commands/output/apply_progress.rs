//! The observer of an apply: a line per action, the JSON report, and deleted rows on disk before they are deleted.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::value::RawValue;

use crate::commands::files::atomic_files;
use crate::commands::files::deletion_journal::DeletedFile;
use crate::commands::output::reporter::Reporter;
use crate::commands::process::console::Console;
use crate::executor::ProgressObserver;
use crate::model::lock::lock;
use crate::model::plan::Managed;
use crate::model::{Action, Error, Key, Observed, Op, Outcome, Report};
use crate::render::json::Progress;
use crate::render::{self, PlanView};
use crate::run::Planned;

/// Watches one apply.
pub struct ApplyProgress<'a> {
    view: &'a PlanView<'a>,
    planned: &'a Planned,
    reporter: &'a Reporter<'a>,
    console: Console,
    outcomes: Mutex<BTreeMap<usize, Outcome>>,
    kept: Mutex<BTreeMap<usize, Box<RawValue>>>,
    deleted: Mutex<DeletedFile>,
    written: Mutex<Option<Instant>>,
    managed: Mutex<Option<Vec<Managed>>>,
}

impl<'a> ApplyProgress<'a> {
    /// Ready to watch.
    pub fn new(view: &'a PlanView<'a>, planned: &'a Planned, reporter: &'a Reporter<'a>) -> Self {
        ApplyProgress {
            view,
            planned,
            reporter,
            console: reporter.console().with_bar(0),
            outcomes: Mutex::default(),
            kept: Mutex::default(),
            deleted: Mutex::new(DeletedFile::new(&view.digest)),
            written: Mutex::default(),
            managed: Mutex::default(),
        }
    }

    /// Shows the bar.
    pub fn begin(&mut self) {
        self.console = self.reporter.console().with_bar(self.view.plan.actions.len());
        if !self.view.plan.actions.is_empty() && self.reporter.shows_text() {
            self.console.product("\n");
        }
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.console.finish();
    }

    /// Writes the JSON, if anybody wants it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, report: Option<&Report>) -> Result<(), Error> {
        if self.reporter.wants_json() { self.reporter.json(&self.document(report)) } else { Ok(()) }
    }

    /// Writes the JSON as far as it is known, if it goes to a file: elsewhere there is room for one document, the last.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write_so_far(&self) -> Result<(), Error> {
        if self.reporter.json_file().is_some() { self.write(None) } else { Ok(()) }
    }

    /// Writes the JSON file again if it is a second old: it survives whatever becomes of this process. A failure is
    /// noticed at the end.
    fn write_now_and_then(&self) {
        let mut last = lock(&self.written);
        if let (Some(file), true) =
            (self.reporter.json_file(), last.is_none_or(|last| last.elapsed() >= Duration::from_secs(1)))
        {
            *last = Some(Instant::now());
            if let Err(error) = atomic_files::json(&self.document(None)).and_then(|bytes| file.write(&bytes)) {
                tracing::warn!("cannot write {}: {error}", file.path().display());
            }
        }
    }

    /// The file of its own that deleted rows were put into, if any were.
    pub fn deleted_file(&self) -> Option<PathBuf> {
        lock(&self.deleted).path().map(PathBuf::from)
    }

    /// The run has ended: how each action did, and what the final listing shows, if there was one.
    pub fn ended_with(&self, outcomes: &[Outcome], managed: Option<Vec<Managed>>) {
        *lock(&self.outcomes) = outcomes.iter().cloned().enumerate().collect();
        *lock(&self.managed) = managed;
    }

    fn document(&self, report: Option<&Report>) -> render::json::Document {
        let (outcomes, managed) = (lock(&self.outcomes), lock(&self.managed));
        let made = self.planned.made(&outcomes);
        let progress =
            Progress { outcomes: &outcomes, kept: &lock(&self.kept), made: &made, report, managed: managed.as_deref() };
        render::json::document(self.view, "apply", &self.planned.run().config().sources, Some(&progress))
    }

    /// Puts a row that is about to be deleted into the file of its own.
    fn keep_beside(&self, action: &Action, row: &Observed) -> io::Result<()> {
        let reason = match &action.op {
            Op::Delete { reason, .. } => reason.reason(),
            Op::Create { .. } | Op::Update { .. } => "",
        };
        let Key { provider, kind, name } = &action.key;
        lock(&self.deleted).keep(&Deleted { provider, kind: kind.name, id: name, reason, deleted: &row.row })
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

impl ProgressObserver for ApplyProgress<'_> {
    fn ended(&self, index: usize, action: &Action, outcome: &Outcome) {
        let ended = {
            let mut outcomes = lock(&self.outcomes);
            outcomes.insert(index, outcome.clone());
            outcomes.len()
        };
        self.write_now_and_then();
        self.console.step();
        let line = render::report::line(ended, self.view.plan, action, outcome);
        if self.reporter.shows_text() { self.console.product(&line) } else { self.console.problem(&line) }
    }

    fn keep(&self, index: usize, action: &Action, row: &Observed) -> io::Result<()> {
        lock(&self.kept).insert(index, row.row.clone());
        let reported = self
            .reporter
            .json_file()
            .map(|file| atomic_files::json(&self.document(None)).and_then(|bytes| file.write(&bytes)));
        // The embedded emulator forgets at exit: nothing real is deleted there.
        if self.view.sandbox {
            return reported.unwrap_or(Ok(()));
        }
        // A later run, or another at the same time, writes its own report over this one's, so the rows are kept in a
        // file of their own as well. One of the two will do, if the other cannot be written.
        let kept = self.keep_beside(action, row);
        if matches!(reported, Some(Ok(()))) { Ok(()) } else { kept }
    }
}
