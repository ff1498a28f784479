//! Values the vendor publishes a list of: a new one that is not on it is refused before anything is sent.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rustc_hash::FxBuildHasher;
use serde_json::Value;

use crate::model::diagnostic::{Reach, did_you_mean};
use crate::model::node::Entry;
use crate::model::observation::Catalog;
use crate::model::schema::{BlockSchema, FieldSchema, FieldType, TextFormat, ValueType};
use crate::model::value::at;
use crate::model::{Desired, Diagnostic, Diagnostics, Node, Place};

/// Values that are on no list of the vendor's, by where each was written, its provider, its catalog and itself.
#[derive(Default)]
pub struct CatalogFindings<'a> {
    found: BTreeMap<(Place, &'static str, &'a str, &'a str), Found<'a>>,
    /// Lists and blocks of which every value is published, by what accounts share of them and by field: one out of
    /// `defaults` is looked up once.
    known: HashSet<(usize, usize), FxBuildHasher>,
}

/// What is found of one of them: where it is used first, what the vendor publishes, and of whom it is so.
struct Found<'a> {
    place: Place,
    published: &'a BTreeSet<String>,
    held: Reach,
    new: Reach,
}

impl<'a> CatalogFindings<'a> {
    /// Checks every value of an account that has a catalog.
    pub fn check(&mut self, desired: &'a Desired, live: Option<&Value>, catalogs: &'a BTreeMap<&'static str, Catalog>) {
        let block = &desired.schema().block;
        let account = desired.account.as_deref().unwrap_or(&desired.key.name);
        each_named(&desired.node, block, &mut |named: Named<'a>| {
            let Some(published) = named.unknown(catalogs) else { return };
            let Named { catalog, text, place } = named;
            let held = live.is_some_and(|live| holds(live, block, catalog, text));
            let key = (place.as_written(), desired.key.provider, catalog, text);
            let new = || Found { place, published, held: Reach::default(), new: Reach::default() };
            let found = self.found.entry(key).or_insert_with(new);
            if held { found.held.add(account) } else { found.new.add(account) }
        });
    }

    /// What was found. One place may serve many accounts: it is said once, and as an error if it is one for any of
    /// them, else as a warning.
    pub fn diagnostics(self) -> Diagnostics {
        let said = |((_, provider, catalog, text), Found { place, published, held, new }): (_, Found<'_>)| {
            let title = format!("`{text}` is not one of {provider}'s {catalog}");
            let (found, label, reach) = match new.accounts() {
                0 => (Diagnostic::warning(place, title), "the account holds it already", held),
                _ => (Diagnostic::error(place, title), "the vendor would refuse it", new),
            };
            let guess = did_you_mean(text, published.iter().map(String::as_str));
            let many = || format!("the vendor publishes {} {catalog}; this is none of them", published.len());
            Diagnostic { reach, ..found.label(label).help(guess.unwrap_or_else(many)) }
        };
        self.found.into_iter().map(said).collect()
    }

    /// Whether every value of an account that has a catalog is on it. All accounts must live as long as this does.
    pub fn know_all(&mut self, desired: &'a Desired, catalogs: &BTreeMap<&'static str, Catalog>) -> bool {
        self.knows(&desired.node, &desired.schema().block, catalogs)
    }

    fn knows(&mut self, node: &Node, block: &BlockSchema, catalogs: &BTreeMap<&'static str, Catalog>) -> bool {
        node.entries().iter().all(|entry| {
            let Some(field) = block.fields.get(&entry.key) else { return true };
            let key = entry.node.shared().map(|shared| (shared, std::ptr::from_ref(field).addr()));
            if key.is_some_and(|key| self.known.contains(&key)) {
                return true;
            }
            let mut all = true;
            each_own(entry, field, &mut |named| all &= named.unknown(catalogs).is_none());
            let all = all && each_inner(entry, field).all(|(node, block)| self.knows(node, block, catalogs));
            self.known.extend(key.filter(|_| all));
            all
        })
    }
}

/// A value that has a catalog.
#[derive(Clone, Copy)]
struct Named<'a> {
    catalog: &'a str,
    text: &'a str,
    place: Place,
}

impl Named<'_> {
    /// Its catalog, where the value is not on it.
    fn unknown<'c>(&self, catalogs: &'c BTreeMap<&'static str, Catalog>) -> Option<&'c BTreeSet<String>> {
        catalogs.get(self.catalog)?.as_ref().ok().filter(|known| !known.contains(self.text))
    }
}

fn each_named<'a>(node: &'a Node, block: &'a BlockSchema, each: &mut impl FnMut(Named<'a>)) {
    for entry in node.entries() {
        let Some(field) = block.fields.get(&entry.key) else { continue };
        each_own(entry, field, each);
        each_inner(entry, field).for_each(|(node, block)| each_named(node, block, each));
    }
}

/// The values of a field that is no block.
fn each_own<'a>(entry: &'a Entry, field: &'a FieldSchema, each: &mut impl FnMut(Named<'a>)) {
    let Some(catalog) = field.field_type.text_format().and_then(TextFormat::catalog) else { return };
    let word = |node: &'a Node| Some(Named { catalog, text: node.text()?, place: node.place() });
    match field.field_type {
        FieldType::Value(ValueType::Text(_)) => word(&entry.node).into_iter().for_each(&mut *each),
        FieldType::Set(_) | FieldType::Value(ValueType::List(_)) => {
            entry.node.items().iter().filter_map(word).for_each(&mut *each);
        }
        FieldType::Switches(_) => {
            let named = |name: &'a Entry| Named { catalog, text: &name.key, place: name.key_place };
            entry.node.entries().iter().map(named).for_each(&mut *each);
        }
        FieldType::Value(_) | FieldType::Keyed { .. } | FieldType::Block(_) => {}
    }
}

/// The block that a field is, or those of its keyed list.
fn each_inner<'a>(entry: &'a Entry, field: &'a FieldSchema) -> impl Iterator<Item = (&'a Node, &'static BlockSchema)> {
    let (rows, inner): (&[Node], _) = match field.field_type {
        FieldType::Keyed { item, .. } => (entry.node.items(), Some(item)),
        FieldType::Block(inner) => (std::slice::from_ref(&entry.node), Some(inner)),
        FieldType::Value(_) | FieldType::Set(_) | FieldType::Switches(_) => (&[], None),
    };
    inner.into_iter().flat_map(move |inner| rows.iter().map(move |row| (row, inner)))
}

fn holds(live: &Value, block: &BlockSchema, catalog: &str, text: &str) -> bool {
    block.fields.iter().any(|(name, field)| {
        let value = at(live, name);
        let rows = || value.as_array().into_iter().flatten();
        let is_out_of_it = field.field_type.text_format().and_then(TextFormat::catalog) == Some(catalog);
        match field.field_type {
            FieldType::Set(_) | FieldType::Value(ValueType::List(_)) => is_out_of_it && rows().any(|item| item == text),
            FieldType::Value(_) => is_out_of_it && value == text,
            FieldType::Switches(_) => is_out_of_it && value.get(text).is_some(),
            FieldType::Keyed { item, .. } => rows().any(|row| holds(row, item, catalog, text)),
            FieldType::Block(block) => holds(value, block, catalog, text),
        }
    })
}
