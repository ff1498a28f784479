//! Names for things: which row of which provider, and what the vendor calls it.

use std::fmt;

use serde::Serialize;

use super::kind::Kind;

/// What joins desired and observed: one row of one provider.
///
/// A kind makes the keys of its rows: [`Kind::key`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// As people know it beside others of its provider: by name, and by kind where there are several.
    pub fn shown(&self) -> String {
        if self.kind.name == "account" { self.name.clone() } else { format!("{} {}", self.kind, self.name) }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.provider, self.kind, self.name)
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
