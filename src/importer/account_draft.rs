//! A live account, as an entry of a config could say it.

use std::collections::{BTreeMap, BTreeSet};

use super::note::Note;
use crate::model::Key;
use crate::model::schema::BlockSchema;
pub use crate::model::value::Leaves;

/// One live account, as an entry could say it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its AWS account id, where the vendor tells.
    pub account: Option<String>,
    /// `aws` unless a vendor says otherwise.
    pub partition: String,
    /// For people, where its tags tell.
    pub name: Option<String>,
    /// What it holds, by provider.
    pub blocks: BTreeMap<&'static str, Leaves>,
    /// Fields of its rows in which nothing is live, by provider and path in the provider's block.
    pub empty: BTreeSet<(&'static str, Vec<String>)>,
    /// The rows it was made of.
    pub keys: BTreeSet<Key>,
    /// What was left out of it, and why.
    pub notes: Vec<Note>,
}

impl Draft {
    /// The account id, or what stands for it.
    pub fn identity(&self) -> &str {
        let key = || self.keys.first().map_or("", |key| key.name.as_str());
        self.account.as_deref().unwrap_or_else(key)
    }
}

/// What may stand in every provider's block.
pub type Schemas = BTreeMap<&'static str, &'static BlockSchema>;
