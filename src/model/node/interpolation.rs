//! `${name}` and `${vars.NAME}` in texts, filled in.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::unknown_names::{empty_var, no_value_here, not_closed, too_long, unknown_name, var_in_secret};
use super::vars::{MAX_FILLED, Named, Names, OF_ACCOUNT, PREFIX, VarUse};
use super::{Entry, Node, NodeKind};
use crate::model::diagnostic::{Diagnostic, Diagnostics, Tally};

/// Whether a secret stands behind keys, each in the map behind the one before. Lists on the way add none.
pub type IsSecret<'a> = &'a dyn Fn(&[&str]) -> bool;

/// Of a value of which that is known already: it is none, and has none in it.
pub const NO_SECRET: IsSecret<'static> = &|_| false;

impl Node {
    /// Fills in `${name}` from `names` in every string below; `$${` is a literal `${`. Unknown names are reported. Where
    /// a variable was filled in goes into `uses`. No variable reaches a secret, and a secret that is written out is
    /// left as it is: `is_secret` tells it by the keys that lead to it from here.
    pub fn filled(
        &self,
        names: &Names<'_>,
        is_secret: IsSecret<'_>,
        uses: &mut Vec<VarUse>,
        out: &mut Diagnostics,
    ) -> Node {
        self.filled_within(&mut usize::MAX.clone(), names, is_secret, uses, out)
    }

    /// The same where no more than `room` values may be copied; it takes from it those that are, and copies nothing more
    /// once none is left. Each name counts as one, and a filled-in text as several: it is judged character by character.
    pub fn filled_within(
        &self,
        room: &mut usize,
        names: &Names<'_>,
        is_secret: IsSecret<'_>,
        uses: &mut Vec<VarUse>,
        out: &mut Diagnostics,
    ) -> Node {
        let tally = Tally::if_all_is_read();
        let (keys, in_secret, mistakes) = (Vec::new(), false, 0);
        Filling { names, is_secret, room, uses, out, tally, mistakes, keys, in_secret }.node(self)
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

struct Filling<'a, 'n> {
    names: &'a Names<'a>,
    is_secret: IsSecret<'a>,
    /// How many values may still be copied.
    room: &'a mut usize,
    uses: &'a mut Vec<VarUse>,
    out: &'a mut Diagnostics,
    /// Keeps as many mistakes as are shown of one block: each account may have thousands.
    tally: Tally,
    /// How many were found.
    mistakes: usize,
    /// The keys that lead here.
    keys: Vec<&'n str>,
    /// Whether this is the reference to a secret, which no variable reaches.
    in_secret: bool,
}

impl<'a, 'n> Filling<'a, 'n> {
    fn node(&mut self, node: &'n Node) -> Node {
        if !node.mentions_names || *self.room == 0 {
            return node.clone();
        }
        self.take(1 + node.items().len() + node.entries().len());
        let kind = match &node.kind {
            // What is filled in is text, whatever it looks like.
            NodeKind::Scalar { text, plain: _ } => NodeKind::Scalar { text: self.text(text, node), plain: false },
            NodeKind::List(items) => NodeKind::List(items.iter().map(|item| self.node(item)).collect()),
            NodeKind::Map(entries) => {
                NodeKind::Map(entries.iter().map(|entry| entry.with_node(self.entry(entry))).collect())
            }
        };
        Node::new(node.place, kind)
    }

    fn entry(&mut self, entry: &'n Entry) -> Node {
        if !entry.node.mentions_names {
            return entry.node.clone();
        }
        self.keys.push(&entry.key);
        let is_secret = (self.is_secret)(&self.keys);
        let around = self.in_secret;
        self.in_secret |= is_secret;
        // A literal secret is refused as it stands.
        let is_literal = is_secret && entry.node.text().is_some();
        let filled = if is_literal { entry.node.clone() } else { self.node(&entry.node) };
        self.in_secret = around;
        self.keys.pop();
        filled
    }

    fn wrong(&mut self, node: &Node, mistake: impl FnOnce() -> Diagnostic) {
        self.mistakes += 1;
        self.tally.push(node.place(), self.out, mistake);
    }

    fn take(&mut self, values: usize) {
        *self.room = self.room.saturating_sub(values);
    }

    /// The text with every name filled in; as it was, if one cannot be.
    fn text(&mut self, text: &Arc<str>, node: &Node) -> Arc<str> {
        /// Bytes that count as one value.
        const A_VALUE: usize = 2;
        let before = self.mistakes;
        let mut filled = String::new();
        let mut is_whole = true;
        for piece in pieces(text) {
            let piece = match piece {
                Piece::Text(text) => Some(text),
                Piece::Literal => Some("${"),
                Piece::NotClosed => {
                    self.wrong(node, || not_closed(node));
                    None
                }
                Piece::Name(name) => {
                    self.take(1);
                    self.named(name, node)
                }
            };
            is_whole &= piece.is_some();
            let piece = piece.unwrap_or_default();
            if text.len().max(filled.len() + piece.len()) > MAX_FILLED {
                self.wrong(node, || too_long(node));
                break;
            }
            filled.push_str(piece);
        }
        self.take(filled.len() / A_VALUE);
        if is_whole && self.mistakes == before { filled.into() } else { text.clone() }
    }

    /// What stands for a name; nothing where none does, which has been reported.
    fn named(&mut self, name: &str, node: &Node) -> Option<&'a str> {
        if self.in_secret && name.starts_with(PREFIX) {
            self.wrong(node, || var_in_secret(node, name));
            return None;
        }
        match self.names.named(name) {
            Named::Text(value) => return Some(value),
            Named::Var(entry) => return self.var(entry, node),
            Named::Nothing => self.wrong(node, || no_value_here(node, name)),
            Named::Unknown => {
                let names = self.names;
                self.wrong(node, || unknown_name(node, name, names));
            }
        }
        None
    }

    fn var(&mut self, Entry { key, key_place: _, node: value }: &'a Entry, node: &Node) -> Option<&'a str> {
        // A text may say it thousands of times: once is enough to know, and the last few are quickly looked through.
        const LAST_FEW: usize = 16;
        let used = VarUse { name: key.clone(), used: node.place, value: value.place };
        if !self.uses.iter().rev().take(LAST_FEW).any(|known| *known == used) {
            self.uses.push(used);
        }
        let text = value.text().filter(|_| !value.is_null());
        if text == Some("") {
            self.wrong(node, || empty_var(node, key, value.place));
        }
        text
    }
}

/// Whether `${name}` or `${vars.NAME}` stands in a text. Other names, and `$${`, may be what a vendor holds.
pub fn mentions_a_name(text: &str) -> bool {
    let is_known = |name: &str| name.starts_with(PREFIX) || OF_ACCOUNT.contains(&name);
    text.contains("${") && pieces(text).any(|piece| matches!(piece, Piece::Name(name) if is_known(name)))
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
