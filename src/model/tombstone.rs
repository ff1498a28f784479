//! What authorizes a delete: an entry of `removed:`, or `ownership: exclusive`. Both are made from the config's text
//! only.
//!
//! There is no other way to make a [`DeleteReason`]: absence never is one.

use std::collections::BTreeMap;

use super::kind::Kind;
use super::kind_name::KindName;
use super::node::Node;
use super::source::Place;

/// One entry of `removed:`.
#[derive(Debug, Clone)]
pub struct Tombstone {
    identity: String,
    names_account: bool,
    reason: String,
    name: Option<String>,
    id: Option<String>,
    from: Option<Vec<KindName>>,
    blocks: BTreeMap<&'static str, Node>,
    place: Place,
}

impl Tombstone {
    /// Reads an entry of `removed:` that has passed its checks; nothing if it does not name an account. `others` are
    /// the keys that may name one in place of `aws_account_id`, and `providers` those that may have a block of their
    /// own in it.
    pub fn read(entry: &Node, others: &[&str], providers: &[&'static str]) -> Option<Self> {
        let text = |field: &str| entry.get(field).and_then(Node::text).map(str::to_owned);
        let account = text("aws_account_id");
        let names_account = account.is_some();
        let identity = account.or_else(|| others.iter().find_map(|other| text(other)))?;
        let blocks = providers.iter().filter_map(|provider| Some((*provider, entry.get(provider)?.clone()))).collect();
        let names =
            entry.get("from").map(|list| list.items().iter().filter_map(Node::text).map(KindName::read).collect());
        Some(Tombstone {
            identity,
            names_account,
            reason: text("reason")?,
            name: text("name"),
            id: text("id"),
            from: names,
            blocks,
            place: entry.place(),
        })
    }

    /// The AWS account id, or what stands for it.
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// Whether it names an AWS account, and not what stands for one.
    pub fn names_account(&self) -> bool {
        self.names_account
    }

    /// What the entry says to this provider alone, such as how to delete there.
    pub fn block(&self, provider: &str) -> Option<&Node> {
        self.blocks.get(provider)
    }

    /// Why it goes.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// What the account was called, for people.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The one row that may be deleted, if the entry says.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The providers and kinds that it names, as it spells them; nothing if it is about all.
    pub fn from(&self) -> Vec<String> {
        self.from.iter().flatten().map(KindName::to_string).collect()
    }

    /// Whether the entry speaks of this provider, be it of one kind of its rows.
    pub fn speaks_of(&self, provider: &str) -> bool {
        self.from.is_none() || self.names(provider)
    }

    /// Whether the entry speaks of rows of this kind.
    pub fn speaks_of_kind(&self, provider: &str, kind: &Kind) -> bool {
        self.from.as_ref().is_none_or(|names| names.iter().any(|name| name.covers(provider, kind)))
    }

    /// Whether the entry speaks of anything that goes by this name.
    pub fn speaks_of_any(&self, name: &KindName) -> bool {
        self.from.as_ref().is_none_or(|names| names.iter().any(|own| own.overlaps(name)))
    }

    /// Whether the entry names this provider, and does not only mean it among all others.
    pub fn names(&self, provider: &str) -> bool {
        self.from.as_ref().is_some_and(|names| names.iter().any(|name| name.is_of(provider)))
    }

    /// Where it was written.
    pub fn place(&self) -> Place {
        self.place
    }
}

/// Proof that the config says `ownership: exclusive`.
#[derive(Debug, Clone, Copy)]
pub struct Exclusive {
    place: Place,
}

impl Exclusive {
    /// Reads the value of `ownership:`; nothing unless it says `exclusive`.
    pub fn read(value: &Node) -> Option<Self> {
        (value.text() == Some("exclusive")).then(|| Exclusive { place: value.place() })
    }

    /// Where it was written.
    pub fn place(&self) -> Place {
        self.place
    }
}

/// What allows a delete.
#[derive(Debug, Clone)]
pub enum DeleteReason {
    /// An entry under `removed:` asks for it.
    Tombstone(Tombstone),
    /// The config owns every account, and no entry names this one.
    Exclusive(Exclusive),
}

impl DeleteReason {
    /// Where the reason was written.
    pub fn place(&self) -> Place {
        match self {
            DeleteReason::Tombstone(tombstone) => tombstone.place(),
            DeleteReason::Exclusive(exclusive) => exclusive.place(),
        }
    }

    /// Why the row goes, in a few words.
    pub fn reason(&self) -> &str {
        match self {
            DeleteReason::Tombstone(tombstone) => tombstone.reason(),
            DeleteReason::Exclusive(_) => "no entry names it, and ownership is exclusive",
        }
    }
}
