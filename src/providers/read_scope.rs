//! What a reading of a provider is for.

use std::collections::BTreeSet;

use crate::model::{Desired, DesiredState};

/// What a reading is for: what entries declare, and the accounts that rows are looked for in. Most vendors list
/// everything there is; one that lists one account at a time is asked for these.
#[derive(Debug, Default)]
pub struct Scope<'a> {
    /// The rows that entries ask for.
    pub declared: Vec<&'a Desired>,
    /// The AWS accounts of those rows, and of entries of `removed:`.
    pub accounts: BTreeSet<&'a str>,
    /// Whether the vendor's published lists are read that the declared rows name values out of.
    pub with_catalogs: bool,
}

impl<'a> Scope<'a> {
    /// What a config says to this provider, with the lists that its values are out of.
    pub fn of(desired: &'a DesiredState, provider: &str) -> Self {
        let declared = desired.entries.values().filter(|desired| desired.key.provider == provider);
        let declared: Vec<&Desired> = declared.map(AsRef::as_ref).collect();
        let tombstones = desired.tombstones.iter().filter(|tombstone| tombstone.names_account());
        let removed =
            tombstones.filter(|tombstone| tombstone.speaks_of(provider)).map(|tombstone| tombstone.identity());
        let accounts = declared.iter().filter_map(|desired| desired.account.as_deref()).chain(removed).collect();
        Scope { declared, accounts, with_catalogs: true }
    }
}
