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
    /// What is refused and why.
    pub why: String,
    /// What to do instead.
    pub help: String,
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
