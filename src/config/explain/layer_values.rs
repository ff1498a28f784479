//! What each layer of an account says of one field.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::account_layers::AccountLayers;
use crate::config::defaults_and_profiles::ConfigLayer;
use crate::config::read_only;
use crate::model::explanation::{Explanation, LayerSays, is_below};
use crate::model::node::vars::PREFIX;
use crate::model::schema::additions::field_of;
use crate::model::schema::{BlockSchema, FieldType};
use crate::model::{Node, Place, Source, Sources};
use crate::providers;

/// What each layer says at this path, the nearest first; below it, only what the account has nothing of.
pub fn layer_values(of: &AccountLayers<'_>, field: &str, explained: &Explanation, sources: &Sources) -> Vec<LayerSays> {
    let values = explained.values.iter().chain(&explained.vars);
    let shown: BTreeSet<Spot> = values.filter_map(|value| value.source.as_ref()).map(spot).collect();
    let is_shown = |said: &Said| {
        let own = shown.contains(&spot(&sources.locate(said.place)));
        own || said.node.as_ref().is_some_and(|node| is_any_shown(node, sources, &shown))
    };
    let says = |(said, is_lower): (Said, bool)| {
        let is_cut = is_lower && explained.unmanaged.iter().any(|cut| is_below(&said.path, &cut.path));
        // What says nothing, such as the `{}` that makes a block, cannot be hidden.
        let says_nothing = !is_cut && said.node.as_ref().is_some_and(|node| node.is_map() && node.entries().is_empty());
        let counts = says_nothing || is_shown(&said);
        let Said { path, key, value, place, node: _ } = said;
        LayerSays { path, key, value, source: sources.locate(place), counts, taken_out: is_cut }
    };
    let layers = of
        .nearest_first()
        .flat_map(|(layer, is_lower)| said_in(layer, field).into_iter().map(move |said| (said, is_lower)));
    layers.map(says).filter(|said| said.path == field || !said.counts).collect()
}

/// What one layer says.
struct Said {
    /// The full path.
    path: String,
    /// The key, which may be `KEY+`.
    key: String,
    value: Value,
    place: Place,
    /// The value as a node, where it is one.
    node: Option<Node>,
}

impl Said {
    fn of(path: String, key: &str, node: &Node) -> Self {
        Said { path, key: key.to_owned(), value: node.json(), place: node.place(), node: Some(node.clone()) }
    }

    fn plain(path: String, key: &str, value: Value, place: Place) -> Self {
        Said { path, key: key.to_owned(), value, place, node: None }
    }
}

/// A place without its layer, which is another where a provider as a whole is read only.
type Spot = (Arc<str>, usize, usize);

fn spot(source: &Source) -> Spot {
    (source.file.clone(), source.line, source.column)
}

/// Whether a value, or anything below it, was written where something that is shown was.
fn is_any_shown(node: &Node, sources: &Sources, shown: &BTreeSet<Spot>) -> bool {
    let mut below = node.entries().iter().map(|entry| &entry.node).chain(node.items());
    shown.contains(&spot(&sources.locate(node.place()))) || below.any(|inner| is_any_shown(inner, sources, shown))
}

fn said_in(layer: &ConfigLayer, field: &str) -> Vec<Said> {
    let ConfigLayer { partition, vars, blocks, read_only, is_misread: _ } = layer;
    let mut found = Vec::new();
    if let Some((partition, place)) = partition.as_ref().filter(|_| field == "aws_partition") {
        found.push(Said::plain(field.to_owned(), field, partition.as_str().into(), *place));
    }
    let vars = vars.iter().map(|var| (format!("{PREFIX}{}", var.key), var));
    found.extend(vars.filter(|(path, _)| is_below(path, field)).map(|(path, var)| Said::of(path, &var.key, &var.node)));
    let read_only = read_only.iter().map(|(provider, said)| (format!("{provider}.{}", read_only::KEY), said));
    let read_only = read_only.filter(|(path, _)| is_below(path, field));
    found.extend(read_only.map(|(path, (says, place))| Said::plain(path, read_only::KEY, (*says).into(), *place)));
    for (provider, block) in blocks {
        if field == *provider && block.entries().is_empty() {
            found.push(Said::of((*provider).to_owned(), provider, block));
        } else if is_below(field, provider) {
            said_below(block, providers::named(provider).map(|provider| provider.block()), provider, field, &mut found);
        }
    }
    found
}

/// Every value of a block at this path and below it. A map whose keys are free is one value.
fn said_below(node: &Node, block: Option<&BlockSchema>, path: &str, field: &str, found: &mut Vec<Said>) {
    for entry in node.entries() {
        let key = field_of(&entry.key);
        let path = format!("{path}.{key}");
        if !is_below(&path, field) && !is_below(field, &path) {
            continue;
        }
        let (inner, is_value) = match block.and_then(|block| block.fields.get(key)).map(|field| field.field_type) {
            Some(FieldType::Block(inner)) => (Some(inner), false),
            Some(FieldType::Value(_)) => (None, true),
            Some(FieldType::Switches(_) | FieldType::Set(_) | FieldType::Keyed { .. }) | None => (None, false),
        };
        match entry.node.is_map() && !entry.node.entries().is_empty() && !is_value {
            true => said_below(&entry.node, inner, &path, field, found),
            false if is_below(&path, field) => found.push(Said::of(path, &entry.key, &entry.node)),
            false => {}
        }
    }
}
