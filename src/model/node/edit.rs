//! Nodes out of nodes: an entry taken out, renamed or put in, and what an alias stands for.

use super::{Entry, Node, NodeKind};
use crate::model::source::Place;

impl Node {
    /// The same with the entry under `from` under `to`, where it stands.
    pub fn with_key(&self, from: &str, to: &str) -> Node {
        let name =
            |entry: &Entry| if &*entry.key == from { Entry { key: to.into(), ..entry.clone() } } else { entry.clone() };
        match &self.kind {
            NodeKind::Map(entries) => Node::new(self.place, NodeKind::Map(entries.iter().map(name).collect())),
            NodeKind::Scalar { .. } | NodeKind::List(_) => self.clone(),
        }
    }

    /// The same without what stands at `path`, a list of keys; the same if nothing does.
    pub fn without(&self, path: &[&str]) -> Node {
        let (NodeKind::Map(entries), Some((first, rest))) = (&self.kind, path.split_first()) else {
            return self.clone();
        };
        let kept = entries.iter().filter_map(|entry| match (&*entry.key == *first, rest.is_empty()) {
            (false, _) => Some(entry.clone()),
            (true, true) => None,
            (true, false) => Some(entry.with_node(entry.node.without(rest))),
        });
        Node::new(self.place, NodeKind::Map(kept.collect()))
    }

    /// How many entries [`without`](Node::without) copies.
    pub fn copied_by_cutting(&self, path: &[&str]) -> usize {
        let Some((first, rest)) = path.split_first() else { return 0 };
        self.entries().len() + self.get(first).map_or(0, |inner| inner.copied_by_cutting(rest))
    }

    /// The map with only the entries `keep` wants.
    pub fn only(&self, keep: impl Fn(&str) -> bool) -> Node {
        let kept = self.entries().iter().filter(|entry| keep(&entry.key)).cloned();
        Node::new(self.place, NodeKind::Map(kept.collect()))
    }

    /// The map with `text` under `key`, in place of what stood there. It is text that follows from what was written at
    /// `place`, such as an ARN from a role's name.
    pub fn with_text(&self, key: &str, text: &str, place: Place) -> Node {
        let said = Entry {
            key: key.into(),
            key_place: place,
            node: Node::new(place, NodeKind::Scalar { text: text.into(), plain: false }),
        };
        let others = self.entries().iter().filter(|entry| &*entry.key != key).cloned();
        Node::new(self.place, NodeKind::Map(others.chain([said]).collect()))
    }

    /// The map with these entries in place of its own.
    pub(crate) fn with_entries(&self, entries: Vec<Entry>) -> Node {
        Node::new(self.place, NodeKind::Map(entries.into()))
    }

    /// The list with these items in place of its own.
    pub(crate) fn with_items(&self, items: Vec<Node>) -> Node {
        Node::new(self.place, NodeKind::List(items.into()))
    }

    /// The same, used by an alias at another place.
    pub(crate) fn used_at(&self, alias: Place) -> Node {
        let entry = |entry: &Entry| Entry {
            key: entry.key.clone(),
            key_place: entry.key_place.used_at(alias),
            node: entry.node.used_at(alias),
        };
        let kind = match &self.kind {
            NodeKind::Scalar { .. } => self.kind.clone(),
            NodeKind::List(items) => NodeKind::List(items.iter().map(|item| item.used_at(alias)).collect()),
            NodeKind::Map(entries) => NodeKind::Map(entries.iter().map(entry).collect()),
        };
        Node { place: self.place.used_at(alias), kind, ..*self }
    }
}
