//! Everything that `--only` can select, by the names that it goes by: a profile may select thousands of accounts, each
//! of which is looked up here.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Desired, DesiredState, Isolated, Kind, Observed, ResourceSelection, SelectedResource, Tombstone};

/// What is declared, removed or live, by name.
pub struct Selectable<'a> {
    declared: BTreeMap<&'a str, Vec<&'a Desired>>,
    removed: BTreeMap<&'a str, Vec<&'a Tombstone>>,
    live: BTreeMap<&'a str, Vec<&'a Observed>>,
    isolated: BTreeMap<&'a str, Vec<&'a Isolated>>,
}

impl<'a> Selectable<'a> {
    /// What a config says, and these rows.
    pub fn of(
        desired: &'a DesiredState,
        rows: impl Iterator<Item = &'a Observed>,
        isolated: impl Iterator<Item = &'a Isolated>,
    ) -> Self {
        let mut selectable = Selectable {
            declared: desired.entries_by_name(),
            removed: desired.tombstones_by_name(),
            live: BTreeMap::new(),
            isolated: BTreeMap::new(),
        };
        for row in rows {
            row.names().for_each(|name| selectable.live.entry(name).or_default().push(row));
        }
        for row in isolated {
            let names = row.names.iter().chain(&row.account);
            names.for_each(|name| selectable.isolated.entry(name).or_default().push(row));
        }
        selectable
    }

    /// Whether it selects anything.
    pub fn has(&self, selected: &SelectedResource) -> bool {
        !self.kinds(selected).is_empty()
    }

    /// The kinds of what it selects, for people.
    pub fn kinds(&self, selected: &SelectedResource) -> BTreeSet<String> {
        let (only, account) = (ResourceSelection::from_iter([selected.clone()]), selected.account.as_str());
        let declared =
            found(&self.declared, account).filter(|entry| only.has_desired(entry)).map(|entry| entry.key.kind);
        let live = found(&self.live, account).filter(|row| only.has_row(row)).map(|row| row.key.kind);
        let isolated = found(&self.isolated, account).filter(|row| only.may_have(row)).map(|row| row.kind);
        let removed = found(&self.removed, account).filter(|tombstone| only.has_tombstone(tombstone));
        let kinds = declared.chain(live).chain(isolated).map(Kind::label);
        kinds.chain(removed.map(|_| "a tombstone".to_owned())).collect()
    }
}

fn found<'a, T>(by_name: &BTreeMap<&'a str, Vec<&'a T>>, name: &str) -> impl Iterator<Item = &'a T> {
    by_name.get(name).into_iter().flatten().copied()
}
