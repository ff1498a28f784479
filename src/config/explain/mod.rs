//! Where each value of an account comes from: its merged blocks, walked with the schema, value by value.

mod account_layers;
mod layer_values;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use super::account::Account;
use super::defaults_and_profiles::{self, ConfigLayers};
use super::document::{self, Document};
use super::{accounts, files, hold, settings};
use crate::model::explanation::{ExplainedCut, Explanation, NotWritten, is_below};
use crate::model::node::vars::PREFIX;
use crate::model::{Diagnostics, Node, Place, Sources};
use crate::providers;
use account_layers::AccountLayers;
use layer_values::layer_values;
use values::{values, vars};

/// A valid config, read so that its accounts can be explained.
pub struct Explainable {
    sources: Sources,
    document: Document,
    layers: ConfigLayers,
    accounts: Vec<Account>,
    read_only: BTreeMap<&'static str, Place>,
}

impl Explainable {
    /// Reads it. The texts are those of a valid config.
    pub fn read(texts: Vec<files::Text>) -> Self {
        let (mut sources, mut out) = (Sources::default(), Diagnostics::new());
        let (roots, whole) = super::parse(texts, &mut sources, &mut out);
        let document = document::gather(&roots, whole, &mut sources, &mut out);
        let layers = defaults_and_profiles::read(&document, &mut out);
        let accounts = accounts::read(&document, &layers, &mut out);
        let read_only = settings::read_only(&document, &mut out);
        Explainable { sources, document, layers, accounts, read_only }
    }

    /// The providers that manage any of the accounts that `wanted` takes, by the names they go by.
    pub fn providers(&self, wanted: impl Fn(&str) -> bool) -> BTreeSet<&'static str> {
        let chosen = self.accounts.iter().filter(|account| account.names().any(&wanted));
        chosen.flat_map(|account| account.blocks.keys().copied()).collect()
    }

    /// Every account that `wanted` takes. With `field`, only values at this path and below it, and what each layer says
    /// there.
    pub fn explain(&self, wanted: impl Fn(&str) -> bool, field: Option<&str>) -> Vec<Explanation> {
        // In a valid config each entry is an account, in the same order.
        let with_entries = self.accounts.iter().zip(&self.document.accounts);
        let chosen = with_entries.filter(|(account, _)| account.names().any(&wanted));
        let mut explained: Vec<Explanation> = chosen.map(|(account, entry)| self.one(account, entry, field)).collect();
        explained.sort_by(|a, b| a.id.cmp(&b.id));
        explained
    }

    fn one(&self, account: &Account, entry: &Node, field: Option<&str>) -> Explanation {
        let of = AccountLayers::of(account, entry, &self.layers);
        let mut explained = Explanation {
            id: account.names().next().unwrap_or_default().to_owned(),
            name: account.facts.name.clone(),
            source: self.sources.locate(account.id_place),
            profiles: account.profiles.clone(),
            providers: account.blocks.keys().copied().collect(),
            not_written: self.not_written(account),
            vars: Vec::new(),
            values: values(&of, &self.read_only, &self.sources),
            unmanaged: self.unmanaged(account),
            layers: Vec::new(),
            protected: account
                .names()
                .find_map(|name| self.document.protect.get(name))
                .map(|place| self.sources.locate(*place)),
        };
        if let Some(field) = field {
            explained.values.retain(|value| is_below(&value.path, field));
            explained.unmanaged.retain(|cut| is_below(&cut.path, field) || is_below(field, &cut.path));
            if let Some(asked) = field.split('.').next().and_then(providers::named) {
                explained.not_written.retain(|held| held.provider == asked.name());
            }
        }
        let used: BTreeSet<&str> = explained.values.iter().flat_map(|value| &value.vars).map(String::as_str).collect();
        let is_asked_for = |name: &str| field.is_some_and(|field| is_below(&format!("{PREFIX}{name}"), field));
        explained.vars = vars(account, |name| used.contains(name) || is_asked_for(name), &self.sources);
        if let Some(field) = field {
            explained.layers = layer_values(&of, field, &explained, &self.sources);
        }
        explained
    }

    fn not_written(&self, account: &Account) -> Vec<NotWritten> {
        let held = |provider: &'static str| {
            let hold = hold::at(Some(account), &self.read_only, provider)?;
            Some(NotWritten { provider, cause: hold.cause, source: self.sources.locate(hold.place) })
        };
        account.blocks.keys().filter_map(|provider| held(provider)).collect()
    }

    fn unmanaged(&self, account: &Account) -> Vec<ExplainedCut> {
        let path = |provider: &str, steps: &[String]| {
            std::iter::once(provider).chain(steps.iter().map(String::as_str)).collect::<Vec<_>>().join(".")
        };
        let cuts = account.unmanaged_paths.iter();
        cuts.map(|cut| ExplainedCut { path: path(cut.provider, &cut.steps), source: self.sources.locate(cut.place) })
            .collect()
    }
}
