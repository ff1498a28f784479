//! The layers of one account, merged: `defaults`, then its profiles in their order, then what it takes out, then its own
//! entry.

use std::collections::{BTreeMap, HashMap};

use super::defaults_and_profiles::ConfigLayer;
use super::unmanaged_paths::UnmanagedPath;
use super::unmerged_additions::drop_unmerged;
use crate::model::node_overlay::Overlay;
use crate::model::{Diagnostics, Node, Path};
use crate::providers;

/// What the layers of one account come to.
#[derive(Default)]
pub struct Merged {
    /// By provider.
    pub blocks: BTreeMap<&'static str, Node>,
    /// Lists that its entry or its profiles add to, by provider, as paths in the block.
    pub added: BTreeMap<&'static str, Vec<Path>>,
}

/// A provider's block below the entries, how it was merged, and how many values it has.
type Lower = (Option<Node>, Overlay, usize);

/// Merges the layers of one account after the other.
pub struct Merger<'a> {
    /// How many values the accounts that are still to be merged may have together; 0 ends the merging.
    pub room: usize,
    defaults: &'a ConfigLayer,
    /// What lies below the entries: `defaults` and profiles, by provider and by the addresses of the profiles. Accounts
    /// that list the same ones share it, so it is merged, and checked, once.
    lower: HashMap<(&'static str, Vec<usize>), Lower>,
}

impl<'a> Merger<'a> {
    /// Has merged nothing yet.
    pub fn new(defaults: &'a ConfigLayer, room: usize) -> Self {
        Merger { room, defaults, lower: HashMap::new() }
    }

    /// `defaults` and these profiles, in a provider's block.
    fn lower(&mut self, provider: &'static str, profiles: &[&'a ConfigLayer]) -> Lower {
        let addresses = profiles.iter().map(|profile| std::ptr::from_ref::<ConfigLayer>(profile).addr()).collect();
        let merged = || {
            let mut overlay = Overlay::default();
            let (shape, root) = (providers::named(provider).map(|provider| provider.block()), Path::root());
            let layers = std::iter::once(self.defaults).chain(profiles.iter().copied());
            let block =
                layers.filter_map(|layer| layer.blocks.get(provider)).fold(None, |below: Option<Node>, layer| {
                    Some(below.map_or_else(|| layer.clone(), |below| overlay.over(layer, &below, shape, &root)))
                });
            let values = block.as_ref().map_or(0, values_in);
            // What was copied was copied once; its values count for each account.
            overlay.copied = 0;
            (block, overlay, values)
        };
        self.lower.entry((provider, addresses)).or_insert_with(merged).clone()
    }

    /// Layer over layer. `defaults` fills blocks and never makes one.
    pub fn merge(
        &mut self,
        own: &ConfigLayer,
        profiles: &[&'a ConfigLayer],
        cuts: &[UnmanagedPath],
        out: &mut Diagnostics,
    ) -> Merged {
        let mut merged = Merged::default();
        for provider in providers::ALL {
            let name = provider.name();
            let makes_one =
                own.blocks.contains_key(name) || profiles.iter().any(|layer| layer.blocks.contains_key(name));
            if !makes_one {
                continue;
            }
            let (shape, root) = (provider.block(), Path::root());
            let (mut block, mut overlay, values) = self.lower(name, profiles);
            // Accounts share what lies below them in memory, and what is planned for each of them has all of it.
            self.room = self.room.saturating_sub(values);
            let cuts: Vec<&UnmanagedPath> = cuts.iter().filter(|cut| cut.provider == name).collect();
            for UnmanagedPath { steps, .. } in &cuts {
                if overlay.copied > self.room {
                    break;
                }
                let path: Vec<&str> = steps.iter().map(String::as_str).collect();
                block = block.map(|block| overlay.cut(&block, &path)).filter(|_| !path.is_empty());
            }
            let own = own.blocks.get(name);
            let block = match (own, block) {
                (Some(own), Some(below)) => Some(overlay.over(own, &below, Some(shape), &root)),
                (Some(own), None) => Some(own.clone()),
                (None, below) => below,
            };
            let Overlay { copied, added, found } = overlay;
            self.room = self.room.saturating_sub(copied);
            out.extend(found);
            merged.blocks.extend(block.map(|block| (name, drop_unmerged(&block, shape, own, &cuts, out))));
            merged.added.extend((!added.is_empty()).then(|| (name, added.into_keys().collect())));
        }
        merged
    }
}

/// How many values a block has, its keys and list items counted one by one.
fn values_in(node: &Node) -> usize {
    let below = node.entries().iter().map(|entry| &entry.node).chain(node.items());
    1 + below.map(values_in).sum::<usize>()
}
