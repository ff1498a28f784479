//! Values the vendor publishes a list of: a new one that is not on it is refused before anything is sent.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::diagnostic::{Reach, did_you_mean};
use crate::model::schema::{BlockSchema, FieldType, TextFormat, ValueType};
use crate::model::value::at;
use crate::model::{Desired, Diagnostic, Diagnostics, Node, Place};

/// Values that are on no list of the vendor's, by where each was written, its provider, its catalog and itself.
#[derive(Default)]
pub struct CatalogFindings<'a>(BTreeMap<(Place, &'static str, &'a str, &'a str), Found<'a>>);

/// What is found of one of them: where it is used first, what the vendor publishes, and of whom it is so.
struct Found<'a> {
    place: Place,
    published: &'a BTreeSet<String>,
    held: Reach,
    new: Reach,
}

impl<'a> CatalogFindings<'a> {
    /// Checks every value of an account that has a catalog.
    pub fn check(
        &mut self,
        desired: &'a Desired,
        live: Option<&Value>,
        catalogs: &'a BTreeMap<&'static str, BTreeSet<String>>,
    ) {
        let block = &desired.schema().block;
        let account = desired.account.as_deref().unwrap_or(&desired.key.name);
        each_named(&desired.node, block, &mut |named: Named<'a>| {
            let Some(published) = named.unknown(catalogs) else { return };
            let Named { catalog, text, place } = named;
            let held = live.is_some_and(|live| holds(live, block, catalog, text));
            let key = (place.as_written(), desired.key.provider, catalog, text);
            let new = || Found { place, published, held: Reach::default(), new: Reach::default() };
            let found = self.0.entry(key).or_insert_with(new);
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
        self.0.into_iter().map(said).collect()
    }
}

/// Whether every value that has a catalog is on it.
pub fn know_all(desired: &Desired, catalogs: &BTreeMap<&'static str, BTreeSet<String>>) -> bool {
    let mut all = true;
    each_named(&desired.node, &desired.schema().block, &mut |named| all &= named.unknown(catalogs).is_none());
    all
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
    fn unknown<'c>(&self, catalogs: &'c BTreeMap<&'static str, BTreeSet<String>>) -> Option<&'c BTreeSet<String>> {
        catalogs.get(self.catalog).filter(|known| !known.contains(self.text))
    }
}

fn each_named<'a>(node: &'a Node, block: &'a BlockSchema, each: &mut impl FnMut(Named<'a>)) {
    for entry in node.entries() {
        let Some(field) = block.fields.get(&entry.key).map(|field| field.field_type) else { continue };
        let catalog = field.text_format().and_then(TextFormat::catalog);
        let word = |node: &'a Node| Some(Named { catalog: catalog?, text: node.text()?, place: node.place() });
        match field {
            FieldType::Value(ValueType::Text(_)) => word(&entry.node).into_iter().for_each(&mut *each),
            FieldType::Set(_) | FieldType::Value(ValueType::List(_)) => {
                entry.node.items().iter().filter_map(word).for_each(&mut *each);
            }
            FieldType::Switches(_) => entry
                .node
                .entries()
                .iter()
                .filter_map(|name| Some(Named { catalog: catalog?, text: &name.key, place: name.key_place }))
                .for_each(&mut *each),
            FieldType::Keyed { item, .. } => entry.node.items().iter().for_each(|row| each_named(row, item, each)),
            FieldType::Block(block) => each_named(&entry.node, block, each),
            FieldType::Value(_) => {}
        }
    }
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
