//! Rows of one backend, through whichever of its providers they were listed: who declares them, and which were dealt
//! with already.
//!
//! One row may go by several names, and two providers may show different ones: a key is as good as the account it
//! belongs to.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::{PlanInput, ProviderSnapshot};
use crate::model::{DesiredState, Key, Kind, Observed, RemoteId};

/// Everything that is declared.
pub struct DeclaredNames<'a> {
    desired: &'a DesiredState,
    snapshots: &'a BTreeMap<&'static str, ProviderSnapshot>,
    /// By backend, kind and name; made when a row is asked for that is not declared under its own key.
    names: OnceCell<BTreeSet<(&'static str, &'static Kind, &'a str)>>,
}

impl<'a> DeclaredNames<'a> {
    /// What the config declares at the providers that were read, and at those that this run leaves out.
    pub fn of(input: &PlanInput<'a>) -> Self {
        DeclaredNames { desired: input.desired, snapshots: input.snapshots, names: OnceCell::new() }
    }

    /// Whether an entry declares this row, be it through another provider with the same backend.
    pub fn has(&self, snapshot: &ProviderSnapshot, row: &Observed) -> bool {
        let names = || self.names.get_or_init(|| self.by_backend());
        let mut own = std::iter::once(row.key.name.as_str()).chain(row.alias.as_deref());
        self.desired.entries.contains_key(&row.key)
            || own.any(|name| names().contains(&(snapshot.backend, row.key.kind, name)))
    }

    fn by_backend(&self) -> BTreeSet<(&'static str, &'static Kind, &'a str)> {
        let mut names = BTreeSet::new();
        for desired in self.desired.entries.values() {
            let read = self.snapshots.get(desired.key.provider).map(|snapshot| snapshot.backend);
            let left_out = || self.desired.left_out.get(desired.key.provider).map(|left_out| left_out.backend);
            let Some(backend) = read.or_else(left_out) else { continue };
            let own = std::iter::once(desired.key.name.as_str()).chain(desired.alias.as_deref());
            names.extend(own.map(|name| (backend, desired.key.kind, name)));
        }
        names
    }
}

/// Rows that were dealt with.
#[derive(Default)]
pub struct Handled {
    /// By what they go by.
    names: BTreeSet<(&'static str, &'static Kind, String)>,
    /// By the vendor's handle, of those that go by one name.
    ids: BTreeSet<(&'static str, RemoteId)>,
}

impl Handled {
    /// Takes whatever goes by this key.
    pub fn take_key(&mut self, backend: &'static str, key: &Key) {
        self.names.insert((backend, key.kind, key.name.clone()));
    }

    /// Takes a row; says whether nobody had.
    pub fn take(&mut self, backend: &'static str, row: &Observed) -> bool {
        let names = std::iter::once(row.key.name.as_str()).chain(row.alias.as_deref());
        let fresh: Vec<bool> = names.map(|name| self.names.insert((backend, row.key.kind, name.to_owned()))).collect();
        fresh.into_iter().all(|fresh| fresh)
    }

    /// Takes one of several rows that go by the same names; says whether nobody had.
    pub fn take_one_of_several(&mut self, backend: &'static str, row: &Observed) -> bool {
        self.ids.insert((backend, row.id.clone()))
    }
}
