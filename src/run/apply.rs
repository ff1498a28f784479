//! Does what a plan contains, and proves it by one more listing that is planned without any approval.

use std::collections::BTreeMap;

use jiff::Timestamp;
use thiserror::Error;

use super::Planned;
use crate::executor::interrupt::{Interrupt, interrupt};
use crate::executor::{ExecContext, KnownBeforeRun, ProgressObserver, ReadPurpose, execute, preflight};
use crate::model::plan::Managed;
use crate::model::{Action, Key, Observed, Outcome, Proof, Report, WriteClient};
use crate::planner::{ConfirmMode, verify_apply::proof};

/// How a plan is applied.
pub struct ApplyOptions<'a> {
    /// How many accounts may be under way at once, at each vendor that takes writes side by side.
    pub jobs: usize,
    /// Who is told how each action ended, and who keeps what is about to be deleted.
    pub observer: &'a dyn ProgressObserver,
    /// Whether to stop.
    pub interrupt: Interrupt,
    /// Creates and deletes that an earlier run sent without an answer, and until when they may still show.
    pub withheld: BTreeMap<Key, Timestamp>,
    /// Whether one row that has moved since the plan was made is enough to do nothing at all.
    pub all_or_nothing: bool,
}

/// Ten accounts at once, nobody is told, and nothing is deleted, since nobody keeps what goes.
impl Default for ApplyOptions<'_> {
    fn default() -> Self {
        ApplyOptions {
            jobs: 10,
            observer: &KeepsNothing,
            interrupt: interrupt().1,
            withheld: BTreeMap::new(),
            all_or_nothing: false,
        }
    }
}

struct KeepsNothing;

impl ProgressObserver for KeepsNothing {
    fn ended(&self, _: usize, _: &Action, _: &Outcome) {}

    fn keep(&self, _: usize, _: &Action, _: &Observed) -> std::io::Result<()> {
        Err(std::io::Error::other("no observer keeps what is deleted"))
    }
}

/// What became of a plan.
#[derive(Debug)]
pub struct Applied {
    /// How each action ended, and what the listing afterwards proves.
    pub report: Report,
    /// What the AWS side of every managed account needs, by the listing afterwards, where that was wanted and everything
    /// was listed.
    pub managed: Option<Vec<Managed>>,
}

/// Why nothing of a plan was done.
#[derive(Debug, Error)]
pub enum NotApplied {
    /// Something live shows that the config is invalid.
    #[error("the config is invalid")]
    Invalid,
    /// The plan was made to be compared with what is live, and no limit was looked at.
    #[error("the plan was made without limits, to be compared only")]
    WithoutLimits,
    /// A limit is exceeded.
    #[error("the plan exceeds a limit")]
    OverLimit,
    /// Rows have changed since the plan was made, and all of it was to be done, or nothing.
    #[error("{} moved since the plan was made", if .0.len() == 1 { "a row has" } else { "rows have" })]
    Moved(Vec<Action>),
}

impl Planned {
    /// Does what the plan contains, and proves it. Before each update and delete the row is read again; one that has
    /// moved is skipped.
    ///
    /// # Errors
    /// Nothing was done.
    pub async fn apply(&self, client: &dyn WriteClient, options: &ApplyOptions<'_>) -> Result<Applied, NotApplied> {
        let report = self.execute(client, options).await?;
        Ok(self.prove(report, client, &options.interrupt).await)
    }

    /// The same without the proof.
    ///
    /// # Errors
    /// Nothing was done.
    pub async fn execute(&self, client: &dyn WriteClient, options: &ApplyOptions<'_>) -> Result<Report, NotApplied> {
        if self.is_invalid() {
            return Err(NotApplied::Invalid);
        }
        if self.options.confirm_mode == ConfirmMode::NoLimits {
            return Err(NotApplied::WithoutLimits);
        }
        if self.plan.is_refused() {
            return Err(NotApplied::OverLimit);
        }
        let ApplyOptions { jobs, observer, interrupt, withheld, all_or_nothing } = options;
        let config = self.run.config();
        let context = ExecContext {
            client,
            settings: &config.desired.settings,
            sources: &config.sources,
            jobs: *jobs,
            observer: *observer,
            interrupt: interrupt.clone(),
        };
        if *all_or_nothing {
            // Told to stop, it goes on to actions that are then skipped, each with its reason.
            let moved = tokio::select! {
                moved = preflight(&self.plan, &context) => moved,
                () = interrupt.comes() => Vec::new(),
            };
            if !moved.is_empty() {
                return Err(NotApplied::Moved(moved.into_iter().cloned().collect()));
            }
        }
        let beforehand = KnownBeforeRun { listed: Some(self.listed), withheld: withheld.clone() };
        let outcomes = execute(&self.plan, &context, &beforehand).await;
        Ok(Report { outcomes, proof: Proof::NotNeeded })
    }

    /// Proves a run by one more listing, planned without any approval, if it did anything.
    pub async fn prove(&self, report: Report, client: &dyn WriteClient, interrupt: &Interrupt) -> Applied {
        if !report.has_something_to_prove() {
            return Applied { report, managed: None };
        }
        let stopped = |report: Report| Applied { report: report.proved(&self.plan, Proof::Stopped), managed: None };
        if interrupt.is_on() {
            return stopped(report);
        }
        let snapshot = tokio::select! {
            snapshot = self.run.read_unguarded_for(ReadPurpose::Proof, client) => snapshot,
            () = interrupt.grace_is_over() => return stopped(report),
        };
        let mut left = snapshot.plan(&self.options.unapproved()).into_plan();
        let managed = std::mem::take(&mut left.managed);
        let managed = left.unreadable.is_empty().then_some(managed);
        let report = report.proved(&self.plan, proof(&self.plan, left));
        Applied { report, managed }
    }
}
