//! `providers:`: the settings of every provider that the config uses.

use std::collections::BTreeMap;

use super::account::Account;
use super::document::Document;
use super::read_only;
use crate::model::check::no_value;
use crate::model::diagnostic::{Tally, brief, despite_misread, did_you_mean};
use crate::model::{Diagnostic, Diagnostics, Env, Node, Place, Settings, Tombstone};
use crate::providers::{self, Provider};

/// Whether an account has the provider's block, and no other one of the same backend: that has been refused.
fn manages(account: &Account, provider: &dyn Provider) -> bool {
    let rivals =
        providers::ALL.iter().filter(|other| other.backend() == provider.backend() && other.name() != provider.name());
    account.blocks.contains_key(provider.name()) && !{ rivals }.any(|other| account.blocks.contains_key(other.name()))
}

/// Reads the settings of every provider that has a block under `providers:` or on an account, or that a tombstone
/// names.
pub fn read(
    document: &Document,
    accounts: &[Account],
    tombstones: &[Tombstone],
    env: &Env,
    out: &mut Diagnostics,
) -> BTreeMap<&'static str, Settings> {
    let written = document.providers.as_ref();
    let mut unknown = Tally::default();
    for entry in written.map_or(&[][..], |node| node.entries()) {
        let known = providers::ALL.iter().map(|provider| provider.name());
        if entry.node.is_null() {
            out.push(no_value(entry, &format!("write `{}: {{}}`, or its settings", entry.key)));
        } else if providers::named(&entry.key).is_none() {
            unknown.push(entry.key_place, out, || {
                let list = known.clone().collect::<Vec<_>>().join(", ");
                let help = did_you_mean(&entry.key, known)
                    .map_or_else(|| format!("providers: {list}"), |guess| format!("{guess} (providers: {list})"));
                Diagnostic::error(entry.key_place, format!("unknown provider `{}`", brief(&entry.key)))
                    .label("no such provider")
                    .help(help)
            });
        }
    }
    // The settings may stand in a file that could not be read, or under a misspelt name.
    let is_misread = match written {
        Some(written) => {
            !written.is_map() || written.entries().iter().any(|entry| providers::named(&entry.key).is_none())
        }
        None => document.is_misread,
    };
    let mut settings = BTreeMap::new();
    for provider in providers::ALL {
        let name = provider.name();
        let block = written.and_then(|node| node.get(name)).filter(|node| !node.is_null());
        let buried_there = tombstones.iter().any(|tombstone| tombstone.names(name));
        let used = block.is_some() || buried_there || accounts.iter().any(|account| manages(account, *provider));
        if used {
            let mut found = Diagnostics::new();
            let own = block.map(read_only::without);
            let read = provider.settings(own.as_ref(), env, &mut found);
            block.into_iter().for_each(|block| keys_are_elsewhere(*provider, block, &mut found));
            providers::allowed_hosts::check(*provider, &read, block, env, &mut found);
            let block_is_misread = found.iter().any(|found| found.is_error() && !found.presumes_all_read);
            out.extend(if is_misread || block_is_misread { despite_misread(found) } else { found });
            settings.insert(name, read);
        }
    }
    let nobody_is_asked = settings.is_empty() && !document.is_misread && !is_misread;
    if let Some(tombstone) = tombstones.first().filter(|_| nobody_is_asked) {
        let wrong = Diagnostic::error(tombstone.place(), "a tombstone, but no provider")
            .label("nobody would be asked whether it is still there");
        out.push(wrong.help("name the provider: `providers: { datadog: { site: ... } }`"));
    }
    settings
}

/// The providers that are only looked at, with where that is said.
pub fn read_only(document: &Document, out: &mut Diagnostics) -> BTreeMap<&'static str, Place> {
    let written = document.providers.as_ref();
    let said = providers::ALL.iter().filter_map(|provider| {
        let block = written?.get(provider.name()).filter(|block| block.is_map())?;
        let (says, place) = read_only::read(block, out)?;
        says.then_some((provider.name(), place))
    });
    said.collect()
}

/// Whoever looks for a place for the keys finds it here.
fn keys_are_elsewhere(provider: &dyn Provider, block: &Node, found: &mut [Diagnostic]) {
    let sounds_so =
        |key: &str| ["key", "token", "secret", "password"].iter().any(|word| key.to_ascii_lowercase().contains(word));
    for entry in block.entries().iter().filter(|entry| sounds_so(&entry.key)) {
        for wrong in found.iter_mut().filter(|wrong| wrong.place == Some(entry.key_place)) {
            let variables = provider.meta().credentials.join(" and ");
            wrong.help = Some(format!("heeler's own keys stand in no file: set {variables} in the environment"));
        }
    }
}
