//! Rows in the JSON: refused, unmanaged, unread, on hold, isolated, managed.

use super::action::change;
use super::format::{
    HealthIssuesJson, IsolatedJson, ManagedJson, OnHoldJson, RefusalJson, Row, TombstoneJson, UnreadableJson,
};
use super::{Progress, place};
use crate::model::desired::HoldCause;
use crate::model::plan::{HealthIssues, Managed, OnHold, Refusal, Unmanaged, UnreadPart, Unreadable};
use crate::model::row_description::Descriptions;
use crate::model::{Isolated, Proof, Trust};

/// Every managed live account, those just created included. What the vendor tells once only is known from the action
/// that made it.
pub(super) fn managed_now(planned: &[Managed], progress: Option<&Progress<'_>>) -> Vec<Managed> {
    let listed = progress.and_then(|progress| progress.managed).unwrap_or(planned);
    let mut managed = listed.to_vec();
    for made in progress.iter().flat_map(|progress| progress.made) {
        match managed.iter_mut().find(|known| known.key == made.key) {
            Some(known) if known.trust.as_ref().is_none_or(|trust| trust.external_id.is_none()) => {
                known.trust = made.trust.clone();
            }
            Some(_) => {}
            None => managed.push(made.clone()),
        }
    }
    managed
}

pub(super) fn refusal(refusal: &Refusal) -> RefusalJson {
    let Refusal { key, account, name, source, op: _, why: _, because_of, help } = refusal;
    RefusalJson {
        provider: key.provider,
        kind: key.kind.name,
        id: key.name.clone(),
        account: account.clone(),
        name: name.clone(),
        why: refusal.reason(),
        help: help.clone(),
        source: place(source),
        because_of: because_of.as_ref().map(place),
    }
}

pub(super) fn row(row: &Unmanaged, descriptions: &Descriptions) -> Row {
    let Unmanaged { key, id, account, not_manageable, named } = row;
    let name = descriptions.name(key, id).map(str::to_owned);
    Row {
        provider: key.provider,
        kind: key.kind.name,
        id: key.name.clone(),
        account: account.clone(),
        name,
        row: id.0.clone(),
        not_manageable: *not_manageable,
        named: *named,
    }
}

pub(super) fn unread(unreadable: &Unreadable) -> UnreadableJson {
    let Unreadable { provider, part, error } = unreadable;
    let (id, account) = match part {
        UnreadPart::Provider => (None, None),
        UnreadPart::Account(account) => (None, Some(account.clone())),
        UnreadPart::Row(key) => (Some(key.name.clone()), None),
    };
    UnreadableJson { provider, id, account, error: error.to_string() }
}

pub(super) fn held(row: &OnHold) -> OnHoldJson {
    let OnHold { key, account, name, source, cause, finding: _ } = row;
    let (reason, until) = match cause {
        HoldCause::Hold { reason, until, past: _ } => (reason.clone(), until.clone()),
        HoldCause::ReadOnly => ("read_only".to_owned(), None),
    };
    OnHoldJson {
        provider: key.provider,
        kind: key.kind.name,
        id: key.name.clone(),
        account: account.clone(),
        name: name.clone(),
        reason,
        until,
        op: crate::render::hold::op_word(row),
        changes: row.changes().map(change).collect(),
        why: row.why(),
        unread: row.is_unread().then_some(true),
        source: place(source),
    }
}

/// Isolated rows with all that there are: as the final listing has them, if that is otherwise than it was.
pub(super) fn isolated_now<'a>(
    planned: &'a [Isolated],
    progress: Option<&Progress<'a>>,
) -> impl Iterator<Item = (&'a Isolated, &'a [Isolated])> {
    let all = match progress.and_then(|progress| progress.report).map(|report| &report.proof) {
        Some(Proof::Differs(left)) => &left.isolated[..],
        _ => planned,
    };
    all.iter().map(move |row| (row, all))
}

pub(super) fn isolated(isolated: &Isolated, all: &[Isolated]) -> IsolatedJson {
    let Isolated { kind, kind_is_known, names, identified: _, id, account, why, marks, named, row: _ } = isolated;
    let tombstone = isolated.tombstone(all).map(|(account, id, kind)| TombstoneJson {
        aws_account_id: account.to_owned(),
        id: id.0.clone(),
        from: vec![kind],
        reason: "one of several rows of one name",
    });
    IsolatedJson {
        provider: kind.provider,
        kind: kind_is_known.then_some(kind.name),
        id: isolated.title().map(str::to_owned),
        row: id.as_ref().map(|id| id.0.clone()),
        account: account.clone(),
        names: names.iter().cloned().collect(),
        why: why.clone(),
        marks: marks.iter().map(|(word, value)| ((*word).to_owned(), value.clone())).collect(),
        named: *named,
        tombstone,
    }
}

pub(super) fn managed(managed: &Managed) -> ManagedJson {
    let Managed { key, account, name, partition, id, trust } = managed;
    let trust = |part: fn(&Trust) -> Option<String>| trust.as_ref().and_then(part);
    ManagedJson {
        provider: key.provider,
        kind: key.kind.name,
        id: key.name.clone(),
        account: account.clone(),
        name: name.clone(),
        partition: partition.clone(),
        row: id.0.clone(),
        role_name: trust(|trust| Some(trust.role_name.clone())),
        external_id: trust(|trust| trust.external_id.clone()),
        trust_policy: managed.trust.as_ref().and_then(|trust| trust.policy.clone()),
    }
}

pub(super) fn health_issues(health_issues: &HealthIssues) -> HealthIssuesJson {
    let HealthIssues { key, account, name, issues } = health_issues;
    HealthIssuesJson {
        provider: key.provider,
        kind: key.kind.name,
        id: key.name.clone(),
        account: account.clone(),
        name: name.clone(),
        issues: issues.clone(),
    }
}
