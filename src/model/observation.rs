//! One complete reading of one provider.

use std::collections::{BTreeMap, BTreeSet};

use super::isolated::Isolated;
use super::key::Key;
use super::observed::Observed;
use super::vendor_error::VendorError;

/// One complete reading of one provider.
#[derive(Debug, Default)]
pub struct Observation {
    /// Every row, in the order of their keys.
    pub rows: BTreeMap<Key, Observed>,
    /// The vendor's published lists of legal values, by the name `RowSchema` uses.
    pub catalogs: BTreeMap<&'static str, BTreeSet<String>>,
    /// Deleted rows that the vendor can bring back, where it keeps such: they are recovered in place of a create.
    pub trash: BTreeMap<Key, Observed>,
    /// Single rows that could not be read although the listing could.
    pub unreadable: Vec<(Key, VendorError)>,
    /// Accounts that could not be entered, where each has an endpoint of its own: nothing is known of any row in them.
    pub unread_accounts: BTreeMap<String, VendorError>,
    /// Isolated rows.
    pub isolated: Vec<Isolated>,
}

impl Observation {
    /// Whether it cannot be told if this row is there; `account` is its AWS account, where known.
    pub fn is_unread(&self, key: &Key, account: Option<&str>) -> bool {
        self.unreadable.iter().any(|(unread, _)| unread == key)
            || account.is_some_and(|account| self.unread_accounts.contains_key(account))
    }

    /// Adds the health issues that the vendor lists elsewhere to the rows they are about, under whichever name.
    pub fn note_health_issues(&mut self, mut told: BTreeMap<Key, Vec<String>>) {
        for (key, row) in &mut self.rows {
            let other = row.alias.clone().map(|alias| Key { name: alias, ..key.clone() });
            let said = told.remove(key).or_else(|| told.remove(&other?));
            row.health_issues.extend(said.into_iter().flatten());
        }
    }
}
