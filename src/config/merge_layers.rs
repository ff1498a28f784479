//! The layers of one account, merged: `defaults`, then its profiles in their order, then what it takes out, then its own
//! entry.

use std::collections::BTreeMap;

use super::additions::settled;
use super::defaults_and_profiles::ConfigLayer;
use super::unmanaged::Cut;
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

/// Layer over layer. `defaults` fills blocks and never makes one.
pub fn merge(
    own: &ConfigLayer,
    profiles: &[&ConfigLayer],
    defaults: &ConfigLayer,
    cuts: &[Cut],
    room: &mut usize,
    out: &mut Diagnostics,
) -> Merged {
    let mut merged = Merged::default();
    for provider in providers::ALL {
        let name = provider.name();
        let makes_one = own.blocks.contains_key(name) || profiles.iter().any(|layer| layer.blocks.contains_key(name));
        if !makes_one {
            continue;
        }
        let (shape, root) = (provider.block(), Path::root());
        let mut overlay = Overlay::default();
        let lower = std::iter::once(defaults).chain(profiles.iter().copied());
        let lower = lower.filter_map(|layer| layer.blocks.get(name));
        let mut block = lower.fold(None, |below: Option<Node>, layer| {
            Some(below.map_or_else(|| layer.clone(), |below| overlay.over(layer, &below, Some(shape), &root)))
        });
        let cuts: Vec<&Cut> = cuts.iter().filter(|cut| cut.provider == name).collect();
        for Cut { steps, .. } in &cuts {
            if overlay.copied > *room {
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
        *room = room.saturating_sub(copied);
        out.extend(found);
        merged.blocks.extend(block.map(|block| (name, settled(&block, shape, own, &cuts, out))));
        merged.added.extend((!added.is_empty()).then(|| (name, added.into_keys().collect())));
    }
    merged
}
