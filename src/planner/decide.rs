//! What to do about one declared row: an action, a refusal, a hold, or nothing.

use std::sync::Arc;

use serde_json::Value;

use super::isolation::Isolation;
use super::lists_as_sets::canonical;
use super::partitions::PartitionConflicts;
use super::refusals::Proposed;
use super::shared_findings::SharedFindings;
use super::{ConfirmMode, PlanInput, comparable, diff, is_unchanged, isolation, live_forms};
use crate::model::desired::HoldCause;
use crate::model::plan::{HealthIssues, OnHold, OnHoldFinding, RefusedOp, Unreadable, VendorError};
use crate::model::{
    Action, ActionId, Changes, Desired, Hold, Observed, Op, OpId, OutputRef, Place, Plan, Preparation, Recovered,
    Unique,
};

/// What is known of the config as a whole when one account is decided on.
pub(super) struct Known<'a> {
    /// Accounts that are live in another partition than declared.
    pub(super) otherwise: PartitionConflicts<'a>,
    /// What is found of values that accounts share.
    pub(super) findings: SharedFindings<'a>,
}

/// A row that is shown and never written. What would be refused there is its own affair. So is what could not be read,
/// but for whoever only looks: where drift is looked for, a read-only row is one like any other.
pub(super) fn hold_one<'a>(
    input: &PlanInput<'a>,
    isolation: &Isolation<'_>,
    desired: &'a Arc<Desired>,
    hold: &Hold,
    otherwise: &PartitionConflicts<'a>,
    plan: &mut Plan,
) {
    let mut aside = Plan::default();
    let action = decide(input, isolation, desired, otherwise, None, &mut aside);
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

/// One declared account: an action, a refusal, or nothing to do.
pub(super) fn decide<'a>(
    input: &PlanInput<'a>,
    isolation: &Isolation<'_>,
    desired: &'a Arc<Desired>,
    otherwise: &PartitionConflicts<'a>,
    mut findings: Option<&mut SharedFindings<'a>>,
    plan: &mut Plan,
) -> Option<Action> {
    let snapshot = input.snapshots.get(desired.key.provider)?;
    let observation = snapshot.result.as_ref().ok()?;
    let unread = |error: VendorError| Unreadable::row(desired.key.clone(), error);
    if let Some((account, error)) =
        desired.account.as_ref().and_then(|account| observation.unread_accounts.get_key_value(account))
    {
        plan.note_unread_account(desired.key.provider, account, error);
        return None;
    }
    let is_live = desired.keys().any(|key| observation.rows.contains_key(&key));
    let part = observation.unreadable.iter().find(|(key, _)| *key == desired.key).map(|(_, error)| error.clone());
    let part = part.or_else(|| observation.unread_catalog(desired));
    if let Some(error) = part.or_else(|| isolation.hides(snapshot.backend, desired, is_live)) {
        plan.unreadable.push(unread(error));
        return None;
    }
    let observed = desired.keys().find_map(|key| observation.rows.get(&key));
    // A row of which nothing is to be found out beside what differs may be told as declared at once.
    let has_findings = |findings: &mut &mut SharedFindings<'a>| findings.may_have_any(desired, &observation.catalogs);
    let is_compared = input.resend_secrets || observed.is_none() || findings.as_mut().is_some_and(has_findings);
    if let Some(row) = observed.filter(|row| !is_compared && is_unchanged::is_unchanged(desired, row)) {
        leave_unchanged(input, desired, row, otherwise, plan);
        return None;
    }
    let recovers = observation.trash.get(&desired.key).filter(|_| observed.is_none());
    let read_one = |row: &Observed| {
        let live = comparable(row, desired.schema())?;
        live_forms::check(&row.key, &desired.node, &desired.schema().block, &live).map(|()| live)
    };
    let read = |row: Option<&Observed>| row.map(read_one).transpose();
    let (live, trashed) = match read(observed).and_then(|live| Ok((live, read(recovers)?))) {
        Ok(read) => read,
        Err(error) => {
            plan.unreadable.push(unread(error));
            return None;
        }
    };
    note_health_issues(desired, observed, plan);
    if let Some(findings) = &mut findings {
        findings.check_catalogs(desired, live.as_ref(), &observation.catalogs);
    }
    let with_outputs = if recovers.is_some() {
        Ok(Arc::new(desired.without_outputs()))
    } else {
        with_live_outputs(input, desired, observed.is_none())
    };
    let wanted = match with_outputs {
        Ok(wanted) => wanted,
        Err(error) => {
            plan.unreadable.push(unread(error));
            return None;
        }
    };
    let difference = diff::diff(&wanted, live.as_ref(), input.sources, input.resend_secrets);
    if let Some(findings) = findings {
        findings.judge(desired, live.as_ref(), &difference);
    }
    let asked = Proposed { input, desired, otherwise, difference: &difference };
    let refusal = match (observed, live.as_ref()) {
        (Some(observed), Some(live)) => asked.refused_update(observed, live),
        _ => asked.refused_create(trashed.as_ref()),
    };
    let unknown = isolation
        .unknown(snapshot.backend)
        .find(|row| row.may_be(desired.key.kind))
        .filter(|_| observed.is_none() && desired.key.kind.unique == Unique::NotEnforced);
    // Whoever only looks cannot call it missing either.
    if let (Some(row), None, ConfirmMode::NoLimits) = (unknown, &refusal, input.confirm_mode) {
        plan.unreadable.push(unread(VendorError::Unreadable(isolation::hidden_by(&[row]))));
        return None;
    }
    let needs_undeclared = wanted.outputs.iter().filter(|_| observed.is_none()).find(|output| {
        let known = output.value.is_some() || output.from.is_issued();
        !known && !input.desired.entries.contains_key(&output.from.of)
    });
    let refusal = refusal
        .or_else(|| unknown.map(|row| asked.may_exist(row)))
        .or_else(|| needs_undeclared.map(|output| asked.needs_undeclared(&output.from)));
    if let Some(refusal) = refusal {
        plan.refusals.push(refusal);
        return None;
    }
    let changes = match observed {
        None => Some(Changes::of_create(difference.changes)),
        Some(_) => Changes::new(difference.changes),
    };
    let Some(changes) = changes else {
        plan.unchanged.add(&desired.key);
        return None;
    };
    let pending = || wanted.outputs.iter().filter(|output| observed.is_none() && output.value.is_none());
    let (issued, made): (Vec<_>, Vec<_>) = pending().partition(|output| output.from.is_issued());
    let prepared: Vec<Preparation> = issued.iter().map(|output| Preparation { issues: output.from.clone() }).collect();
    let made = made.iter().map(|output| ActionId { key: output.from.of.clone(), op: OpId::Create });
    let needs = prepared.iter().map(Preparation::id).chain(made).collect();
    plan.preparations.extend(prepared);
    let op = match observed {
        None => {
            let recovers = recovers.cloned().zip(trashed).map(|(row, held)| Recovered { row, held: canonical(&held) });
            Op::Create { desired: wanted, changes, recovers }
        }
        Some(observed) => {
            Op::Update { desired: desired.clone(), observed: observed.clone(), changes, matching: difference.matching }
        }
    };
    Some(Action {
        key: desired.key.clone(),
        account: desired.account.clone(),
        name: desired.name.clone(),
        source: input.sources.locate(desired.place),
        needs,
        op,
    })
}

/// Nothing of a live row differs; it may be refused all the same.
fn leave_unchanged(
    input: &PlanInput<'_>,
    desired: &Desired,
    observed: &Observed,
    otherwise: &PartitionConflicts<'_>,
    plan: &mut Plan,
) {
    note_health_issues(desired, Some(observed), plan);
    let difference = diff::Difference::default();
    match (Proposed { input, desired, otherwise, difference: &difference }).refused_unchanged(observed) {
        Some(refusal) => plan.refusals.push(refusal),
        None => plan.unchanged.add(&desired.key),
    }
}

/// The same with the outputs of rows that are live already, where it is to be made.
///
/// # Errors
/// A live row does not show what is needed of it.
fn with_live_outputs(
    input: &PlanInput<'_>,
    desired: &Arc<Desired>,
    is_create: bool,
) -> Result<Arc<Desired>, VendorError> {
    let known = |from: &OutputRef| {
        let listed = input.snapshots.get(from.of.provider).and_then(|snapshot| snapshot.result.as_ref().ok());
        let row = listed.and_then(|listed| listed.rows.get(&from.of)).filter(|_| !from.is_issued())?;
        let why = || format!("it needs the {} of {}, whose row shows none", from.output.replace('_', " "), from.of);
        Some(row.output(from.output).ok_or_else(|| VendorError::Unreadable(why())))
    };
    let needed = desired.outputs.iter().filter(|_| is_create);
    let known: Vec<Option<Value>> =
        needed.map(|output| known(&output.from).transpose()).collect::<Result<_, VendorError>>()?;
    if known.iter().all(Option::is_none) {
        return Ok(desired.clone());
    }
    let mut with = Desired::clone(desired);
    with.outputs.iter_mut().zip(known).for_each(|(output, known)| output.value = known);
    Ok(Arc::new(with))
}

fn note_health_issues(desired: &Desired, observed: Option<&Observed>, plan: &mut Plan) {
    let health_issues = observed.filter(|observed| !observed.health_issues.is_empty());
    plan.health_issues.extend(health_issues.map(|observed| HealthIssues {
        key: desired.key.clone(),
        account: desired.account.clone(),
        name: desired.name.clone(),
        issues: observed.health_issues.clone(),
    }));
}
