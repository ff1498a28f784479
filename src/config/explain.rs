//! Where each value of an account comes from: its merged blocks, walked with the schema, value by value.

use std::collections::BTreeSet;

use serde_json::Value;

use super::account::Account;
use super::defaults_and_profiles::{self, ConfigLayer, ConfigLayers};
use super::{accounts, document, files};
use crate::model::explanation::{ExplainedCut, ExplainedValue, Explanation, LayerSays, is_below};
use crate::model::node::Entry;
use crate::model::node::vars::{PREFIX, VarUse};
use crate::model::path::Step;
use crate::model::schema::additions::field_of;
use crate::model::schema::{BlockSchema, FieldType};
use crate::model::{Diagnostics, Node, Path, Place, Source, Sources};
use crate::providers;

/// Every account that `wanted` takes, by the names it goes by. With `field`, only values at this path and below it, and
/// what each layer says there. The texts are those of a valid config.
pub fn explain(texts: Vec<files::Text>, wanted: impl Fn(&str) -> bool, field: Option<&str>) -> Vec<Explanation> {
    let (mut sources, mut out) = (Sources::default(), Diagnostics::new());
    let (roots, whole) = super::parse(texts, &mut sources, &mut out);
    let document = document::gather(&roots, whole, &mut sources, &mut out);
    let layers = defaults_and_profiles::read(&document, &mut out);
    let all = accounts::read(&document, &layers, &mut out);
    let chosen = all.iter().filter(|account| account.names().any(&wanted));
    let one = |account: &Account| {
        let entry = document.accounts.iter().find(|entry| entry.place().covers_use_of(account.id_place));
        let mut explained = Explainer { account, sources: &sources }.account(field);
        let protected = account.names().find_map(|name| document.protect.get(name));
        explained.protected = protected.map(|place| sources.locate(*place));
        if let Some(field) = field {
            explained.layers = said_by_layers(account, &layers, entry, field, &explained, &sources);
        }
        explained
    };
    let mut explained: Vec<Explanation> = chosen.map(one).collect();
    explained.sort_by(|a, b| a.id.cmp(&b.id));
    explained
}

struct Explainer<'a> {
    account: &'a Account,
    sources: &'a Sources,
}

impl Explainer<'_> {
    fn account(&self, field: Option<&str>) -> Explanation {
        let Account { facts, blocks, profiles, cuts, id_place, unfilled, .. } = self.account;
        let mut values = vec![ExplainedValue {
            source: unfilled.is_none().then(|| self.sources.locate(facts.partition_place)),
            ..plain("aws_partition", facts.partition.as_str().into())
        }];
        for (name, block) in blocks {
            let Some(provider) = providers::named(name) else { continue };
            self.block(block, provider.block(), &Path::root().field(name), &mut values);
        }
        let cut = |path: String, place: Place| ExplainedCut { path, source: self.sources.locate(place) };
        let unmanaged = cuts.iter().map(|known| {
            cut(
                std::iter::once(known.provider)
                    .chain(known.steps.iter().map(String::as_str))
                    .collect::<Vec<_>>()
                    .join("."),
                known.place,
            )
        });
        let mut unmanaged: Vec<ExplainedCut> = unmanaged.collect();
        if let Some(field) = field {
            values.retain(|value| is_below(&value.path, field));
            unmanaged.retain(|cut| is_below(&cut.path, field) || is_below(field, &cut.path));
        }
        let used: BTreeSet<&str> = values.iter().flat_map(|value| &value.vars).map(String::as_str).collect();
        let vars = self
            .vars(|name| used.contains(name) || field.is_some_and(|field| is_below(&format!("{PREFIX}{name}"), field)));
        Explanation {
            id: self.account.names().next().unwrap_or_default().to_owned(),
            name: facts.name.clone(),
            source: self.sources.locate(*id_place),
            profiles: profiles.clone(),
            providers: blocks.keys().copied().collect(),
            vars,
            values,
            unmanaged,
            layers: Vec::new(),
            protected: None,
        }
    }

    /// The nearest text of each variable that is wanted, by name.
    fn vars(&self, wanted: impl Fn(&str) -> bool) -> Vec<ExplainedValue> {
        let names: BTreeSet<&str> =
            self.account.vars.iter().flat_map(|vars| vars.iter()).map(|var| &*var.key).collect();
        let nearest = |name: &&str| self.account.vars.iter().find_map(|vars| vars.get(name));
        let vars = names.iter().filter(|name| wanted(name)).filter_map(nearest);
        vars.map(|var| self.value(format!("{PREFIX}{}", var.key), &var.node, false)).collect()
    }

    fn block(&self, node: &Node, block: &BlockSchema, path: &Path, out: &mut Vec<ExplainedValue>) {
        if node.entries().is_empty() {
            out.push(self.value(path.to_string(), node, false));
        }
        for Entry { key, key_place: _, node } in node.entries() {
            let path = path.key(key);
            match block.fields.get(key).map(|field| field.field_type) {
                Some(FieldType::Block(inner)) if node.is_map() => self.block(node, inner, &path, out),
                Some(FieldType::Keyed { by, item }) if !node.items().is_empty() => {
                    for row in node.items() {
                        let key = row.get(by).and_then(Node::text).unwrap_or_default().to_owned();
                        let row = if row.entries().len() > 1 { row.without(&[by]) } else { row.clone() };
                        self.block(&row, item, &path.then(Step::Entry(key)), out);
                    }
                }
                Some(FieldType::Set(_)) if !node.items().is_empty() => {
                    out.extend(node.items().iter().map(|item| self.value(path.to_string(), item, true)));
                }
                Some(FieldType::Switches(_)) if !node.entries().is_empty() => {
                    out.extend(
                        node.entries()
                            .iter()
                            .map(|switch| self.value(path.key(&switch.key).to_string(), &switch.node, false)),
                    );
                }
                _ => out.push(self.value(path.to_string(), node, false)),
            }
        }
    }

    fn value(&self, path: String, node: &Node, is_element: bool) -> ExplainedValue {
        let place = node.place();
        let mut here = BTreeSet::new();
        self.uses(node, &mut here);
        let raw = self.sources.text(place).get(place.range()).unwrap_or_default();
        let is_filled = node.text().is_some() && raw.contains("${");
        ExplainedValue {
            source: Some(self.sources.locate(place)),
            written: is_filled.then(|| raw.to_owned()),
            vars: here.into_iter().collect(),
            is_element,
            ..plain(&path, node.json())
        }
    }

    /// The variables that were filled in in a value or below it.
    fn uses(&self, node: &Node, found: &mut BTreeSet<String>) {
        let here = self.account.uses.iter().filter(|VarUse { used, .. }| *used == node.place());
        found.extend(here.map(|var| var.name.to_string()));
        node.entries().iter().map(|entry| &entry.node).chain(node.items()).for_each(|inner| self.uses(inner, found));
    }
}

fn plain(path: &str, value: Value) -> ExplainedValue {
    ExplainedValue { path: path.to_owned(), is_element: false, value, source: None, written: None, vars: Vec::new() }
}

/// What each layer says at this path, the nearest first; below it, only what the account has nothing of.
fn said_by_layers(
    account: &Account,
    layers: &ConfigLayers,
    entry: Option<&Node>,
    field: &str,
    explained: &Explanation,
    sources: &Sources,
) -> Vec<LayerSays> {
    let shown: Vec<_> =
        explained.values.iter().chain(&explained.vars).filter_map(|value| value.source.as_ref()).collect();
    let profiles = account.profiles.iter().rev().filter_map(|name| layers.profiles.get(name));
    let lower = profiles.chain([&layers.defaults]).flat_map(|layer| said_in(layer, field)).map(|said| (said, true));
    let own = entry.into_iter().flat_map(|entry| said(entry, "", field)).map(|said| (said, false));
    let says = |((path, Entry { key, key_place: _, node }), is_lower): ((String, Entry), bool)| {
        let mut places = Vec::new();
        places_in(&node, sources, &mut places);
        LayerSays {
            counts: shown.iter().any(|source| places.contains(*source)),
            taken_out: is_lower && explained.unmanaged.iter().any(|cut| is_below(&path, &cut.path)),
            key: key.to_string(),
            value: node.json(),
            source: sources.locate(node.place()),
            path,
        }
    };
    own.chain(lower).map(says).filter(|said| said.path == field || !said.counts).collect()
}

/// Where a value and all that is below it were written.
fn places_in(node: &Node, sources: &Sources, found: &mut Vec<Source>) {
    found.push(sources.locate(node.place()));
    let below = node.entries().iter().map(|entry| &entry.node).chain(node.items());
    below.for_each(|inner| places_in(inner, sources, found));
}

fn said_in(layer: &ConfigLayer, field: &str) -> Vec<(String, Entry)> {
    if let Some(name) = field.strip_prefix(PREFIX) {
        return layer.vars.get(name).map(|var| (field.to_owned(), var.clone())).into_iter().collect();
    }
    let blocks = layer.blocks.iter().filter(|(provider, _)| is_below(field, provider));
    blocks.flat_map(|(provider, block)| said(block, provider, field)).collect()
}

/// Every value of a layer at this path and below it, with its full path and its key, which may be `KEY+`.
fn said(node: &Node, path: &str, field: &str) -> Vec<(String, Entry)> {
    let mut found = Vec::new();
    for entry in node.entries() {
        let path =
            if path.is_empty() { field_of(&entry.key).to_owned() } else { format!("{path}.{}", field_of(&entry.key)) };
        if !is_below(&path, field) && !is_below(field, &path) {
            continue;
        }
        match entry.node.is_map() && !entry.node.entries().is_empty() {
            true => found.extend(said(&entry.node, &path, field)),
            false if is_below(&path, field) => found.push((path, entry.clone())),
            false => {}
        }
    }
    found
}
