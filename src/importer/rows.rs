//! Which live rows become new entries, which are declared already, and which are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::{Question, adopted, backend, variable};
use crate::model::value::at;
use crate::model::{Desired, Key, Observed};
use crate::planner::comparable;
use crate::planner::import::{Draft, Leaves, live};
use crate::providers;

/// Rows, sorted.
pub struct Rows<'a> {
    /// What nobody declares, by account.
    pub drafts: Vec<Draft>,
    /// What is declared and was asked for by name, with its row.
    pub declared: Vec<(Arc<Desired>, &'a Observed)>,
    /// What is left out, and why.
    pub left: Vec<String>,
}

/// Sorts every row of every reading. Of providers with one backend, the first one's rows count.
pub fn sort<'a>(question: &Question<'a>) -> Rows<'a> {
    let mut rows = Rows { drafts: Vec::new(), declared: Vec::new(), left: Vec::new() };
    let mut drafts = BTreeMap::<String, Draft>::new();
    let mut taken = BTreeSet::new();
    let in_order = providers::ALL.iter().filter_map(|provider| Some((provider.name(), question.readings.get(provider.name())?)));
    for (provider, reading) in in_order {
        let Ok(observation) = &reading.result else { continue };
        rows.left.extend(observation.unreadable.iter().map(|(key, error)| format!("{key}: {error}")));
        for row in observation.rows.values().filter(|row| selected(question, row)) {
            if !taken.insert((reading.backend, row.key.kind, row.key.name.clone())) {
                continue;
            }
            match standing(question, row) {
                Standing::Declared(desired) if question.only.is_some() => {
                    let own = question.readings.get(desired.key.provider).and_then(|reading| reading.result.as_ref().ok()?.rows.get(&desired.key));
                    rows.declared.extend(own.map(|row| (desired, row)));
                }
                Standing::Declared(_) | Standing::Removed => {}
                Standing::LeftOut(why) => rows.left.push(format!("{}: {why}", row.key)),
                Standing::New => match draft(provider, row) {
                    Ok(mut new) => {
                        question.adopted.iter().for_each(|managed| adopted::keep(&mut new, managed));
                        let known = drafts.entry(new.identity().to_owned());
                        rows.left.extend(join(known, new));
                    }
                    Err(why) => rows.left.push(format!("{}: {why}", row.key)),
                },
            }
        }
    }
    rows.drafts = drafts.into_values().collect();
    rows.left.extend(gone(question));
    rows
}

/// Accounts that were asked for by name and are declared, but not live.
fn gone(question: &Question<'_>) -> Vec<String> {
    let live = |key: &Key| {
        question.readings.get(key.provider).and_then(|reading| reading.result.as_ref().ok()).is_some_and(|found| found.rows.contains_key(key))
    };
    let named = |desired: &&Arc<Desired>| {
        question.only.is_some_and(|only| desired.account.as_ref().is_some_and(|id| only.contains(id)) || only.contains(&desired.key.name))
    };
    let gone = question.loaded.desired.entries.values().filter(named).filter(|desired| !live(&desired.key));
    gone.map(|desired| format!("{}: it is declared, but not live", desired.key)).collect()
}

enum Standing {
    New,
    Declared(Arc<Desired>),
    Removed,
    LeftOut(String),
}

fn selected(question: &Question<'_>, row: &Observed) -> bool {
    let named = |only: &BTreeSet<String>| only.contains(&row.key.name) || row.account.as_ref().is_some_and(|account| only.contains(account));
    question.only.is_none_or(named) && question.adopted.is_none_or(|managed| managed.contains_key(&row.key))
}

/// How the config stands to a row.
fn standing(question: &Question<'_>, row: &Observed) -> Standing {
    let desired = &question.loaded.desired;
    let backend = backend(row.key.provider);
    let same = providers::ALL.iter().filter(|provider| Some(provider.backend()) == backend);
    let declared = same.clone().find_map(|provider| desired.entries.get(&Key { provider: provider.name(), ..row.key.clone() }));
    if let Some(declared) = declared {
        return Standing::Declared(declared.clone());
    }
    let buried = desired.tombstones.iter().any(|tombstone| {
        let its = tombstone.identity() == row.key.name || row.account.as_deref() == Some(tombstone.identity());
        its && same.clone().any(|provider| tombstone.speaks_of(provider.name()))
    });
    let named = desired.named.contains(&row.key.name) || row.account.as_ref().is_some_and(|account| desired.named.contains(account));
    match row.foreign {
        _ if buried => Standing::Removed,
        Some(why) => Standing::LeftOut(format!("it cannot be changed from here: {why}")),
        None if named => {
            Standing::LeftOut(format!("its account has an entry already; to manage it here too, put a `{}:` block there", row.key.provider))
        }
        None => Standing::New,
    }
}

/// One row as a draft of its account.
fn draft(provider: &'static str, row: &Observed) -> Result<Draft, String> {
    let shape = super::shape(&row.key).ok_or_else(|| "nothing is known of its form".to_owned())?;
    let live = comparable(row, shape).map_err(|error| error.to_string())?;
    let account = row.account.clone();
    let identity = account.clone().unwrap_or_else(|| row.key.name.clone());
    let live::Read { leaves, notes } = live::read(&shape.block, &live, &|field| variable(provider, field, &identity));
    Ok(Draft {
        account,
        partition: partition(&live),
        name: None,
        blocks: BTreeMap::from([(provider, leaves)]),
        keys: BTreeSet::from([row.key.clone()]),
        notes: notes.into_iter().map(|note| format!("{provider}.{note}")).collect(),
    })
}

/// The partition, where the vendor lists it under the name that all use.
fn partition(live: &Value) -> String {
    at(live, "aws_partition").as_str().filter(|name| !name.is_empty()).unwrap_or("aws").to_owned()
}

/// Puts a row's draft together with what its account has already. Says what had to be left out.
fn join(known: std::collections::btree_map::Entry<'_, String, Draft>, new: Draft) -> Option<String> {
    use std::collections::btree_map::Entry;
    match known {
        Entry::Vacant(vacant) => drop(vacant.insert(new)),
        Entry::Occupied(mut known) => {
            let known = known.get_mut();
            let overlaps = |(provider, leaves): (&&'static str, &Leaves)| {
                known.blocks.get(provider).is_some_and(|others| leaves.keys().any(|path| others.contains_key(path)))
            };
            if new.partition != known.partition || new.blocks.iter().any(overlaps) {
                let keys: Vec<String> = new.keys.iter().map(Key::to_string).collect();
                return Some(format!("{}: its account has another row there, and one entry cannot say both", keys.join(", ")));
            }
            new.blocks.into_iter().for_each(|(provider, leaves)| known.blocks.entry(provider).or_default().extend(leaves));
            known.keys.extend(new.keys);
            known.notes.extend(new.notes);
        }
    }
    None
}
