//! Layers 1 and 2: `defaults` and `profiles`, each checked by itself.

use std::collections::BTreeMap;

use super::document::Document;
use super::keys::{ACCOUNT_KEYS, IN_SHARED_BLOCK};
use super::{read_only, rules, unmerged_additions, vars};
use crate::model::aws::partition::PARTITIONS;
use crate::model::check::{Additions, no_value};
use crate::model::diagnostic::{Tally, any_error, brief, did_you_mean};
use crate::model::node::Entry;
use crate::model::node::vars::Vars;
use crate::model::{self, Diagnostic, Diagnostics, Node, Place};
use crate::providers::{self, Provider};

/// One layer: a partition, perhaps, and blocks by provider.
#[derive(Debug, Clone, Default)]
pub struct ConfigLayer {
    /// The partition and where it was written.
    pub partition: Option<(String, Place)>,
    /// What it gives to `${vars.NAME}`.
    pub vars: Vars,
    /// Blocks that are maps, by provider.
    pub blocks: BTreeMap<&'static str, Node>,
    /// Whether the rows of a provider are only looked at, where it says so, and where.
    pub read_only: BTreeMap<&'static str, (bool, Place)>,
    /// Whether something in it was not understood, which may say what seems to be missing.
    pub is_misread: bool,
}

/// Layers 1 and 2.
#[derive(Debug, Default)]
pub struct ConfigLayers {
    /// Layer 1.
    pub defaults: ConfigLayer,
    /// Layer 2, by name.
    pub profiles: BTreeMap<String, ConfigLayer>,
}

impl ConfigLayers {
    /// Their blocks, with nothing standing on them yet.
    pub fn as_written(self) -> model::LowerLayers {
        let mut written = model::LowerLayers::default();
        written.partitions.extend(self.defaults.partition.map(|(partition, _)| (None, partition)));
        written.vars.insert(None, self.defaults.vars);
        written.defaults = self.defaults.blocks;
        for (name, ConfigLayer { partition, vars, blocks, read_only: _, is_misread: _ }) in self.profiles {
            written.vars.insert(Some(name.clone()), vars);
            written.partitions.extend(partition.map(|(partition, _)| (Some(name.clone()), partition)));
            written.profiles.insert(name, blocks);
        }
        written
    }
}

/// The variables of an account's layers, the nearest layer first.
pub fn vars_of(own: &ConfigLayer, profiles: &[&ConfigLayer], defaults: &ConfigLayer) -> Vec<Vars> {
    let layers = std::iter::once(own).chain(profiles.iter().rev().copied()).chain([defaults]);
    layers.map(|layer| &layer.vars).filter(|vars| !vars.is_empty()).cloned().collect()
}

/// Reads both.
pub fn read(document: &Document, out: &mut Diagnostics) -> ConfigLayers {
    let defaults = document
        .defaults
        .as_ref()
        .map(|node| whole_layer(node, "`defaults`", Additions::NothingBelow, out))
        .unwrap_or_default();
    let mut profiles = BTreeMap::new();
    for Entry { key, key_place, node } in &document.profiles {
        if !node.is_map() {
            let wrong = Diagnostic::error(*key_place, format!("profile `{key}` is {}", node.describe()))
                .label("a map of keys belongs here");
            out.push(wrong.help("write `{}` for a profile that says nothing yet"));
        }
        profiles.insert(key.to_string(), whole_layer(node, "a profile", Additions::Allowed, out));
    }
    ConfigLayers { defaults, profiles }
}

fn whole_layer(node: &Node, what: &str, additions: Additions, out: &mut Diagnostics) -> ConfigLayer {
    let before = out.len();
    unknown_keys(node, &["aws_partition", vars::KEY], what, out);
    let mut layer = read_layer(node, additions, IN_SHARED_BLOCK, out);
    layer.is_misread = any_error(&out[before..]) || !node.is_map();
    for (name, block) in &layer.blocks {
        if let Some(provider) = providers::named(name) {
            rules::layer(provider.block(), block, out);
            provider.check_layer(block, out);
        }
    }
    layer
}

/// The partition and the provider blocks of a layer; blocks are checked against their structs. `beside` are keys that may
/// stand in a block and are none of its fields.
pub fn read_layer(node: &Node, additions: Additions, beside: &[&'static str], out: &mut Diagnostics) -> ConfigLayer {
    let mut layer = ConfigLayer {
        partition: node.get("aws_partition").and_then(|node| partition(node, out)),
        vars: vars::read(node, out),
        blocks: BTreeMap::new(),
        read_only: BTreeMap::new(),
        is_misread: false,
    };
    for provider in providers::ALL.iter().copied() {
        let Some(entry) = node.entry(provider.name()) else { continue };
        layer.read_only.extend(read_only::read(&entry.node, out).map(|said| (provider.name(), said)));
        if let Some(block) = block(entry, provider, additions, beside, out) {
            layer.blocks.insert(provider.name(), block);
        }
    }
    layer
}

fn block(
    entry: &Entry,
    provider: &dyn Provider,
    additions: Additions,
    beside: &[&'static str],
    out: &mut Diagnostics,
) -> Option<Node> {
    let name = provider.name();
    if entry.node.is_null() {
        out.push(no_value(
            entry,
            &format!("write `{name}: {{}}` to manage the account with what lower layers say, or take the line out"),
        ));
        return None;
    }
    if !entry.node.is_map() {
        let wrong = Diagnostic::error(entry.key_place, format!("`{name}` is {}", entry.node.describe()))
            .label("a map of keys belongs here");
        let has_dash = entry.node.items().first().is_some_and(Node::is_map);
        let help = if has_dash {
            "write its fields below it, without the dash".to_owned()
        } else {
            format!("write `{name}: {{}}`, or the fields to manage below it")
        };
        out.push(wrong.help(help));
        return None;
    }
    let own = read_only::without(&entry.node);
    providers::check_block(provider, &own, additions, beside, out);
    Some(unmerged_additions::only_right(&own, provider.block(), additions))
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
    let mut tally = Tally::default();
    for entry in node.entries().iter().filter(|entry| !known.contains(&&*entry.key)) {
        tally.push(entry.key_place, out, || {
            let list = format!("known in {what}: {}", known.join(", "));
            let help = elsewhere(&entry.key, what).or_else(|| did_you_mean(&entry.key, known.iter().copied()));
            let help = help.map_or_else(|| list.clone(), |help| format!("{help} ({list})"));
            Diagnostic::error(entry.key_place, format!("unknown key `{}`", brief(&entry.key)))
                .label("nothing is known under this name")
                .help(help)
        });
    }
}

/// Whether a key was meant to be `aws_account_id`.
pub fn names_account_id(key: &str) -> bool {
    if ACCOUNT_KEYS.contains(&key) || providers::named(key).is_some() {
        return false;
    }
    if did_you_mean(key, ACCOUNT_KEYS.iter().copied()).is_some_and(|guess| guess.contains("`aws_account_id`")) {
        return true;
    }
    let word: String = key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    matches!(word.as_str(), "accountid" | "awsaccountid" | "account" | "awsaccount" | "awsid" | "accountnumber")
}

/// Where a key belongs that is known, but not here.
fn elsewhere(key: &str, what: &str) -> Option<String> {
    if let Some(own) = ACCOUNT_KEYS.iter().find(|own| **own == key) {
        return Some(format!("`{own}` stands in an entry of `accounts:` only, not in {what}"));
    }
    if names_account_id(key) {
        return Some("did you mean `aws_account_id`?".to_owned());
    }
    if key.trim_end_matches(':') == read_only::KEY || did_you_mean(key, [read_only::KEY]).is_some() {
        return Some(format!("`{}` stands in a provider's block, or under `providers:`", read_only::KEY));
    }
    let mut places = Vec::new();
    for provider in providers::ALL {
        let below = |path: Vec<&str>| std::iter::once(provider.name()).chain(path).collect::<Vec<_>>().join(": ");
        places.extend(provider.block().paths_to(key).into_iter().map(|path| format!("`{}:`", below(path))));
    }
    places.truncate(3);
    (!places.is_empty()).then(|| format!("put it under {}", places.join(" or ")))
}
