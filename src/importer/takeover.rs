//! Of a live account, only what somebody else manages of it: what an import is narrowed to when it takes an account
//! over.
//!
//! The values are always those that are live, so taking over changes nothing. Where the other says something else, that
//! is noted.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::account_draft::{Draft, Leaves};
use super::note::Note;
use super::row_reader;
use crate::model::schema::BlockSchema;
use crate::model::{Key, Node};
use crate::providers;

/// What somebody else manages, by row.
pub type Managed = BTreeMap<Key, ManagedElsewhere>;

/// What somebody else manages of one row.
#[derive(Debug, Clone)]
pub struct ManagedElsewhere {
    /// The block as the provider's YAML spells it.
    pub says: Value,
    /// Who says so, for people.
    pub whose: &'static str,
    /// The account's name, if they have one for it.
    pub name: Option<String>,
}

/// Leaves in a draft what is managed, and notes what is live otherwise than the other says.
pub fn keep(draft: &mut Draft, managed: &Managed) {
    let told = draft.keys.iter().find_map(|key| Some((providers::named(key.provider)?, managed.get(key)?)));
    let Some((provider, told)) = told else { return };
    let Some(leaves) = draft.blocks.get_mut(provider.name()) else { return };
    let said = said(provider.block(), told);
    leaves.retain(|path, _| reaches(&told.says, path));
    for (path, value) in leaves.iter_mut() {
        said.get(path).into_iter().for_each(|said| refer(value, said));
    }
    let known = std::mem::take(&mut draft.notes);
    let notes = differences(leaves, &said).into_iter().filter_map(|(path, live, said)| {
        let field = [&[provider.name().to_owned()], path].concat();
        let is_known = known.iter().any(|note| note.is_about(&field));
        let whose = told.whose;
        (!is_known).then(|| Note::LiveDiffers { field, live: live.cloned(), said: said.cloned(), whose })
    });
    draft.notes = notes.chain(known.iter().cloned()).collect();
}

/// Where somebody else manages something of a declared account, and the config says nothing: paths below the provider's
/// block.
pub fn undeclared(block: &BlockSchema, told: &ManagedElsewhere, declared: &Node) -> Vec<String> {
    let says_nothing = |path: &&Vec<String>| path.iter().try_fold(declared, |node, name| node.get(name)).is_none();
    said(block, told).keys().filter(says_nothing).map(|path| path.join(".")).collect()
}

/// Names that the other has for accounts.
pub fn names(drafts: &mut [Draft], managed: &Managed) {
    let mut named = BTreeSet::new();
    for draft in drafts.iter_mut() {
        if let Some(name) = draft.keys.iter().find_map(|key| managed.get(key)?.name.clone()) {
            named.insert(name.clone());
            draft.name = Some(name);
        }
    }
    let is_named =
        |draft: &Draft| draft.keys.iter().any(|key| managed.get(key).is_some_and(|told| told.name.is_some()));
    for draft in drafts.iter_mut().filter(|draft| !is_named(draft)) {
        draft.name = draft.name.take().filter(|name| !named.contains(name));
    }
}

/// What is live otherwise than it is said: path, live, said.
type Difference<'a> = (&'a [String], Option<&'a Value>, Option<&'a Value>);

fn differences<'a>(live: &'a Leaves, said: &'a Leaves) -> Vec<Difference<'a>> {
    let paths: BTreeSet<&Vec<String>> = live.keys().chain(said.keys()).collect();
    let both = paths.into_iter().map(|path| (path.as_slice(), live.get(path), said.get(path)));
    // What is off for the one is often missing for the other.
    let bare = |value: &Option<&Value>| value.map_or(Value::Bool(false), without_secrets);
    both.filter(|(_, live, said)| bare(live) != bare(said)).collect()
}

fn without_secrets(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let open = fields.iter().filter(|(_, value)| value.get("env").is_none());
            open.map(|(name, value)| (name.clone(), value.clone())).collect::<serde_json::Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

fn said(block: &BlockSchema, told: &ManagedElsewhere) -> Leaves {
    let mut leaves = row_reader::read(block, &told.says, &|_| String::new()).leaves;
    for (path, value) in &mut leaves {
        let own = path.iter().try_fold(&told.says, |value, name| value.get(name));
        own.into_iter().for_each(|own| refer(value, own));
    }
    leaves
}

/// Whether something is said at this path, be it that nothing is there.
fn reaches(says: &Value, path: &[String]) -> bool {
    path.iter().try_fold(says, |value, name| value.get(name)).is_some()
}

/// A secret is known by its reference only: the other's, if it has one, else the one that was made up.
fn refer(value: &mut Value, said: &Value) {
    let Some(fields) = value.as_object_mut() else { return };
    for (name, value) in fields.iter_mut().filter(|(_, value)| value.get("env").is_some()) {
        let reference =
            said.get(name).filter(|said| said.get("env").and_then(Value::as_str).is_some_and(|name| !name.is_empty()));
        reference.into_iter().for_each(|reference| *value = reference.clone());
    }
}
