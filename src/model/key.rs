//! Names for things: which row of which provider, and what the vendor calls it.

use std::cmp::Ordering;
use std::fmt;

use serde::Serialize;

use super::aws::account_id::is_account_id;
use super::kind::Kind;

/// What joins desired and observed: one row of one provider.
///
/// A kind makes the keys of its rows: [`Kind::key`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Key {
    /// The provider's name as it stands in YAML, such as `datadog`.
    pub provider: &'static str,
    /// What sort of thing this is.
    pub kind: &'static Kind,
    /// The identity within provider and kind, such as the AWS account id.
    pub name: String,
}

impl Key {
    /// The AWS account in its name, if there is one: twelve digits, alone, before a slash, or in an ARN.
    pub fn account(&self) -> Option<&str> {
        account_in(&self.name)
    }

    /// What rows are listed by: account, then provider and kind.
    pub fn by_account(&self) -> (&str, &Key) {
        (self.account().unwrap_or(&self.name), self)
    }
}

impl Kind {
    /// The key of the row with this identity.
    pub fn key(&'static self, name: impl Into<String>) -> Key {
        Key { provider: self.provider, kind: self, name: name.into() }
    }
}

/// By provider, kind and name. Where the kind is one, so is the provider.
impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        if std::ptr::eq(self.kind, other.kind) {
            return self.name.cmp(&other.name);
        }
        (self.provider, self.kind, &self.name).cmp(&(other.provider, other.kind, &other.name))
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The AWS account in what something is known by.
pub fn account_in(name: &str) -> Option<&str> {
    let is_account = |part: &&str| is_account_id(part);
    name.split(['/', ':']).find(is_account)
}

/// In messages, which stand by themselves: `210000000001 datadog`, or `arn:aws:iam::210000000001:role/x wavefront.ec2`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.kind.label())
    }
}

/// The vendor's own handle for a row. Opaque, and never made up by heeler.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RemoteId(pub String);

impl fmt::Display for RemoteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
