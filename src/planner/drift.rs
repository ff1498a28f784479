//! A plan seen from the other side: what is live and not as declared. Pure; whether apply may put it right plays no
//! part.

use serde_json::{Value, json};

use super::digest::{change_json, hashed};
use super::lists_as_sets::canonical;
use crate::model::drift::{Class, Drifted, Refused};
use crate::model::plan::{OnHold, OnHoldFinding, Refusal, RefusedOp, Unmanaged};
use crate::model::value::without_void;
use crate::model::{Action, Change, DeleteReason, Drift, FieldChange, Isolated, Op, Plan};

/// Changes only when what is fingerprinted changes its form.
const FORMAT: u64 = 1;

/// What no longer matches, by a plan that no limit was asked of. `strict` makes unmanaged accounts count; `addressee`
/// says whose rows they are, as for [`super::digest::digest`].
pub fn drift(plan: &Plan, strict: bool, addressee: &Value) -> Drift {
    let actions = plan.actions.iter().map(of_action);
    let refusals = plan.refusals.iter().map(of_refusal);
    let unmanaged =
        plan.unmanaged.iter().map(|row| of_unmanaged(row, plan.descriptions.name(&row.key, &row.id), strict));
    let nameless = plan.isolated.iter().filter(|row| strict && !row.named).map(of_isolated);
    let read_only = plan.read_only.iter().filter_map(of_read_only);
    let mut items: Vec<Drifted> = actions.chain(read_only).chain(refusals).chain(unmanaged).chain(nameless).collect();
    items.sort_by(|a, b| (a.class, &a.key, &a.row).cmp(&(b.class, &b.key, &b.row)));
    let mut drift = Drift { items, fingerprint: None };
    drift.fingerprint = (plan.all_listings_read() && drift.any()).then(|| fingerprint(&drift, addressee));
    drift
}

fn of_action(action: &Action) -> Drifted {
    let Action { key, account, name, source, needs: _, op } = action;
    let (class, changes, reason) = match op {
        Op::Create { desired: _, changes, recovers: _ } => (Class::Missing, compared(changes.iter()), None),
        Op::Update { desired: _, observed: _, changes, matching: _ } => {
            (Class::Changed, compared(changes.iter()), None)
        }
        Op::Delete { observed: _, reason, consequence: _, description: _ } => {
            (unwanted(reason), Vec::new(), reason_given(reason))
        }
    };
    Drifted {
        class,
        key: key.clone(),
        account: account.clone(),
        name: name.clone(),
        row: action.row().cloned(),
        source: Some(source.clone()),
        reason,
        changes,
        trashed: action.recovers().map(|row| row.id.clone()),
        refused: None,
        named: false,
        counts: true,
    }
}

/// Where nothing is written, what differs is no less different. What could not be read there is unread like any other
/// row, and no drift.
fn of_read_only(row: &OnHold) -> Option<Drifted> {
    const WHY: &str = "its provider or block says `read_only`";
    Some(match &row.finding {
        OnHoldFinding::Differs(action) => {
            let help = "take `read_only` out to have apply put it right; to have it passed over, write `hold`";
            let refused = Refused { why: WHY.to_owned(), help: help.to_owned(), read_only: true };
            Drifted { refused: Some(refused), ..of_action(action) }
        }
        OnHoldFinding::Refused(refusal) => {
            let why = format!("{WHY}; and it would be refused: {}", refusal.reason());
            Drifted {
                refused: Some(Refused { why, help: refusal.help.clone(), read_only: true }),
                ..of_refusal(refusal)
            }
        }
        OnHoldFinding::Nothing | OnHoldFinding::Unread(_) => return None,
    })
}

/// What apply refuses to put right is no less different.
fn of_refusal(refusal: &Refusal) -> Drifted {
    let Refusal { key, account, name, source, op, why: _, because_of: _, help } = refusal;
    let (class, row, changes, reason) = match op {
        RefusedOp::Create { changes } => (Class::Missing, None, compared(changes.iter()), None),
        RefusedOp::Update { row, changes } => (Class::Changed, Some(row.clone()), compared(changes.iter()), None),
        RefusedOp::Delete { row, reason } => (unwanted(reason), Some(row.clone()), Vec::new(), reason_given(reason)),
    };
    Drifted {
        class,
        key: key.clone(),
        account: account.clone(),
        name: name.clone(),
        row,
        source: Some(source.clone()),
        reason,
        changes,
        trashed: None,
        refused: Some(Refused { why: refusal.reason(), help: help.clone(), read_only: false }),
        named: false,
        counts: true,
    }
}

/// What can never be changed from here can never be put right either, so it does not count under `--strict`; nor is it
/// deleted where the config owns every account.
fn of_unmanaged(row: &Unmanaged, name: Option<&str>, strict: bool) -> Drifted {
    let Unmanaged { key, id, account, not_manageable: foreign, named } = row;
    Drifted {
        class: Class::Unmanaged,
        key: key.clone(),
        account: account.clone(),
        name: name.map(str::to_owned),
        row: Some(id.clone()),
        source: None,
        reason: None,
        changes: Vec::new(),
        trashed: None,
        refused: None,
        named: *named,
        counts: strict && foreign.is_none(),
    }
}

/// A row that nothing is done to, and that the config says nothing of, is as unmanaged as any where those count.
/// Elsewhere it is enough that it is listed as isolated.
fn of_isolated(row: &Isolated) -> Drifted {
    Drifted {
        class: Class::Unmanaged,
        key: row.key(),
        account: row.account.clone(),
        name: None,
        row: row.id.clone(),
        source: None,
        reason: None,
        changes: Vec::new(),
        trashed: None,
        refused: None,
        named: false,
        counts: row.row.as_ref().is_none_or(|row| row.not_manageable.is_none()),
    }
}

/// A live row that should be gone: an entry says so, or none names it and the config owns every account.
fn unwanted(reason: &DeleteReason) -> Class {
    match reason {
        DeleteReason::Tombstone(_) => Class::Lingering,
        DeleteReason::Exclusive(_) => Class::Unmanaged,
    }
}

fn reason_given(reason: &DeleteReason) -> Option<String> {
    match reason {
        DeleteReason::Tombstone(tombstone) => Some(tombstone.reason().to_owned()),
        DeleteReason::Exclusive(_) => None,
    }
}

/// The changes without what nobody can compare: secrets, and values that no config says and nobody knows yet.
fn compared<'a>(changes: impl Iterator<Item = &'a FieldChange>) -> Vec<FieldChange> {
    let is_compared = |change: &&FieldChange| match &change.change {
        Change::Set { .. } | Change::Elements { .. } | Change::Output { after: Some(_), .. } => true,
        Change::Output { after: None, .. } | Change::Secret { .. } => false,
    };
    changes.filter(is_compared).cloned().collect()
}

/// SHA-256 over canonical JSON of who is addressed and what differs, of what counts. No times, no places, no layers, no
/// words.
///
/// The row's id is part of it: an account that was deleted and made anew while its drift was known has a new external
/// id, and whoever reads the open alert should hear of it. Whether apply refuses it is not: that is about the config,
/// not about what is live.
fn fingerprint(drift: &Drift, addressee: &Value) -> String {
    let mut items: Vec<Value> = drift.items.iter().filter(|item| item.counts).map(item_json).collect();
    items.sort_by_key(Value::to_string);
    // The key is part of the format: another one would be another fingerprint.
    hashed(&json!({ "format": FORMAT, "worlds": canonical(addressee), "drift": items }))
}

fn item_json(item: &Drifted) -> Value {
    let Drifted {
        class,
        key,
        account: _,
        name: _,
        row,
        source: _,
        reason: _,
        changes,
        trashed: _,
        refused: _,
        named: _,
        counts: _,
    } = item;
    let mut changes: Vec<Value> = changes.iter().map(|change| without_void(&change_json(change))).collect();
    changes.sort_by_key(Value::to_string);
    json!({ "class": class.word(), "provider": key.provider, "kind": key.kind.name, "id": key.name, "row": row, "changes": changes })
}
