//! Rows of one backend, through whichever of its providers they were listed: who declares them, and which were dealt
//! with already.
//!
//! One row may go by several names, and two providers may show different ones: a key is as good as the account it
//! belongs to.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{PlanInput, ProviderSnapshot};
use crate::model::{Desired, DesiredState, Key, Kind, Observed, RemoteId};

/// A name of a row: backend, kind, name.
pub type RowName<'a> = (&'static str, &'static Kind, &'a str);

/// What the config declares, by every name that its row may go by. `backend` says whose rows a provider's are.
pub fn declared_by_name<'a>(
    desired: &'a DesiredState,
    backend: impl Fn(&'static str) -> Option<&'static str>,
) -> BTreeMap<RowName<'a>, &'a Arc<Desired>> {
    let mut by_name = BTreeMap::new();
    for entry in desired.entries.values() {
        let Some(backend) = backend(entry.key.provider) else { continue };
        let names = std::iter::once(entry.key.name.as_str()).chain(entry.alias.as_deref());
        by_name.extend(names.map(|name| ((backend, entry.key.kind, name), entry)));
    }
    by_name
}

/// The names under which a live row is looked up there.
pub fn names_of<'r>(backend: &'static str, row: &'r Observed) -> impl Iterator<Item = RowName<'r>> {
    let names = std::iter::once(row.key.name.as_str()).chain(row.alias.as_deref());
    names.map(move |name| (backend, row.key.kind, name))
}

/// Everything that is declared.
pub struct DeclaredNames<'a> {
    desired: &'a DesiredState,
    snapshots: &'a BTreeMap<&'static str, ProviderSnapshot>,
    /// By backend, kind and name; made when a row is asked for that is not declared under its own key.
    names: OnceCell<BTreeMap<RowName<'a>, &'a Arc<Desired>>>,
}

impl<'a> DeclaredNames<'a> {
    /// What the config declares at the providers that were read, and at those that this run leaves out.
    pub fn of(input: &PlanInput<'a>) -> Self {
        DeclaredNames { desired: input.desired, snapshots: input.snapshots, names: OnceCell::new() }
    }

    /// Whether an entry declares this row, be it through another provider with the same backend.
    pub fn has(&self, snapshot: &ProviderSnapshot, row: &Observed) -> bool {
        let names = || self.names.get_or_init(|| declared_by_name(self.desired, |provider| self.backend(provider)));
        self.desired.entries.contains_key(&row.key)
            || names_of(snapshot.backend, row).any(|name| names().contains_key(&name))
    }

    fn backend(&self, provider: &str) -> Option<&'static str> {
        let read = self.snapshots.get(provider).map(|snapshot| snapshot.backend);
        read.or_else(|| self.desired.left_out.get(provider).map(|left_out| left_out.backend))
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
