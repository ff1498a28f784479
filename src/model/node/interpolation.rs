//! `${name}` and `${vars.NAME}` in texts, filled in.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::unknown_names::{empty_var, no_value_here, not_closed, unknown_name, var_in_secret};
use super::vars::{Named, Names, PREFIX, VarUse};
use super::{Entry, Node, NodeKind};
use crate::model::diagnostic::Diagnostics;

impl Node {
    /// Fills in `${name}` from `names` in every string below; `$${` is a literal `${`. Unknown names are reported. Where
    /// a variable was filled in goes into `uses`.
    pub fn filled(&self, names: &Names<'_>, uses: &mut Vec<VarUse>, out: &mut Diagnostics) -> Node {
        Filling { names, uses, out, in_secret: false }.node(self)
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

    /// Adds the variables that stand in it or in anything below to `found`, by name.
    pub fn mentioned_vars(&self, found: &mut BTreeSet<String>) {
        if !self.mentions_names {
            return;
        }
        if let Some(text) = self.text() {
            let names = pieces(text).filter_map(|piece| if let Piece::Name(name) = piece { Some(name) } else { None });
            found.extend(names.filter_map(|name| name.strip_prefix(PREFIX)).map(str::to_owned));
        }
        self.entries().iter().map(|entry| &entry.node).chain(self.items()).for_each(|node| node.mentioned_vars(found));
    }
}

struct Filling<'a> {
    names: &'a Names<'a>,
    uses: &'a mut Vec<VarUse>,
    out: &'a mut Diagnostics,
    /// Whether this is the reference to a secret, which no variable reaches.
    in_secret: bool,
}

impl Filling<'_> {
    fn node(&mut self, node: &Node) -> Node {
        if !node.mentions_names {
            return node.clone();
        }
        let kind = match &node.kind {
            // What is filled in is text, whatever it looks like.
            NodeKind::Scalar { text, plain: _ } => NodeKind::Scalar { text: self.text(text, node), plain: false },
            NodeKind::List(items) => NodeKind::List(items.iter().map(|item| self.node(item)).collect()),
            NodeKind::Map(entries) => {
                NodeKind::Map(entries.iter().map(|entry| Entry { node: self.entry(entry), ..entry.clone() }).collect())
            }
        };
        Node::new(node.place, kind)
    }

    fn entry(&mut self, entry: &Entry) -> Node {
        let is_secret = entry.key.contains("secret");
        // A literal secret is refused as it stands.
        if is_secret && entry.node.text().is_some() {
            return entry.node.clone();
        }
        let around = self.in_secret;
        self.in_secret |= is_secret;
        let filled = self.node(&entry.node);
        self.in_secret = around;
        filled
    }

    /// The text with every name filled in; as it was, if one cannot be.
    fn text(&mut self, text: &str, node: &Node) -> Arc<str> {
        let before = self.out.len();
        let mut filled = String::with_capacity(text.len());
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Literal => filled.push_str("${"),
                Piece::NotClosed => self.out.push(not_closed(node)),
                Piece::Name(name) if self.in_secret && name.starts_with(PREFIX) => {
                    self.out.push(var_in_secret(node, name));
                }
                Piece::Name(name) => match self.names.named(name) {
                    Named::Text(value) => filled.push_str(value),
                    Named::Var(entry) => self.var(entry, node, &mut filled),
                    Named::Nothing => self.out.push(no_value_here(node, name)),
                    Named::Unknown => self.out.push(unknown_name(node, name, self.names)),
                },
            }
        }
        if self.out.len() > before { text.into() } else { filled.into() }
    }

    fn var(&mut self, Entry { key, key_place: _, node: value }: &Entry, node: &Node, filled: &mut String) {
        match value.text().filter(|_| !value.is_null()) {
            // What is no text has been reported.
            None => filled.push_str(&format!("${{{PREFIX}{key}}}")),
            Some("") => self.out.push(empty_var(node, key, value.place)),
            Some(text) => filled.push_str(text),
        }
        self.uses.push(VarUse { name: key.clone(), used: node.place, value: value.place });
    }
}

/// A part of a text in which names are filled in.
enum Piece<'a> {
    /// As it stands.
    Text(&'a str),
    /// `$${`, which stands for `${`.
    Literal,
    /// What stands between `${` and `}`.
    Name(&'a str),
    /// The rest, from a `${` on that nothing closes.
    NotClosed,
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let Some(at) = rest.find("${") else {
            let last = std::mem::take(&mut rest);
            return (!last.is_empty()).then_some(Piece::Text(last));
        };
        let is_literal = rest[..at].ends_with('$');
        let before = &rest[..at - usize::from(is_literal)];
        if !before.is_empty() {
            rest = &rest[before.len()..];
            return Some(Piece::Text(before));
        }
        if is_literal {
            rest = &rest[at + 2..];
            return Some(Piece::Literal);
        }
        match rest.find('}') {
            Some(end) => {
                let name = &rest[2..end];
                rest = &rest[end + 1..];
                Some(Piece::Name(name))
            }
            None => {
                rest = "";
                Some(Piece::NotClosed)
            }
        }
    })
}
