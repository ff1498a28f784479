//! Live rows as a config that a person would have written. Pure: rows and schemas go in, YAML as data comes out.
//!
//! A row becomes a [`Draft`]: its fields as leaves, by path. Drafts are laid out as a [`table`], what many have in
//! common is folded into layers ([`fold`]), and all of it becomes a [`document`]. Whether the result is right is not
//! taken on trust: whoever asks for a document plans it against the rows it came from.

pub mod document;
pub mod existing_config;
pub mod fold;
pub mod managed_values;
pub mod names;
pub mod profile_names;
pub mod row_reader;
pub mod table;
pub mod value_forms;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::schema::BlockSchema;
pub use crate::model::value::Leaves;
use crate::model::{Key, Node};

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
    /// The rows it was made of.
    pub keys: BTreeSet<Key>,
    /// What was left out of it, and why.
    pub notes: Vec<String>,
}

impl Draft {
    /// The account id, or what stands for it.
    pub fn identity(&self) -> &str {
        let key = || self.keys.first().map_or("", |key| key.name.as_str());
        self.account.as_deref().unwrap_or_else(key)
    }
}

/// A layer of a config that is there already.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    /// What it says of the partition.
    pub partition: Option<String>,
    /// What it says under each provider.
    pub blocks: BTreeMap<&'static str, Node>,
}

/// What new entries will stand upon.
#[derive(Debug, Clone, Default)]
pub struct ExistingConfig {
    /// The config's own `defaults`.
    pub defaults: Layer,
    /// The config's own profiles.
    pub profiles: BTreeMap<String, Layer>,
    /// Names that accounts have already.
    pub names: BTreeSet<String>,
    /// Whether `defaults` may be written: nothing has any yet, and nobody would come under them unasked.
    pub open: bool,
}

/// What may stand in every provider's block.
pub type Schemas = BTreeMap<&'static str, &'static BlockSchema>;
