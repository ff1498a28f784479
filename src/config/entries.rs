//! What merged accounts ask for: rows by key, and the partition of each account.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::account::{Account, concerns, names, values_behind};
use super::rules;
use crate::model::desired::{InOtherPartition, Partition};
use crate::model::diagnostic::{any_error, despite_misread};
use crate::model::lower_layers::LayersOfAccount;
use crate::model::node::vars::Vars;
use crate::model::{AccountFacts, Desired, Diagnostic, Diagnostics, Key, Node, Settings};
use crate::providers;

/// Every row that is asked for. Checks what only the merged block can show. What a row stands on goes into `stacks`.
pub fn entries(
    accounts: &[Account],
    settings: &BTreeMap<&'static str, Settings>,
    stacks: &mut BTreeMap<Key, LayersOfAccount>,
    out: &mut Diagnostics,
) -> BTreeMap<Key, Arc<Desired>> {
    let mut entries = BTreeMap::new();
    let mut checked = rules::Checked::default();
    for account in accounts {
        let before = out.len();
        for (name, block) in &account.blocks {
            let Some(provider) = providers::named(name) else { continue };
            rules::merged(provider.block(), block, &account.facts, &mut checked, out);
            let Some(settings) = settings.get(name) else { continue };
            let mut of_merged = Diagnostics::new();
            let asked_for = provider.entries(settings, &account.facts, block, &mut of_merged);
            out.extend(if account.is_misread { despite_misread(of_merged) } else { of_merged });
            for desired in asked_for {
                stacks.extend(account.stack(name).map(|stack| (desired.key.clone(), stack)));
                if let Some(known) = entries.insert(desired.key.clone(), Arc::new(desired)) {
                    let known: Arc<Desired> = known;
                    out.push(
                        Diagnostic::error(account.id_place, format!("{} is declared twice", known.key))
                            .label("again here")
                            .also(known.place, "first here"),
                    );
                }
            }
        }
        values_behind(&account.uses, &mut out[before..]);
        concerns(&account.facts, &account.blocks, &mut out[before..]);
    }
    one_api_per_row(&entries, out);
    entries
}

/// The partition of every account, and what its entry asks for in another one, where it leaves that out.
pub fn partitions(accounts: &[Account], settings: &BTreeMap<&'static str, Settings>) -> BTreeMap<String, Partition> {
    let settings = Arc::new(settings.clone());
    let of = |account: &Account| {
        let elsewhere = account
            .unfilled
            .clone()
            .map(|unfilled| elsewhere(unfilled, account.facts.clone(), account.vars.clone(), settings.clone()));
        let AccountFacts { account, partition, name: _, place: _, partition_place } = &account.facts;
        Some((
            account.clone()?,
            Partition { name: partition.clone(), place: *partition_place, in_other_partition: elsewhere },
        ))
    };
    accounts.iter().filter_map(of).collect()
}

fn elsewhere(
    unfilled: BTreeMap<&'static str, Node>,
    facts: AccountFacts,
    vars: Vec<Vars>,
    settings: Arc<BTreeMap<&'static str, Settings>>,
) -> InOtherPartition {
    InOtherPartition::new(move |partition| {
        let (mut found, mut out) = (Vec::new(), Diagnostics::new());
        let facts = AccountFacts { partition: partition.to_owned(), ..facts.clone() };
        for (name, block) in &unfilled {
            let Some((provider, settings)) = providers::named(name).zip(settings.get(name)) else { continue };
            let is_secret = |keys: &[&str]| provider.block().is_secret(keys);
            let block = block.filled(&names(&facts, &vars), &is_secret, &mut Vec::new(), &mut out);
            rules::merged(provider.block(), &block, &facts, &mut rules::Checked::default(), &mut out);
            found.extend(provider.entries(settings, &facts, &block, &mut out));
        }
        if any_error(&out) { Err(out) } else { Ok(found) }
    })
}

/// Entries that name one row of a backend through two of its providers: by its account here, by its access key there.
fn one_api_per_row(entries: &BTreeMap<Key, Arc<Desired>>, out: &mut Diagnostics) {
    let backend = |provider: &str| providers::named(provider).map(|provider| provider.backend());
    let used: BTreeSet<&str> = entries.keys().map(|key| key.provider).collect();
    let shared: BTreeSet<&str> = used
        .iter()
        .copied()
        .filter(|one| used.iter().any(|other| other != one && backend(other) == backend(one)))
        .collect();
    let mut first = BTreeMap::new();
    for desired in entries.values().filter(|desired| shared.contains(desired.key.provider)) {
        for key in desired.keys() {
            let known = first.insert((backend(key.provider), key.kind, key.name), desired);
            let Some(known) =
                known.filter(|known| known.key.provider != desired.key.provider && known.place != desired.place)
            else {
                continue;
            };
            let title = format!("`{}` and `{}` on one account", known.key.provider, desired.key.provider);
            let wrong = Diagnostic::error(desired.place, title)
                .label("the same row through two APIs")
                .also(known.place, "first here");
            out.push(wrong.help("keep one of them"));
        }
    }
}
