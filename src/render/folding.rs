//! Look-alikes folded into one block, so that a fleet of 300 stays readable.
//!
//! Updates fold when they make the same change; creates fold when they set the same fields, and what differs is listed
//! per account. An account's own id inside a value counts as `${aws_account_id}`. Deletes never fold.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fields::without;
use crate::model::effect::Effect;
use crate::model::{Action, Change, FieldChange, Key, Op, OutputRef, Path, Source};

/// What can be shown as one block with others like it.
pub trait Foldable {
    /// Blocks of a lower rank are read first, and only what has the same rank is alike.
    fn rank(&self) -> u8;
    /// What others must have in common with it; nothing for what is always shown by itself.
    fn likeness(&self) -> Option<Likeness>;
    /// What else must be the same of those shown as one, in words.
    fn distinction(&self) -> String {
        String::new()
    }
    /// Which row it is about.
    fn row(&self) -> FoldedRow<'_>;
    /// The field changes.
    fn changes(&self) -> impl Iterator<Item = &FieldChange>;

    /// Which row.
    fn key(&self) -> &Key {
        self.row().key
    }
    /// Its name, for people.
    fn name(&self) -> Option<&str> {
        self.row().name
    }
    /// The AWS account, where known.
    fn account(&self) -> Option<&str> {
        self.row().account
    }
    /// Where the config speaks of it, if it does.
    fn source(&self) -> Option<&Source> {
        self.row().source
    }
}

/// A row of a block: what it is, and where the config speaks of it, if it does.
pub struct FoldedRow<'a> {
    key: &'a Key,
    name: Option<&'a str>,
    account: Option<&'a str>,
    source: Option<&'a Source>,
}

impl<'a> FoldedRow<'a> {
    /// A row as actions, drift and rows that are not written know it.
    pub fn new(
        key: &'a Key,
        name: &'a Option<String>,
        account: &'a Option<String>,
        source: Option<&'a Source>,
    ) -> Self {
        FoldedRow { key, name: name.as_deref(), account: account.as_deref(), source }
    }
}

/// What look-alikes have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// The same changes.
    Values,
    /// The same fields, whatever their values.
    Fields,
}

impl Foldable for Action {
    /// Deletes, updates that stop collection, those that collect more, other updates, creates that cost, other creates.
    fn rank(&self) -> u8 {
        match &self.op {
            Op::Delete { .. } => 0,
            Op::Update { .. } if self.is_disruptive() => 1,
            Op::Update { .. } if self.is_costly() => 2,
            Op::Update { .. } => 3,
            Op::Create { .. } if self.is_costly() => 4,
            Op::Create { .. } => 5,
        }
    }

    fn likeness(&self) -> Option<Likeness> {
        match &self.op {
            Op::Delete { .. } | Op::Create { recovers: Some(_), .. } => None,
            Op::Update { .. } => Some(Likeness::Values),
            Op::Create { recovers: None, .. } => Some(Likeness::Fields),
        }
    }

    fn row(&self) -> FoldedRow<'_> {
        FoldedRow::new(&self.key, &self.name, &self.account, Some(&self.source))
    }

    fn changes(&self) -> impl Iterator<Item = &FieldChange> {
        Action::changes(self)
    }
}

/// Look-alikes shown as one block.
pub struct Block<'a, T = Action> {
    /// In their own order; never empty.
    pub actions: Vec<&'a T>,
    /// Changes that all of them make, with ids spelled `${aws_account_id}` where there are several.
    pub common: Vec<FieldChange>,
    /// Fields in which they differ; only those alike by their fields have some.
    pub differing: Vec<Path>,
}

impl<T: Foldable> Block<'_, T> {
    /// The place beside which a common change is shown, so that what it shares with it need not be said. Where the
    /// accounts stand in several files, it shares no file with all of them.
    pub fn near(&self, change: &FieldChange) -> Option<Source> {
        let first = self.actions.first()?.source()?;
        let one_file = self.actions.iter().all(|other| other.source().is_some_and(|source| source.file == first.file));
        let in_file = one_file || change.source.layer.is_none();
        Some(if in_file { first.clone() } else { Source { file: "".into(), ..first.clone() } })
    }
}

/// Blocks in the order they are read: by rank, then by AWS account.
pub fn fold<T: Foldable>(actions: &[T]) -> Vec<Block<'_, T>> {
    let mut groups: BTreeMap<(u8, usize), Vec<&T>> = BTreeMap::new();
    let mut first_alike: BTreeMap<String, (u8, usize)> = BTreeMap::new();
    let mut sorted: Vec<&T> = actions.iter().collect();
    sorted.sort_by(|a, b| a.key().by_account().cmp(&b.key().by_account()));
    for (index, action) in sorted.into_iter().enumerate() {
        let slot = match alike(action) {
            Some(words) => *first_alike.entry(words).or_insert((action.rank(), index)),
            None => (action.rank(), index),
        };
        groups.entry(slot).or_default().push(action);
    }
    groups.into_values().map(block).collect()
}

/// What two must have in common to be shown as one; nothing for what is always shown by itself.
fn alike<T: Foldable>(action: &T) -> Option<String> {
    let words: Vec<String> = match action.likeness()? {
        Likeness::Values => action.changes().map(|change| format!("{:?}", general(change, action))).collect(),
        Likeness::Fields => action.changes().map(|change| change.path.to_string()).collect(),
    };
    let Key { provider, kind, name: _ } = action.key();
    Some(format!("{provider} {kind} {} {}\n{}", action.rank(), action.distinction(), words.join("\n")))
}

/// The change with `${aws_account_id}` where the account's own id is.
pub fn generally<T: Foldable>(change: &FieldChange, action: &T) -> Change {
    spelled(generalised(&change.change, action))
}

/// The change without what is the account's own: its id, and where its entry stands.
fn general<T: Foldable>(change: &FieldChange, action: &T) -> (String, Change, Effect) {
    (change.path.to_string(), generalised(&change.change, action), change.effect)
}

fn block<T: Foldable>(actions: Vec<&T>) -> Block<'_, T> {
    let &[first, ref others @ ..] = &actions[..] else {
        return Block { actions, common: Vec::new(), differing: Vec::new() };
    };
    if others.is_empty() {
        return Block { common: first.changes().cloned().collect(), differing: Vec::new(), actions };
    }
    let shared = |change: &&FieldChange| {
        let mine = general(change, first);
        others
            .iter()
            .all(|&other| other.changes().any(|theirs| theirs.path == change.path && general(theirs, other) == mine))
    };
    let (common, differing): (Vec<_>, Vec<_>) = first.changes().partition(shared);
    // A place is only named where all of them were written there.
    let one_origin = |change: &FieldChange| {
        others.iter().all(|other| {
            other.changes().any(|theirs| {
                theirs.path == change.path
                    && theirs.source == change.source
                    && theirs.element_sources == change.element_sources
            })
        })
    };
    let common = common.into_iter().map(|change| FieldChange {
        change: spelled(generalised(&change.change, first)),
        source: first.source().filter(|_| !one_origin(change)).unwrap_or(&change.source).clone(),
        element_sources: if one_origin(change) { change.element_sources.clone() } else { Vec::new() },
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

fn generalised<T: Foldable>(change: &Change, action: &T) -> Change {
    let change = shown(change);
    match action.account().filter(|account| account.len() == 12) {
        Some(account) => replaced(&change, account, OWN_ID),
        None => change,
    }
}

/// What is shown of a change: of a list, what goes and what is new. Lists that stay otherwise different are the same
/// change.
fn shown(change: &Change) -> Change {
    match change {
        // What stays may read like what goes, and decides how that is written.
        Change::Elements { before, after } if !before.iter().chain(after).all(Value::is_string) => change.clone(),
        Change::Elements { before, after } => {
            Change::Elements { before: without(before, after), after: without(after, before) }
        }
        Change::Set { .. } | Change::Output { .. } | Change::Secret { .. } => change.clone(),
    }
}

fn replaced(change: &Change, from: &str, to: &str) -> Change {
    let all = |values: &[Value]| values.iter().map(|value| replaced_value(value, from, to)).collect();
    match change {
        Change::Set { before, after } => {
            Change::Set { before: replaced_value(before, from, to), after: replaced_value(after, from, to) }
        }
        Change::Elements { before, after } => Change::Elements { before: all(before), after: all(after) },
        Change::Output { before, from: OutputRef { of, output }, after } => Change::Output {
            before: replaced_value(before, from, to),
            from: OutputRef { of: Key { name: of.name.replace(from, to), ..of.clone() }, output },
            after: after.as_ref().map(|after| replaced_value(after, from, to)),
        },
        Change::Secret { env } => Change::Secret { env: env.clone() },
    }
}

fn replaced_value(value: &Value, from: &str, to: &str) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace(from, to)),
        Value::Array(items) => items.iter().map(|item| replaced_value(item, from, to)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), replaced_value(value, from, to))).collect()
        }
        other => other.clone(),
    }
}
