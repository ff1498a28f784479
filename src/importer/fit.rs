//! What a config cannot say is left out of a draft, and noted: values that its own rules refuse, and fields that would not come back
//! as they were.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::Question;
use crate::config::accounts;
use crate::config::document::Document;
use crate::config::layers::Layers;
use crate::model::diagnostic::any_error;
use crate::model::node::Entry;
use crate::model::path::Step;
use crate::model::value::at;
use crate::model::yaml::Line;
use crate::model::{Desired, Diagnostics, Key, Node, Path, Place, Sources};
use crate::planner::comparable;
use crate::planner::diff::diff;
use crate::planner::import::{Draft, Ground, Schemas, document};
use crate::render::yaml;

/// Accounts tried at once.
const AT_ONCE: usize = 500;
/// More rounds than any account has fields.
const ROUNDS: usize = 200;

/// Leaves out of every draft what a config cannot say. A draft that cannot be an entry at all is taken out, and noted in `left`.
pub fn fit(drafts: &mut Vec<Draft>, question: &Question<'_>, schemas: &Schemas, left: &mut Vec<String>) {
    let mut fitting = Vec::with_capacity(drafts.len());
    let mut rest = std::mem::take(drafts).into_iter().peekable();
    while rest.peek().is_some() {
        let mut some: Vec<Draft> = rest.by_ref().take(AT_ONCE).collect();
        for _ in 0..ROUNDS {
            let faults = faults(&some, question, schemas);
            if faults.is_empty() {
                break;
            }
            cut(&mut some, faults, left);
        }
        fitting.append(&mut some);
    }
    *drafts = fitting;
}

/// Something that a draft says and a config cannot: which draft, which path (none of it, if there is none), and why.
struct Fault {
    draft: usize,
    path: Vec<String>,
    why: String,
}

/// Tries the drafts as entries without any layer below.
fn faults(drafts: &[Draft], question: &Question<'_>, schemas: &Schemas) -> Vec<Fault> {
    let Some(accounts) = document::write(drafts, &Ground::default(), schemas, true).accounts else { return Vec::new() };
    let text = yaml::document(&[Line { apart: false, ..accounts }]);
    let (root, mut wrong) = Node::parse(&text, 0);
    let entries = root.and_then(|root| root.get("accounts").cloned()).map_or(Vec::new(), |list| list.items().to_vec());
    let mut sources = Sources::default();
    sources.add("", text);
    let desired = asked_for(&entries, question, &mut wrong);
    let mut faults: Vec<Fault> = wrong
        .iter()
        .filter(|found| found.is_error())
        .filter_map(|found| {
            let (draft, path) = found.place.and_then(|place| locate(&entries, place))?;
            let label = if found.label.is_empty() { String::new() } else { format!(" ({})", found.label) };
            Some(Fault { draft, path, why: format!("{}{label}", found.title) })
        })
        .collect();
    // Whatever has been said needs no second look.
    if any_error(&wrong) && faults.is_empty() {
        return drafts
            .iter()
            .enumerate()
            .map(|(draft, _)| Fault { draft, path: Vec::new(), why: "it does not become an entry".to_owned() })
            .collect();
    }
    if faults.is_empty() {
        faults = drafts.iter().enumerate().flat_map(|(at, draft)| differences(at, draft, &desired, question, &sources)).collect();
    }
    faults
}

/// What entries ask for, read and checked as the config reads and checks them.
pub fn asked_for(entries: &[Node], question: &Question<'_>, out: &mut Diagnostics) -> BTreeMap<Key, Arc<Desired>> {
    let document = Document { accounts: entries.to_vec(), ..Document::default() };
    let accounts = accounts::read(&document, &Layers::default(), true, out);
    accounts::entries(&accounts, &question.loaded.desired.settings, &mut BTreeMap::new(), out)
}

/// Which entry a place is in, and the keys that lead there.
pub fn locate(entries: &[Node], place: Place) -> Option<(usize, Vec<String>)> {
    let within = |outer: Place| outer.range().start <= place.range().start && place.range().end <= outer.range().end;
    let at = entries.iter().position(|entry| within(entry.place()))?;
    let mut path = Vec::new();
    let mut node = &entries[at];
    while let Some(Entry { key, node: inner, .. }) = node.entries().iter().find(|entry| within(entry.key_place) || within(entry.node.place())) {
        path.push(key.to_string());
        node = inner;
    }
    Some((at, path))
}

/// What would change if a draft were declared so.
fn differences(at: usize, draft: &Draft, desired: &BTreeMap<Key, Arc<Desired>>, question: &Question<'_>, sources: &Sources) -> Vec<Fault> {
    let whole = |why: String| vec![Fault { draft: at, path: Vec::new(), why }];
    let mut faults = Vec::new();
    for key in &draft.keys {
        let row = question.readings.get(key.provider).and_then(|reading| reading.result.as_ref().ok()?.rows.get(key));
        let (Some(row), Some(shape)) = (row, super::shape(question, key)) else { return whole("it is not listed".to_owned()) };
        let Some(desired) = desired.get(key) else { return whole("no entry can name this row".to_owned()) };
        let live = match comparable(row, shape) {
            Ok(live) => live,
            Err(error) => return whole(error.to_string()),
        };
        for fixed in &desired.fixed {
            let held = listed(&live, fixed.field);
            if held.is_some_and(|held| *held != fixed.value) {
                return whole(format!("`{}` cannot be told", fixed.field));
            }
        }
        let found = diff(desired, shape, Some(&live), sources, false).changes;
        faults.extend(found.iter().map(|change| Fault {
            draft: at,
            path: names(key.provider, &change.path),
            why: "it would not come back as it is".to_owned(),
        }));
    }
    faults
}

fn listed<'a>(live: &'a Value, field: &str) -> Option<&'a Value> {
    Some(at(live, field)).filter(|held| !held.is_null())
}

fn names(provider: &str, path: &Path) -> Vec<String> {
    let fields = path.steps().iter().map_while(|step| if let Step::Field(name) = step { Some(name.to_string()) } else { None });
    std::iter::once(provider.to_owned()).chain(fields).collect()
}

/// Takes out what is at fault.
fn cut(drafts: &mut Vec<Draft>, faults: Vec<Fault>, left: &mut Vec<String>) {
    let mut hopeless = BTreeMap::new();
    for Fault { draft: at, path, why } in faults {
        let draft = &mut drafts[at];
        let block = path.first().and_then(|provider| draft.blocks.iter_mut().find(|(name, _)| *name == provider));
        let Some((provider, leaves)) = block.filter(|_| path.len() > 1) else {
            hopeless.entry(at).or_insert(why);
            continue;
        };
        let path = &path[1..];
        let touched: Vec<Vec<String>> = leaves.keys().filter(|leaf| path.starts_with(leaf) || leaf.starts_with(path)).cloned().collect();
        for leaf in touched {
            leaves.remove(&leaf);
            draft.notes.push(format!("{provider}.{} is left out: {why}", leaf.join(".")));
        }
    }
    let mut at = 0;
    drafts.retain(|draft| {
        let why = hopeless.get(&at);
        at += 1;
        left.extend(why.map(|why| format!("{}: {why}", draft.identity())));
        why.is_none()
    });
}
