//! What `--only` selects: AWS accounts, and single resources by the name that every output has for them:
//! `210000000001 wavefront.ec2`.

use std::collections::BTreeMap;
use std::fmt;

use super::desired::Desired;
use super::isolated::Isolated;
use super::kind::Kind;
use super::kind_name::KindName;
use super::observed::Observed;
use super::tombstone::Tombstone;

/// One account, or what of it is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectedResource {
    /// An AWS account id, or what stands for one: an access key, an ARN.
    pub account: String,
    /// Only its resources of this provider or kind.
    pub kind: Option<KindName>,
    /// Only the one of this identity, where the account has several of a kind.
    pub identity: Option<String>,
}

impl SelectedResource {
    /// Whether a row of its account is meant, of this kind, which goes by these names.
    fn is<'a>(&self, kind: &Kind, mut names: impl Iterator<Item = &'a str>) -> bool {
        let SelectedResource { account, kind: known, identity } = self;
        known.as_ref().is_none_or(|known| known.covers(kind.provider, kind))
            && identity.as_ref().is_none_or(|identity| names.any(|name| is_identity(name, account, identity)))
    }
}

/// Whether a row of this name has this identity, with its account before it or without.
fn is_identity(name: &str, account: &str, identity: &str) -> bool {
    name == identity || name.strip_prefix(account).map(|rest| rest.trim_start_matches('/')) == Some(identity)
}

/// As it is written: account, kind, identity.
impl fmt::Display for SelectedResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SelectedResource { account, kind, identity } = self;
        f.write_str(account)?;
        kind.iter().try_for_each(|kind| write!(f, " {kind}"))?;
        identity.iter().try_for_each(|identity| write!(f, " {identity}"))
    }
}

/// Everything that is selected. A profile may select thousands of accounts, so what is asked of an account is looked up
/// by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceSelection {
    /// As it was written.
    selected: Vec<SelectedResource>,
    /// Which of them are about an account, by number.
    by_account: BTreeMap<String, Vec<usize>>,
}

impl ResourceSelection {
    /// What was written, one by one.
    pub fn iter(&self) -> impl Iterator<Item = &SelectedResource> {
        self.selected.iter()
    }

    /// What is selected of an account.
    fn of(&self, account: &str) -> impl Iterator<Item = &SelectedResource> {
        self.by_account.get(account).into_iter().flatten().filter_map(|number| self.selected.get(*number))
    }

    /// Whether a live row is selected.
    pub fn has_row(&self, row: &Observed) -> bool {
        self.has(row.key.kind, row.names())
    }

    /// Whether a declared row is selected.
    pub fn has_desired(&self, desired: &Desired) -> bool {
        self.has(desired.key.kind, desired.names())
    }

    /// Whether a row of this kind, which goes by these names, is selected.
    pub fn has<'a>(&self, kind: &Kind, names: impl Iterator<Item = &'a str>) -> bool {
        let names: Vec<&str> = names.collect();
        names.iter().flat_map(|name| self.of(name)).any(|selected| selected.is(kind, names.iter().copied()))
    }

    /// Whether an isolated row may be selected: of one whose kind cannot be told, any of its provider's.
    pub fn may_have(&self, row: &Isolated) -> bool {
        let names = row.names.iter().chain(&row.account);
        names.flat_map(|name| self.of(name)).any(|SelectedResource { account, kind, identity }| {
            let is_kind = |known: &KindName| match row.kind_is_known {
                true => known.covers(row.kind.provider, row.kind),
                false => known.is_of(row.kind.provider),
            };
            let is_it = |identity: &String| row.names.iter().any(|name| is_identity(name, account, identity));
            kind.as_ref().is_none_or(is_kind) && identity.as_ref().is_none_or(is_it)
        })
    }

    /// Whether it selects something that a tombstone is about.
    pub fn has_tombstone(&self, tombstone: &Tombstone) -> bool {
        let about =
            |selected: &SelectedResource| selected.kind.as_ref().is_none_or(|kind| tombstone.speaks_of_any(kind));
        self.of(tombstone.identity()).any(about)
    }

    /// Whether it selects anything under this name.
    pub fn names(&self, name: &str) -> bool {
        self.by_account.contains_key(name)
    }
}

impl FromIterator<SelectedResource> for ResourceSelection {
    fn from_iter<T: IntoIterator<Item = SelectedResource>>(selected: T) -> Self {
        let selected: Vec<SelectedResource> = selected.into_iter().collect();
        let mut by_account = BTreeMap::<String, Vec<usize>>::new();
        for (number, one) in selected.iter().enumerate() {
            by_account.entry(one.account.clone()).or_default().push(number);
        }
        ResourceSelection { selected, by_account }
    }
}

/// Whole accounts.
impl FromIterator<String> for ResourceSelection {
    fn from_iter<T: IntoIterator<Item = String>>(accounts: T) -> Self {
        let whole = |account| SelectedResource { account, kind: None, identity: None };
        accounts.into_iter().map(whole).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::is_identity;

    #[test]
    fn an_identity_is_whole() {
        assert!(is_identity("210000000001/Prod", "210000000001", "Prod"));
        assert!(is_identity(
            "arn:aws:iam::210000000001:role/Prod",
            "210000000001",
            "arn:aws:iam::210000000001:role/Prod"
        ));
        assert!(!is_identity("210000000001/EksProd", "210000000001", "Prod"), "its end is not it");
    }
}
