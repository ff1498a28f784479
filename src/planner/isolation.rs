//! Isolated rows, by their names: which entries of the config they block.

use std::collections::BTreeMap;

use super::PlanInput;
use crate::model::plan::VendorError;
use crate::model::{Desired, Isolated, Kind};

/// Every isolated row that was read, through whichever provider of its backend.
pub struct Isolation<'a> {
    rows: Vec<(&'static str, &'a Isolated)>,
    by_name: BTreeMap<(&'static str, &'a str), Vec<&'a Isolated>>,
}

impl<'a> Isolation<'a> {
    /// What was read.
    pub fn of(input: &PlanInput<'a>) -> Self {
        let read =
            input.snapshots.values().filter_map(|snapshot| Some((snapshot.backend, snapshot.result.as_ref().ok()?)));
        let rows: Vec<_> =
            read.flat_map(|(backend, found)| found.isolated.iter().map(move |row| (backend, row))).collect();
        let mut by_name = BTreeMap::<_, Vec<&Isolated>>::new();
        for (backend, row) in &rows {
            row.names.iter().for_each(|name| by_name.entry((*backend, name.as_str())).or_default().push(row));
        }
        Isolation { rows, by_name }
    }

    /// Why a declared row cannot be told from others, if so.
    pub fn hides(&self, backend: &'static str, desired: &Desired, is_live: bool) -> Option<VendorError> {
        let own = std::iter::once(desired.key.name.as_str()).chain(desired.alias.as_deref());
        let named = self.under(backend, desired.key.kind, own);
        if !named.is_empty() {
            return Some(VendorError::Unreadable(hidden_by(&named)));
        }
        if is_live {
            return None;
        }
        let account = desired.account.as_deref();
        let beside = self.rows.iter().filter(|(own, row)| *own == backend && row.may_be(desired.key.kind));
        let beside: Vec<&Isolated> = beside
            .filter(|(_, row)| {
                account.is_some() && row.account.as_deref() == account
                    || !row.identified && row.goes_by(desired.names())
            })
            .map(|(_, row)| *row)
            .collect();
        (!beside.is_empty()).then(|| VendorError::Unreadable(hidden_by(&beside)))
    }

    /// Isolated rows that go by one of these names.
    pub fn under<'n>(
        &self,
        backend: &'static str,
        kind: &Kind,
        names: impl Iterator<Item = &'n str>,
    ) -> Vec<&'a Isolated> {
        let mut found: Vec<&Isolated> = Vec::new();
        for name in names {
            let rows = self.by_name.get(&(backend, name)).into_iter().flatten().copied();
            for row in rows.filter(|row| row.may_be(kind)) {
                if !found.iter().any(|known| std::ptr::eq(*known, row)) {
                    found.push(row);
                }
            }
        }
        found
    }

    /// Isolated rows of a backend, of whatever kind, that a name in the config may mean.
    pub fn named_by(&self, backend: &str, name: &str) -> Vec<&'a Isolated> {
        let own = self
            .rows
            .iter()
            .filter(|(own, row)| *own == backend && (row.names.contains(name) || row.account.as_deref() == Some(name)));
        own.map(|(_, row)| *row).collect()
    }

    /// Rows of a backend whose identity cannot be told.
    pub fn unknown(&self, backend: &str) -> impl Iterator<Item = &'a Isolated> {
        let unknown = self.rows.iter().filter(move |(own, row)| *own == backend && !row.identified);
        unknown.map(|(_, row)| *row)
    }
}

/// Which rows stand in the way.
pub fn hidden_by(rows: &[&Isolated]) -> String {
    match rows {
        [only] => {
            let which = if only.identified { "its live row" } else { "a live row that may be it" };
            let id = only.id.as_ref().map_or_else(String::new, |id| format!(", {id},"));
            format!("{which}{id} is left alone: {}", only.why)
        }
        several => format!(
            "it cannot be told which of {} live rows is meant: {}; none of them is touched",
            several.len(),
            several.iter().map(|row| id(row)).collect::<Vec<_>>().join(", ")
        ),
    }
}

/// A row by its id.
pub fn id(row: &Isolated) -> String {
    row.id.as_ref().map_or_else(|| "one without an id".to_owned(), |id| id.0.clone())
}
