//! The steps of one action: its row is refreshed, the write is sent, and where the vendor's answer does not settle it,
//! what is there then decides. It is sent again only where the vendor has said that it did nothing yet, and then its row
//! is refreshed and judged anew before each further write.

use tokio::time::Duration;

use super::action_run::ActionRun;
use super::lost_answer::{self, LostAnswer, Refreshed};
use crate::model::plan::VendorError;
use crate::model::{Observed, Op, Status};
use crate::planner::recheck::Recheck;
use crate::providers::Performed;

/// Seconds before sending again what was refused for now. AWS takes seconds, at times half a minute, to show a new role
/// everywhere.
const RETRY_NOT_YET_SECONDS: [u64; 5] = [1, 2, 4, 8, 15];
/// How old the listing that a plan was made from may be for a create to be sent without a refresh.
const LISTING_IS_FRESH: Duration = Duration::from_secs(5);

/// How it ended, the row as it then is, and what was lost on the way.
pub type ActionResult = (Status, Option<Observed>, Option<LostAnswer>);

/// A row as it was refreshed for one write and found as planned; nothing for a row that is not there yet. Sending uses it
/// up: what is sent is made out of it, so whoever sends again has to refresh again.
struct Rechecked(Option<Observed>);

impl ActionRun<'_> {
    /// Does it, unless nothing more may be written. What is refused for now is tried again for half a minute, each time
    /// from the refresh on: a vendor that refuses for now may do so because somebody else is writing that row.
    pub async fn run(&self) -> ActionResult {
        if let Some(not_now) = self.not_now() {
            return (not_now, None, None);
        }
        let mut pauses = RETRY_NOT_YET_SECONDS.into_iter().map(Duration::from_secs);
        let mut kept = None;
        loop {
            let refusal = match self.attempt(&mut kept).await {
                Ok(ended) => return ended,
                Err(refusal) => refusal,
            };
            let may_go_on = match pauses.next() {
                Some(pause) => self.waits(pause, &refusal).await,
                None => false,
            };
            if !may_go_on {
                return self.ended(Err(*refusal)).await;
            }
        }
    }

    /// Refreshes and sends, once. `kept` is the row that was put on disk last.
    ///
    /// # Errors
    /// It is refused for now: what that comes to in the end.
    async fn attempt(&self, kept: &mut Option<Observed>) -> Result<ActionResult, Box<VendorError>> {
        let now = match self.refreshed().await {
            Ok(now) => now,
            Err((status, row)) => return Ok((status, row, None)),
        };
        if let Some(status) = self.cannot_be_sent(&now, kept) {
            return Ok((status, None, None));
        }
        match self.perform(now).await {
            Err(VendorError::NotYet(in_the_end)) => Err(in_the_end),
            answer => Ok(self.ended(answer).await),
        }
    }

    /// The row as it is right before the write; what ends the action without one, if that is so. A row that was just
    /// listed as missing is not looked for again, unless something was not issued because it is there.
    async fn refreshed(&self) -> Result<Rechecked, (Status, Option<Observed>)> {
        if self.action.row().is_none()
            && self.action.pending().is_none()
            && self.beforehand.listed.is_none_or(|listed| listed.elapsed() <= LISTING_IS_FRESH)
        {
            return Ok(Rechecked(None));
        }
        let mut now = self.provider.refresh(self.client, self.action).await.map_err(|error| self.failed(&error))?;
        match self.judge(&now, false) {
            Ok(Recheck::Go) => Ok(Rechecked(now.pop())),
            Ok(other) => Err(self.status_after_recheck(other, now)),
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// How it ends without being sent, if so. A row that is to be deleted is put on disk first, once in each form that
    /// it had.
    fn cannot_be_sent(&self, Rechecked(now): &Rechecked, kept: &mut Option<Observed>) -> Option<Status> {
        let failed = |why: String| Some(Status::Failed { why, fields: Vec::new(), unsure: false });
        if self.context.interrupt.is_on() {
            return Some(Status::Skipped("heeler was told to stop".to_owned()));
        }
        if let Some(pending) = self.action.pending() {
            return failed(format!("`{}` is not known yet, so nothing was sent; run heeler again", pending.path));
        }
        if let (Op::Delete { .. }, Some(row)) = (&self.action.op, now)
            && kept.as_ref().is_none_or(|kept| kept.row.get() != row.row.get())
        {
            if let Err(error) = self.context.observer.keep(self.index, self.action, row) {
                return failed(format!("not deleted: it could not be put on disk first: {error}"));
            }
            *kept = Some(row.clone());
        }
        None
    }

    async fn perform(&self, Rechecked(now): Rechecked) -> Result<Performed, VendorError> {
        self.provider.perform(self.client, self.action, now.as_ref()).await
    }

    /// Waits before trying again what was refused for now; whether that may be done then. A row that is there is read
    /// anew, for an answer of before the refusal may not show what somebody else is writing.
    async fn waits(&self, pause: Duration, refusal: &VendorError) -> bool {
        tracing::warn!("{}: {refusal}; trying again in {} s", self.action.key, pause.as_secs());
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = self.context.interrupt.comes() => return false,
        }
        if self.action.row().is_some() {
            self.client.read_anew();
        }
        self.breaker.reason(&self.action.key, self.action.account.as_deref()).is_none()
    }

    /// What the answer comes to. Where it is lost the action is not sent again: what is there then decides.
    async fn ended(&self, answer: Result<Performed, VendorError>) -> ActionResult {
        let (status, row) = match answer {
            Ok(Performed { row, failed: None }) => self.answered(row),
            Ok(Performed { row, failed: Some(error) }) => self.partly_done(row, &error),
            // A refusal of the second says nothing of the first: it may be refused for what the first has done.
            Err(error) if self.client.has_sent_again() => return self.lost(&error).await,
            Err(error @ VendorError::Exists(_)) if matches!(self.action.op, Op::Create { .. }) => {
                return self.exists(&error).await;
            }
            Err(error @ VendorError::Exists(_)) => self.conflicts(&error).await,
            Err(error) if error.is_lost() && self.client.written().is_some() => return self.lost(&error).await,
            Err(error) => self.failed(&error),
        };
        (status, row, None)
    }

    /// The vendor says that it is there already: it is adopted if it is as planned, and shown if not.
    async fn exists(&self, error: &VendorError) -> ActionResult {
        let loss = LostAnswer::now(None);
        let (status, row) = match lost_answer::refresh_until_shown(self, loss.at, false).await {
            Refreshed::Shown(row) => self.status_after_recheck(Recheck::AlreadySo, vec![row]),
            Refreshed::Made(row, changes) => self.status_after_recheck(Recheck::Clash(changes), vec![row]),
            Refreshed::Other(recheck, rows) => self.status_after_recheck(recheck, rows),
            Refreshed::Gone | Refreshed::Nothing(_) => {
                let why = format!("{error}; but no listing shows it");
                return (Status::Unsure { why, not_before: None }, None, Some(loss));
            }
        };
        (status, row, None)
    }

    /// The vendor says that an update or a delete conflicts with something: it is a refusal, unless one refresh shows it
    /// done.
    async fn conflicts(&self, error: &VendorError) -> (Status, Option<Observed>) {
        match lost_answer::refresh_once(self, false).await {
            Some(Refreshed::Shown(row)) => self.status_after_recheck(Recheck::AlreadySo, vec![row]),
            Some(Refreshed::Gone) => self.status_after_recheck(Recheck::AlreadySo, Vec::new()),
            Some(Refreshed::Other(recheck, rows)) => self.status_after_recheck(recheck, rows),
            Some(Refreshed::Nothing(_) | Refreshed::Made(..)) | None => self.failed(error),
        }
    }

    /// The answer was lost, and the vendor would not make a second one harmless, or has not answered that either.
    async fn lost(&self, error: &VendorError) -> ActionResult {
        let loss = LostAnswer::now(self.client.written());
        let (status, row) = match lost_answer::refresh_until_shown(self, loss.at, true).await {
            Refreshed::Shown(row) | Refreshed::Made(row, _) => match &loss.request {
                Some(_) if matches!(self.action.op, Op::Create { .. }) => {
                    let Performed { row, failed } = self.provider.continue_create(self.client, self.action, row).await;
                    match failed {
                        None => self.answered(row),
                        Some(error) => self.partly_done(row, &error),
                    }
                }
                _ => self.done(Some(row)),
            },
            Refreshed::Gone => self.done(None),
            Refreshed::Other(recheck, rows) => self.sent_and_differs(error, &recheck, rows),
            Refreshed::Nothing(_) => {
                self.breaker.went_wrong(&self.action.key, error, &self.client.last_answer());
                let status = Status::Unsure { why: error.to_string(), not_before: loss.not_before() };
                return (status, None, Some(loss));
            }
        };
        (status, row, None)
    }
}
