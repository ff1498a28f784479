//! What manages a vendor's rows in other words than a provider's own: resources in another tool's state, entries or
//! rows of an older API.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::{Key, Observed};

/// One such thing.
#[derive(Debug, Clone, Copy)]
pub struct MigrationSource<'a> {
    /// In whose words it is: a type of resource, or a provider.
    pub kind: &'a str,
    /// The AWS account, where it is said beside the fields.
    pub account: Option<&'a str>,
    /// Its fields.
    pub says: &'a Value,
    /// Whether it manages what it leaves out too.
    pub whole: bool,
    /// Fields that are not among them, since they are marked as sensitive, by their dotted path.
    pub hidden: &'a [String],
}

impl MigrationSource<'_> {
    /// Whether this field, or one below it, is marked as sensitive.
    pub fn hides(&self, field: &str) -> bool {
        self.hidden
            .iter()
            .any(|path| path.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
    }
}

/// What a provider takes over.
#[derive(Debug, Default)]
pub struct Adoption {
    /// Account by account.
    pub accounts: Vec<Adopted>,
    /// Which things it should take over and cannot, and why.
    pub unread: Vec<NotAdopted>,
}

/// A thing that is not taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAdopted {
    /// Which.
    pub at: usize,
    /// Why.
    pub why: String,
    /// Whether it may well be one to take over, and what would tell is marked as sensitive.
    pub hidden: bool,
}

/// One account that is taken over.
#[derive(Debug, Clone)]
pub struct Adopted {
    /// What is managed of it, and no more, as the provider would list it. Without an AWS account if nobody said whose
    /// it is.
    pub row: Observed,
    /// Which things said so.
    pub from: BTreeSet<usize>,
    /// What means something else from now on, for people, by what it is about.
    pub meanings: BTreeMap<&'static str, Meaning>,
}

/// Something that means something else from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// What has changed.
    pub says: &'static str,
    /// What of it this account has, such as the names of rules.
    pub names: BTreeSet<String>,
}

/// The part of a provider that takes over what others manage, where it has one.
pub trait Migration: Send + Sync {
    /// What it takes over of things that others manage, in its own words; nothing of what it does not know. Where the
    /// vendor lists the account, its row may settle what those words leave open.
    fn adopts(&self, foreign: &[MigrationSource<'_>], live: Option<&BTreeMap<Key, Observed>>) -> Adoption;
}
