//! One action of a plan: what is done to one row.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::action_id::{ActionId, OpId};
use super::change::{Change, Changes, FieldChange};
use super::desired::Desired;
use super::effect::Effect;
use super::key::{Key, RemoteId};
use super::limits::LimitName;
use super::node::Node;
use super::observed::Observed;
use super::output::Outputs;
use super::path::Path;
use super::row_description::Described;
use super::source::Source;
use super::tombstone::DeleteReason;
use super::value::is_void;

/// What is done to one row.
#[derive(Debug, Clone)]
pub enum Op {
    /// It is not there yet.
    Create {
        /// What it shall be.
        desired: Arc<Desired>,
        /// The same as field changes from nothing.
        changes: Changes,
        /// The deleted row that is brought back in place of a new one, if the vendor keeps it.
        recovers: Option<Recovered>,
    },
    /// It differs.
    Update {
        /// What it shall be.
        desired: Arc<Desired>,
        /// The row as listed.
        observed: Observed,
        /// What differs.
        changes: Changes,
        /// How many managed fields already match.
        matching: usize,
    },
    /// It shall go.
    Delete {
        /// The row as listed.
        observed: Observed,
        /// What allows it.
        reason: DeleteReason,
        /// What deleting it means at this vendor, for people.
        consequence: &'static str,
        /// What people know it by.
        description: Box<Described>,
    },
}

/// A deleted row that is brought back.
#[derive(Debug, Clone)]
pub struct Recovered {
    /// The row as listed among the deleted ones.
    pub row: Observed,
    /// What it holds of all that a config can say, lists in one order. What the block does not name comes back so.
    pub held: Value,
}

impl Op {
    /// Its word, in every output and in what a digest is made of.
    pub fn word(&self) -> &'static str {
        match self {
            Op::Create { .. } => "create",
            Op::Update { .. } => "update",
            Op::Delete { .. } => "delete",
        }
    }
}

/// One action of a plan.
#[derive(Debug, Clone)]
pub struct Action {
    /// Which row.
    pub key: Key,
    /// The AWS account, where known.
    pub account: Option<String>,
    /// For people.
    pub name: Option<String>,
    /// Where it was asked for.
    pub source: Source,
    /// What must be done before it. Each stands before it in the plan; what needs anything else is never started. So
    /// no two can wait for each other.
    pub needs: BTreeSet<ActionId>,
    /// What is done.
    pub op: Op,
}

impl Action {
    /// What others need it by.
    pub fn id(&self) -> ActionId {
        let op = match &self.op {
            Op::Create { .. } => OpId::Create,
            Op::Update { .. } => OpId::Update,
            Op::Delete { observed, .. } => OpId::Delete(observed.id.clone()),
        };
        ActionId { key: self.key.clone(), op }
    }

    /// The same action with the values that are known by now in it: what is refreshed, rechecked and sent.
    pub fn resolved(&self, outputs: &Outputs) -> Action {
        let mut action = self.clone();
        if let Op::Create { desired, changes, .. } = &mut action.op
            && !desired.outputs.is_empty()
        {
            for wanted in &mut Arc::make_mut(desired).outputs {
                wanted.value = outputs.get(&wanted.from).cloned().or(wanted.value.take());
            }
            changes.resolve(outputs);
        }
        action
    }

    /// What was issued for it, by name.
    pub fn issued(&self) -> BTreeMap<&'static str, Value> {
        let Op::Create { desired, .. } = &self.op else { return BTreeMap::new() };
        let own = desired.outputs.iter().filter(|wanted| wanted.from.of == self.key);
        own.filter_map(|wanted| Some((wanted.from.output, wanted.value.clone()?))).collect()
    }

    /// The first field whose value is not known yet, if there is one.
    pub fn pending(&self) -> Option<&FieldChange> {
        self.changes().find(|change| matches!(change.change, Change::Output { after: None, .. }))
    }

    /// The vendor's handle; nothing for a create.
    pub fn row(&self) -> Option<&RemoteId> {
        match &self.op {
            Op::Create { .. } => None,
            Op::Update { observed, .. } | Op::Delete { observed, .. } => Some(&observed.id),
        }
    }

    /// The deleted row that a create brings back, if it does.
    pub fn recovers(&self) -> Option<&Observed> {
        match &self.op {
            Op::Create { recovers, .. } => recovers.as_ref().map(|recovered| &recovered.row),
            Op::Update { .. } | Op::Delete { .. } => None,
        }
    }

    /// What that deleted row holds of all that a config can say.
    pub fn held_in_trash(&self) -> Option<&Value> {
        match &self.op {
            Op::Create { recovers, .. } => recovers.as_ref().map(|recovered| &recovered.held),
            Op::Update { .. } | Op::Delete { .. } => None,
        }
    }

    /// The fields of that row which nothing declares: they come back as they were.
    pub fn kept_from_trash(&self) -> Vec<(&str, &Value)> {
        let held = self.held_in_trash().and_then(Value::as_object).into_iter().flatten();
        let is_declared = |name: &str| self.changes().any(|change| change.path.top() == Some(name));
        let kept = held.filter(|(name, value)| !is_declared(name) && !is_void(value) && *value != "");
        kept.map(|(name, value)| (name.as_str(), value)).collect()
    }

    /// What a delete's tombstone says to this provider alone, such as how to delete there.
    pub fn tombstone_block(&self) -> Option<&Node> {
        match &self.op {
            Op::Delete { reason: DeleteReason::Tombstone(tombstone), .. } => tombstone.block(self.key.provider),
            Op::Delete { .. } | Op::Create { .. } | Op::Update { .. } => None,
        }
    }

    /// The row as listed; nothing for a create.
    pub fn observed(&self) -> Option<&Observed> {
        match &self.op {
            Op::Create { .. } => None,
            Op::Update { observed, .. } | Op::Delete { observed, .. } => Some(observed),
        }
    }

    /// The field changes; a delete has none.
    pub fn changes(&self) -> impl Iterator<Item = &FieldChange> {
        let changes = match &self.op {
            Op::Create { changes, .. } | Op::Update { changes, .. } => Some(changes),
            Op::Delete { .. } => None,
        };
        changes.into_iter().flat_map(Changes::iter)
    }

    /// Whether it counts against a limit.
    pub fn counts_against(&self, limit: LimitName) -> bool {
        match limit {
            LimitName::Creates => matches!(self.op, Op::Create { .. }),
            LimitName::Deletes => matches!(self.op, Op::Delete { .. }),
            LimitName::Disruptive => self.is_disruptive(),
            LimitName::Costly => self.is_costly(),
            LimitName::Updates => matches!(self.op, Op::Update { .. }),
        }
    }

    /// Whether it is an update that stops collection or can break it.
    pub fn is_disruptive(&self) -> bool {
        matches!(&self.op, Op::Update { changes, .. } if changes.any_disruptive())
    }

    /// Whether more is collected after it: by an update that adds something, or by a create that says or leaves open
    /// what is billed.
    pub fn is_costly(&self) -> bool {
        self.changes().any(|change| change.effect.costly) || !self.left_to_vendor().is_empty()
    }

    /// What is billed and a create says nothing of.
    pub fn left_to_vendor(&self) -> Vec<Path> {
        match &self.op {
            Op::Create { desired, .. } => desired.schema().block.left_to_vendor(Some(&desired.node)),
            Op::Update { .. } | Op::Delete { .. } => Vec::new(),
        }
    }

    /// How it is marked: `!` for what can disrupt something, `$` for what costs more, or both.
    pub fn mark(&self) -> &'static str {
        Effect::of(self.is_disruptive(), self.is_costly()).mark()
    }
}
