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
        Op::Delete { .. } => return None,
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
    let common = common.into_iter().map(|change| FieldChange { change: generalised(&change.change, first), ..change.clone() }).collect();
    Block { common, differing: differing.into_iter().map(|change| change.path.clone()).collect(), actions }
}

fn generalised(change: &Change, action: &Action) -> Change {
    let Some(account) = action.account.as_deref().filter(|account| account.len() == 12) else { return change.clone() };
    let general = |value: &Value| generalised_value(value, account);
    match change {
        Change::Set { before, after } => Change::Set { before: general(before), after: general(after) },
        Change::Elements { before, after } => {
            Change::Elements { before: before.iter().map(general).collect(), after: after.iter().map(general).collect() }
        }
        Change::Secret { env } => Change::Secret { env: env.clone() },
    }
}

fn generalised_value(value: &Value, account: &str) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace(account, "${aws_account_id}")),
        Value::Array(items) => items.iter().map(|item| generalised_value(item, account)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), generalised_value(value, account))).collect(),
        other => other.clone(),
    }
}
