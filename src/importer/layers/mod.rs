//! What many accounts have in common, as `defaults` and profiles. Pure: drafts and schemas go in, layers come out.
//!
//! Drafts are laid out as a [`table`], what the config there is says of them is found ([`existing_config`]), what many
//! have in common is lifted ([`fold`]), and profiles get names ([`profile_names`]). Whether the result is right is not
//! taken on trust: the import plans it against the rows it came from.

pub mod existing_config;
pub mod fold;
pub mod profile_names;
pub mod profile_words;
pub mod table;
pub mod value_forms;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Node;

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
