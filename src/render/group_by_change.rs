//! Many updates, or differences, by what they change: which field, from what to what, in how many accounts. An account's
//! own id counts as `${aws_account_id}`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::folding::{Foldable, generally};
use crate::model::{Action, Change, FieldChange, Key, Op, Source};

/// More blocks of updates than this are more than a screen.
pub const MORE_THAN_A_SCREEN: usize = 12;
/// Changes of one field that have a row of their own.
const OWN_ROWS: usize = 4;

/// Accounts in which one field changes.
pub struct Changed<'a, T = Action> {
    /// The change; where there are several, one of them.
    pub change: FieldChange,
    /// How many different changes it stands for.
    pub distinct: usize,
    /// In which accounts, sorted by account.
    pub actions: Vec<&'a T>,
    /// Where it is written, without repetition.
    pub places: Vec<Source>,
    known: BTreeSet<(Arc<str>, usize)>,
}

/// How early it is read, provider and kind of its rows, and its path.
type Field = (u8, &'static str, &'static str, String);

/// The updates among some actions, by what they change.
pub fn updates_by_change<'a>(actions: impl IntoIterator<Item = &'a Action>) -> Vec<Changed<'a>> {
    by_change(actions.into_iter().filter(|action| matches!(action.op, Op::Update { .. })))
}

/// Everything that changes, by field; what can disrupt something comes first, then what costs more, then what
/// concerns most accounts.
pub fn by_change<'a, T: Foldable>(items: impl IntoIterator<Item = &'a T>) -> Vec<Changed<'a, T>> {
    let mut fields: BTreeMap<Field, BTreeMap<String, Changed<'a, T>>> = BTreeMap::new();
    for item in items {
        for change in item.changes() {
            let said = generally(change, item);
            let Key { provider, kind, name: _ } = item.key();
            let field = fields.entry((rank(change), provider, kind.name, change.path.to_string()));
            let field = field.or_default();
            let known = field.entry(format!("{said:?}")).or_insert_with(|| new(change, said));
            known.add(item, change);
        }
    }
    let mut rows: Vec<(u8, Changed<'a, T>)> = fields
        .into_iter()
        .flat_map(|((rank, ..), field)| of_field(field).into_iter().map(move |row| (rank, row)))
        .collect();
    rows.sort_by_key(|(rank, row)| (*rank, std::cmp::Reverse(row.actions.len())));
    rows.iter_mut().for_each(|(_, row)| row.actions.sort_by(|a, b| a.key().by_account().cmp(&b.key().by_account())));
    rows.into_iter().map(|(_, row)| row).collect()
}

fn rank(change: &FieldChange) -> u8 {
    match (change.effect.disruption, change.effect.costly) {
        (Some(_), true) => 0,
        (Some(_), false) => 1,
        (None, true) => 2,
        (None, false) => 3,
    }
}

fn new<'a, T>(change: &FieldChange, said: Change) -> Changed<'a, T> {
    Changed {
        change: FieldChange { change: said, ..change.clone() },
        distinct: 1,
        actions: Vec::new(),
        places: Vec::new(),
        known: BTreeSet::new(),
    }
}

/// A row for each of the most frequent changes, and one for all the others.
fn of_field<T: Foldable>(changes: BTreeMap<String, Changed<'_, T>>) -> Vec<Changed<'_, T>> {
    let mut changes: Vec<Changed<'_, T>> = changes.into_values().collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.actions.len()));
    let own = changes.len().min(OWN_ROWS);
    let own = if changes.len() > OWN_ROWS {
        changes[..own].iter().take_while(|change| change.actions.len() > 2).count()
    } else {
        own
    };
    let mut others = changes.split_off(own).into_iter();
    if let Some(mut rest) = others.next() {
        for other in others {
            rest.distinct += other.distinct;
            rest.actions.extend(other.actions);
            other.places.into_iter().for_each(|place| rest.place(place));
        }
        changes.push(rest);
    }
    changes
}

impl<'a, T: Foldable> Changed<'a, T> {
    /// Where layers say it: each place once.
    pub fn layers(&self) -> Vec<&Source> {
        self.places.iter().filter(|place| place.layer.is_some()).collect()
    }

    /// The accounts whose own entries say it.
    pub fn with_own_entries(&self) -> Vec<&'a T> {
        let says = |change: &FieldChange| change.path == self.change.path && change.source.layer.is_none();
        self.actions.iter().copied().filter(|item| item.changes().any(says)).collect()
    }

    fn add(&mut self, item: &'a T, change: &FieldChange) {
        self.actions.push(item);
        self.place(change.source.clone());
    }

    fn place(&mut self, place: Source) {
        if self.known.insert((place.file.clone(), place.line)) {
            self.places.push(place);
        }
    }
}
