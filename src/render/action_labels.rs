//! What is said beside each action of a plan for a terminal: how its row is named, and whether a change brings it.

use std::collections::BTreeMap;

use super::text_parts::named;
use crate::model::comparison::Origin;
use crate::model::{Action, ActionId, Comparison, Plan, ResourceNames};

/// What is said of each action of a plan besides what it does: how it is named, and where it comes from.
pub struct ActionLabels<'a> {
    names: &'a ResourceNames,
    origins: BTreeMap<ActionId, Origin>,
}

impl<'a> ActionLabels<'a> {
    /// No origins, if nothing is compared.
    pub fn of(plan: &'a Plan, comparison: Option<&Comparison>) -> Self {
        let origins = comparison.map_or(&[][..], |comparison| &comparison.origins);
        let origins = plan.actions.iter().map(Action::id).zip(origins.iter().copied()).collect();
        ActionLabels { names: &plan.names, origins }
    }

    /// The resource, and what people call it.
    pub fn named(&self, action: &Action) -> String {
        named(&self.names.name(&action.key), action.name.as_deref())
    }

    /// What is said beside these actions, if the same is to be said of all of them.
    pub fn shared(&self, actions: &[&Action]) -> Option<&'static str> {
        let mut marks = actions.iter().map(|action| self.mark(action));
        let first = marks.next()?;
        marks.all(|mark| mark == first).then_some(first)
    }

    /// What is said beside this action: nothing, if this change brings it.
    pub fn mark(&self, action: &Action) -> &'static str {
        match self.origins.get(&action.id()) {
            None | Some(Origin::ThisChange) => "",
            Some(Origin::Pending) => "  (pending already)",
            Some(Origin::Both) => "  (partly pending already)",
        }
    }
}
