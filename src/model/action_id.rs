//! What names one step of a plan: the row, and what is done to it.

use std::fmt;

use super::key::{Key, RemoteId};

/// What names one step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActionId {
    /// Which row.
    pub key: Key,
    /// What is done.
    pub op: OpId,
}

impl fmt::Display for ActionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = &self.key;
        match self.op {
            OpId::Issue(output) => write!(f, "{key} {}", output.replace('_', " ")),
            OpId::Create | OpId::Update | OpId::Delete(_) => write!(f, "{key}"),
        }
    }
}

/// What is done to a row, without how.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum OpId {
    /// This value is issued for it.
    Issue(&'static str),
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It is deleted; of several rows of one name, this one.
    Delete(RemoteId),
}
