//! Look-alike actions folded into one block, so that a fleet of 300 stays readable.
//!
//! Updates fold when they make the same change; creates fold when they set the same fields, and what differs is listed per
//! account. An account's own id inside a value counts as `${aws_account_id}`. Deletes never fold.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::{Action, Change, FieldChange, Op, Path};

/// Actions shown as one block.
pub struct Block<'a> {
    /// In the plan's order; never empty.
    pub actions: Vec<&'a Action>,
    /// Changes that all of them make, with ids spelled `${aws_account_id}` where there are several.
    pub common: Vec<FieldChange>,
    /// Fields in which they differ; only creates have some.
    pub differing: Vec<Path>,
}

/// Blocks in the order they are read: deletes, updates that stop collection, other updates, creates.
pub fn fold(actions: &[Action]) -> Vec<Block<'_>> {
    let mut groups: BTreeMap<(u8, usize), Vec<&Action>> = BTreeMap::new();
    let mut first_alike: BTreeMap<String, (u8, usize)> = BTreeMap::new();
    for (index, action) in actions.iter().enumerate() {
        let slot = match likeness(action) {
            Some(likeness) => *first_alike.entry(likeness).or_insert((rank(action), index)),
            None => (rank(action), index),
        };
        groups.entry(slot).or_default().push(action);
    }
    groups.into_values().map(block).collect()
}

fn rank(action: &Action) -> u8 {
    match &action.op {
        Op::Delete { .. } => 0,
        Op::Update { changes, .. } if changes.any_removal() => 1,
        Op::Update { .. } => 2,
        Op::Create { .. } => 3,
    }
}

/// What two actions must have in common to be shown as one; nothing for what is always shown by itself.
fn likeness(action: &Action) -> Option<String> {
    let words: Vec<String> = match &action.op {
        Op::Delete { .. } | Op::Create { recovers: Some(_), .. } => return None,
        Op::Update { changes, .. } => changes.iter().map(|change| format!("{:?}", general(change, action))).collect(),
        Op::Create { changes, .. } => changes.iter().map(|change| change.path.to_string()).collect(),
    };
    Some(format!("{} {} {} {}", action.key.provider, action.key.kind, rank(action), words.join("\n")))
}

/// The change without what is the account's own: its id, and where its entry stands.
fn general(change: &FieldChange, action: &Action) -> (String, Change, bool) {
    (change.path.to_string(), generalised(&change.change, action), change.removal)
}

fn block(actions: Vec<&Action>) -> Block<'_> {
    let [first, others @ ..] = &actions[..] else { return Block { actions, common: Vec::new(), differing: Vec::new() } };
    if others.is_empty() {
        return Block { common: first.changes().cloned().collect(), differing: Vec::new(), actions };
    }
    let shared = |change: &&FieldChange| {
        let mine = general(change, first);
        others.iter().all(|other| other.changes().any(|theirs| theirs.path == change.path && general(theirs, other) == mine))
    };
    let (common, differing): (Vec<_>, Vec<_>) = first.changes().partition(shared);
    // A place is only named where all of them were written there.
    let one_origin =
        |change: &FieldChange| others.iter().all(|other| other.changes().any(|theirs| theirs.path == change.path && theirs.source == change.source));
    let common = common.into_iter().map(|change| FieldChange {
        change: spelled(generalised(&change.change, first)),
        source: if one_origin(change) { change.source.clone() } else { first.source.clone() },
        ..change.clone()
    });
    let common = common.collect();
    Block { common, differing: differing.into_iter().map(|change| change.path.clone()).collect(), actions }
}

/// Stands for an account's own id while actions are compared: no config can hold it by accident.
const OWN_ID: &str = "\u{e000}";

/// The change with `${aws_account_id}` where the account's own id was.
fn spelled(change: Change) -> Change {
    replaced(&change, OWN_ID, "${aws_account_id}")
}

fn generalised(change: &Change, action: &Action) -> Change {
    match action.account.as_deref().filter(|account| account.len() == 12) {
        Some(account) => replaced(change, account, OWN_ID),
        None => change.clone(),
    }
}

fn replaced(change: &Change, from: &str, to: &str) -> Change {
    let all = |values: &[Value]| values.iter().map(|value| replaced_value(value, from, to)).collect();
    match change {
        Change::Set { before, after } => Change::Set { before: replaced_value(before, from, to), after: replaced_value(after, from, to) },
        Change::Elements { before, after } => Change::Elements { before: all(before), after: all(after) },
        Change::Secret { env } => Change::Secret { env: env.clone() },
    }
}

fn replaced_value(value: &Value, from: &str, to: &str) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace(from, to)),
        Value::Array(items) => items.iter().map(|item| replaced_value(item, from, to)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), replaced_value(value, from, to))).collect(),
        other => other.clone(),
    }
}
