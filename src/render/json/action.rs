//! Actions in the JSON: what is done, field by field, and what became of it.

use serde_json::Value;

use super::format::{Action, ChangeJson, ElementJson, OutputJson, ResultJson};
use super::{Progress, place};
use crate::model::{self, Op, Outcome, Status};
use crate::render::fields::without;
use crate::render::report::{NOT_IN_TRASH, WITHHELD};

pub(super) fn action(index: usize, action: &model::Action, progress: Option<&Progress<'_>>) -> Action {
    let model::Action { key, account, name, source, needs: _, op } = action;
    let kept = progress.and_then(|progress| progress.kept.get(&index));
    let (reason, deleted) = match op {
        Op::Create { .. } | Op::Update { .. } => (None, None),
        Op::Delete { observed, reason, consequence: _, description: _ } => {
            (Some(reason.reason().to_owned()), Some(kept.unwrap_or(&observed.row).clone()))
        }
    };
    Action {
        op: op.word(),
        provider: key.provider,
        kind: key.kind.name,
        id: key.name.clone(),
        account: account.clone(),
        row: action.row().map(|id| id.0.clone()),
        recovers: action.recovers().map(|row| row.id.0.clone()),
        in_trash: action.held_in_trash().cloned(),
        how: action.tombstone_block().map(model::Node::json),
        name: name.clone(),
        source: place(source),
        origin: None,
        pending: None,
        reason,
        changes: action.changes().map(change).collect(),
        costly: action.is_costly(),
        left_to_vendor: Some(action.left_to_vendor().iter().map(ToString::to_string).collect::<Vec<_>>())
            .filter(|left| !left.is_empty()),
        deleted,
        result: progress.map(|progress| result(progress.outcomes.get(&index))),
    }
}

pub(super) fn change(change: &model::FieldChange) -> ChangeJson {
    let model::FieldChange { path, change, effect, source, element_sources } = change;
    let (before, after, lists, env) = match change {
        model::Change::Set { before, after } => (before.clone(), after.clone(), None, None),
        model::Change::Output { before, from: _, after } => {
            (before.clone(), after.clone().unwrap_or_default(), None, None)
        }
        model::Change::Elements { before, after } => (
            Value::from(before.clone()),
            Value::from(after.clone()),
            Some((without(after, before), without(before, after))),
            None,
        ),
        model::Change::Secret { env } => (Value::Null, Value::Null, None, Some(env.clone())),
    };
    let from = match change {
        model::Change::Output { from, .. } => Some(output(from)),
        model::Change::Set { .. } | model::Change::Elements { .. } | model::Change::Secret { .. } => None,
    };
    let op = match (&before, &after) {
        (before, _) if model::value::is_void(before) => "add",
        (_, after) if model::value::is_void(after) => "remove",
        _ => "set",
    };
    let (added, removed) = lists.unzip();
    ChangeJson {
        path: path.to_string(),
        op,
        before,
        after,
        added,
        removed,
        sensitive: env.is_some(),
        env,
        from,
        disruptive: effect.disruption.is_some(),
        costly: effect.costly,
        source: place(source),
        element_sources: elements(element_sources),
    }
}

/// Where elements were asked for that were not where their list was.
pub(super) fn elements(sources: &[(Value, model::Source)]) -> Option<Vec<ElementJson>> {
    let elements = sources.iter();
    let elements = elements.map(|(value, source)| ElementJson { value: value.clone(), source: place(source) });
    (!sources.is_empty()).then(|| elements.collect())
}

fn output(from: &model::OutputRef) -> OutputJson {
    let model::OutputRef { of: model::Key { provider, kind, name }, output } = from;
    OutputJson { provider, kind: kind.name, id: name.clone(), output }
}

pub(super) fn result(outcome: Option<&Outcome>) -> ResultJson {
    let Some(outcome @ Outcome { status: outcome_status, row, trust, issued, millis }) = outcome else {
        return ResultJson {
            status: "pending",
            error: None,
            unsure: None,
            not_before: None,
            now: None,
            row: None,
            role_name: None,
            external_id: None,
            trust_policy: None,
            issued: None,
            unused: None,
            millis: 0,
        };
    };
    let (status, error) = match outcome_status {
        Status::Done => ("done", None),
        Status::AlreadySo => ("already", None),
        Status::NotInTrash => ("done", Some(NOT_IN_TRASH.to_owned())),
        Status::Differs(_) => ("differs", Some("the vendor accepted it, and answered with other values".to_owned())),
        Status::Failed { why, fields: _, unsure: _ } => ("failed", Some(why.clone())),
        Status::Unsure { why, not_before: _ } => ("unsure", Some(why.clone())),
        Status::Withheld { not_before: _ } => ("withheld", Some(WITHHELD.to_owned())),
        Status::Stale(_) => ("stale", Some("it moved since the plan was made".to_owned())),
        Status::Skipped(why) => ("skipped", Some(why.clone())),
    };
    let trust = trust.as_ref();
    let (unsure, now) = match outcome_status {
        Status::Failed { unsure, .. } => (Some(*unsure), None),
        Status::Unsure { .. } => (Some(true), None),
        Status::Stale(changes) | Status::Differs(changes) => (None, Some(changes.iter().map(change).collect())),
        Status::Done | Status::AlreadySo | Status::NotInTrash | Status::Skipped(_) | Status::Withheld { .. } => {
            (None, None)
        }
    };
    ResultJson {
        status,
        error,
        unsure,
        not_before: outcome_status.not_before().map(|time| format!("{time:.0}")),
        now,
        row: row.as_ref().map(|row| row.id.0.clone()),
        role_name: trust.map(|trust| trust.role_name.clone()),
        external_id: trust.and_then(|trust| trust.external_id.clone()),
        trust_policy: trust.and_then(|trust| trust.policy.clone()),
        issued: Some(issued.clone()).filter(|issued| !issued.is_empty()),
        unused: Some(outcome.unused().map(|(output, _)| output).collect::<Vec<_>>())
            .filter(|unused| !unused.is_empty()),
        millis: *millis,
    }
}
