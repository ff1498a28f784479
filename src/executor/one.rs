//! One action from the second look to the outcome.

use std::time::{Duration, Instant};

use super::Hands;
use super::breaker::Breaker;
use crate::model::plan::VendorError;
use crate::model::{Action, Ending, FieldChange, Observed, Op, Outcome};
use crate::planner::verdict::{Verdict, verdict};
use crate::providers::{self, Performed, Provider};

/// How often an action is sent when its answers keep being lost and a look shows that it was not done.
const MOST_SENDS: u32 = 3;
/// Before sending again; longer each time.
const PAUSE: Duration = Duration::from_millis(500);

/// Does one action, unless nothing more may be written.
pub async fn perform(index: usize, action: &Action, hands: &Hands<'_>, breaker: &Breaker) -> Outcome {
    let started = Instant::now();
    let (ending, row) = match breaker.reason() {
        Some(reason) => (Ending::Skipped(reason), None),
        None => match providers::named(action.key.provider) {
            Some(provider) => One { index, action, hands, breaker, provider }.run().await,
            None => (Ending::Skipped("its provider is unknown".to_owned()), None),
        },
    };
    // A create that was done in part has made the row all the same; its external id may never be told again.
    let made = matches!((&action.op, &ending), (Op::Create { .. }, Ending::Done | Ending::AlreadySo | Ending::Failed { .. }));
    let trust = row.as_ref().filter(|_| made).and_then(|row| {
        let provider = providers::named(action.key.provider)?;
        provider.trust(hands.settings.get(action.key.provider)?, row)
    });
    Outcome { ending, row, trust, millis: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX) }
}

/// Whether a look at the row says that the action can be done as planned, or is done already.
pub async fn still_as_planned(action: &Action, hands: &Hands<'_>) -> bool {
    let Some(provider) = providers::named(action.key.provider) else { return false };
    let Ok(now) = provider.look(hands.door, action).await else { return false };
    matches!(verdict(action, &now, hands.sources, false), Ok(Verdict::Go | Verdict::AlreadySo))
}

struct One<'a> {
    index: usize,
    action: &'a Action,
    hands: &'a Hands<'a>,
    breaker: &'a Breaker,
    provider: &'static dyn Provider,
}

impl One<'_> {
    async fn run(&self) -> (Ending, Option<Observed>) {
        let mut now = Vec::new();
        if self.action.row().is_some() {
            now = match self.provider.look(self.hands.door, self.action).await {
                Ok(now) => now,
                Err(error) => return self.failed(&error, false),
            };
            match self.judge(&now, false) {
                Ok(Verdict::Go) => {}
                Ok(other) => return self.settled(other, now),
                Err(error) => return self.failed(&error, false),
            }
        }
        if let (Op::Delete { .. }, Some(row)) = (&self.action.op, now.first())
            && let Err(error) = self.hands.witness.keep(self.index, self.action, row)
        {
            let why = format!("not deleted: it could not be put on disk first: {error}");
            return (Ending::Failed { why, fields: Vec::new(), unsure: false }, None);
        }
        self.send(now).await
    }

    /// Sends; where the answer is lost, looks, and decides by what is there. Once an answer was lost, nothing is ever reported as
    /// not sent.
    async fn send(&self, mut now: Vec<Observed>) -> (Ending, Option<Observed>) {
        let mut unsure = false;
        for attempt in 1..=MOST_SENDS {
            if self.hands.interrupt.is_on() {
                self.breaker.hold("heeler was told to stop");
            }
            if let Some(reason) = self.breaker.reason() {
                return if unsure { (Ending::Failed { why: reason, fields: Vec::new(), unsure }, None) } else { (Ending::Skipped(reason), None) };
            }
            let error = match self.provider.perform(self.hands.door, self.action, now.first()).await {
                Ok(Performed { row, failed: None }) => return self.answered(row),
                Ok(Performed { row, failed: Some(error) }) => return self.partly_done(row, &error),
                Err(error) => error,
            };
            let lost = error.is_lost();
            unsure |= lost;
            if !unsure && !matches!(error, VendorError::Exists(_)) {
                return self.failed(&error, false);
            }
            now = match self.provider.look(self.hands.door, self.action).await {
                Ok(now) => now,
                Err(_) => return self.failed(&error, unsure),
            };
            match self.judge(&now, unsure) {
                Ok(Verdict::Go) if lost && attempt < MOST_SENDS => tokio::time::sleep(PAUSE * attempt).await,
                Ok(Verdict::Go) | Err(_) => return self.failed(&error, unsure),
                Ok(Verdict::AlreadySo) if unsure => return self.answered(now.pop()),
                Ok(other) if unsure => return self.sent_and_differs(&error, &other, now),
                Ok(other) => return self.settled(other, now),
            }
        }
        (Ending::Failed { why: "its answers kept being lost".to_owned(), fields: Vec::new(), unsure }, None)
    }

    /// The vendor answered with the row as it now is.
    fn answered(&self, row: Option<Observed>) -> (Ending, Option<Observed>) {
        self.breaker.went_well();
        let (kept, other): (Option<Observed>, Option<Observed>) = match row {
            Some(row) if row.key != self.action.key => (None, Some(row)),
            row => (row, None),
        };
        match other {
            None => (Ending::Done, kept),
            Some(other) => {
                let why = format!("the vendor answered with the row of {}, which nobody asked for", other.key.name);
                (Ending::Failed { why, fields: Vec::new(), unsure: true }, None)
            }
        }
    }

    /// Some of its steps were done, and then one was not.
    fn partly_done(&self, row: Option<Observed>, error: &VendorError) -> (Ending, Option<Observed>) {
        self.breaker.went_wrong(error);
        let why = format!("some of it is done, then: {error}; the next run goes on from there");
        (Ending::Failed { why, fields: fields_of(error), unsure: true }, row)
    }

    fn sent_and_differs(&self, error: &VendorError, verdict: &Verdict, mut now: Vec<Observed>) -> (Ending, Option<Observed>) {
        self.breaker.went_wrong(error);
        let what = match verdict {
            Verdict::Stale(changes) | Verdict::Clash(changes) => format!("what is there now differs in {}", paths(changes)),
            Verdict::Go | Verdict::AlreadySo | Verdict::Vanished => "it is not there now".to_owned(),
        };
        (Ending::Failed { why: format!("{error}; it was sent, and {what}; run heeler again"), fields: Vec::new(), unsure: true }, now.pop())
    }

    fn judge(&self, now: &[Observed], sent: bool) -> Result<Verdict, VendorError> {
        verdict(self.action, now, self.hands.sources, sent)
    }

    /// What ends an action without another write.
    fn settled(&self, verdict: Verdict, mut now: Vec<Observed>) -> (Ending, Option<Observed>) {
        self.breaker.went_well();
        let failed = |why: String| Ending::Failed { why, fields: Vec::new(), unsure: false };
        match verdict {
            Verdict::AlreadySo => (Ending::AlreadySo, now.pop()),
            // Moved, or made by somebody else in the meantime: nothing was written, and both versions are shown.
            Verdict::Stale(changes) | Verdict::Clash(changes) => (Ending::Stale(changes), now.pop()),
            Verdict::Vanished => (failed("it was deleted, or made anew, since the plan was made; run heeler again".to_owned()), None),
            Verdict::Go => (failed("it was not sent".to_owned()), now.pop()),
        }
    }

    fn failed(&self, error: &VendorError, unsure: bool) -> (Ending, Option<Observed>) {
        self.breaker.went_wrong(error);
        (Ending::Failed { why: error.to_string(), fields: fields_of(error), unsure }, None)
    }
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
