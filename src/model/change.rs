//! What changes in one account, field by field.

use serde_json::Value;

use super::path::Path;
use super::source::Source;

/// What one field becomes.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A value in place of another; `before` is `null` where nothing was.
    Set {
        /// As it is listed.
        before: Value,
        /// As it will be sent.
        after: Value,
    },
    /// A list whose order means nothing.
    Elements {
        /// As listed, sorted.
        before: Vec<Value>,
        /// As it will be sent, sorted.
        after: Vec<Value>,
    },
    /// A value that is never compared and never shown.
    Secret {
        /// The environment variable it will be read from.
        env: String,
    },
}

/// One field of one account, and why it changes.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// Which field.
    pub path: Path,
    /// What it becomes.
    pub change: Change,
    /// Whether this stops collection or can break it.
    pub removal: bool,
    /// Where the wish was written.
    pub source: Source,
}

/// At least one field change: an update without one cannot be spelled.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes(Vec<FieldChange>);

impl Changes {
    /// Nothing, if nothing changes.
    pub fn new(changes: Vec<FieldChange>) -> Option<Self> {
        (!changes.is_empty()).then_some(Changes(changes))
    }

    /// The changes, by path.
    pub fn iter(&self) -> std::slice::Iter<'_, FieldChange> {
        self.0.iter()
    }

    /// Whether any of them stops collection or can break it.
    pub fn any_removal(&self) -> bool {
        self.0.iter().any(|change| change.removal)
    }
}
