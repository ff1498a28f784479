//! Values the vendor publishes a list of: a new one that is not on it is refused before anything is sent.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::diagnostic::did_you_mean;
use crate::model::row_schema::{BlockSchema, FieldType, LeafType};
use crate::model::value::at;
use crate::model::{Desired, Diagnostic, Diagnostics, Node, Place};

/// Checks every value of an account that has a catalog: an error if it would be new to the account, else a warning.
pub fn check(
    desired: &Desired,
    live: Option<&Value>,
    catalogs: &BTreeMap<&'static str, BTreeSet<String>>,
    out: &mut Diagnostics,
) {
    let (mut named, block) = (Vec::new(), &desired.schema().block);
    let account = desired.account.as_deref().unwrap_or(&desired.key.name);
    gather(&desired.node, block, &mut named);
    for Named { catalog, text, place } in named {
        let Some(known) = catalogs.get(catalog).filter(|known| !known.contains(text)) else { continue };
        let held = live.is_some_and(|live| holds(live, block, catalog, text));
        // One place may serve many accounts: it is said once, and as an error if it is one for any of them.
        match out.iter().position(|said| said.place == Some(place.as_written())) {
            Some(said) if out[said].is_error() != held => {
                out[said].reach.add(account);
                continue;
            }
            Some(_) if held => continue,
            Some(said) => drop(out.remove(said)),
            None => {}
        }
        let guess = did_you_mean(text, known.iter().map(String::as_str));
        let title = format!("`{text}` is not one of {}'s {catalog}", desired.key.provider);
        let found = if held { Diagnostic::warning(place, title) } else { Diagnostic::error(place, title) };
        let label = if held { "the account holds it already" } else { "the vendor would refuse it" };
        let mut found =
            found
                .label(label)
                .help(guess.unwrap_or_else(|| {
                    format!("the vendor publishes {} {catalog}; this is none of them", known.len())
                }));
        found.reach.add(account);
        out.push(found);
    }
}

/// A value that has a catalog.
struct Named<'a> {
    catalog: &'a str,
    text: &'a str,
    place: Place,
}

fn gather<'a>(node: &'a Node, block: &'a BlockSchema, out: &mut Vec<Named<'a>>) {
    let word = |catalog: &'a String, node: &'a Node| Some(Named { catalog, text: node.text()?, place: node.place() });
    for entry in node.entries() {
        match block.fields.get(&*entry.key).map(|field| &field.field_type) {
            Some(FieldType::Scalar(LeafType { catalog: Some(catalog), .. })) => out.extend(word(catalog, &entry.node)),
            Some(FieldType::Set(LeafType { catalog: Some(catalog), .. })) => {
                out.extend(entry.node.items().iter().filter_map(|item| word(catalog, item)))
            }
            Some(FieldType::Switches(LeafType { catalog: Some(catalog), .. })) => {
                out.extend(entry.node.entries().iter().map(|name| Named {
                    catalog,
                    text: &name.key,
                    place: name.key_place,
                }));
            }
            Some(FieldType::Keyed { item, .. }) => entry.node.items().iter().for_each(|row| gather(row, item, out)),
            Some(FieldType::Block(block)) => gather(&entry.node, block, out),
            Some(FieldType::Scalar(_) | FieldType::Set(_) | FieldType::Switches(_)) | None => {}
        }
    }
}

fn holds(live: &Value, block: &BlockSchema, catalog: &str, text: &str) -> bool {
    block.fields.iter().any(|(name, field)| {
        let value = at(live, name);
        let rows = || value.as_array().into_iter().flatten();
        match &field.field_type {
            FieldType::Scalar(leaf) => leaf.catalog.as_deref() == Some(catalog) && value == text,
            FieldType::Set(leaf) => leaf.catalog.as_deref() == Some(catalog) && rows().any(|item| item == text),
            FieldType::Switches(leaf) => leaf.catalog.as_deref() == Some(catalog) && value.get(text).is_some(),
            FieldType::Keyed { item, .. } => rows().any(|row| holds(row, item, catalog, text)),
            FieldType::Block(block) => holds(value, block, catalog, text),
        }
    })
}
