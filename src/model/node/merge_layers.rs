//! Nodes out of nodes: one layer over another, a path taken out, names filled in.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{Entry, Node, NodeKind};
use crate::model::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::model::schema::BlockSchema;
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

    /// This layer over `base`: maps merge, scalars and lists replace, a one-of is replaced whole when this layer names
    /// another arm.
    pub fn over(&self, base: &Node, block: Option<&BlockSchema>) -> Node {
        self.over_counted(base, block, &mut 0)
    }

    /// The same; adds to `copied` how many entries were copied for it.
    pub fn over_counted(&self, base: &Node, block: Option<&BlockSchema>, copied: &mut usize) -> Node {
        let (NodeKind::Map(upper), NodeKind::Map(lower)) = (&self.kind, &base.kind) else { return self.clone() };
        let replaced = block.filter(|block| block.arms_differ(self, base));
        let stays = |entry: &&Entry| {
            replaced.is_none_or(|block| block.has_fields_beside_arms() && !block.is_in_arm(&entry.key))
        };
        let mut merged: Vec<Entry> = lower.iter().filter(stays).cloned().collect();
        let positions = positions(&merged);
        for entry in upper.iter() {
            let inner = block.and_then(|block| block.block(&entry.key));
            let known = match &positions {
                Some(positions) => positions.get(&entry.key).copied(),
                None => merged.iter().position(|known| known.key == entry.key),
            };
            match known.and_then(|at| merged.get_mut(at)) {
                Some(known) => {
                    *known = Entry { node: entry.node.over_counted(&known.node, inner, copied), ..entry.clone() }
                }
                None => merged.push(entry.clone()),
            }
        }
        *copied += merged.len();
        Node::new(self.place, NodeKind::Map(merged.into()))
    }

    /// The same without what stands at `path`, a list of keys; the same if nothing does.
    pub fn without(&self, path: &[&str]) -> Node {
        let (NodeKind::Map(entries), Some((first, rest))) = (&self.kind, path.split_first()) else {
            return self.clone();
        };
        let kept = entries.iter().filter_map(|entry| match (&*entry.key == *first, rest.is_empty()) {
            (false, _) => Some(entry.clone()),
            (true, true) => None,
            (true, false) => Some(Entry { node: entry.node.without(rest), ..entry.clone() }),
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
        Node { place: self.place.used_at(alias), kind, mentions_names: self.mentions_names }
    }

    /// Fills in `${name}` from `names` in every string below; `$${` is a literal `${`. Unknown names are reported.
    pub fn filled(&self, names: &BTreeMap<&str, Option<&str>>, out: &mut Diagnostics) -> Node {
        if !self.mentions_names {
            return self.clone();
        }
        let kind = match &self.kind {
            // What is filled in is text, whatever it looks like.
            NodeKind::Scalar { text, plain: _ } => {
                NodeKind::Scalar { text: fill(text, self, names, out), plain: false }
            }
            NodeKind::List(items) => NodeKind::List(items.iter().map(|item| item.filled(names, out)).collect()),
            // A literal secret is refused as it stands.
            NodeKind::Map(entries) => {
                let mut of = |entry: &Entry| {
                    if is_literal_secret(entry) { entry.node.clone() } else { entry.node.filled(names, out) }
                };
                NodeKind::Map(entries.iter().map(|entry| Entry { node: of(entry), ..entry.clone() }).collect())
            }
        };
        Node::new(self.place, kind)
    }

    /// How many values [`filled`](Node::filled) copies where the longest name has so many bytes. Long text counts as
    /// several values.
    pub fn copied_by_filling(&self, longest: usize) -> usize {
        const A_VALUE: usize = 64;
        let below = match &self.kind {
            _ if !self.mentions_names => return 0,
            NodeKind::Scalar { text, .. } => {
                (text.len() + text.matches("${").count().saturating_mul(longest)) / A_VALUE
            }
            NodeKind::List(items) => items.iter().map(|item| 1 + item.copied_by_filling(longest)).sum(),
            NodeKind::Map(entries) => entries.iter().map(|entry| 1 + entry.node.copied_by_filling(longest)).sum(),
        };
        below + 1
    }
}

/// Where each key stands, for maps with many of them; in one with few, keys are compared one by one.
fn positions(entries: &[Entry]) -> Option<HashMap<Arc<str>, usize>> {
    const FEW: usize = 32;
    (entries.len() > FEW).then(|| entries.iter().enumerate().map(|(at, entry)| (entry.key.clone(), at)).collect())
}

fn is_literal_secret(entry: &Entry) -> bool {
    entry.node.text().is_some() && entry.key.contains("secret")
}

/// The text with every name filled in; as it was, if one cannot be.
fn fill(text: &str, node: &Node, names: &BTreeMap<&str, Option<&str>>, out: &mut Diagnostics) -> Arc<str> {
    let before = out.len();
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        if rest[..at].ends_with('$') {
            filled.push_str(&rest[..at - 1]);
            filled.push_str("${");
            rest = &rest[at + 2..];
            continue;
        }
        filled.push_str(&rest[..at]);
        let Some(end) = rest[at..].find('}') else {
            out.push(
                Diagnostic::error(node.place(), "`${` is not closed")
                    .label("no `}` follows")
                    .help("write `${name}`, or `$${` for a literal `${`"),
            );
            return text.into();
        };
        let name = &rest[at + 2..at + end];
        match names.get(name) {
            Some(Some(value)) => filled.push_str(value),
            Some(None) => out.push(
                Diagnostic::error(node.place(), format!("`${{{name}}}` has no value here"))
                    .label(format!("no `{name}` is there to be filled in"))
                    .help(format!("give the account a `{name}:`, or write the text without `${{{name}}}`")),
            ),
            None => out.push(unknown_name(node, name, names)),
        }
        rest = &rest[at + end + 1..];
    }
    filled.push_str(rest);
    if out.len() > before { text.into() } else { filled.as_str().into() }
}

fn unknown_name(node: &Node, name: &str, names: &BTreeMap<&str, Option<&str>>) -> Diagnostic {
    let known = names.keys().map(|name| format!("`${{{name}}}`")).collect::<Vec<_>>().join(", ");
    let guess = did_you_mean(name, names.keys().copied())
        .map_or(String::new(), |guess| format!("{} ", guess.replacen('`', "`${", 1).replacen("`?", "}`?", 1)));
    // What stands between the braces may be part of a secret, unless it looks like a name.
    let is_name = name.len() < 40 && name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '.');
    let shown = if is_name { format!("`${{{name}}}`") } else { "in `${...}`".to_owned() };
    Diagnostic::error(node.place(), format!("unknown name {shown}"))
        .label("no such name")
        .help(format!("{guess}known are {known}; write `$${{` for a literal `${{`"))
}
