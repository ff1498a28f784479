//! The layers of one account, merged: `defaults`, then its profiles in their order, then what it takes out, then its own
//! entry.

use std::collections::BTreeMap;

use super::defaults_and_profiles::ConfigLayer;
use super::unmanaged::Cut;
use crate::model::Node;
use crate::providers;

/// Layer over layer. `defaults` fills blocks and never makes one.
pub fn merge(
    own: &ConfigLayer,
    profiles: &[&ConfigLayer],
    defaults: &ConfigLayer,
    cuts: &[Cut],
    room: &mut usize,
) -> BTreeMap<&'static str, Node> {
    let mut merged = BTreeMap::new();
    for provider in providers::ALL {
        let name = provider.name();
        let makes_one = own.blocks.contains_key(name) || profiles.iter().any(|layer| layer.blocks.contains_key(name));
        let lower =
            std::iter::once(defaults).chain(profiles.iter().copied()).filter_map(|layer| layer.blocks.get(name));
        let shape = provider.block();
        let mut copied = 0;
        let mut over = |layer: &Node, below: &Node| layer.over_counted(below, Some(shape), &mut copied);
        let mut block = lower.fold(None, |below: Option<Node>, layer| {
            Some(below.map_or_else(|| layer.clone(), |below| over(layer, &below)))
        });
        let mut cut = 0;
        for Cut { steps, .. } in cuts.iter().filter(|cut| cut.provider == name) {
            if cut > *room {
                break;
            }
            let path: Vec<&str> = steps.iter().map(String::as_str).collect();
            cut += block.as_ref().map_or(0, |block| block.copied_by_cutting(&path));
            block = block.map(|block| block.without(&path)).filter(|_| !path.is_empty());
        }
        let block = match (own.blocks.get(name), block) {
            (Some(own), Some(below)) => Some(over(own, &below)),
            (Some(own), None) => Some(own.clone()),
            (None, below) => below,
        };
        *room = room.saturating_sub(copied + cut);
        merged.extend(block.filter(|_| makes_one).map(|block| (name, block)));
    }
    merged
}
