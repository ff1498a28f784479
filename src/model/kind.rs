//! Kinds: what sort of thing a row is, and all that is the same for every row of the sort. Each provider lists its
//! kinds; nothing here knows which there are.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use super::kind_output::Output;
use super::node::Node;
use super::row_schema::RowSchema;

/// Whether a vendor itself keeps two rows from having one identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unique {
    /// A second create is refused.
    EnforcedByVendor,
    /// A second create makes a second row.
    NotEnforced,
}

/// One sort of thing that a provider has, such as a Datadog account or a Wavefront EC2 integration.
///
/// Kinds are compared by name: providers that share a backend have the same rows, and so the same kinds.
pub struct Kind {
    /// The provider's name as it stands in YAML, such as `wavefront`.
    pub provider: &'static str,
    /// Whose sort of thing it is, for people: `Wavefront`.
    pub vendor: &'static str,
    /// Its name among the provider's kinds, such as `ec2`; `account` where there is no other.
    pub name: &'static str,
    /// One of them and several of them, for people: `Wavefront EC2 integration`, `Wavefront EC2 integrations`.
    pub noun: (&'static str, &'static str),
    /// Below which fields of the provider's block in YAML such a row is written; none where the block is about one row.
    pub block_path: &'static [&'static str],
    /// What such a row looks like.
    pub schema: fn() -> &'static RowSchema,
    /// Whether the vendor refuses a second row under one identity. Unless that is known, it is taken to make one.
    pub unique: Unique,
    /// What comes of a delete, for people, as the end of a sentence about the row; given what the tombstone says to
    /// this provider alone.
    pub delete_consequence: fn(Option<&Node>) -> &'static str,
    /// What others may need of such a row, besides its id.
    pub outputs: &'static [Output],
    /// The kinds, as [`Kind::label`] spells them, whose rows in the same account are deleted before such a row.
    pub deleted_after: &'static [&'static str],
}

impl Kind {
    /// What such a row looks like.
    pub fn schema(&self) -> &'static RowSchema {
        (self.schema)()
    }

    /// As `from:` and `--only` spell it, and as outputs do: `wavefront.ec2`, or `datadog` where the provider's block
    /// is about rows of this kind.
    pub fn label(&self) -> String {
        self.path_in_entry().join(".")
    }

    /// The keys that lead from an account's entry to what it says of such a row: `wavefront`, `ec2`.
    pub fn path_in_entry(&self) -> Vec<String> {
        std::iter::once(&self.provider).chain(self.block_path).map(|key| (*key).to_owned()).collect()
    }

    /// Its output of this name, if it has one.
    pub fn output(&self, name: &str) -> Option<&'static Output> {
        self.outputs.iter().find(|output| output.name == name)
    }

    /// That many of them, for people: `1 Datadog account`, `3 Datadog accounts`.
    pub fn counted(&self, many: usize) -> String {
        let (one, several) = self.noun;
        format!("{many} {}", if many == 1 { one } else { several })
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kind({} {})", self.provider, self.name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Kind {}

impl PartialOrd for Kind {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Kind {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name.cmp(other.name)
    }
}

impl Hash for Kind {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}
