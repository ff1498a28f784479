//! One layer of a config over another.

use std::collections::HashMap;
use std::sync::Arc;

use super::node::{Entry, Node};
use super::schema::BlockSchema;

impl Node {
    /// This layer over `base`: maps merge, scalars and lists replace, a one-of is replaced whole when this layer names
    /// another arm.
    pub fn over(&self, base: &Node, block: Option<&BlockSchema>) -> Node {
        self.over_counted(base, block, &mut 0)
    }

    /// The same; adds to `copied` how many entries were copied for it.
    pub fn over_counted(&self, base: &Node, block: Option<&BlockSchema>, copied: &mut usize) -> Node {
        if !self.is_map() || !base.is_map() {
            return self.clone();
        }
        let replaced = block.filter(|block| block.arms_differ(self, base));
        let stays = |entry: &&Entry| {
            replaced.is_none_or(|block| block.has_fields_beside_arms() && !block.is_in_arm(&entry.key))
        };
        let mut merged: Vec<Entry> = base.entries().iter().filter(stays).cloned().collect();
        let positions = positions(&merged);
        for entry in self.entries() {
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
        self.with_entries(merged)
    }
}

/// Where each key stands, for maps with many of them; in one with few, keys are compared one by one.
fn positions(entries: &[Entry]) -> Option<HashMap<Arc<str>, usize>> {
    const FEW: usize = 32;
    (entries.len() > FEW).then(|| entries.iter().enumerate().map(|(at, entry)| (entry.key.clone(), at)).collect())
}
