//! What manages a vendor's rows in other words than a provider's own: resources in another tool's state, entries or rows of an older API.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::Observed;

/// One such thing.
#[derive(Debug, Clone, Copy)]
pub struct Foreign<'a> {
    /// In whose words it is: a type of resource, or a provider.
    pub kind: &'a str,
    /// The AWS account, where it is said beside the fields.
    pub account: Option<&'a str>,
    /// Its fields.
    pub says: &'a Value,
    /// Whether it manages what it leaves out too.
    pub whole: bool,
}

/// What a provider takes over.
#[derive(Debug, Default)]
pub struct Adoption {
    /// Account by account.
    pub accounts: Vec<Adopted>,
    /// Which things it should take over and cannot, and why.
    pub unread: Vec<(usize, String)>,
}

/// One account that is taken over.
#[derive(Debug, Clone)]
pub struct Adopted {
    /// What is managed of it, and no more, as the provider would list it. Without an AWS account if nobody said whose it is.
    pub row: Observed,
    /// Which things said so.
    pub from: BTreeSet<usize>,
    /// What means something else from now on, for people: what it is about, and what it says.
    pub meanings: BTreeMap<&'static str, &'static str>,
}
