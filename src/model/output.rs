//! Values that are known only once a step of a plan has been done, such as an id that a vendor issues: how desired
//! state and plans refer to them, and what a run has come to know of them. A secret is never one.

use std::collections::BTreeMap;

use serde_json::Value;

use super::action_id::{ActionId, OpId};
use super::key::Key;
use super::kind_output::OutputSource;
use super::source::Place;

/// A value of a row that is known once a step of the plan has been done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OutputRef {
    /// Whose value it is.
    pub of: Key,
    /// Which of its values, such as `external_id`.
    pub output: &'static str,
}

impl OutputRef {
    /// Whether the vendor issues it in a step of its own.
    pub fn is_issued(&self) -> bool {
        self.of.kind.output(self.output).is_some_and(|output| output.source == OutputSource::Issued)
    }
}

/// A field whose value no config says, because a step of the plan makes it known.
#[derive(Debug, Clone)]
pub struct DesiredOutput {
    /// The field as the vendor spells it. It is sent when the row is made.
    pub field: &'static str,
    /// Where its value comes from.
    pub from: OutputRef,
    /// The entry that leaves it out.
    pub place: Place,
    /// The value, once it is known.
    pub value: Option<Value>,
}

/// A preparatory step: it has the vendor issue a value, and changes no row. It stands in a plan only because actions
/// need it, and is counted in no limit.
#[derive(Debug, Clone)]
pub struct Preparation {
    /// The value that is issued.
    pub issues: OutputRef,
}

impl Preparation {
    /// What actions need it by.
    pub fn id(&self) -> ActionId {
        ActionId { key: self.issues.of.clone(), op: OpId::Issue(self.issues.output) }
    }
}

/// The values that a run has come to know so far.
#[derive(Debug, Clone, Default)]
pub struct Outputs(BTreeMap<OutputRef, Value>);

impl Outputs {
    /// Adds a value.
    pub fn add(&mut self, output: OutputRef, value: Value) {
        self.0.insert(output, value);
    }

    /// The value, if it is known.
    pub fn get(&self, output: &OutputRef) -> Option<&Value> {
        self.0.get(output)
    }
}
