//! How resources are named for people, the same in every output: `210000000001 wavefront.ec2`. That is the AWS account,
//! and what `from:` and `--only` call rows of the kind. Outputs put the name from the config behind it.
//!
//! The kind is left out where it tells nothing: where a plan is about one provider, whose block is about such rows. The
//! identity is said only where an account has several rows of a kind.

use std::collections::BTreeSet;

use super::key::Key;

/// What the resources of one plan must say to be told apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResourceNames {
    /// Whether the plan is about several providers.
    several_providers: bool,
    /// Rows that are not the only ones of their kind in their account.
    several_in_account: BTreeSet<Key>,
}

impl ResourceNames {
    /// For a plan about these providers and these rows, declared and live, with repetitions.
    pub fn of<'a>(providers: usize, rows: impl IntoIterator<Item = &'a Key>) -> Self {
        let in_account = |key: &'a Key| Some(((key.provider, key.kind.name, key.account()?), key));
        let mut rows: Vec<_> = rows.into_iter().filter_map(in_account).collect();
        rows.sort_unstable();
        let of_one_account = rows.chunk_by(|(one, _), (other, _)| one == other);
        let several = of_one_account.filter(|rows| rows.iter().any(|(_, key)| key.name != rows[0].1.name));
        let several_in_account = several.flatten().map(|(_, key)| (*key).clone()).collect();
        ResourceNames { several_providers: providers > 1, several_in_account }
    }

    /// The same, where each is named by itself, and its kind with it.
    pub fn each_with_kind<'a>(rows: impl IntoIterator<Item = &'a Key>) -> Self {
        ResourceNames { several_providers: true, ..ResourceNames::of(1, rows) }
    }

    /// Account, kind where it tells something, and identity where there are several.
    pub fn name(&self, key: &Key) -> String {
        let account = key.account().unwrap_or(&key.name);
        let identity = key.name.strip_prefix(account).map_or(&*key.name, |rest| rest.trim_start_matches('/'));
        let kind = self.kind(key).into_iter();
        let identity = Some(identity.to_owned()).filter(|_| self.several_in_account.contains(key));
        let words: Vec<String> = std::iter::once(account.to_owned()).chain(kind).chain(identity).collect();
        words.join(" ")
    }

    /// What the row is called among those of its account, where that tells something. An identity never stands without
    /// it: a role may be called like a kind.
    pub fn kind(&self, key: &Key) -> Option<String> {
        let tells = self.several_providers || !key.kind.block_path.is_empty() || self.several_in_account.contains(key);
        tells.then(|| key.kind.label())
    }

    /// The shortest that tells it from other rows of its kind: its account, or its identity where there are several.
    pub fn identity<'a>(&self, key: &'a Key) -> &'a str {
        key.account().filter(|_| !self.several_in_account.contains(key)).unwrap_or(&key.name)
    }
}
