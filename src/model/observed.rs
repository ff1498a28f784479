//! What a vendor lists.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;

use super::isolated::Isolated;
use super::key::{Key, RemoteId};
use super::plan::VendorError;

/// One live row. Its text stays the vendor's own until it is compared: that is how unknown fields survive, and what
/// keeps ten thousand accounts small.
#[derive(Debug, Clone)]
pub struct Observed {
    /// What it is.
    pub key: Key,
    /// The vendor's handle.
    pub id: RemoteId,
    /// The AWS account it belongs to, where the vendor tells.
    pub account: Option<String>,
    /// The AWS partition that account is in, where the vendor tells.
    pub partition: Option<&'static str>,
    /// The row as listed.
    pub row: Box<RawValue>,
    /// Why this row can never be changed from here, if so.
    pub not_manageable: Option<&'static str>,
    /// Another name it goes by, such as the access key in place of the account.
    pub alias: Option<String>,
    /// The AWS account from which the vendor assumes its role, where it has to be asked for that.
    pub principal: Option<Arc<str>>,
    /// What the vendor says it cannot do in this account, in its own words. Never compared.
    pub health_issues: Vec<String>,
}

impl Observed {
    /// The names that nothing else of its kind may have: identity, and other name.
    pub fn own_names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.key.name.as_str()).chain(self.alias.as_deref())
    }

    /// Every name it goes by: identity, other name, AWS account.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.own_names().chain(self.account.as_deref())
    }
}

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
    /// Isolated rows.
    pub isolated: Vec<Isolated>,
}

impl Observation {
    /// Adds the health issues that the vendor lists elsewhere to the rows they are about, under whichever name.
    pub fn note_health_issues(&mut self, mut told: BTreeMap<Key, Vec<String>>) {
        for (key, row) in &mut self.rows {
            let other = row.alias.clone().map(|alias| Key { name: alias, ..key.clone() });
            let said = told.remove(key).or_else(|| told.remove(&other?));
            row.health_issues.extend(said.into_iter().flatten());
        }
    }
}

/// What the AWS side needs to let the vendor in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trust {
    /// The role the vendor assumes.
    pub role_name: String,
    /// What the vendor presents when it assumes the role, where the vendor tells.
    pub external_id: Option<String>,
    /// The trust policy of that role, as a JSON document; nothing where the site has no principal for the partition.
    pub policy: Option<serde_json::Value>,
}
