//! What was asked for one account and is refused, as data.

use super::change::FieldChange;
use super::key::{Key, RemoteId};
use super::source::Source;
use super::tombstone::DeleteReason;

/// One account that is refused, while the others go on.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Which row.
    pub key: Key,
    /// The AWS account, where known.
    pub account: Option<String>,
    /// For people.
    pub name: Option<String>,
    /// Where it was asked for.
    pub source: Source,
    /// What was asked for.
    pub op: RefusedOp,
    /// What is refused and why, as a whole sentence but for where that is written.
    pub why: String,
    /// What in the config refuses it, if that is somewhere else than where it was asked for.
    pub because_of: Option<Source>,
    /// What to do instead.
    pub help: String,
}

impl Refusal {
    /// What is refused and why, with the place that refuses it: `it is protected (heeler.yaml:3)`.
    pub fn reason(&self) -> String {
        let place = self.because_of.as_ref().map(|at| format!(" ({}:{})", at.file, at.line));
        format!("{}{}", self.why, place.unwrap_or_default())
    }

    /// Whether another one is about the same row and refuses it for the same reason, wherever that is written.
    pub fn is_alike(&self, other: &Refusal) -> bool {
        (&self.key, &self.why) == (&other.key, &other.why)
    }
}

/// What was asked for. Unlike an operation it may change nothing: a row of somebody else's is refused however it looks.
#[derive(Debug, Clone)]
pub enum RefusedOp {
    /// It is not there and should be.
    Create {
        /// The same as field changes from nothing.
        changes: Vec<FieldChange>,
    },
    /// It is there and should be as declared.
    Update {
        /// The live row.
        row: RemoteId,
        /// What differs.
        changes: Vec<FieldChange>,
    },
    /// It is there and should not be.
    Delete {
        /// The live row.
        row: RemoteId,
        /// What would have allowed it.
        reason: DeleteReason,
    },
}

impl RefusedOp {
    /// What differs; of a delete, nothing.
    pub fn changes(&self) -> &[FieldChange] {
        match self {
            RefusedOp::Create { changes } | RefusedOp::Update { row: _, changes } => changes,
            RefusedOp::Delete { .. } => &[],
        }
    }
}
