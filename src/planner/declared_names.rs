//! Rows of one backend, through whichever of its providers they were listed: who declares them, and which were dealt
//! with already.
//!
//! One row may go by several names, and two providers may show different ones: a key is as good as the account it
//! belongs to.

use std::collections::BTreeSet;

use super::{PlanInput, ProviderSnapshot};
use crate::model::{Key, Kind, Observed, RemoteId};

/// Everything that is declared, by backend, kind and name.
pub struct DeclaredNames<'a>(BTreeSet<(&'static str, &'static Kind, &'a str)>);

impl<'a> DeclaredNames<'a> {
    /// What the config declares at the providers that were read, and at those that this run leaves out.
    pub fn of(input: &PlanInput<'a>) -> Self {
        let mut names = BTreeSet::new();
        for desired in input.desired.entries.values() {
            let read = input.snapshots.get(desired.key.provider).map(|snapshot| snapshot.backend);
            let left_out = || input.desired.left_out.get(desired.key.provider).map(|left_out| left_out.backend);
            let Some(backend) = read.or_else(left_out) else { continue };
            let own = std::iter::once(desired.key.name.as_str()).chain(desired.alias.as_deref());
            names.extend(own.map(|name| (backend, desired.key.kind, name)));
        }
        DeclaredNames(names)
    }

    /// Whether an entry declares this row, be it through another provider with the same backend.
    pub fn has(&self, snapshot: &ProviderSnapshot, row: &Observed) -> bool {
        let own = std::iter::once(row.key.name.as_str()).chain(row.alias.as_deref());
        own.into_iter().any(|name| self.0.contains(&(snapshot.backend, row.key.kind, name)))
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
