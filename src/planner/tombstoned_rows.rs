//! Live rows that tombstones may be about, found in one pass over what was read: tombstones stay in a config for years,
//! and a fleet has thousands of rows.

use std::collections::BTreeMap;

use super::{PlanInput, ProviderSnapshot};
use crate::model::{Kind, Observed, Tombstone};

/// Every row that goes by the name of some tombstone, and how many say no account.
pub struct TombstonedRows<'a> {
    by_name: BTreeMap<&'a str, Vec<(&'a ProviderSnapshot, &'a Observed)>>,
    /// By provider and kind, rows that could be anybody's: the vendor does not say in which account they are.
    nameless: BTreeMap<(&'static str, &'static Kind), usize>,
}

impl<'a> TombstonedRows<'a> {
    /// Of what was read.
    pub fn of(input: &PlanInput<'a>) -> Self {
        let tombstones = &input.desired.tombstones;
        let mut rows = TombstonedRows {
            by_name: tombstones.iter().map(|tombstone| (tombstone.identity(), Vec::new())).collect(),
            nameless: BTreeMap::new(),
        };
        let read = input.snapshots.values().filter(|_| !tombstones.is_empty());
        for (snapshot, found) in read.filter_map(|snapshot| Some((snapshot, snapshot.result.as_ref().ok()?))) {
            found.rows.values().for_each(|row| rows.add(snapshot, row));
        }
        rows
    }

    fn add(&mut self, snapshot: &'a ProviderSnapshot, row: &'a Observed) {
        if row.account.is_none() && row.not_manageable.is_none() {
            *self.nameless.entry((row.key.provider, row.key.kind)).or_default() += 1;
        }
        for name in row.names() {
            let Some(known) = self.by_name.get_mut(name) else { continue };
            // A row may be called the same as its account.
            if known.last().is_none_or(|(_, last)| !std::ptr::eq(*last, row)) {
                known.push((snapshot, row));
            }
        }
    }

    /// The rows that go by its name, of what it speaks of.
    pub fn of_tombstone(&self, tombstone: &Tombstone) -> Vec<(&'a ProviderSnapshot, &'a Observed)> {
        let named = self.by_name.get(tombstone.identity()).into_iter().flatten();
        let meant = named.filter(|(_, row)| tombstone.speaks_of_kind(row.key.provider, row.key.kind));
        meant.copied().collect()
    }

    /// How many rows could be the one it means, because the vendor does not say whose account they are in.
    pub fn nameless(&self, tombstone: &Tombstone) -> usize {
        let meant = self.nameless.iter().filter(|((provider, kind), _)| tombstone.speaks_of_kind(provider, kind));
        meant.map(|(_, many)| many).filter(|_| tombstone.names_account()).sum()
    }
}
