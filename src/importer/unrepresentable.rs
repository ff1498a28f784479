//! What a config cannot say is left out of a draft, and noted: values that its own rules refuse, and fields that would
//! not come back as they were.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::ImportInput;
use super::account_draft::{Draft, Schemas};
use super::config_yaml;
use super::layers::ExistingConfig;
use super::left_out_row::LeftOutRow;
use super::note::Note;
use super::output_files::accounts;
use crate::config::defaults_and_profiles::ConfigLayers;
use crate::config::document::Document;
use crate::config::{accounts, entries};
use crate::model::diagnostic::any_error;
use crate::model::node::Entry;
use crate::model::path::Step;
use crate::model::value::at;
use crate::model::yaml::Line;
use crate::model::{Desired, Diagnostic, Diagnostics, Key, Node, Path, Place, ResourceNames, Sources};
use crate::planner::comparable;
use crate::planner::diff::diff;
use crate::planner::live_forms::first_odd_form;
use crate::render::yaml;

/// Accounts tried at once.
const AT_ONCE: usize = 500;
/// More rounds than any account has fields.
const ROUNDS: usize = 200;

/// Leaves out of every draft what a config cannot say. A draft that cannot be an entry at all is taken out, and noted
/// in `left`.
pub fn drop_unrepresentable(
    drafts: &mut Vec<Draft>,
    input: &ImportInput<'_>,
    schemas: &Schemas,
    left: &mut Vec<LeftOutRow>,
    names: &ResourceNames,
) {
    let mut fitting = Vec::with_capacity(drafts.len());
    let mut rest = std::mem::take(drafts).into_iter().peekable();
    while rest.peek().is_some() {
        let mut some: Vec<Draft> = rest.by_ref().take(AT_ONCE).collect();
        for _ in 0..ROUNDS {
            let faults = faults(&some, input, schemas);
            if faults.is_empty() {
                break;
            }
            cut(&mut some, faults, left, names);
        }
        fitting.append(&mut some);
    }
    *drafts = fitting;
}

/// Something that an entry says and a config cannot.
pub struct Unrepresentable {
    /// Which entry.
    pub entry: usize,
    /// Where in it; nothing of it can stand, if that is nowhere.
    pub path: Vec<String>,
    /// Why.
    pub why: String,
}

/// Which part of which entry every mistake is about.
pub fn located(entries: &[Node], wrong: &Diagnostics) -> Vec<Unrepresentable> {
    let fault = |found: &Diagnostic| {
        let (entry, path) = locate(entries, found.place?)?;
        let label = if found.label.is_empty() { String::new() } else { format!(" ({})", found.label) };
        Some(Unrepresentable { entry, path, why: format!("{}{label}", found.title) })
    };
    wrong.iter().filter(|found| found.is_error()).filter_map(fault).collect()
}

/// Tries the drafts as entries without any layer below.
fn faults(drafts: &[Draft], input: &ImportInput<'_>, schemas: &Schemas) -> Vec<Unrepresentable> {
    let entries = config_yaml::write(drafts, &ExistingConfig::default(), schemas, true).entries;
    if entries.is_empty() {
        return Vec::new();
    }
    let text = yaml::document(&[Line { blank_line_above: false, ..accounts(entries) }]);
    let (root, mut wrong) = Node::parse(&text, 0);
    let entries = root.and_then(|root| root.get("accounts").cloned()).map_or(Vec::new(), |list| list.items().to_vec());
    let mut sources = Sources::default();
    sources.add("", text);
    let desired = asked_for(&entries, input, &mut wrong);
    let mut faults = located(&entries, &wrong);
    // What has been said once is not said again.
    if any_error(&wrong) && faults.is_empty() {
        return drafts
            .iter()
            .enumerate()
            .map(|(entry, _)| Unrepresentable {
                entry,
                path: Vec::new(),
                why: "it does not become an entry".to_owned(),
            })
            .collect();
    }
    if faults.is_empty() {
        faults = drafts
            .iter()
            .enumerate()
            .flat_map(|(at, draft)| differences(at, draft, &desired, input, &sources))
            .collect();
    }
    faults
}

/// What entries ask for, read and checked as the config reads and checks them.
pub fn asked_for(entries: &[Node], input: &ImportInput<'_>, out: &mut Diagnostics) -> BTreeMap<Key, Arc<Desired>> {
    let document = Document { accounts: entries.to_vec(), ..Document::default() };
    let accounts = accounts::read(&document, &ConfigLayers::default(), out);
    entries::entries(&accounts, &input.loaded.desired.settings, &mut BTreeMap::new(), out)
}

/// Which entry a place is in, and the keys that lead there.
fn locate(entries: &[Node], place: Place) -> Option<(usize, Vec<String>)> {
    let within = |outer: Place| outer.range().start <= place.range().start && place.range().end <= outer.range().end;
    let at = entries.iter().position(|entry| within(entry.place()))?;
    let mut path = Vec::new();
    let mut node = &entries[at];
    while let Some(Entry { key, node: inner, .. }) =
        node.entries().iter().find(|entry| within(entry.key_place) || within(entry.node.place()))
    {
        path.push(key.to_string());
        node = inner;
    }
    Some((at, path))
}

/// What would change if a draft were declared so.
fn differences(
    at: usize,
    draft: &Draft,
    desired: &BTreeMap<Key, Arc<Desired>>,
    input: &ImportInput<'_>,
    sources: &Sources,
) -> Vec<Unrepresentable> {
    let mut faults = Vec::new();
    for key in &draft.keys {
        let whole = |why: String| vec![Unrepresentable { entry: at, path: vec![key.provider.to_owned()], why }];
        let row = input.snapshots.get(key.provider).and_then(|snapshot| snapshot.result.as_ref().ok()?.rows.get(key));
        let Some(row) = row else { return whole("it is not listed".to_owned()) };
        let Some(desired) = desired.get(key) else { return whole("no entry can name this row".to_owned()) };
        let live = match comparable(row, key.kind.schema()) {
            Ok(live) => live,
            Err(error) => return whole(error.to_string()),
        };
        for fixed in &desired.fixed {
            let held = listed(&live, fixed.field);
            if held.is_some_and(|held| *held != fixed.value) {
                return whole(format!("`{}` cannot be told", fixed.field));
            }
        }
        // The planner could not read the row if the entry named this field.
        if let Some(odd) = first_odd_form(&desired.node, &key.kind.schema().block, &live) {
            faults.push(Unrepresentable { entry: at, path: names(key, &odd.path), why: odd.to_string() });
            continue;
        }
        let found = diff(desired, Some(&live), sources, false).changes;
        faults.extend(found.iter().map(|change| Unrepresentable {
            entry: at,
            path: names(key, &change.path),
            why: "it would not come back as it is".to_owned(),
        }));
    }
    faults
}

fn listed<'a>(live: &'a Value, field: &str) -> Option<&'a Value> {
    Some(at(live, field)).filter(|held| !held.is_null())
}

/// Where in an entry a field of a row is written.
fn names(key: &Key, path: &Path) -> Vec<String> {
    let fields = path.steps().iter().map_while(|step| if let Step::Field(name) = step { Some(&**name) } else { None });
    std::iter::once(key.provider).chain(key.kind.block_path.iter().copied()).chain(fields).map(str::to_owned).collect()
}

/// Takes out what is at fault.
fn cut(drafts: &mut Vec<Draft>, faults: Vec<Unrepresentable>, left: &mut Vec<LeftOutRow>, names: &ResourceNames) {
    let mut hopeless = BTreeMap::new();
    let before: BTreeMap<usize, _> =
        faults.iter().map(|fault| (fault.entry, drafts[fault.entry].blocks.clone())).collect();
    for Unrepresentable { entry: at, path, why } in faults {
        let (draft, path) = (&mut drafts[at], path.split_first());
        let Some((provider, held)) =
            path.and_then(|(provider, _)| before.get(&at)?.iter().find(|(name, _)| *name == provider))
        else {
            hopeless.entry(at).or_insert(why);
            continue;
        };
        let path = path.map_or(&[][..], |(_, fields)| fields);
        let touched =
            || held.keys().filter(|leaf| !path.is_empty() && (path.starts_with(leaf) || leaf.starts_with(path)));
        for leaf in touched() {
            if draft.blocks.get_mut(provider).and_then(|leaves| leaves.remove(leaf)).is_some() {
                draft.notes.push(Note::left_out(leaf, why.as_str()).below(&[(*provider).to_owned()]));
            }
        }
        if touched().next().is_some() || draft.blocks.remove(provider).is_none() {
            continue;
        }
        if draft.blocks.is_empty() {
            hopeless.entry(at).or_insert(why);
            continue;
        }
        let lost = draft.keys.extract_if(.., |key| key.provider == *provider);
        left.extend(lost.map(|key| LeftOutRow::of(&key, names, why.as_str())));
    }
    let mut at = 0;
    drafts.retain(|draft| {
        let why = hopeless.get(&at);
        at += 1;
        left.extend(why.map(|why| LeftOutRow {
            keys: draft.keys.clone(),
            label: draft.identity().to_owned(),
            why: why.clone(),
        }));
        why.is_none()
    });
}
