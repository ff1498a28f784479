//! Every value of an account, with the place that says it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use super::account_layers::AccountLayers;
use crate::config::account::Account;
use crate::config::{hold, read_only};
use crate::model::explanation::ExplainedValue;
use crate::model::node::Entry;
use crate::model::node::vars::{PREFIX, VarUse};
use crate::model::path::Step;
use crate::model::schema::{BlockSchema, FieldType};
use crate::model::{Node, Path, Place, Source, Sources};
use crate::providers;

/// What keeps it from being written, its partition, and what its merged blocks say. `provider_wide` are the providers
/// that are read only as a whole.
pub fn values(
    of: &AccountLayers<'_>,
    provider_wide: &BTreeMap<&'static str, Place>,
    sources: &Sources,
) -> Vec<ExplainedValue> {
    let AccountLayers { account, entry, .. } = of;
    let explainer = Explainer::of(account, sources);
    let mut values = vec![ExplainedValue {
        source: account.unfilled.is_none().then(|| sources.locate(account.facts.partition_place)),
        ..plain("aws_partition", account.facts.partition.as_str().into())
    }];
    explainer.hold(entry, &Path::root(), &mut values);
    for (name, block) in &account.blocks {
        let Some(provider) = providers::named(name) else { continue };
        let path = Path::root().field(name);
        entry.get(name).into_iter().for_each(|own| explainer.hold(own, &path, &mut values));
        let wide = provider_wide.get(name).map(|place| (true, *place, Some("providers".to_owned())));
        let said = wide.or_else(|| of.read_only(name).map(|(says, place)| (says, place, None)));
        values.extend(said.map(|(says, place, layer)| {
            let source = sources.locate(place);
            let source = Source { layer: layer.or(source.layer), ..source };
            ExplainedValue { source: Some(source), ..plain(&path.field(read_only::KEY).to_string(), says.into()) }
        }));
        explainer.block(block, provider.block(), &path, &mut values);
    }
    values
}

/// The nearest text of each variable that is wanted, by name.
pub fn vars(account: &Account, wanted: impl Fn(&str) -> bool, sources: &Sources) -> Vec<ExplainedValue> {
    let explainer = Explainer::of(account, sources);
    let names: BTreeSet<&str> = account.vars.iter().flat_map(|vars| vars.iter()).map(|var| &*var.key).collect();
    let nearest = |name: &&str| account.vars.iter().find_map(|vars| vars.get(name));
    let vars = names.iter().filter(|name| wanted(name)).filter_map(nearest);
    vars.map(|var| explainer.value(format!("{PREFIX}{}", var.key), &var.node, false)).collect()
}

struct Explainer<'a> {
    /// The variables that were filled in, by the text that mentions them.
    uses: HashMap<Place, Vec<&'a str>>,
    sources: &'a Sources,
}

impl<'a> Explainer<'a> {
    fn of(account: &'a Account, sources: &'a Sources) -> Self {
        let mut uses = HashMap::<Place, Vec<&str>>::new();
        account.uses.iter().for_each(|VarUse { name, used, .. }| uses.entry(*used).or_default().push(name));
        Explainer { uses, sources }
    }

    /// The `hold` of an entry, or of one of its blocks.
    fn hold(&self, node: &Node, path: &Path, out: &mut Vec<ExplainedValue>) {
        let said = node.get(hold::KEY).map(Node::entries).unwrap_or_default();
        let path = path.field(hold::KEY);
        out.extend(said.iter().map(|said| self.value(path.key(&said.key).to_string(), &said.node, false)));
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
        let here = self.uses.get(&node.place()).into_iter().flatten();
        found.extend(here.map(|name| (*name).to_owned()));
        node.entries().iter().map(|entry| &entry.node).chain(node.items()).for_each(|inner| self.uses(inner, found));
    }
}

fn plain(path: &str, value: Value) -> ExplainedValue {
    ExplainedValue { path: path.to_owned(), is_element: false, value, source: None, written: None, vars: Vec::new() }
}
