//! A row that gets no entry, as data: which one, and why. Callers ask for the key and never for words; the words stand in
//! the one `Display` here.

use std::collections::BTreeSet;
use std::fmt;

use crate::model::{Key, ResourceNames};

/// A live row, or something that manages one, that gets no entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOutRow {
    /// The rows that it is about; nothing where it cannot be told which one that is.
    pub keys: BTreeSet<Key>,
    /// What people call it.
    pub label: String,
    /// Why.
    pub why: String,
}

impl LeftOutRow {
    /// A row that is known by its key.
    pub fn of(key: &Key, names: &ResourceNames, why: impl Into<String>) -> Self {
        LeftOutRow { keys: BTreeSet::from([key.clone()]), label: names.name(key), why: why.into() }
    }

    /// Something that has no key.
    pub fn unknown(label: impl Into<String>, why: impl Into<String>) -> Self {
        LeftOutRow { keys: BTreeSet::new(), label: label.into(), why: why.into() }
    }
}

/// As a comment says it.
impl fmt::Display for LeftOutRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LeftOutRow { keys: _, label, why } = self;
        write!(f, "{label}: {why}")
    }
}
