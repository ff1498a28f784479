//! `KEY+` in the blocks of layers: what of it can be merged, and what is left when there was nothing to add to.

use super::unmanaged_paths::UnmanagedPath;
use crate::model::check::Additions;
use crate::model::node::Entry;
use crate::model::node_overlay::added_to_nothing;
use crate::model::schema::BlockSchema;
use crate::model::schema::additions::field_of;
use crate::model::{Diagnostic, Diagnostics, Node};

/// A layer's block with those `KEY+` only that can be merged: what is wrong with the others has been said.
pub fn only_right(node: &Node, block: &BlockSchema, additions: Additions) -> Node {
    if !node.adds_to_lists() {
        return node.clone();
    }
    let entries = node.entries().iter().filter_map(|entry| {
        if entry.key.ends_with('+') && block.added_field(&entry.key).is_some() {
            let name = field_of(&entry.key);
            let is_right = block.added_list(&entry.key).is_some() && node.entry(name).is_none();
            let key = if additions == Additions::NothingBelow { name.into() } else { entry.key.clone() };
            return is_right.then(|| Entry { key, ..entry.clone() });
        }
        let inner = block.block(&entry.key);
        Some(inner.map_or_else(|| entry.clone(), |inner| entry.with_node(only_right(&entry.node, inner, additions))))
    });
    node.with_entries(entries.collect())
}

/// A merged block without the `KEY+` that found nothing to add to, each of which is an error. `own` is the account's own
/// block, and `cuts` are what it takes out of the layers below.
pub fn drop_unmerged(
    merged: &Node,
    block: &BlockSchema,
    own: Option<&Node>,
    cuts: &[&UnmanagedPath],
    out: &mut Diagnostics,
) -> Node {
    if !merged.adds_to_lists() {
        return merged.clone();
    }
    DropUnmerged { own, cuts, path: Vec::new(), out }.block(merged, block)
}

struct DropUnmerged<'a> {
    own: Option<&'a Node>,
    cuts: &'a [&'a UnmanagedPath],
    /// The keys that lead to the block under way.
    path: Vec<String>,
    out: &'a mut Diagnostics,
}

impl DropUnmerged<'_> {
    fn block(&mut self, node: &Node, block: &BlockSchema) -> Node {
        let mut kept = Vec::with_capacity(node.entries().len());
        for entry in node.entries() {
            if block.added_list(&entry.key).is_some() {
                let other =
                    node.entries().iter().find(|other| block.is_in_another_arm(&other.key, field_of(&entry.key)));
                let wrong = other.map_or_else(|| self.added_to_nothing(entry), |other| excluded(entry, other));
                self.out.push(wrong);
                continue;
            }
            let Some(inner) = block.block(&entry.key) else {
                kept.push(entry.clone());
                continue;
            };
            self.path.push(entry.key.to_string());
            kept.push(entry.with_node(self.block(&entry.node, inner)));
            self.path.pop();
        }
        node.with_entries(kept)
    }

    fn added_to_nothing(&self, entry: &Entry) -> Diagnostic {
        let (key, name) = (&entry.key, field_of(&entry.key));
        let takes_out = |cut: &&&UnmanagedPath| {
            let path = self.path.iter().map(String::as_str).chain([name]);
            cut.steps.len() <= self.path.len() + 1
                && cut.steps.iter().map(String::as_str).eq(path.take(cut.steps.len()))
        };
        let is_own = self.own.is_some_and(|own| own.place().covers_use_of(entry.key_place));
        match self.cuts.iter().find(takes_out).filter(|_| is_own) {
            Some(cut) => Diagnostic::error(entry.key_place, format!("`{key}` beside an `unmanaged` of it"))
                .label("what it would add to is taken out")
                .also(cut.place, "taken out here")
                .help(format!("write `{name}:` for exactly these, or take the path out of `unmanaged`")),
            None => added_to_nothing(entry).help(format!(
                "write `{name}:` if the account shall have exactly these; or say `{name}: []` in `defaults`, or in a profile listed before, to begin a list there"
            )),
        }
    }
}

fn excluded(entry: &Entry, other: &Entry) -> Diagnostic {
    Diagnostic::error(entry.key_place, format!("`{}` and `{}` exclude each other", other.key, entry.key))
        .label("one of the two")
        .also(other.key_place, "the other")
        .help(format!("keep either `{}` or `{}`", other.key, entry.key))
}
