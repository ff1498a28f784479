//! What git asks for, after layers are merged.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::diagnostic::Diagnostics;
use super::key::Key;
use super::limits::{Confirm, Limits};
use super::node::Node;
use super::output::DesiredOutput;
use super::row_schema::RowSchema;
use super::settings::Settings;
use super::source::Place;
use super::tombstone::{Exclusive, Tombstone};

/// What an entry says of its AWS account apart from any provider's block.
#[derive(Debug, Clone)]
pub struct AccountFacts {
    /// Twelve digits; nothing where a block identifies the account by other means.
    pub account: Option<String>,
    /// `aws`, `aws-cn` or `aws-us-gov`.
    pub partition: String,
    /// For people; never sent.
    pub name: Option<String>,
    /// The entry.
    pub place: Place,
    /// Where the partition was written, or the entry.
    pub partition_place: Place,
}

/// A value that is settled when a row is created and can never be changed.
#[derive(Debug, Clone)]
pub struct FixedAtCreation {
    /// The field as the vendor spells it.
    pub field: &'static str,
    /// What it must be.
    pub value: String,
    /// Where that was written.
    pub place: Place,
}

/// One row that should be there, with the fields somebody named.
#[derive(Debug, Clone)]
pub struct Desired {
    /// What it is.
    pub key: Key,
    /// The AWS account it belongs to.
    pub account: Option<String>,
    /// For people.
    pub name: Option<String>,
    /// The entry.
    pub place: Place,
    /// The merged block: values and places in one.
    pub node: Node,
    /// What is sent on create and can never change.
    pub fixed: Vec<FixedAtCreation>,
    /// What is sent on create and known only when a step of the plan has been done.
    pub outputs: Vec<DesiredOutput>,
    /// Another name the vendor may list the row under, such as the access key in place of the account.
    pub alias: Option<String>,
}

impl Desired {
    /// What such a row looks like.
    pub fn schema(&self) -> &'static RowSchema {
        self.key.kind.schema()
    }

    /// The same, with nothing asked for that only becomes known later: a row that is brought back has what it had.
    pub fn without_outputs(&self) -> Self {
        Desired { outputs: Vec::new(), ..self.clone() }
    }

    /// Every name it goes by: identity, other name, AWS account.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.key.name.as_str()).chain(self.alias.as_deref()).chain(self.account.as_deref())
    }

    /// The key and, if there is one, the same key under the other name.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        let other = self.alias.iter().map(|alias| Key { name: alias.clone(), ..self.key.clone() });
        std::iter::once(self.key.clone()).chain(other)
    }
}

/// What the config says of a row that is shown and never written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// In which words.
    pub cause: HoldCause,
    /// Where it was written.
    pub place: Place,
}

/// Why a row is shown and never written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldCause {
    /// Its entry says `hold:`. What differs is counted beside the result, and changes no exit code.
    Hold {
        /// Why, for people.
        reason: String,
        /// The last day, if it says one.
        until: Option<String>,
        /// Whether that day has gone by. It holds all the same.
        past: bool,
    },
    /// A provider or a layer says `read_only: true`. What differs is counted, and is drift.
    ReadOnly,
}

/// The partition an AWS account is declared in.
#[derive(Debug, Clone)]
pub struct Partition {
    /// `aws`, `aws-cn` or `aws-us-gov`.
    pub name: String,
    /// Where it was written, or the entry.
    pub place: Place,
    /// What the entry asks for in another partition, where it leaves the partition out.
    pub in_other_partition: Option<InOtherPartition>,
}

/// A function from a partition to the rows that an entry asks for there; what is wrong with them, if they cannot be
/// asked for there.
type RowsIn = dyn Fn(&str) -> Result<Vec<Desired>, Diagnostics> + Send + Sync;

/// What an entry that leaves its partition out asks for in a given one.
#[derive(Clone)]
pub struct InOtherPartition(Arc<RowsIn>);

impl InOtherPartition {
    /// Wraps the function that merging leaves behind.
    pub fn new(rows: impl Fn(&str) -> Result<Vec<Desired>, Diagnostics> + Send + Sync + 'static) -> Self {
        InOtherPartition(Arc::new(rows))
    }

    /// The rows asked for in this partition.
    ///
    /// # Errors
    /// What the entry says cannot be in this partition.
    pub fn rows_in(&self, partition: &str) -> Result<Vec<Desired>, Diagnostics> {
        (self.0)(partition)
    }
}

impl fmt::Debug for InOtherPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InOtherPartition")
    }
}

/// A provider that the config uses and this run does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOut {
    /// Whose rows it shares.
    pub backend: &'static str,
    /// Why it is left out.
    pub why: LeftOutReason,
}

/// Why a provider is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOutReason {
    /// `--provider` names others.
    NotSelected,
    /// No plan that was approved has planned it.
    NotPlanned,
}

/// The whole config as a value. It does not care where an entry came from.
#[derive(Debug, Clone, Default)]
pub struct DesiredState {
    /// Settings of every provider in use.
    pub settings: BTreeMap<&'static str, Settings>,
    /// Providers in use that this run leaves out. What the config says of them stays known: what it declares there is
    /// declared.
    pub left_out: BTreeMap<&'static str, LeftOut>,
    /// One per key, in order, by construction.
    pub entries: BTreeMap<Key, Arc<Desired>>,
    /// Declared rows that are shown and never written.
    pub holds: BTreeMap<Key, Hold>,
    /// Providers at which nothing is written, deletes included, with where that is said.
    pub read_only: BTreeMap<&'static str, Place>,
    /// The only way to ask for a delete under `ownership: declared`.
    pub tombstones: Vec<Tombstone>,
    /// Present only when the config says `ownership: exclusive`.
    pub exclusive: Option<Exclusive>,
    /// AWS accounts that some entry names, under whatever provider.
    pub named: BTreeSet<String>,
    /// Values that are refused, or warned of, where they would be new to an account.
    pub doubtful: Diagnostics,
    /// The partition of every account that an entry names by its id.
    pub partitions: BTreeMap<String, Partition>,
    /// What entries of `removed:` name, whatever providers they speak of.
    pub tombstoned: BTreeSet<String>,
    /// How an entry of `removed:` can name an account by something else than its id, as an example in messages.
    pub alias_example: Option<&'static str>,
    /// Accounts never deleted, whose authentication never changes.
    pub protect: BTreeMap<String, Place>,
    /// How far one apply may go.
    pub limits: Limits,
    /// What the config confirms beyond them.
    pub confirm: Confirm,
}

impl DesiredState {
    /// Whether an entry of `accounts:` or of `removed:` names this account, whatever providers it speaks of.
    pub fn mentions(&self, name: &str) -> bool {
        self.named.contains(name) || self.tombstoned.contains(name)
    }

    /// Every declared row by each name that it goes by: identity, other name, AWS account.
    pub fn entries_by_name(&self) -> BTreeMap<&str, Vec<&Desired>> {
        let mut by_name = BTreeMap::<&str, Vec<&Desired>>::new();
        for desired in self.entries.values() {
            for name in desired.names().collect::<BTreeSet<_>>() {
                by_name.entry(name).or_default().push(desired);
            }
        }
        by_name
    }

    /// Every tombstone by what it names.
    pub fn tombstones_by_name(&self) -> BTreeMap<&str, Vec<&Tombstone>> {
        let mut by_name = BTreeMap::<&str, Vec<&Tombstone>>::new();
        self.tombstones.iter().for_each(|tombstone| by_name.entry(tombstone.identity()).or_default().push(tombstone));
        by_name
    }

    /// Leaves a provider out of this run: it is neither read nor planned.
    pub fn leave_out(&mut self, provider: &'static str, left_out: LeftOut) {
        if self.settings.remove(provider).is_some() {
            self.left_out.insert(provider, left_out);
        }
    }
}
