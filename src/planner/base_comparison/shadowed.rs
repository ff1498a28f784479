//! Whom a changed default or profile does not reach, because a higher layer says otherwise.

use std::collections::BTreeSet;

use super::leaves::leaves;
use super::{BaseComparisonInput, ConfigSide};
use crate::model::base_comparison::Shadowed;
use crate::model::lower_layers::{Blocks, LayersOfAccount};
use crate::model::node::Entry;
use crate::model::node::interpolation::NO_SECRET;
use crate::model::node::vars::{Names, VarUse, Vars};
use crate::model::path::Step;
use crate::model::schema::BlockSchema;
use crate::model::schema::additions::adding_to;
use crate::model::{Desired, Diagnostics, Node, Path, Place};
use crate::planner::lists_as_sets::canonical;

/// Every account and field that a change in a lower layer does not reach.
pub fn shadowed(sides: &BaseComparisonInput<'_>) -> Vec<Shadowed> {
    let mut found = Vec::new();
    let (before, after) = (sides.before.layers, sides.after.layers);
    let defaults = Changed {
        layer: "defaults".to_owned(),
        profile: None,
        before: Some(&before.defaults),
        after: &after.defaults,
        vars: changed_vars(sides, None),
    };
    defaults.miss(sides, &mut found);
    for (name, blocks) in &after.profiles {
        let profile = Changed {
            layer: format!("profile {name}"),
            profile: Some(name),
            before: before.profiles.get(name),
            after: blocks,
            vars: changed_vars(sides, Some(name)),
        };
        profile.miss(sides, &mut found);
    }
    found
}

/// One layer before and after the change.
struct Changed<'a> {
    layer: String,
    /// Its name, if it is a profile.
    profile: Option<&'a str>,
    before: Option<&'a Blocks>,
    after: &'a Blocks,
    /// Its variables that have other texts than before.
    vars: Vec<&'a Entry>,
}

/// The variables of a layer that have other texts than before.
fn changed_vars<'a>(sides: &BaseComparisonInput<'a>, profile: Option<&str>) -> Vec<&'a Entry> {
    let profile = profile.map(str::to_owned);
    let before = sides.before.layers.vars.get(&profile);
    let known = |var: &&Entry| before.and_then(|vars| vars.get(&var.key)).and_then(|known| known.node.text());
    let after = sides.after.layers.vars.get(&profile).into_iter().flat_map(Vars::iter);
    after.filter(|var| known(var) != var.node.text()).collect()
}

impl Changed<'_> {
    fn miss(&self, sides: &BaseComparisonInput<'_>, found: &mut Vec<Shadowed>) {
        self.miss_vars(sides, found);
        for (provider, after) in self.after {
            let Some(block) = sides.blocks.get(provider).copied() else { continue };
            let before = self.before.and_then(|blocks| blocks.get(provider));
            let changed: Vec<_> =
                leaves(after, block).into_iter().filter(|(path, leaf)| self.is_new(before, path, leaf)).collect();
            if changed.is_empty() {
                continue;
            }
            let entries = sides.after.desired.entries.values().filter(|desired| desired.key.provider == *provider);
            for desired in entries.filter(|desired| sides.selects(desired)) {
                let stack = sides.after.layers.stacks.get(&desired.key);
                if !self.is_under(stack) {
                    continue;
                }
                let names = names(desired, sides, stack);
                let missed = changed.iter().filter_map(|(path, leaf)| {
                    Some((path, Said::to(desired, after, path, block)?.otherwise(stack, path, leaf, &names)?))
                });
                found.extend(missed.map(|(path, place)| Shadowed {
                    key: desired.key.clone(),
                    name: desired.name.clone(),
                    layer: self.layer.clone(),
                    path: path.clone(),
                    by: sides.after.sources.locate(place),
                }));
            }
        }
    }

    /// Rows in which a variable is filled in that the layer has changed, with the text of a nearer layer.
    fn miss_vars(&self, sides: &BaseComparisonInput<'_>, found: &mut Vec<Shadowed>) {
        if self.vars.is_empty() {
            return;
        }
        for desired in sides.after.desired.entries.values().filter(|desired| sides.selects(desired)) {
            // Without a stack there is no layer but this.
            let Some(stack) = sides.after.layers.stacks.get(&desired.key).filter(|stack| self.is_under(Some(*stack)))
            else {
                continue;
            };
            let nearer = |var: &Entry| {
                let value = stack.vars.iter().find_map(|vars| vars.get(&var.key))?;
                let is_used = |var: &&VarUse| var.value == value.node.place() && stands_in(var.used, &desired.node);
                stack.uses.iter().find(is_used)?;
                (value.node.text() != var.node.text()).then(|| value.node.place())
            };
            let missed = self.vars.iter().filter_map(|var| Some((var, nearer(var)?)));
            found.extend(missed.map(|(var, place)| Shadowed {
                key: desired.key.clone(),
                name: desired.name.clone(),
                layer: self.layer.clone(),
                path: Path::root().field("vars").field(&var.key),
                by: sides.after.sources.locate(place),
            }));
        }
    }

    /// Whether the layer is under a row of this stack.
    fn is_under(&self, stack: Option<&LayersOfAccount>) -> bool {
        let lists = |name: &str| stack.is_some_and(|stack| stack.profiles.iter().any(|listed| listed == name));
        self.profile.is_none_or(lists)
    }

    /// Whether the layer did not say this before, or said it with other texts for its variables.
    fn is_new(&self, before: Option<&Node>, path: &Path, Entry { key, key_place: _, node: leaf }: &Entry) -> bool {
        let known = before.and_then(|before| said_at(before, path, key));
        let mut mentioned = BTreeSet::new();
        if !self.vars.is_empty() {
            leaf.mentioned_vars(&mut mentioned);
        }
        known.is_none_or(|known| !same(known, leaf)) || self.vars.iter().any(|var| mentioned.contains(&*var.key))
    }
}

/// Whether a value of a block was written at this place.
fn stands_in(place: Place, node: &Node) -> bool {
    let mut below = node.entries().iter().map(|entry| &entry.node).chain(node.items());
    node.place() == place || below.any(|inner| stands_in(place, inner))
}

/// What a layer says to one row, beside what the row was told in the end.
struct Said<'a> {
    held: &'a Node,
    said: &'a Node,
    shape: Option<&'a BlockSchema>,
    /// From there.
    fields: Vec<&'a str>,
    /// The same path as if it were said to rows of this kind alone.
    own: Path,
}

impl<'a> Said<'a> {
    /// Nothing, if the path is not about rows of this kind, or about what they are known by: then the row is another
    /// one.
    fn to(desired: &'a Desired, layer: &'a Node, path: &'a Path, block: &'a BlockSchema) -> Option<Self> {
        let (held, fields) = (&desired.node, fields(path).collect::<Vec<_>>());
        match (desired.schema().within, fields.split_first()?) {
            (None, _) => Some(Said { held, said: layer, shape: Some(block), fields, own: path.clone() }),
            (Some(within), (first, rest)) if *first == within => {
                desired.schema().block.fields.contains_key(rest.first()?).then_some(())?;
                Some(Said {
                    held,
                    said: layer.get(within)?,
                    shape: block.block(within),
                    fields: rest.to_vec(),
                    own: path.clone(),
                })
            }
            (Some(within), (first, _)) => {
                let own = fields.iter().fold(Path::root().field(within), |own, field| own.field(field));
                let shape = Some(&desired.schema().block);
                desired.schema().block.fields.contains_key(first).then_some(Said {
                    held,
                    said: layer,
                    shape,
                    fields,
                    own,
                })
            }
        }
    }

    /// Where the row is told otherwise, if it is. A value is known by its place, which merging keeps.
    fn otherwise(self, stack: Option<&LayersOfAccount>, path: &Path, leaf: &Entry, names: &Names<'_>) -> Option<Place> {
        let Said { mut held, mut said, mut shape, fields, own } = self;
        for field in fields {
            if shape.is_some_and(|shape| shape.arms_differ(held, said)) {
                return Some(held.entries().first().map_or(held.place(), |arm| arm.key_place));
            }
            let Some(next) = held.get(field) else {
                let cuts = stack.map_or(&[][..], |stack| &stack.unmanaged);
                return cuts.iter().find(|(cut, _)| cut.covers(path) || cut.covers(&own)).map(|(_, place)| *place);
            };
            let below = said.get(field).or_else(|| said.get(&adding_to(field)))?;
            (held, said, shape) = (next, below, shape.and_then(|shape| shape.block(field)));
        }
        // What is held has its names filled in, and what the layer says has not.
        let is_added_to = stack.is_some_and(|stack| stack.added.contains(path));
        if is_added_to && held.place() != leaf.node.place() {
            return missed_item(held, &leaf.node, names);
        }
        let reached = held.place() == leaf.node.place()
            || same(held, &leaf.node.filled(names, NO_SECRET, &mut Vec::new(), &mut Diagnostics::new()));
        (!reached).then(|| held.place())
    }
}

/// What stands for names in the text of a layer, for this row.
fn names<'a>(row: &'a Desired, sides: &BaseComparisonInput<'a>, stack: Option<&'a LayersOfAccount>) -> Names<'a> {
    let ConfigSide { desired, layers, sources: _ } = sides.after;
    let account = row.account.as_deref();
    let partition = account.and_then(|account| desired.partitions.get(account)).map(|known| known.name.as_str());
    let of_defaults = || layers.vars.get(&None).map_or(&[][..], std::slice::from_ref);
    let vars = stack.map_or_else(of_defaults, |stack| &stack.vars);
    Names { account, partition, name: row.name.as_deref(), vars }
}

/// Where an item of a layer's list is told otherwise, in a list that nearer layers add to: another item has taken its
/// place, or there is none like it.
fn missed_item(held: &Node, said: &Node, names: &Names<'_>) -> Option<Place> {
    let is_there = |item: &Node| {
        let known = held.items().iter().any(|held| held.place() == item.place());
        known || {
            let filled = item.filled(names, NO_SECRET, &mut Vec::new(), &mut Diagnostics::new());
            held.items().iter().any(|held| same(held, &filled))
        }
    };
    said.items().iter().any(|item| !is_there(item)).then(|| held.place())
}

/// What a layer says at a path whose last step it writes as `key`.
fn said_at<'a>(layer: &'a Node, path: &Path, key: &str) -> Option<&'a Node> {
    let above = path.steps().len().saturating_sub(1);
    fields(path).take(above).try_fold(layer, |node, field| node.get(field))?.get(key)
}

/// Lists are sets, so their order says nothing.
fn same(a: &Node, b: &Node) -> bool {
    canonical(&a.json()) == canonical(&b.json())
}

fn fields(path: &Path) -> impl Iterator<Item = &str> {
    path.steps().iter().filter_map(|step| if let Step::Field(name) = step { Some(&**name) } else { None })
}
