//! What changes in one account, field by field.

use serde_json::Value;

use super::effect::Effect;
use super::output::{OutputRef, Outputs};
use super::path::Path;
use super::source::Source;

/// What one field becomes.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A value in place of another; `before` is `null` where nothing was.
    Set {
        /// As it is listed.
        before: Value,
        /// As it will be sent.
        after: Value,
    },
    /// A list whose order means nothing.
    Elements {
        /// As listed, sorted.
        before: Vec<Value>,
        /// As it will be sent, sorted.
        after: Vec<Value>,
    },
    /// A value that is known only when a step of the plan has been done.
    Output {
        /// As it is listed.
        before: Value,
        /// Where it comes from.
        from: OutputRef,
        /// As it will be sent, once it is known.
        after: Option<Value>,
    },
    /// A value that is never compared and never shown.
    Secret {
        /// The environment variable it will be read from.
        env: String,
    },
}

/// One field of one account, and why it changes.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// Which field.
    pub path: Path,
    /// What it becomes.
    pub change: Change,
    /// What this does to what is collected.
    pub effect: Effect,
    /// Where it was asked for; of a list that several layers made, its first new element.
    pub source: Source,
    /// Elements that are new to a list, and were asked for elsewhere than at `source`.
    pub element_sources: Vec<(Value, Source)>,
}

/// The field changes of one action. An update without changes cannot be made; a create of a row of which nothing is
/// said but that it shall be there can.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes(Vec<FieldChange>);

impl Changes {
    /// Nothing, if nothing changes.
    pub fn new(changes: Vec<FieldChange>) -> Option<Self> {
        (!changes.is_empty()).then_some(Changes(changes))
    }

    /// What a create sets, which may be nothing but the row.
    pub fn of_create(changes: Vec<FieldChange>) -> Self {
        Changes(changes)
    }

    /// The changes, by path.
    pub fn iter(&self) -> std::slice::Iter<'_, FieldChange> {
        self.0.iter()
    }

    /// Fills in the values that are known by now.
    pub fn resolve(&mut self, outputs: &Outputs) {
        for FieldChange { change, .. } in &mut self.0 {
            if let Change::Output { before: _, from, after } = change {
                *after = outputs.get(from).cloned().or(after.take());
            }
        }
    }

    /// Whether any of them can disrupt something.
    pub fn any_disruptive(&self) -> bool {
        self.0.iter().any(|change| change.effect.disruption.is_some())
    }
}
