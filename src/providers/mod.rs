//! Floor 1: dialects. A provider translates between heeler's values and one vendor's HTTP, and does no I/O of its own.
//!
//! One folder per API, the same four names in each: `mod.rs` (the parts of the trait; the vendor's oddities),
//! `account.rs` (what an entry may say), `kinds.rs` (the sorts of rows there are), `wire.rs` (paths, verbs, envelopes,
//! errors). No folder knows another, nor the vendor's emulator in `sandbox/vendors/`. What two dialects share stands
//! beside them, and knows none of them: `field_types`, `row_isolation`, `complete_listing`, `refusal_text`, `xml_answer`, `allowed_hosts`,
//! `datadog_common`.

pub mod allowed_hosts;
mod block_check;
pub mod cloudcraft;
pub mod complete_listing;
mod config_mapping;
pub mod datadog;
pub mod datadog_common;
pub mod datadog_v1;
mod dialect;
pub mod field_types;
mod meta;
pub mod migration_source;
mod read_scope;
pub mod refusal_text;
pub mod row_isolation;
mod settings_reader;
pub mod wavefront;
pub mod xml_answer;

use std::collections::BTreeSet;

pub use block_check::{check_block, check_settings};
pub use config_mapping::ConfigMapping;
pub use dialect::{Dialect, Organization, Performed};
pub use meta::{Meta, OwnHosts, WriteWidth};
pub use migration_source::{Adopted, Adoption, Meaning, Migration, MigrationSource, NotAdopted};
pub use read_scope::Scope;
pub use settings_reader::SettingsReader;

use crate::model::schema::BlockSchema;
use crate::model::{Kind, Node};

/// Every provider. Adding one is a folder and a line here.
pub static ALL: &[&dyn Provider] =
    &[&datadog::Datadog, &datadog_v1::DatadogV1, &cloudcraft::Cloudcraft, &wavefront::Wavefront];

/// The provider of this name.
pub fn named(name: &str) -> Option<&'static dyn Provider> {
    ALL.iter().copied().find(|provider| provider.name() == name)
}

/// The other name an account goes by at this provider, where its block says one.
pub fn alias<'a>(provider: &dyn Provider, block: &'a Node) -> Option<&'a str> {
    provider.meta().alias_field?.split('.').try_fold(block, |node, field| node.get(field))?.text()
}

/// The keys that may name an account in `removed:` in place of `aws_account_id`.
pub fn alias_keys() -> Vec<&'static str> {
    let keys: BTreeSet<&str> =
        ALL.iter().filter_map(|provider| provider.meta().alias_field?.rsplit('.').next()).collect();
    keys.into_iter().collect()
}

/// How `removed:` names an account by another name than its id, as an example in messages.
pub fn alias_example() -> Option<&'static str> {
    ALL.iter().find_map(|provider| provider.meta().alias_example)
}

/// A provider: what it is, as data, and its parts.
pub trait Provider: Dialect + ConfigMapping + SettingsReader {
    /// What it is.
    fn meta(&self) -> &'static Meta;

    /// How it takes over what others manage, if it does.
    fn migration(&self) -> Option<&'static dyn Migration> {
        None
    }
}

impl dyn Provider + '_ {
    /// The name of its block in YAML.
    pub fn name(&self) -> &'static str {
        self.meta().name
    }

    /// The name of what it changes. Providers with one backend share rows and identity.
    pub fn backend(&self) -> &'static str {
        self.meta().backend
    }

    /// The kinds of rows that an entry can ask for.
    pub fn kinds(&self) -> &'static [Kind] {
        self.meta().kinds
    }

    /// What may stand under its name in YAML.
    pub fn block(&self) -> &'static BlockSchema {
        (self.meta().block)()
    }

    /// What may stand in its own block under `providers:`.
    pub fn settings_block(&self) -> &'static BlockSchema {
        (self.meta().settings_block)()
    }

    /// What an entry of `removed:` may say to this provider alone, if anything.
    pub fn delete_options(&self) -> Option<&'static BlockSchema> {
        self.meta().delete_options.map(|block| block())
    }
}
