//! What a plan made after an apply, without any approval, holds beyond what was held back.

use serde_json::Value;

use crate::model::plan::{Refusal, RefusedOp, Unreadable};
use crate::model::{Action, Change, Changes, FieldChange, Op, OutputRef, Plan, Proof};

/// What a listing after the last action proves: `left` is the plan against it, made without any approval. What is left
/// must be what was held back, what is refused must have been before, and so must what cannot be read.
pub fn proof(plan: &Plan, mut left: Plan) -> Proof {
    let known = |unreadable: &Unreadable| {
        plan.unreadable.iter().any(|known| (known.provider, &known.part) == (unreadable.provider, &unreadable.part))
    };
    if let Some(unreadable) =
        left.unreadable.iter().find(|unreadable| unreadable.is_whole_provider() && !known(unreadable))
    {
        return Proof::Unreadable(unreadable.error.to_string());
    }
    let is_as_read = left.unreadable.iter().all(known);
    // Of several rows one went by its id; the entry does not speak of the one that is left.
    let was_one_of_several = |refusal: &Refusal| {
        matches!(refusal.op, RefusedOp::Delete { .. }) && plan.isolated.iter().any(|row| row.key() == refusal.key)
    };
    let refused_before =
        |refusal: &Refusal| plan.refusals.iter().any(|known| known.key == refusal.key) || was_one_of_several(refusal);
    let is_as_refused = left.refusals.iter().all(refused_before);
    left.actions = left.actions.into_iter().filter_map(|action| beyond(action, &plan.held_back)).collect();
    if left.actions.is_empty() && is_as_refused && is_as_read {
        Proof::Converged
    } else {
        Proof::Differs(Box::new(left))
    }
}

/// What of an action that is left was not held back, field for field; nothing if all of it was.
fn beyond(left: Action, held_back: &[Action]) -> Option<Action> {
    let held: Vec<&Action> = held_back.iter().filter(|held| held.key == left.key && held.row() == left.row()).collect();
    let same = |held: &FieldChange, change: &FieldChange| {
        held.path == change.path && after(&held.change) == after(&change.change)
    };
    let was_held = |change: &FieldChange| held.iter().flat_map(|held| held.changes()).any(|held| same(held, change));
    let op = match &left.op {
        Op::Delete { .. } if held.iter().any(|held| matches!(held.op, Op::Delete { .. })) => return None,
        // A create may set nothing, so that its fields alone do not say that it was held back.
        Op::Create { .. } if !held.is_empty() && left.changes().all(was_held) => return None,
        Op::Delete { .. } | Op::Create { .. } => left.op,
        Op::Update { desired, observed, changes, matching } => {
            let changes = Changes::new(changes.iter().filter(|change| !was_held(change)).cloned().collect())?;
            Op::Update { desired: desired.clone(), observed: observed.clone(), changes, matching: *matching }
        }
    };
    Some(Action { op, ..left })
}

/// What a change comes to, whatever it starts from.
#[derive(PartialEq)]
enum After<'a> {
    Value(Value),
    Output(&'a OutputRef),
    Secret(&'a str),
}

fn after(change: &Change) -> After<'_> {
    match change {
        Change::Set { before: _, after } => After::Value(after.clone()),
        Change::Elements { before: _, after } => After::Value(after.clone().into()),
        Change::Output { before: _, from, after: _ } => After::Output(from),
        Change::Secret { env } => After::Secret(env),
    }
}
