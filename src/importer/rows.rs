//! Which live rows become new entries, which are declared already, and which are left out.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::known::{self, Standing};
use super::{Question, variable};
use crate::model::value::Leaves;
use crate::model::{Desired, DesiredState, Key, Observed};
use crate::planner::import::{Draft, live};
use crate::planner::{Reading, comparable};
use crate::providers::{self, Provider};

/// Rows, sorted.
pub struct Rows<'a> {
    /// What nobody declares, by account.
    pub drafts: Vec<Draft>,
    /// What is declared and was asked for by name, with its row.
    pub declared: Vec<(Arc<Desired>, &'a Observed)>,
    /// What is left out, and why.
    pub left: Vec<String>,
}

/// Sorts every row of every reading.
pub fn sort<'a>(question: &Question<'a>) -> Rows<'a> {
    let mut rows = Rows { drafts: Vec::new(), declared: Vec::new(), left: Vec::new() };
    let mut drafts = BTreeMap::<String, Draft>::new();
    let read = || question.readings.values().filter_map(|reading| reading.result.as_ref().ok());
    rows.left.extend(read().flat_map(|found| &found.unreadable).map(|(key, error)| format!("{key}: {error}")));
    for (row, standing) in known::rows(&question.loaded.desired, question.readings, question.only) {
        match standing {
            Standing::Declared(desired) if question.only.is_some() => match own_row(question, desired) {
                Some(row) if row.key == desired.key => rows.declared.push((desired.clone(), row)),
                Some(row) => rows.left.push(format!("{}: it is live as {}", desired.key, row.key.name)),
                None => {}
            },
            Standing::Declared(_) | Standing::Removed => {}
            Standing::LeftOut(why) => rows.left.push(format!("{}: {why}", row.key)),
            Standing::New => match draft(row) {
                Ok(new) => rows.left.extend(join(drafts.entry(new.identity().to_owned()), new)),
                Err(why) => rows.left.push(format!("{}: {why}", row.key)),
            },
        }
    }
    rows.drafts = drafts.into_values().collect();
    for draft in rows.drafts.iter_mut().filter(|draft| draft.partition.is_empty()) {
        draft.partition = "aws".to_owned();
    }
    rows.left.extend(gone(question));
    rows
}

/// Rows that would become new entries.
pub fn fresh(desired: &DesiredState, readings: &BTreeMap<&'static str, Reading>, only: Option<&BTreeSet<String>>) -> BTreeSet<Key> {
    let new = known::rows(desired, readings, only).into_iter().filter(|(_, standing)| matches!(standing, Standing::New));
    new.map(|(row, _)| row.key.clone()).collect()
}

/// The row of an entry as its own provider lists it.
fn own_row<'a>(question: &Question<'a>, desired: &Desired) -> Option<&'a Observed> {
    let found = question.readings.get(desired.key.provider)?.result.as_ref().ok()?;
    desired.keys().find_map(|key| found.rows.get(&key))
}

/// Accounts that were asked for by name and are declared, but not live.
fn gone(question: &Question<'_>) -> Vec<String> {
    let named = |desired: &&Arc<Desired>| {
        let names = || desired.keys().map(|key| key.name).chain(desired.account.clone());
        question.only.is_some_and(|only| names().any(|name| only.contains(&name)))
    };
    let gone = question.loaded.desired.entries.values().filter(named).filter(|desired| own_row(question, desired).is_none());
    gone.map(|desired| format!("{}: it is declared, but not live", desired.key)).collect()
}

/// One row as a draft of its account.
fn draft(row: &Observed) -> Result<Draft, String> {
    let unknown = || "nothing is known of its form".to_owned();
    let provider = providers::named(row.key.provider).ok_or_else(unknown)?;
    let shape = provider.shape(row.key.kind);
    let live = comparable(row, shape).map_err(|error| error.to_string())?;
    let account = row.account.clone();
    let identity = account.clone().unwrap_or_else(|| row.key.name.clone());
    let live::Read { leaves, notes } = live::read(&shape.block, &live, &|field| variable(provider.name(), field, &identity));
    let place = std::iter::once(&provider.name()).chain(provider.below(row.key.kind)).copied().collect::<Vec<_>>().join(".");
    Ok(Draft {
        account,
        partition: provider.partition(row, &live).unwrap_or_default(),
        name: None,
        blocks: BTreeMap::from([(provider.name(), written(provider, row, leaves))]),
        keys: BTreeSet::from([row.key.clone()]),
        notes: notes.into_iter().map(|note| format!("{place}.{note}")).collect(),
    })
}

/// The fields of a row, where an entry has them.
pub fn written(provider: &dyn Provider, row: &Observed, leaves: Leaves) -> Leaves {
    let below = provider.below(row.key.kind).iter().map(|name| (*name).to_owned());
    let below: Vec<String> = below.collect();
    provider.written(row, leaves.into_iter().map(|(path, value)| ([below.as_slice(), path.as_slice()].concat(), value)).collect())
}

/// Puts a row's draft together with what its account has already. Says what had to be left out.
fn join(known: Entry<'_, String, Draft>, new: Draft) -> Option<String> {
    let known = match known {
        Entry::Vacant(vacant) => {
            vacant.insert(new);
            return None;
        }
        Entry::Occupied(known) => known.into_mut(),
    };
    let like_it = |key: &Key| known.keys.iter().find(|other| other.provider == key.provider && other.kind == key.kind);
    let keys = || new.keys.iter().map(Key::to_string).collect::<Vec<_>>().join(", ");
    if let Some(other) = new.keys.iter().find_map(like_it) {
        return Some(format!("{}: its account has another row there, {}, and an entry is about one", keys(), other.name));
    }
    let tells = |draft: &Draft| !draft.partition.is_empty();
    if tells(&new) && tells(known) && new.partition != known.partition {
        return Some(format!("{}: it is in partition {}, and its account in {}", keys(), new.partition, known.partition));
    }
    if tells(&new) {
        known.partition = new.partition;
    }
    new.blocks.into_iter().for_each(|(provider, leaves)| known.blocks.entry(provider).or_default().extend(leaves));
    known.keys.extend(new.keys);
    known.notes.extend(new.notes);
    None
}
