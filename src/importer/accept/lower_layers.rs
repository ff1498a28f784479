//! What the layers below an account's entry come to, without the entry.

use super::own_entry::names;
use crate::config::Loaded;
use crate::model::lower_layers::LayersOfAccount;
use crate::model::node_overlay::Overlay;
use crate::model::path::Step;
use crate::model::{Desired, Diagnostics, Node, Path};
use crate::providers;

/// The provider's block as `defaults` and the account's profiles have it, with what the account leaves unmanaged taken
/// out and names filled in. Nothing if they say nothing.
pub fn below(loaded: &Loaded, desired: &Desired) -> Option<Node> {
    let provider = desired.key.provider;
    let schema = providers::named(provider)?.block();
    let none = LayersOfAccount::default();
    let stack = loaded.layers.stacks.get(&desired.key).unwrap_or(&none);
    let profiles = stack.profiles.iter().filter_map(|name| loaded.layers.profiles.get(name));
    let layers = std::iter::once(&loaded.layers.defaults).chain(profiles).filter_map(|blocks| blocks.get(provider));
    let (mut overlay, root) = (Overlay::default(), Path::root());
    let merged = layers.fold(None, |below: Option<Node>, layer| {
        Some(below.map_or_else(|| layer.clone(), |below| overlay.over(layer, &below, Some(schema), &root)))
    })?;
    let cut = stack.unmanaged.iter().fold(merged, |block, (path, _)| {
        let fields = path.steps().iter().map(|step| if let Step::Field(name) = step { name } else { "" });
        overlay.cut(&block, &fields.collect::<Vec<_>>())
    });
    let is_secret = |keys: &[&str]| schema.is_secret(keys);
    Some(cut.filled(&names(loaded, desired), &is_secret, &mut Vec::new(), &mut Diagnostics::new()))
}
