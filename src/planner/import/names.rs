//! Names for people, out of the tags that tell them. Nothing is made up: a name is a tag's value, or two of them, and nobody else's.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Draft, Schemas};
use crate::model::shape::Form;

/// Tags whose value is an account's name.
const NAMES: &[&str] = &["aws_account_name", "account_name", "account-name", "account_alias", "account-alias", "account", "name"];
/// Tags that say what runs in an account.
const WHAT: &[&str] = &["service", "app", "application", "project", "team"];
/// Tags that say for whom.
const WHERE: &[&str] = &["env", "environment", "stage"];
/// The longest name that is taken from a tag.
const LONGEST: usize = 60;

/// Names every draft whose tags tell a name that is nobody else's. `taken` are names of accounts that are declared already.
pub fn give(drafts: &mut [Draft], schemas: &Schemas, taken: &BTreeSet<String>) {
    let candidates: Vec<Vec<String>> = drafts.iter().map(|draft| candidates(&tags(draft, schemas))).collect();
    let mut bearers = BTreeMap::<&str, usize>::new();
    for name in candidates.iter().flat_map(|names| names.iter().collect::<BTreeSet<_>>()) {
        *bearers.entry(name).or_default() += 1;
    }
    for (draft, names) in drafts.iter_mut().zip(&candidates) {
        draft.name = names.iter().find(|name| bearers.get(name.as_str()) == Some(&1) && !taken.contains(*name)).cloned();
    }
}

/// The tags of an account, `key:value`, wherever a block has them.
pub fn tags<'a>(draft: &'a Draft, schemas: &Schemas) -> Vec<&'a str> {
    let mut tags = Vec::new();
    for (provider, leaves) in &draft.blocks {
        let Some(block) = schemas.get(provider) else { continue };
        let is_tags = |name: &str| match block.fields.get(name).map(|field| &field.form) {
            Some(Form::Set(leaf)) => leaf.format.as_deref() == Some("tag"),
            _ => false,
        };
        let lists = leaves.iter().filter(|(path, _)| matches!(&path[..], [only] if is_tags(only)));
        tags.extend(lists.flat_map(|(_, value)| value.as_array().into_iter().flatten()).filter_map(Value::as_str));
    }
    tags
}

/// What an account may be called, the best first.
fn candidates(tags: &[&str]) -> Vec<String> {
    let named = NAMES.iter().filter_map(|key| value(tags, key)).map(str::to_owned);
    let place = WHERE.iter().find_map(|key| value(tags, key));
    let joined = WHAT.iter().filter_map(|key| Some(format!("{}-{}", value(tags, key)?, place?)));
    named.chain(joined).filter(|name| name.len() <= LONGEST).collect()
}

/// The one value of a tag, if it can be part of a name.
fn value<'a>(tags: &[&'a str], key: &str) -> Option<&'a str> {
    let mut values = tags.iter().filter_map(|tag| tag.strip_prefix(key)?.strip_prefix(':'));
    let only = values.next().filter(|_| values.next().is_none())?;
    let legal = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let tells = only.starts_with(char::is_alphanumeric) && only.chars().all(legal) && only.chars().any(char::is_alphabetic);
    tells.then_some(only)
}
