//! What people know a live row by, for showing what goes and what is left alone.

use std::collections::BTreeMap;

use super::key::{Key, RemoteId};

/// What a row says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Described {
    /// What it is called: by the config, else by the vendor.
    pub name: Option<String>,
    /// The role that the vendor assumes, by name or ARN.
    pub role: Option<String>,
    /// The access key in place of a role.
    pub access_key: Option<String>,
    /// Its tags, `key:value` or as the vendor has them.
    pub tags: Vec<String>,
}

/// Rows by provider and the vendor's handle.
#[derive(Debug, Clone, Default)]
pub struct Descriptions(BTreeMap<(&'static str, RemoteId), Described>);

impl Descriptions {
    /// Adds what is known of a row.
    pub fn add(&mut self, key: &Key, id: &RemoteId, described: Described) {
        self.0.insert((key.provider, id.clone()), described);
    }

    /// What is known of a row.
    pub fn of(&self, key: &Key, id: &RemoteId) -> Option<&Described> {
        self.0.get(&(key.provider, id.clone()))
    }

    /// What a row is called.
    pub fn name(&self, key: &Key, id: &RemoteId) -> Option<&str> {
        self.of(key, id)?.name.as_deref()
    }
}
