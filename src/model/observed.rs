//! What a vendor lists.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::value::RawValue;

use super::key::{Key, RemoteId};
use super::plan::VendorError;

/// One live row. Its text stays the vendor's own until it is compared: that is how unknown fields survive, and what keeps ten
/// thousand accounts small.
#[derive(Debug, Clone)]
pub struct Observed {
    /// What it is.
    pub key: Key,
    /// The vendor's handle.
    pub id: RemoteId,
    /// The AWS account it belongs to, where the vendor tells.
    pub account: Option<String>,
    /// The row as listed.
    pub row: Box<RawValue>,
    /// Why this row can never be changed from here, if so.
    pub foreign: Option<&'static str>,
}

/// One complete reading of one provider.
#[derive(Debug, Default)]
pub struct Observation {
    /// Every row, in the order of their keys.
    pub rows: BTreeMap<Key, Observed>,
    /// The vendor's published lists of legal values, by the name `Shape` uses.
    pub catalogs: BTreeMap<&'static str, BTreeSet<String>>,
    /// Single rows that could not be read although the listing could.
    pub unreadable: Vec<(Key, VendorError)>,
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
