//! One row as a vendor lists it, and what the AWS side needs to let the vendor in.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::key::{Key, RemoteId};
use super::kind_output::{OutputSource, ROW_ID};

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

    /// What other rows may need of it, by name: its id, or what its kind lists and the row shows.
    pub fn output(&self, name: &str) -> Option<Value> {
        if name == ROW_ID {
            return Some(self.id.0.as_str().into());
        }
        let OutputSource::Row(pointer) = self.key.kind.output(name)?.source else { return None };
        let row: Value = serde_json::from_str(self.row.get()).ok()?;
        row.pointer(pointer).filter(|value| !value.is_null()).cloned()
    }

    /// All of them.
    pub fn outputs(&self) -> impl Iterator<Item = (&'static str, Value)> {
        let names = std::iter::once(ROW_ID).chain(self.key.kind.outputs.iter().map(|output| output.name));
        names.filter_map(|name| Some((name, self.output(name)?)))
    }

    /// Every name it goes by: identity, other name, AWS account.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.own_names().chain(self.account.as_deref())
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
