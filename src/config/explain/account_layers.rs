//! An account beside the layers that it is merged of, the nearest first.

use crate::config::account::Account;
use crate::config::defaults_and_profiles::{ConfigLayer, ConfigLayers, read_layer};
use crate::config::hold;
use crate::config::keys::IN_OWN_BLOCK;
use crate::model::check::Additions;
use crate::model::{Diagnostics, Node, Place};

/// An account and its layers.
pub struct AccountLayers<'a> {
    /// As merged.
    pub account: &'a Account,
    /// Its entry.
    pub entry: &'a Node,
    /// What the entry says as a layer: its blocks, its partition, its variables.
    own: ConfigLayer,
    /// The layers below it, the nearest first.
    lower: Vec<&'a ConfigLayer>,
}

impl<'a> AccountLayers<'a> {
    /// The account of an entry of a valid config.
    pub fn of(account: &'a Account, entry: &'a Node, layers: &'a ConfigLayers) -> Self {
        let own = read_layer(&hold::without(entry), Additions::Allowed, IN_OWN_BLOCK, &mut Diagnostics::new());
        let profiles = account.profiles.iter().rev().filter_map(|name| layers.profiles.get(name));
        AccountLayers { account, entry, own, lower: profiles.chain([&layers.defaults]).collect() }
    }

    /// Every layer, the nearest first, and whether it lies below the entry.
    pub fn nearest_first(&self) -> impl Iterator<Item = (&ConfigLayer, bool)> {
        std::iter::once((&self.own, false)).chain(self.lower.iter().map(|layer| (*layer, true)))
    }

    /// What the nearest layer that says it says of `read_only` at a provider, and where.
    pub fn read_only(&self, provider: &str) -> Option<(bool, Place)> {
        self.nearest_first().find_map(|(layer, _)| layer.read_only.get(provider).copied())
    }
}
