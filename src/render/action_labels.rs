//! What is said beside each action of a plan for a terminal: how its row is named, and whether a change brings it.

use std::collections::{BTreeMap, BTreeSet};

use super::escape_untrusted::escaped_line;
use super::text_parts::named;
use crate::model::base_comparison::Origin;
use crate::model::{Action, ActionId, BaseComparison, Path, Plan, ResourceNames};

/// What is said of each action of a plan besides what it does: how it is named, and where it comes from.
pub struct ActionLabels<'a> {
    names: &'a ResourceNames,
    origins: BTreeMap<ActionId, Origin>,
}

impl<'a> ActionLabels<'a> {
    /// No origins, if nothing is compared.
    pub fn of(plan: &'a Plan, comparison: Option<&BaseComparison>) -> Self {
        let origins = comparison.map_or(&[][..], |comparison| &comparison.origins);
        let origins = plan.actions.iter().map(Action::id).zip(origins.iter().cloned()).collect();
        ActionLabels { names: &plan.names, origins }
    }

    /// The resource, and what people call it.
    pub fn named(&self, action: &Action) -> String {
        named(&self.names.name(&action.key), action.name.as_deref())
    }

    /// What is said beside these actions, if the same is to be said of all of them.
    pub fn shared(&self, actions: &[&Action]) -> Option<String> {
        let mut marks = actions.iter().map(|action| self.mark(action));
        let first = marks.next()?;
        marks.all(|mark| mark == first).then_some(first)
    }

    /// What is said beside this action: nothing, if this change brings it.
    pub fn mark(&self, action: &Action) -> String {
        match self.origins.get(&action.id()) {
            None | Some(Origin::ThisChange) => String::new(),
            Some(Origin::Pending) => "  (pending already)".to_owned(),
            Some(Origin::Both { pending }) => partly_pending(action, pending),
        }
    }
}

fn partly_pending(action: &Action, pending: &BTreeSet<Path>) -> String {
    let named = |fields: Vec<&Path>| {
        fields.into_iter().map(|path| escaped_line(&path.to_string())).collect::<Vec<_>>().join(", ")
    };
    match PendingFields::of(action, pending) {
        PendingFields::All => "  (partly pending already)".to_owned(),
        PendingFields::Pending(fields) => format!("  (partly pending already: {})", named(fields)),
        PendingFields::New(fields) => format!("  (partly pending already; new: {})", named(fields)),
    }
}

/// Which fields of an action are named, if some of them were pending before a change: the fewer ones.
pub enum PendingFields<'a> {
    /// Every field was pending; what is new is that more is left to the vendor.
    All,
    /// These were pending, all others are new.
    Pending(Vec<&'a Path>),
    /// These are new, all others were pending.
    New(Vec<&'a Path>),
}

impl<'a> PendingFields<'a> {
    /// Of these fields, those that were pending.
    pub fn of(action: &'a Action, pending: &BTreeSet<Path>) -> Self {
        let paths = action.changes().map(|change| &change.path);
        let (known, new): (Vec<&Path>, Vec<&Path>) = paths.partition(|path| pending.contains(*path));
        match (known.len(), new.len()) {
            (_, 0) => PendingFields::All,
            (known_count, new_count) if known_count <= new_count => PendingFields::Pending(known),
            _ => PendingFields::New(new),
        }
    }
}
