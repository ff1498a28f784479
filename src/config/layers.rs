//! Layers 1 and 2: `defaults` and `profiles`, each checked by itself.

use std::collections::BTreeMap;

use super::document::{Document, null};
use super::rules;
use crate::model::diagnostic::did_you_mean;
use crate::model::node::Entry;
use crate::model::{Diagnostic, Diagnostics, Node, Place};
use crate::providers::{self, Provider};

/// The partitions AWS has.
pub const PARTITIONS: &[&str] = &["aws", "aws-cn", "aws-us-gov"];

/// One layer: a partition, perhaps, and blocks by provider.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    /// The partition and where it was written.
    pub partition: Option<(String, Place)>,
    /// Blocks that are maps, by provider.
    pub blocks: BTreeMap<&'static str, Node>,
}

/// Layers 1 and 2.
pub struct Layers {
    /// Layer 1.
    pub defaults: Layer,
    /// Layer 2, by name.
    pub profiles: BTreeMap<String, Layer>,
}

/// Reads both.
pub fn read(document: &Document, out: &mut Diagnostics) -> Layers {
    let defaults = document.defaults.as_ref().map(|node| whole_layer(node, "`defaults`", out)).unwrap_or_default();
    let mut profiles = BTreeMap::new();
    for Entry { key, key_place, node } in &document.profiles {
        if !node.is_map() {
            let wrong = Diagnostic::error(*key_place, format!("profile `{key}` is {}", node.describe())).label("a map of keys belongs here");
            out.push(wrong.help("write `{}` for a profile that says nothing yet"));
        }
        profiles.insert(key.to_string(), whole_layer(node, "a profile", out));
    }
    Layers { defaults, profiles }
}

fn whole_layer(node: &Node, what: &str, out: &mut Diagnostics) -> Layer {
    unknown_keys(node, &["aws_partition"], what, out);
    let layer = read_layer(node, out);
    for (name, block) in &layer.blocks {
        if let Some(provider) = providers::named(name) {
            rules::layer(provider.block(), block, out);
        }
    }
    layer
}

/// The partition and the provider blocks of a layer; blocks are checked against their structs.
pub fn read_layer(node: &Node, out: &mut Diagnostics) -> Layer {
    let mut layer = Layer { partition: node.get("aws_partition").and_then(|node| partition(node, out)), blocks: BTreeMap::new() };
    for provider in providers::ALL.iter().copied() {
        if let Some(entry) = node.entry(provider.name())
            && let Some(block) = block(entry, provider, out)
        {
            layer.blocks.insert(provider.name(), block);
        }
    }
    layer
}

fn block(entry: &Entry, provider: &dyn Provider, out: &mut Diagnostics) -> Option<Node> {
    let name = provider.name();
    if entry.node.is_null() {
        out.push(null(entry, &format!("write `{name}: {{}}` to manage the account with what lower layers say, or take the line out")));
        return None;
    }
    if !entry.node.is_map() {
        let wrong = Diagnostic::error(entry.key_place, format!("`{name}` is {}", entry.node.describe())).label("a map of keys belongs here");
        out.push(wrong.help(format!("write `{name}: {{}}`, or the fields to manage below it")));
        return None;
    }
    provider.check(&entry.node, out);
    Some(entry.node.clone())
}

fn partition(node: &Node, out: &mut Diagnostics) -> Option<(String, Place)> {
    let text = node.text().unwrap_or_default();
    if PARTITIONS.contains(&text) {
        return Some((text.to_owned(), node.place()));
    }
    let list = format!("one of: {}", PARTITIONS.join(", "));
    let help = did_you_mean(text, PARTITIONS.iter().copied()).map_or(list.clone(), |guess| format!("{guess} ({list})"));
    out.push(Diagnostic::error(node.place(), "not an AWS partition").label("unknown partition").help(help));
    None
}

/// Reports every key that is neither in `known` nor a provider's name.
pub fn unknown_keys(node: &Node, known: &[&'static str], what: &str, out: &mut Diagnostics) {
    let known: Vec<&str> = known.iter().copied().chain(providers::ALL.iter().map(|provider| provider.name())).collect();
    for entry in node.entries().iter().filter(|entry| !known.contains(&&*entry.key)) {
        let list = known.join(", ");
        let help = match did_you_mean(&entry.key, known.iter().copied()) {
            Some(guess) => format!("{guess} (known in {what}: {list})"),
            None => match owner(&entry.key) {
                Some(provider) => format!("put it under `{provider}:` (known in {what}: {list})"),
                None => format!("known in {what}: {list}"),
            },
        };
        out.push(Diagnostic::error(entry.key_place, format!("unknown key `{}`", entry.key)).label("nothing is known under this name").help(help));
    }
}

/// The provider whose block has such a field.
fn owner(field: &str) -> Option<&'static str> {
    providers::ALL.iter().find(|provider| provider.block().fields.contains_key(field)).map(|provider| provider.name())
}
