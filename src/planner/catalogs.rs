//! Values the vendor publishes a list of: a new one that is not on it is refused before anything is sent.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::diagnostic::did_you_mean;
use crate::model::shape::{Block, Form, Leaf};
use crate::model::value::at;
use crate::model::{Desired, Diagnostic, Diagnostics, Node, Shape};

/// Checks every value of an account that has a catalog: an error if it would be new to the account, else a warning.
pub fn check(desired: &Desired, shape: &Shape, live: Option<&Value>, catalogs: &BTreeMap<&'static str, BTreeSet<String>>, out: &mut Diagnostics) {
    let mut named = Vec::new();
    gather(&desired.node, &shape.block, &mut named);
    for (catalog, node) in named {
        let (Some(known), Some(text)) = (catalogs.get(catalog), node.text()) else { continue };
        if known.contains(text) {
            continue;
        }
        let held = live.is_some_and(|live| holds(live, &shape.block, catalog, text));
        // One place may serve many accounts: it is said once, and as an error if it is one for any of them.
        match out.iter().position(|said| said.place == Some(node.place())) {
            Some(said) if out[said].is_error() || held => continue,
            Some(said) => drop(out.remove(said)),
            None => {}
        }
        let guess = did_you_mean(text, known.iter().map(String::as_str));
        let title = format!("`{text}` is not one of {}'s {catalog}", desired.key.provider);
        let found = if held { Diagnostic::warning(node.place(), title) } else { Diagnostic::error(node.place(), title) };
        let label = if held { "the account holds it already" } else { "the vendor would refuse it" };
        out.push(found.label(label).help(guess.unwrap_or_else(|| format!("the vendor publishes {} {catalog}; this is none of them", known.len()))));
    }
}

fn gather<'a>(node: &'a Node, block: &'a Block, out: &mut Vec<(&'a str, &'a Node)>) {
    for entry in node.entries() {
        match block.fields.get(&*entry.key).map(|field| &field.form) {
            Some(Form::Scalar(Leaf { catalog: Some(catalog), .. })) => out.push((catalog, &entry.node)),
            Some(Form::Set(Leaf { catalog: Some(catalog), .. })) => out.extend(entry.node.items().iter().map(|item| (catalog.as_str(), item))),
            Some(Form::Keyed { item, .. }) => entry.node.items().iter().for_each(|row| gather(row, item, out)),
            Some(Form::Block(block)) => gather(&entry.node, block, out),
            Some(Form::Scalar(_) | Form::Set(_)) | None => {}
        }
    }
}

fn holds(live: &Value, block: &Block, catalog: &str, text: &str) -> bool {
    block.fields.iter().any(|(name, field)| {
        let value = at(live, name);
        let rows = || value.as_array().into_iter().flatten();
        match &field.form {
            Form::Scalar(leaf) => leaf.catalog.as_deref() == Some(catalog) && value == text,
            Form::Set(leaf) => leaf.catalog.as_deref() == Some(catalog) && rows().any(|item| item == text),
            Form::Keyed { item, .. } => rows().any(|row| holds(row, item, catalog, text)),
            Form::Block(block) => holds(value, block, catalog, text),
        }
    })
}
