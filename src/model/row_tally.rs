//! How many rows there are of each kind, and how that is said.

use std::collections::BTreeMap;

use super::key::Key;
use super::kind::Kind;

/// How many rows of each provider's kinds there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowTally(BTreeMap<(&'static str, &'static Kind), usize>);

impl RowTally {
    /// Counts one more row.
    pub fn add(&mut self, key: &Key) {
        *self.0.entry((key.provider, key.kind)).or_default() += 1;
    }

    /// How many rows there are.
    pub fn total(&self) -> usize {
        self.0.values().sum()
    }

    /// For people, by what they are: `1 Cloudcraft account, 2 Datadog accounts`.
    pub fn by_kind(&self) -> String {
        self.0.iter().map(|((_, kind), many)| kind.counted(*many)).collect::<Vec<_>>().join(", ")
    }

    /// For people, as one number: `2 Datadog accounts`, or `3 resources` where they are of several kinds, or none.
    pub fn counted(&self) -> String {
        match self.0.iter().next() {
            Some(((_, kind), many)) if self.0.len() == 1 => kind.counted(*many),
            _ => format!("{} resources", self.total()),
        }
    }
}

impl<'a> FromIterator<&'a Key> for RowTally {
    fn from_iter<T: IntoIterator<Item = &'a Key>>(rows: T) -> Self {
        let mut tally = RowTally::default();
        rows.into_iter().for_each(|key| tally.add(key));
        tally
    }
}
