//! One complete reading of one provider.

use std::collections::{BTreeMap, BTreeSet};

use super::desired::Desired;
use super::isolated::Isolated;
use super::key::Key;
use super::observed::Observed;
use super::vendor_error::VendorError;

/// A vendor's published list of legal values, or why it could not be read.
pub type Catalog = Result<BTreeSet<String>, VendorError>;

/// One complete reading of one provider.
#[derive(Debug, Default)]
pub struct Observation {
    /// Every row, in the order of their keys.
    pub rows: BTreeMap<Key, Observed>,
    /// The vendor's published lists of legal values, by the name `RowSchema` uses, or why one could not be read: the rows
    /// stand all the same.
    pub catalogs: BTreeMap<&'static str, Catalog>,
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

    /// That a catalog could not be read which this row names values out of, if that is so.
    pub fn unread_catalog(&self, desired: &Desired) -> Option<VendorError> {
        let unread = self.catalogs.iter().filter_map(|(name, catalog)| Some((*name, catalog.as_ref().err()?)));
        let mut used = unread.filter(|(name, _)| desired.schema().block.uses(&desired.node, name));
        let (name, error) = used.next()?;
        let why = format!("the list of {name}, out of which it names values, could not be read: {error}");
        Some(VendorError::Unreadable(why))
    }

    /// Whether there is one of these rows whose catalogs could all be read.
    pub fn judges_any(&self, declared: &[&Desired]) -> bool {
        declared.iter().any(|desired| self.unread_catalog(desired).is_none())
    }

    /// The same reading, for whoever needs every catalog that was asked for.
    ///
    /// # Errors
    /// One of them could not be read.
    pub fn with_all_catalogs(self) -> Result<Self, VendorError> {
        match self.catalogs.values().find_map(|catalog| catalog.as_ref().err()) {
            Some(error) => Err(error.clone()),
            None => Ok(self),
        }
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
