//! Rows that are shown and never written, and deletes where nothing is written.

use std::sync::Arc;

use super::decide::{Known, decide};
use super::{ConfirmMode, PlanInput};
use crate::model::desired::HoldCause;
use crate::model::plan::{OnHold, OnHoldFinding, RefusedOp};
use crate::model::{Desired, Hold, Op, Place, Plan};

/// A row that is shown and never written. What would be refused there is its own affair. So is what could not be read,
/// but for whoever only looks: where drift is looked for, a read-only row is one like any other.
pub(super) fn hold_one<'a>(
    input: &PlanInput<'a>,
    known: &Known<'a>,
    desired: &'a Arc<Desired>,
    hold: &Hold,
    plan: &mut Plan,
) {
    let mut aside = Plan::default();
    let action = decide(input, known, desired, None, &mut aside);
    if aside.unchanged.total() > 0 {
        plan.unchanged.add(&desired.key);
    }
    plan.health_issues.append(&mut aside.health_issues);
    let Hold { cause, place } = hold.clone();
    let finding = match (action, aside.refusals.pop(), aside.unreadable.pop()) {
        (Some(action), ..) => OnHoldFinding::Differs(Box::new(action)),
        (None, Some(refusal), _) => OnHoldFinding::Refused(Box::new(refusal)),
        (None, None, Some(unread)) if cause == HoldCause::ReadOnly && input.confirm_mode == ConfirmMode::NoLimits => {
            return plan.note_unread(unread);
        }
        (None, None, Some(unread)) => OnHoldFinding::Unread(unread.error),
        (None, None, None) => OnHoldFinding::Nothing,
    };
    let row = OnHold {
        key: desired.key.clone(),
        account: desired.account.clone(),
        name: desired.name.clone(),
        source: input.sources.locate(place),
        cause,
        finding,
    };
    match row.cause {
        HoldCause::Hold { .. } => plan.on_hold.push(row),
        HoldCause::ReadOnly if row.may_differ() => plan.read_only.push(row),
        HoldCause::ReadOnly => {}
    }
}

/// Takes the deletes out of the plan that stand where nothing is written, those included that are refused.
pub(super) fn hold_deletes(input: &PlanInput<'_>, plan: &mut Plan) {
    let mut read_only = Vec::new();
    for action in std::mem::take(&mut plan.actions) {
        match read_only_at(input, action.key.provider) {
            Some(place) if matches!(action.op, Op::Delete { .. }) => read_only.push(OnHold {
                key: action.key.clone(),
                account: action.account.clone(),
                name: action.name.clone(),
                source: input.sources.locate(place),
                cause: HoldCause::ReadOnly,
                finding: OnHoldFinding::Differs(Box::new(action)),
            }),
            _ => plan.actions.push(action),
        }
    }
    for refusal in std::mem::take(&mut plan.refusals) {
        match read_only_at(input, refusal.key.provider) {
            Some(place) if matches!(refusal.op, RefusedOp::Delete { .. }) => read_only.push(OnHold {
                key: refusal.key.clone(),
                account: refusal.account.clone(),
                name: refusal.name.clone(),
                source: input.sources.locate(place),
                cause: HoldCause::ReadOnly,
                finding: OnHoldFinding::Refused(Box::new(refusal)),
            }),
            _ => plan.refusals.push(refusal),
        }
    }
    plan.read_only.append(&mut read_only);
}

/// Where it is said that nothing is written to the rows of a provider. Providers of one backend share their rows: what
/// is read only through one is so through the others, whether this run looks at them or not.
fn read_only_at(input: &PlanInput<'_>, provider: &str) -> Option<Place> {
    let backend = |provider: &str| {
        let read = input.snapshots.get(provider).map(|snapshot| snapshot.backend);
        read.or_else(|| input.desired.left_out.get(provider).map(|left_out| left_out.backend))
    };
    let own = backend(provider);
    input.desired.read_only.iter().find(|(provider, _)| backend(provider) == own).map(|(_, place)| *place)
}
