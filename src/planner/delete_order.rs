//! Which deletes wait for which: a row of some kinds goes only after rows of other kinds in its account, since the
//! vendor refuses it before, or since the others would stop working.

use std::collections::BTreeSet;

use super::PlanInput;
use super::unmet_needs::in_order;
use crate::model::plan::{Unreadable, VendorError};
use crate::model::{Action, ActionId, Observed, Op, OpId, Plan};

/// Gives the deletes among the actions their needs, and brings them in an order in which they can be done. One of which
/// it cannot be told what it has to wait for counts as unread.
pub fn order_deletes(input: &PlanInput<'_>, plan: &mut Plan) {
    let is_delete = |action: &Action| matches!(action.op, Op::Delete { .. });
    let start = plan.actions.iter().position(is_delete).unwrap_or(plan.actions.len());
    let mut deletes = plan.actions.split_off(start);
    deletes.sort_by(|a, b| a.key.cmp(&b.key));
    let mut ordered = Vec::with_capacity(deletes.len());
    for action in deletes {
        match needs(input, &action) {
            Ok(needs) => ordered.push(Action { needs, ..action }),
            Err(why) => plan.unreadable.push(Unreadable::row(action.key, VendorError::Unreadable(why))),
        }
    }
    plan.actions.append(&mut in_order(ordered));
}

/// The deletes that this one waits for: those of every row in its account of the kinds that go first.
///
/// # Errors
/// Why it cannot be told which there are.
fn needs(input: &PlanInput<'_>, action: &Action) -> Result<BTreeSet<ActionId>, String> {
    let (first, mut needs) = (action.key.kind.deleted_after, BTreeSet::new());
    let Some(account) = action.account.as_deref().filter(|_| !first.is_empty()) else { return Ok(needs) };
    let of_provider = |provider: &str| {
        first.iter().find(|label| label.split('.').next() == Some(provider)).map(|label| format!("{account} {label}"))
    };
    if let Some(row) = input.desired.left_out.keys().find_map(|provider| of_provider(provider)) {
        return Err(format!("it goes after {row}, which this run leaves out"));
    }
    for (provider, snapshot) in input.snapshots {
        let Some(row) = of_provider(provider) else { continue };
        let read = snapshot.result.as_ref().ok().filter(|found| !found.unread_accounts.contains_key(account));
        let Some(found) = read else { return Err(format!("it goes after {row}, which could not be read")) };
        let goes_first =
            |row: &&Observed| row.account.as_deref() == Some(account) && first.contains(&row.key.kind.label().as_str());
        let rows = found.rows.values().filter(goes_first);
        needs.extend(rows.map(|row| ActionId { key: row.key.clone(), op: OpId::Delete(row.id.clone()) }));
    }
    Ok(needs)
}
