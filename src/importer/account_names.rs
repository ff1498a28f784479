//! Names for people: what a vendor calls the account, or what its tags tell. Nothing is made up: a name is a value that
//! is there, or two tags' values, and nobody else's.

use std::collections::{BTreeMap, BTreeSet};

use super::account_draft::{Draft, Schemas};
use super::layers::ExistingConfig;
use super::tags::{NAMES, WHAT, WHERE, tags, value};

/// The longest name that is taken from a tag.
const MAX_NAME_LENGTH: usize = 60;

/// By provider, the field that an account's name fills where it is left out.
pub type NameFields = BTreeMap<&'static str, &'static str>;

/// Names every draft that has a name which is nobody else's, and which no account of the config has.
pub fn give(drafts: &mut [Draft], schemas: &Schemas, fields: &NameFields, existing: &ExistingConfig) {
    let candidates: Vec<Vec<String>> = drafts.iter().map(|draft| candidates(draft, schemas, fields)).collect();
    let mut bearers = BTreeMap::<&str, usize>::new();
    for name in candidates.iter().flat_map(|names| names.iter().collect::<BTreeSet<_>>()) {
        *bearers.entry(name).or_default() += 1;
    }
    for (draft, names) in drafts.iter_mut().zip(&candidates) {
        draft.name = names
            .iter()
            .find(|name| bearers.get(name.as_str()) == Some(&1) && !existing.names.contains(*name))
            .cloned();
        fields.iter().for_each(|(provider, field)| drop_name_field(draft, provider, field, existing));
    }
}

/// A field that the name fills need not be said; and an account in which it holds nothing gets no name, which would
/// fill it.
fn drop_name_field(draft: &mut Draft, provider: &str, field: &str, existing: &ExistingConfig) {
    let Some(leaves) = draft.blocks.get_mut(provider) else { return };
    let path = vec![field.to_owned()];
    let layers = std::iter::once(&existing.defaults).chain(existing.profiles.values());
    let is_said_below = layers.filter_map(|layer| layer.blocks.get(provider)).any(|block| block.get(field).is_some());
    match leaves.get(&path) {
        None => draft.name = None,
        Some(held) if !is_said_below && held.as_str() == draft.name.as_deref() => drop(leaves.remove(&path)),
        Some(_) => {}
    }
}

/// What an account may be called, the best first.
fn candidates(draft: &Draft, schemas: &Schemas, fields: &NameFields) -> Vec<String> {
    let by_vendor = fields
        .iter()
        .filter_map(|(provider, field)| draft.blocks.get(provider)?.get([(*field).to_owned()].as_slice())?.as_str());
    let by_vendor =
        by_vendor.filter(|name| name.trim() == *name && !name.contains("${") && !name.chars().any(char::is_control));
    let tags = &tags(draft, schemas);
    let named = NAMES.iter().filter_map(|key| value(tags, key)).map(str::to_owned);
    let place = WHERE.iter().find_map(|key| value(tags, key));
    let joined = WHAT.iter().filter_map(|key| Some(format!("{}-{}", value(tags, key)?, place?)));
    by_vendor.map(str::to_owned).chain(named).chain(joined).filter(|name| name.len() <= MAX_NAME_LENGTH).collect()
}
