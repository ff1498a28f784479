//! One action from the second look to the outcome.

use std::time::Instant;

use super::Hands;
use super::breaker::Breaker;
use crate::model::plan::VendorError;
use crate::model::{Action, Ending, Failure, FieldChange, Observed, Op, Outcome};
use crate::planner::verdict::{Verdict, verdict};
use crate::providers::{self, Provider};

/// How often an action is sent when its answers keep being lost and a look shows that it was not done.
const MOST_SENDS: usize = 3;

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
    let made = matches!((&action.op, &ending), (Op::Create { .. }, Ending::Done | Ending::AlreadySo));
    let trust = row.as_ref().filter(|_| made).and_then(|row| {
        let provider = providers::named(action.key.provider)?;
        provider.trust(hands.settings.get(action.key.provider)?, row)
    });
    Outcome { ending, row, trust, millis: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX) }
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
        if let Some(id) = self.action.row() {
            now = match self.provider.look(self.hands.door, &self.action.key, Some(id)).await {
                Ok(now) => now,
                Err(error) => return self.failed(&error, false),
            };
            match self.judge(&now) {
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

    /// Sends; where the answer is lost, looks, and decides by what is there.
    async fn send(&self, mut now: Vec<Observed>) -> (Ending, Option<Observed>) {
        for attempt in 1.. {
            let error = match self.provider.perform(self.hands.door, self.action, now.first()).await {
                Ok(row) => {
                    self.breaker.went_well();
                    return (Ending::Done, row);
                }
                Err(error) => error,
            };
            let lost = matches!(error, VendorError::Door(Failure::Lost { .. }) | VendorError::Failing(_) | VendorError::Unreadable(_));
            if !lost && !matches!(error, VendorError::Exists(_)) {
                return self.failed(&error, false);
            }
            now = match self.provider.look(self.hands.door, &self.action.key, self.action.row()).await {
                Ok(now) => now,
                Err(_) => return self.failed(&error, lost),
            };
            match self.judge(&now) {
                Ok(Verdict::Go) if attempt < MOST_SENDS && lost => {}
                Ok(Verdict::Go) | Err(_) => return self.failed(&error, lost),
                Ok(Verdict::AlreadySo) if lost => {
                    self.breaker.went_well();
                    return (Ending::Done, now.pop());
                }
                Ok(other) => return self.settled(other, now),
            }
        }
        (Ending::Skipped("never tried".to_owned()), None)
    }

    fn judge(&self, now: &[Observed]) -> Result<Verdict, VendorError> {
        verdict(self.action, now, self.provider.shape(), self.hands.sources)
    }

    /// What ends an action without another write.
    fn settled(&self, verdict: Verdict, mut now: Vec<Observed>) -> (Ending, Option<Observed>) {
        self.breaker.went_well();
        let failed = |why: String| Ending::Failed { why, fields: Vec::new(), unsure: false };
        match verdict {
            Verdict::AlreadySo => (Ending::AlreadySo, now.pop()),
            Verdict::Stale(changes) => (Ending::Stale(changes), now.pop()),
            Verdict::Vanished => (failed("it was deleted, or made anew, since the plan was made; run heeler again".to_owned()), None),
            Verdict::Clash(changes) => {
                let fields = changes.iter().map(|change: &FieldChange| change.path.to_string()).collect::<Vec<_>>().join(", ");
                (failed(format!("somebody else has created it since the plan was made, and it differs in {fields}; run heeler again")), now.pop())
            }
            Verdict::Go => (failed("it was not sent".to_owned()), now.pop()),
        }
    }

    fn failed(&self, error: &VendorError, unsure: bool) -> (Ending, Option<Observed>) {
        self.breaker.went_wrong(error);
        let fields = match error {
            VendorError::Invalid { fields, .. } => fields.clone(),
            _ => Vec::new(),
        };
        (Ending::Failed { why: error.to_string(), fields, unsure }, None)
    }
}
