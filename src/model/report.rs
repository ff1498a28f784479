//! What apply did, action by action, as data.

use super::observed::{Observed, Trust};
use super::plan::{FieldChange, Plan};

/// How one action ended.
#[derive(Debug, Clone)]
pub enum Ending {
    /// Sent, and accepted.
    Done,
    /// Nothing needed sending: the vendor already had it so.
    AlreadySo,
    /// Refused by the vendor, or lost.
    Failed {
        /// What was said.
        why: String,
        /// The fields it was about, as the vendor names them.
        fields: Vec<String>,
        /// Whether it may have been done all the same.
        unsure: bool,
    },
    /// The row moved since the plan; nothing was sent. This is what it would need now.
    Stale(Vec<FieldChange>),
    /// Never tried.
    Skipped(String),
}

/// One action of the plan and how it ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// How.
    pub ending: Ending,
    /// The row as it was after the action, if the vendor said.
    pub row: Option<Observed>,
    /// Role, external id and trust policy of a row that was made.
    pub trust: Option<Trust>,
    /// How long it took, in milliseconds.
    pub millis: u64,
}

/// What the final listing showed.
#[derive(Debug, Clone)]
pub enum Proof {
    /// The plan against it is empty.
    Converged,
    /// The plan against it is not; this is what is left.
    Differs(Box<Plan>),
    /// It could not be read.
    Unreadable(String),
    /// Nothing was written, so nothing had to be proved.
    NotNeeded,
}

/// A whole run.
#[derive(Debug, Clone)]
pub struct Report {
    /// One outcome per action of the plan, in its order.
    pub outcomes: Vec<Outcome>,
    /// What the final listing showed.
    pub proof: Proof,
}

impl Report {
    /// Whether anything was, or may have been, written.
    pub fn wrote(&self) -> bool {
        self.outcomes.iter().any(|outcome| matches!(outcome.ending, Ending::Done | Ending::Failed { unsure: true, .. }))
    }

    /// Whether anything was done, may have been done, or was found done: then a final listing must show it.
    pub fn has_something_to_prove(&self) -> bool {
        self.wrote() || self.outcomes.iter().any(|outcome| matches!(outcome.ending, Ending::AlreadySo))
    }

    /// Whether every action ended as planned.
    pub fn all_done(&self) -> bool {
        self.outcomes.iter().all(|outcome| matches!(outcome.ending, Ending::Done | Ending::AlreadySo))
    }

    /// Whether everything was done and proved.
    pub fn is_proved(&self) -> bool {
        self.all_done() && matches!(self.proof, Proof::Converged | Proof::NotNeeded)
    }

    /// How many were done, failed, and skipped (stale ones among them).
    pub fn counts(&self) -> (usize, usize, usize) {
        self.outcomes.iter().fold((0, 0, 0), |(done, failed, skipped), outcome| match outcome.ending {
            Ending::Done | Ending::AlreadySo => (done + 1, failed, skipped),
            Ending::Failed { .. } => (done, failed + 1, skipped),
            Ending::Stale(_) | Ending::Skipped(_) => (done, failed, skipped + 1),
        })
    }
}
