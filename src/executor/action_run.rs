//! One action: what it is done with, whether it may begin, and what ends it.

use tokio::time::Instant;

use super::action_client::ActionClient;
use super::circuit_breaker::CircuitBreaker;
use super::read_cache::ReadCache;
use super::{ExecContext, KnownBeforeRun};
use crate::model::plan::VendorError;
use crate::model::{Action, FieldChange, Observed, Op, Outcome, ReadClient, Status, Trust};
use crate::planner::recheck::{Recheck, contradicted, recheck};
use crate::providers::{self, Provider};

/// What an action is done with.
pub struct ActionRun<'a> {
    /// Its number in the plan.
    pub index: usize,
    /// What to do.
    pub action: &'a Action,
    /// Who speaks to the vendor.
    pub provider: &'static dyn Provider,
    /// What the executor was given.
    pub context: &'a ExecContext<'a>,
    /// What was known before the run.
    pub beforehand: &'a KnownBeforeRun,
    /// Whether it may begin.
    pub breaker: &'a CircuitBreaker,
    /// The run's client.
    pub cache: &'a ReadCache<'a>,
    /// Its own.
    pub client: &'a ActionClient<'a>,
}

impl ActionRun<'_> {
    /// Why it cannot begin now, if so.
    pub(super) fn not_now(&self) -> Option<Status> {
        if let Some(not_before) = self.beforehand.withheld(self.action) {
            return Some(Status::Withheld { not_before });
        }
        if self.context.interrupt.is_on() {
            self.breaker.trip("heeler was told to stop");
        }
        self.breaker.reason(&self.action.key, self.action.account.as_deref()).map(Status::Skipped)
    }

    /// The vendor answered with the row as it now is.
    pub(super) fn answered(&self, row: Option<Observed>) -> (Status, Option<Observed>) {
        let Some(row) = row else { return self.done(None) };
        if row.key != self.action.key {
            self.breaker.went_well(&self.action.key);
            let why = format!("the vendor answered with the row of {}, which nobody asked for", row.key.name);
            return (Status::Failed { why, fields: Vec::new(), unsure: true }, None);
        }
        match contradicted(self.action, &row, self.context.sources, self.provider.meta().set_after_creation) {
            none if none.is_empty() => self.done(Some(row)),
            changes => {
                self.breaker.went_well(&self.action.key);
                (Status::Differs(changes), Some(row))
            }
        }
    }

    pub(super) fn done(&self, row: Option<Observed>) -> (Status, Option<Observed>) {
        self.breaker.went_well(&self.action.key);
        (Status::Done, row)
    }

    /// Some of its steps were done, and then one was not.
    pub(super) fn partly_done(&self, row: Option<Observed>, error: &VendorError) -> (Status, Option<Observed>) {
        self.breaker.went_wrong(&self.action.key, error, &self.client.last_answer());
        let why = format!("some of it is done, then: {error}; the next run goes on from there");
        (Status::Failed { why, fields: fields_of(error), unsure: true }, row)
    }

    pub(super) fn sent_and_differs(
        &self,
        error: &VendorError,
        recheck: &Recheck,
        mut now: Vec<Observed>,
    ) -> (Status, Option<Observed>) {
        self.breaker.went_wrong(&self.action.key, error, &self.client.last_answer());
        let what = match recheck {
            Recheck::Stale(changes) | Recheck::Clash(changes) => {
                format!("what is there now differs in {}", paths(changes))
            }
            Recheck::Go | Recheck::AlreadySo | Recheck::Vanished => "it is not there now".to_owned(),
        };
        (
            Status::Failed {
                why: format!("{error}; it was sent, and {what}; run heeler again"),
                fields: Vec::new(),
                unsure: true,
            },
            now.pop(),
        )
    }

    /// What is there, against what was planned.
    pub(super) fn judge(&self, now: &[Observed], sent: bool) -> Result<Recheck, VendorError> {
        recheck(self.action, now, self.context.sources, sent)
    }

    /// What ends an action without another write.
    pub(super) fn status_after_recheck(&self, recheck: Recheck, mut now: Vec<Observed>) -> (Status, Option<Observed>) {
        self.breaker.went_well(&self.action.key);
        let failed = |why: String| Status::Failed { why, fields: Vec::new(), unsure: false };
        match recheck {
            Recheck::AlreadySo => (Status::AlreadySo, now.pop()),
            // Moved, or made in the meantime: nothing was written, and both versions are shown.
            Recheck::Stale(changes) | Recheck::Clash(changes) => (Status::Stale(changes), now.pop()),
            Recheck::Vanished => {
                (failed("it was deleted, or made anew, since the plan was made; run heeler again".to_owned()), None)
            }
            Recheck::Go => (failed("it was not sent".to_owned()), now.pop()),
        }
    }

    pub(super) fn failed(&self, error: &VendorError) -> (Status, Option<Observed>) {
        self.breaker.went_wrong(&self.action.key, error, &self.client.last_answer());
        (Status::Failed { why: error.to_string(), fields: fields_of(error), unsure: false }, None)
    }

    /// The outcome, with what the AWS side needs where a row was made.
    pub fn outcome(&self, status: Status, row: Option<Observed>, started: Instant) -> Outcome {
        // A create that was done in part has made the row all the same; its external id may never be told again.
        let trust = row
            .as_ref()
            .filter(|_| matches!(self.action.op, Op::Create { .. }) && status.may_have_a_row())
            .and_then(|row| self.trust(row));
        let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        Outcome { status, row, trust, issued: self.action.issued(), millis }
    }

    fn trust(&self, row: &Observed) -> Option<Trust> {
        self.provider.trust(self.context.settings.get(self.action.key.provider)?, row)
    }
}

/// Whether the row, refreshed, says that the action can be done as planned, or is done already.
pub async fn still_as_planned(action: &Action, context: &ExecContext<'_>, reader: &dyn ReadClient) -> bool {
    let Some(provider) = providers::named(action.key.provider) else { return false };
    let Ok(now) = provider.refresh(reader, action).await else { return false };
    matches!(recheck(action, &now, context.sources, false), Ok(Recheck::Go | Recheck::AlreadySo))
}

fn fields_of(error: &VendorError) -> Vec<String> {
    match error {
        VendorError::Invalid { fields, .. } => fields.clone(),
        _ => Vec::new(),
    }
}

fn paths(changes: &[FieldChange]) -> String {
    changes.iter().map(|change| change.path.to_string()).collect::<Vec<_>>().join(", ")
}
