//! Many updates by what they change: which field, from what to what, in how many accounts. An account's own id counts
//! as `${aws_account_id}`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::folding::generally;
use crate::model::{Action, Change, FieldChange, Op, Source};

/// More blocks of updates than this are more than a screen.
pub const MORE_THAN_A_SCREEN: usize = 12;
/// Changes of one field that have a row of their own.
const OWN_ROWS: usize = 4;

/// Accounts in which one field changes.
pub struct Changed<'a> {
    /// The change; where there are several, one of them.
    pub change: FieldChange,
    /// How many different changes it stands for.
    pub distinct: usize,
    /// In which accounts, in the plan's order.
    pub actions: Vec<&'a Action>,
    /// Where it is written, without repetition.
    pub places: Vec<Source>,
    known: BTreeSet<(Arc<str>, usize)>,
}

/// All updates of a plan by field; what can disrupt something comes first, then what concerns most accounts.
pub fn by_change<'a>(actions: impl IntoIterator<Item = &'a Action>) -> Vec<Changed<'a>> {
    let mut fields: BTreeMap<(bool, String), BTreeMap<String, Changed<'a>>> = BTreeMap::new();
    for action in actions {
        let Op::Update { .. } = &action.op else { continue };
        for change in action.changes() {
            let said = generally(change, action);
            let field = fields.entry((change.disruption.is_none(), change.path.to_string())).or_default();
            let known = field.entry(format!("{:?}", said)).or_insert_with(|| new(change, said));
            known.add(action, change);
        }
    }
    let mut rows: Vec<(bool, Changed<'a>)> = fields
        .into_iter()
        .flat_map(|((harmless, _), field)| of_field(field).into_iter().map(move |row| (harmless, row)))
        .collect();
    rows.sort_by_key(|(harmless, row)| (*harmless, std::cmp::Reverse(row.actions.len())));
    rows.into_iter().map(|(_, row)| row).collect()
}

fn new<'a>(change: &FieldChange, said: Change) -> Changed<'a> {
    Changed {
        change: FieldChange { change: said, ..change.clone() },
        distinct: 1,
        actions: Vec::new(),
        places: Vec::new(),
        known: BTreeSet::new(),
    }
}

/// A row for each of the most frequent changes, and one for all the others.
fn of_field(changes: BTreeMap<String, Changed<'_>>) -> Vec<Changed<'_>> {
    let mut changes: Vec<Changed<'_>> = changes.into_values().collect();
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

impl<'a> Changed<'a> {
    fn add(&mut self, action: &'a Action, change: &FieldChange) {
        self.actions.push(action);
        self.place(change.source.clone());
    }

    fn place(&mut self, place: Source) {
        if self.known.insert((place.file.clone(), place.line)) {
            self.places.push(place);
        }
    }
}
