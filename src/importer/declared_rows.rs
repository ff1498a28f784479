//! How a config stands to live rows: which it declares, which it removes, which accounts it names.
//!
//! Providers with one backend show the same rows, perhaps under other names: a row is declared if any of them declares
//! it under any.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::backend;
use crate::model::{Desired, DesiredState, Observed, ResourceSelection, Tombstone};
use crate::planner::ProviderSnapshot;
use crate::planner::declared_names::{Handled, RowName, declared_by_name, names_of};
use crate::planner::partitions::disputed;
use crate::providers;

/// What the config says, by the names of rows.
pub struct DeclaredRows<'a> {
    desired: &'a DesiredState,
    by_name: BTreeMap<RowName<'a>, &'a Arc<Desired>>,
    by_account: BTreeSet<RowName<'a>>,
    tombstones: BTreeMap<&'a str, Vec<&'a Tombstone>>,
}

/// How the config stands to a row.
pub enum RowStatus<'a> {
    /// It says nothing of it.
    New,
    /// It declares it.
    Declared(&'a Arc<Desired>),
    /// It removes it.
    Removed,
    /// No new entry could be about it, and why.
    LeftOut(String),
}

impl<'a> DeclaredRows<'a> {
    /// What this config says.
    pub fn of(desired: &'a DesiredState) -> Self {
        let account =
            |entry: &'a Arc<Desired>| Some((backend(entry.key.provider)?, entry.key.kind, entry.account.as_deref()?));
        DeclaredRows {
            desired,
            by_name: declared_by_name(desired, backend),
            by_account: desired.entries.values().filter_map(account).collect(),
            tombstones: desired.tombstones_by_name(),
        }
    }

    /// How it stands to a row.
    pub fn status(&self, row: &Observed) -> RowStatus<'a> {
        let Some(backend) = backend(row.key.provider) else {
            return RowStatus::LeftOut("nobody knows its vendor".to_owned());
        };
        if let Some(declared) = names_of(backend, row).find_map(|name| self.by_name.get(&name)) {
            return RowStatus::Declared(declared);
        }
        let same = providers::ALL.iter().filter(|provider| provider.backend() == backend);
        let mut named = row.names().filter_map(|name| self.tombstones.get(name)).flatten();
        let tombstoned =
            named.any(|tombstone| same.clone().any(|provider| tombstone.speaks_of_kind(provider.name(), row.key.kind)));
        let named = row.names().any(|name| self.desired.named.contains(name));
        let beside =
            row.account.as_deref().is_some_and(|account| self.by_account.contains(&(backend, row.key.kind, account)));
        match row.not_manageable {
            _ if tombstoned => RowStatus::Removed,
            Some(why) => RowStatus::LeftOut(format!("it cannot be changed from here: {why}")),
            None if beside => {
                RowStatus::LeftOut("its account has an entry already, which is about another row there".to_owned())
            }
            None if named => RowStatus::LeftOut(format!(
                "its account has an entry already; to manage it here too, put a `{}:` block there",
                row.key.kind.label()
            )),
            None => RowStatus::New,
        }
    }
}

/// Every row that was read and is wanted, once, with how the config stands to it. Of providers with one backend the
/// first one's count.
pub fn rows<'a>(
    desired: &'a DesiredState,
    snapshots: &'a BTreeMap<&'static str, ProviderSnapshot>,
    only: Option<&'a ResourceSelection>,
) -> Vec<(&'a Observed, RowStatus<'a>)> {
    let (known, disputed) = (DeclaredRows::of(desired), disputed(snapshots));
    let mut taken = Handled::default();
    let mut found = Vec::new();
    for snapshot in providers::ALL.iter().filter_map(|provider| snapshots.get(provider.name())) {
        let Ok(observation) = &snapshot.result else { continue };
        let halves: BTreeSet<_> = observation.unreadable.iter().map(|(key, _)| key).collect();
        for row in
            observation.rows.values().filter(|row| taken.take(snapshot.backend, row) && !halves.contains(&row.key))
        {
            let partitions = row.account.as_deref().and_then(|account| disputed.get(account));
            let status = match (known.status(row), partitions) {
                (RowStatus::New, Some(names)) => {
                    let names: Vec<&str> = names.iter().copied().collect();
                    RowStatus::LeftOut(format!(
                        "its account is live in several partitions, {}, and is in one of them",
                        names.join(" and ")
                    ))
                }
                (status, _) => status,
            };
            // The config may know whose a row is that does not say so.
            let known_as = if let RowStatus::Declared(desired) = &status { desired.account.as_deref() } else { None };
            if only.is_none_or(|only| only.has(row.key.kind, row.names().chain(known_as))) {
                found.push((row, status));
            }
        }
    }
    found
}
