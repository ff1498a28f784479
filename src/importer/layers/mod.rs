//! What many accounts have in common, as `defaults` and profiles. Pure: drafts and schemas go in, layers come out.
//!
//! Drafts are laid out as a [`table`], what the config there is says of them is found ([`existing_config`]), what many
//! have in common is lifted ([`fold`]), and profiles get names ([`profile_names`]). Whether the result is right is not
//! taken on trust: the import plans it against the rows it came from.

pub mod columns;
pub mod existing_config;
pub mod fold;
mod following;
pub mod pattern;
pub mod profile_names;
pub mod profile_words;
pub mod shared_list;
pub mod table;
pub mod value_forms;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::Node;

/// Which field a column is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnKey {
    /// The account's `aws_partition`.
    Partition,
    /// What a variable stands for.
    Var(String),
    /// A path below a provider's block.
    Field(&'static str, Vec<String>),
    /// An element that accounts have beyond the list they follow: the list's path, and the element as JSON.
    Added(&'static str, Vec<String>, String),
}

impl ColumnKey {
    /// The provider whose block the field is in.
    pub fn provider(&self) -> Option<&'static str> {
        match self {
            ColumnKey::Field(provider, _) | ColumnKey::Added(provider, ..) => Some(provider),
            ColumnKey::Partition | ColumnKey::Var(_) => None,
        }
    }

    /// For an element beyond the list that this is for.
    fn added(&self, element: &Value) -> ColumnKey {
        match self {
            ColumnKey::Field(provider, path) => ColumnKey::Added(provider, path.clone(), element.to_string()),
            other => other.clone(),
        }
    }
}

/// A layer of a config that is there already.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    /// What it says of the partition.
    pub partition: Option<String>,
    /// Its variables.
    pub vars: BTreeMap<String, String>,
    /// What it says under each provider.
    pub blocks: BTreeMap<&'static str, Node>,
}

impl Layer {
    /// What it says of a field.
    fn at(&self, column_key: &ColumnKey) -> Option<&Node> {
        let ColumnKey::Field(provider, path) = column_key else { return None };
        path.iter().try_fold(self.blocks.get(provider)?, |node, name| node.get(name))
    }
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
