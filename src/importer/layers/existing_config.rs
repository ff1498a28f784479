//! What the existing config's `defaults` and profiles already say of imported accounts, and which of its profiles fit.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::columns::one_of;
use super::fold::{CellState, CellStates};
use super::table::Table;
use super::{ColumnKey, ExistingConfig, Layer};
use crate::importer::account_draft::{Draft, Leaves, Schemas};
use crate::model::node::Entry;
use crate::model::node::interpolation::NO_SECRET;
use crate::model::node::vars::{Names, Vars};
use crate::model::schema::{BlockSchema, FieldType};
use crate::model::yaml::{Line, Yaml};
use crate::model::{Diagnostics, Node};
use crate::planner::lists_as_sets::canonical;
use crate::render::yaml;

/// A field: provider, and path below its block.
pub type FieldPath = (&'static str, Vec<String>);

/// What a config says under one provider, by path.
type Said = Vec<(Vec<String>, Node)>;

/// How every cell stands before anything is folded, and what each account has to do about it.
#[derive(Debug)]
pub struct ProfileFit {
    /// By line.
    pub cell_states: Vec<CellStates>,
    /// Profiles of the config that say what the account has, by line.
    pub profiles: Vec<Vec<String>>,
    /// What `defaults` says and the account must leave alone, by line.
    pub cuts: Vec<BTreeSet<FieldPath>>,
}

/// Finds what the config there is says of every draft. With `flat`, no profile is used.
pub fn fit_existing(
    drafts: &[Draft],
    table: &Table,
    existing: &ExistingConfig,
    schemas: &Schemas,
    flat: bool,
) -> ProfileFit {
    let columns: BTreeMap<&ColumnKey, usize> =
        table.columns.iter().enumerate().map(|(at, column)| (&column.column_key, at)).collect();
    let defaults = said(&existing.defaults, schemas);
    let profiles: Vec<_> =
        existing.profiles.iter().filter(|_| !flat).map(|(name, layer)| (name, layer, said(layer, schemas))).collect();
    let mut fitted = ProfileFit { cell_states: Vec::new(), profiles: Vec::new(), cuts: Vec::new() };
    let below = as_vars(&existing.defaults.vars);
    for (line, draft) in drafts.iter().enumerate() {
        let mut cell_states = CellStates::default();
        let mut cuts = BTreeSet::new();
        let own = as_vars(&table.vars[line]);
        for (name, value) in &table.vars[line] {
            let known = existing.defaults.vars.get(name);
            if let Some((at, known)) = columns.get(&ColumnKey::Var(name.clone())).zip(known) {
                cell_states.set(*at, if known == value { CellState::Inherited } else { CellState::Wrong });
            }
        }
        if let Some(at) = columns.get(&ColumnKey::Partition) {
            let below = existing.defaults.partition.as_deref().unwrap_or("aws");
            cell_states.set(*at, if below == draft.partition { CellState::Inherited } else { CellState::Wrong });
        }
        for (provider, path, node) in reaching(&defaults, draft) {
            let held = draft.blocks.get(provider).and_then(|leaves| leaves.get(path));
            let block = schemas.get(provider);
            let Some((held, at)) = held.zip(columns.get(&ColumnKey::Field(provider, path.clone()))) else {
                let leaves = draft.blocks.get(provider);
                if !block.zip(leaves).is_some_and(|(block, leaves)| is_replaced_by_other_arm(block, path, leaves)) {
                    cuts.insert((provider, path.clone()));
                }
                continue;
            };
            let one_of = block.and_then(|block| one_of(block, path));
            if table.follows(line, *at) || says(node, draft, &[own.clone(), below.clone()], held) {
                cell_states.set(*at, CellState::Inherited);
            } else if shows_through(one_of, node, held) {
                cuts.insert((provider, path.clone()));
                cell_states.set(*at, CellState::CutOut);
            } else {
                cell_states.set(*at, CellState::Wrong);
            }
        }
        let mut fitting = Vec::new();
        for (name, layer, said) in &profiles {
            let vars = [own.clone(), as_vars(&layer.vars), below.clone()];
            let says_it = |(provider, path, node): &(&'static str, &Vec<String>, &Node)| {
                let held = draft.blocks.get(provider).and_then(|leaves| leaves.get(*path));
                held.is_some_and(|held| says(node, draft, &vars, held))
            };
            let uses =
                || layer.vars.iter().filter_map(|(name, value)| Some((name, value, table.vars[line].get(name)?)));
            let of_vars: Vec<usize> =
                uses().filter_map(|(name, ..)| columns.get(&ColumnKey::Var(name.clone())).copied()).collect();
            let vars_fit = uses().all(|(_, value, own)| value == own);
            let leaves: Vec<_> = reaching(said, draft).collect();
            let others =
                said.iter().any(|(provider, leaves)| !leaves.is_empty() && !draft.blocks.contains_key(provider));
            let partition = layer.partition.as_ref().is_none_or(|partition| *partition == draft.partition);
            let at = |(provider, path, _): &(&'static str, &Vec<String>, &Node)| {
                columns.get(&ColumnKey::Field(provider, (*path).clone())).copied()
            };
            let reached: Vec<usize> = leaves.iter().filter_map(at).chain(of_vars).collect();
            let helps = reached.iter().any(|at| cell_states.at(*at) != CellState::Inherited);
            let alone = reached.iter().any(|at| cell_states.at(*at) == CellState::CutOut);
            if partition && vars_fit && !others && !alone && helps && leaves.iter().all(says_it) {
                reached.iter().for_each(|at| cell_states.set(*at, CellState::Inherited));
                if let (Some(at), true) = (columns.get(&ColumnKey::Partition), layer.partition.is_some()) {
                    cell_states.set(*at, CellState::Inherited);
                }
                fitting.push((*name).clone());
            }
        }
        fitted.cell_states.push(cell_states);
        fitted.profiles.push(fitting);
        fitted.cuts.push(cuts);
    }
    fitted
}

/// What a layer says, by provider and path.
fn said(layer: &Layer, schemas: &Schemas) -> BTreeMap<&'static str, Said> {
    let mut said = BTreeMap::new();
    for (provider, node) in &layer.blocks {
        let leaves = said.entry(*provider).or_insert_with(Vec::new);
        if let Some(block) = schemas.get(provider) {
            gather(node, block, &mut Vec::new(), leaves);
        }
    }
    said
}

fn gather(node: &Node, block: &BlockSchema, path: &mut Vec<String>, out: &mut Said) {
    for entry in node.entries() {
        path.push(entry.key.to_string());
        match block.fields.get(&entry.key).map(|field| &field.field_type) {
            Some(FieldType::Block(inner)) if !inner.is_choice() && entry.node.is_map() => {
                gather(&entry.node, inner, path, out)
            }
            Some(FieldType::Switches(_)) if entry.node.is_map() => {
                let switch = |Entry { key, node, .. }: &Entry| ([&path[..], &[key.to_string()]].concat(), node.clone());
                out.extend(entry.node.entries().iter().map(switch));
            }
            _ => out.push((path.clone(), entry.node.clone())),
        }
        path.pop();
    }
}

/// What a layer says of an account: nothing under providers that do not manage it.
fn reaching<'a>(
    said: &'a BTreeMap<&'static str, Said>,
    draft: &'a Draft,
) -> impl Iterator<Item = (&'static str, &'a Vec<String>, &'a Node)> {
    let reached = said.iter().filter(|(provider, _)| draft.blocks.contains_key(*provider));
    reached.flat_map(|(provider, leaves)| leaves.iter().map(|(path, node)| (*provider, path, node)))
}

/// Variables as a layer sets them.
fn as_vars(vars: &BTreeMap<String, String>) -> Vars {
    if vars.is_empty() {
        return Vars::default();
    }
    let lines: Vec<Line> = vars.iter().map(|(name, text)| Line::new(name, Yaml::text(text))).collect();
    let (root, _) = Node::parse(&yaml::document(&lines), 0);
    Vars::new(root.iter().flat_map(|root| root.entries().iter().cloned()))
}

/// Whether a layer says what an account has. `vars` are those of the account's layers, the nearest first.
fn says(node: &Node, draft: &Draft, vars: &[Vars], held: &Value) -> bool {
    let names = Names {
        account: draft.account.as_deref(),
        partition: Some(draft.partition.as_str()),
        name: draft.name.as_deref(),
        vars,
    };
    let mut wrong = Diagnostics::new();
    let filled = node.filled(&names, NO_SECRET, &mut Vec::new(), &mut wrong);
    wrong.is_empty() && canonical(&filled.json()) == canonical(held)
}

/// Whether a field of a lower map would show through a higher one; of a one-of only if that names the same arm.
fn shows_through(one_of: Option<&BlockSchema>, lower: &Node, held: &Value) -> bool {
    let Some(fields) = held.as_object() else { return false };
    let fields: Vec<&str> = fields.keys().map(String::as_str).collect();
    let same_arm = one_of.is_none_or(|block| block.arms_in(lower) == block.arms_among(fields.iter().copied()));
    same_arm && lower.entries().iter().any(|entry| !fields.contains(&&*entry.key))
}

/// Whether what a layer says at a path gives way by itself, because the account has another arm of the one-of it is
/// part of.
fn is_replaced_by_other_arm(block: &BlockSchema, path: &[String], leaves: &Leaves) -> bool {
    let Some((field, above)) = path.split_last() else { return false };
    let around = above.iter().try_fold(block, |block, name| block.block(name));
    let beside =
        leaves.keys().filter_map(|leaf| leaf.strip_prefix(above)).filter_map(|rest| rest.first().map(String::as_str));
    around.is_some_and(|block| {
        let (own, held) = (
            block.arms_among(std::iter::once(field.as_str())),
            block.arms_among(beside.collect::<Vec<_>>().into_iter()),
        );
        !own.is_empty() && !held.is_empty() && own != held
    })
}

/// The fields of which a layer says something.
pub fn paths(layer: &Layer, schemas: &Schemas) -> BTreeSet<FieldPath> {
    let paths = |(provider, leaves): (&'static str, Said)| leaves.into_iter().map(move |(path, _)| (provider, path));
    said(layer, schemas).into_iter().flat_map(paths).collect()
}
