//! What needs an action that is not done shares its fate, and so does what needs that; and nothing is issued that
//! nothing needs.

use std::collections::BTreeSet;

use crate::model::plan::{OnHold, Refusal, RefusedOp, Unreadable, VendorError};
use crate::model::{Action, ActionId, Change, FieldChange, Op, OpId, Plan};

/// Takes out of the plan what needs anything that is not in it, and puts it where that is: held back, on hold, unread,
/// or else refused. Somebody else sees to what is read only, so a need on a change there is met and leaves the plan; but
/// what that change would make known is known to nobody, and what would be deleted there stays.
pub fn propagate_unmet_needs(plan: &mut Plan) {
    let mut known: BTreeSet<ActionId> = plan.preparations.iter().map(|preparation| preparation.id()).collect();
    for mut action in std::mem::take(&mut plan.actions) {
        let met: Vec<ActionId> =
            action.needs.iter().filter(|need| is_met_elsewhere(need, &action, plan)).cloned().collect();
        action.needs.retain(|need| !met.contains(need));
        match action.needs.iter().find(|need| !known.contains(need)) {
            None => {
                known.insert(action.id());
                plan.actions.push(action);
            }
            Some(need) => {
                let need = need.clone();
                share_fate(action, &need, plan);
            }
        }
    }
    let needed: BTreeSet<&ActionId> = plan.actions.iter().flat_map(|action| &action.needs).collect();
    plan.preparations.retain(|preparation| needed.contains(&preparation.id()));
}

/// Whether somebody else sees to what is needed, and nothing has to be known of it.
fn is_met_elsewhere(need: &ActionId, action: &Action, plan: &Plan) -> bool {
    let takes_output = |change: &FieldChange| match &change.change {
        Change::Output { from, after: None, .. } => from.of == need.key,
        Change::Output { .. } | Change::Set { .. } | Change::Elements { .. } | Change::Secret { .. } => false,
    };
    let is_read_only = || plan.read_only.iter().filter_map(OnHold::action).any(|other| other.id() == *need);
    !matches!(need.op, OpId::Delete(_)) && is_read_only() && !action.changes().any(takes_output)
}

/// The same actions, each after those of them that it needs; else as they were. What is needed in a circle comes last.
pub fn in_order(actions: Vec<Action>) -> Vec<Action> {
    let mut waiting: BTreeSet<ActionId> = actions.iter().map(Action::id).collect();
    let (mut ordered, mut left) = (Vec::with_capacity(actions.len()), actions);
    while !left.is_empty() {
        let before = left.len();
        for action in std::mem::take(&mut left) {
            if action.needs.is_disjoint(&waiting) {
                waiting.remove(&action.id());
                ordered.push(action);
            } else {
                left.push(action);
            }
        }
        if left.len() == before {
            ordered.append(&mut left);
        }
    }
    ordered
}

fn share_fate(action: Action, need: &ActionId, plan: &mut Plan) {
    let because = |fate: &str| format!("it needs {need}, which {fate}");
    if plan.held_back.iter().any(|held| held.id() == *need) {
        plan.held_back.push(action);
    } else if plan.unreadable.iter().any(|unread| unread.covers(&need.key, need.key.account())) {
        let error = VendorError::Unreadable(because("could not be read"));
        plan.unreadable.push(Unreadable::row(action.key, error));
    } else {
        let is_refused = plan.refusals.iter().any(|refusal| refusal.key == need.key);
        let is_on_hold = plan.on_hold.iter().any(|held| held.key == need.key);
        let is_read_only = plan.read_only.iter().any(|held| held.key == need.key);
        let (fate, help) = match (is_refused, is_on_hold, &need.op) {
            (true, ..) => ("is refused", "put that right first"),
            (false, true, _) => ("is on hold", "take the hold off, or put this on hold too"),
            (false, false, OpId::Delete(_)) if is_read_only => {
                ("is live and stays: it is read only", "have that deleted first, or take this entry out")
            }
            (false, false, OpId::Delete(_)) => ("is live and stays", "let that go too, or take this entry out"),
            (false, false, _) if is_read_only => {
                ("is not there, and is read only", "have that made first, then run heeler again")
            }
            (false, false, _) => ("is not part of this run", "run heeler for both together"),
        };
        plan.refusals.push(refused(action, because(fate), help.to_owned()));
    }
}

fn refused(action: Action, why: String, help: String) -> Refusal {
    let changes = action.changes().cloned().collect();
    let Action { key, account, name, source, needs: _, op } = action;
    let op = match op {
        Op::Create { .. } => RefusedOp::Create { changes },
        Op::Update { observed, .. } => RefusedOp::Update { row: observed.id, changes },
        Op::Delete { observed, reason, .. } => RefusedOp::Delete { row: observed.id, reason },
    };
    Refusal { key, account, name, source, op, why, because_of: None, help }
}
