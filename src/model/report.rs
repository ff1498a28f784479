//! What apply did, action by action, as data.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::action::Action;
use super::change::FieldChange;
use super::isolated::Isolated;
use super::observed::{Observed, Trust};
use super::plan::Plan;

/// The format of the JSON that plan, apply, drift and explain write: what this version writes, and what it reads back.
pub const REPORT_FORMAT: u64 = 2;

/// How one action ended.
#[derive(Debug, Clone)]
pub enum Status {
    /// Sent, and accepted.
    Done,
    /// Nothing needed sending: the vendor already had it so.
    AlreadySo,
    /// Deleted, and not in the trash where it should be: somebody deleted it a second time, and it is gone for good.
    NotInTrash,
    /// Sent and accepted, and answered with something else; the changes that are still needed by that answer.
    Differs(Vec<FieldChange>),
    /// Refused by the vendor, or done in part.
    Failed {
        /// What was said.
        why: String,
        /// The fields it was about, as the vendor names them.
        fields: Vec<String>,
        /// Whether some of it was done, or may have been.
        unsure: bool,
    },
    /// Sent, the answer was lost, and nothing has shown so far: it may have been done.
    Unsure {
        /// What happened.
        why: String,
        /// Before when nobody should run again, where a second one would make a second row.
        not_before: Option<Timestamp>,
    },
    /// The row moved since the plan; nothing was sent. This is what it would need now.
    Stale(Vec<FieldChange>),
    /// Never tried.
    Skipped(String),
    /// Never tried: an earlier run sent the same create without an answer, and its row may still show.
    Withheld {
        /// Until when.
        not_before: Timestamp,
    },
}

impl Status {
    /// Whether it ended as planned.
    pub fn is_success(&self) -> bool {
        matches!(self, Status::Done | Status::AlreadySo | Status::NotInTrash)
    }

    /// Whether something was, or may have been, written.
    pub fn wrote(&self) -> bool {
        match self {
            Status::Done | Status::NotInTrash | Status::Differs(_) | Status::Unsure { .. } => true,
            Status::Failed { unsure, .. } => *unsure,
            Status::AlreadySo | Status::Stale(_) | Status::Skipped(_) | Status::Withheld { .. } => false,
        }
    }

    /// Whether there is a row of it now, if it is a create.
    pub fn may_have_a_row(&self) -> bool {
        matches!(
            self,
            Status::Done | Status::AlreadySo | Status::Differs(_) | Status::Failed { .. } | Status::Unsure { .. }
        )
    }

    /// Before when nobody should create it again.
    pub fn not_before(&self) -> Option<Timestamp> {
        match self {
            Status::Unsure { not_before, .. } => *not_before,
            Status::Withheld { not_before } => Some(*not_before),
            _ => None,
        }
    }
}

/// One action of the plan and how it ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// How.
    pub status: Status,
    /// The row as it was after the action, if the vendor said.
    pub row: Option<Observed>,
    /// Role, external id and trust policy of a row that was made.
    pub trust: Option<Trust>,
    /// What the vendor issued for it in this run, by name.
    pub issued: BTreeMap<&'static str, Value>,
    /// How long it took, in milliseconds.
    pub millis: u64,
}

impl Outcome {
    /// An action that was never tried.
    pub fn untried(status: Status) -> Self {
        Outcome { status, row: None, trust: None, issued: BTreeMap::new(), millis: 0 }
    }

    /// What was issued for it and is not used: no row can have been made with it.
    pub fn unused(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        let is_unused = match &self.status {
            Status::AlreadySo | Status::Stale(_) | Status::Skipped(_) | Status::Withheld { .. } => true,
            Status::Failed { unsure, .. } => !unsure,
            Status::Done | Status::NotInTrash | Status::Differs(_) | Status::Unsure { .. } => false,
        };
        self.issued.iter().filter(move |_| is_unused).map(|(output, value)| (*output, value))
    }
}

/// What the final listing showed.
#[derive(Debug, Clone)]
pub enum Proof {
    /// A plan against it, made without any approval, holds only what was held back or refused.
    Converged,
    /// It holds more; this is that.
    Differs(Box<Plan>),
    /// It could not be read.
    Unreadable(String),
    /// The run was told to stop before it was read.
    Stopped,
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
    /// A run that has been proved: what was unsure, or was answered otherwise, and is as planned in the final listing
    /// was done.
    pub fn proved(mut self, plan: &Plan, proof: Proof) -> Self {
        let left = match &proof {
            Proof::Converged => Some(&[][..]),
            Proof::Differs(left) => Some(&left.actions[..]),
            Proof::Unreadable(_) | Proof::Stopped | Proof::NotNeeded => None,
        };
        let is_unread = |action: &Action| {
            let covers =
                |left: &Plan| left.unread().any(|unread| unread.covers(&action.key, action.account.as_deref()));
            matches!(&proof, Proof::Differs(left) if covers(left))
        };
        for (action, outcome) in plan.actions.iter().zip(&mut self.outcomes) {
            let shows = left.is_some_and(|left| !left.iter().any(|left| left.key == action.key) && !is_unread(action));
            if shows && matches!(outcome.status, Status::Unsure { .. } | Status::Differs(_)) {
                outcome.status = Status::Done;
            }
        }
        Report { proof, ..self }
    }

    /// Whether anything was, or may have been, written.
    pub fn wrote(&self) -> bool {
        self.outcomes.iter().any(|outcome| outcome.status.wrote())
    }

    /// Whether anything was done, may have been done, or was found done: then a final listing must show it.
    pub fn has_something_to_prove(&self) -> bool {
        self.wrote() || self.outcomes.iter().any(|outcome| matches!(outcome.status, Status::AlreadySo))
    }

    /// Whether every action ended as planned.
    pub fn all_done(&self) -> bool {
        self.outcomes.iter().all(|outcome| outcome.status.is_success())
    }

    /// Whether everything was done, and proved where there was anything to prove.
    pub fn is_proved(&self) -> bool {
        self.all_done() && matches!(self.proof, Proof::Converged | Proof::NotNeeded)
    }

    /// Whether what is live is known to be all that `plan`'s config asks for.
    pub fn has_converged(&self, plan: &Plan) -> bool {
        self.is_proved() && plan.held_back.is_empty() && plan.refusals.is_empty() && plan.all_rows_read()
    }

    /// Rows that stand under a name of the config together with others, and did not before the run: somebody else made
    /// the same at the same moment.
    pub fn doubled(&self, plan: &Plan) -> Vec<Isolated> {
        let Proof::Differs(left) = &self.proof else { return Vec::new() };
        let known = |row: &Isolated| {
            plan.isolated.iter().any(|known| (known.kind.provider, &known.id) == (row.kind.provider, &row.id))
        };
        left.isolated.iter().filter(|row| row.named && row.id.is_some() && !known(row)).cloned().collect()
    }

    /// How many were done, failed, and skipped (stale ones among them).
    pub fn counts(&self) -> (usize, usize, usize) {
        self.outcomes.iter().fold((0, 0, 0), |(done, failed, skipped), outcome| match outcome.status {
            Status::Done | Status::AlreadySo | Status::NotInTrash => (done + 1, failed, skipped),
            Status::Failed { .. } | Status::Unsure { .. } | Status::Differs(_) => (done, failed + 1, skipped),
            Status::Stale(_) | Status::Skipped(_) | Status::Withheld { .. } => (done, failed, skipped + 1),
        })
    }
}
