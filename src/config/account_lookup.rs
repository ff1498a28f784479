//! Who the config is about, for those who name accounts on the command line: ids, names and profiles.

use std::collections::{BTreeMap, BTreeSet};

use super::account::Account;
use crate::model::Tombstone;

/// Accounts by what people call them.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// The ids of the accounts that have a name.
    ids: BTreeMap<String, BTreeSet<String>>,
    /// The ids of the accounts that list a profile; none for one that nobody lists.
    profiles: BTreeMap<String, BTreeSet<String>>,
}

impl Directory {
    /// What entries of `accounts:` and of `removed:` say, and the profiles there are.
    pub fn of<'a>(accounts: &[Account], tombstones: &[Tombstone], profiles: impl Iterator<Item = &'a String>) -> Self {
        let mut directory = Directory::default();
        directory.profiles.extend(profiles.map(|name| (name.clone(), BTreeSet::new())));
        for account in accounts {
            let Some(id) = account.names().next() else { continue };
            directory.name(account.facts.name.as_deref(), id);
            for profile in &account.profiles {
                directory.profiles.entry(profile.clone()).or_default().insert(id.to_owned());
            }
        }
        tombstones.iter().for_each(|tombstone| directory.name(tombstone.name(), tombstone.identity()));
        directory
    }

    fn name(&mut self, name: Option<&str>, id: &str) {
        if let Some(name) = name {
            self.ids.entry(name.to_owned()).or_default().insert(id.to_owned());
        }
    }

    /// Who has this name.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &str> {
        self.ids.get(name).into_iter().flatten().map(String::as_str)
    }

    /// Who lists this profile; nothing if there is no such profile.
    pub fn under(&self, profile: &str) -> Option<&BTreeSet<String>> {
        self.profiles.get(profile)
    }

    /// Every name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.ids.keys().map(String::as_str)
    }

    /// Every profile.
    pub fn profiles(&self) -> impl Iterator<Item = &str> {
        self.profiles.keys().map(String::as_str)
    }
}
