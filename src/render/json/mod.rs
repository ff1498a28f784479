//! The JSON of plan, apply and drift: from what is known to the frozen structs of [`format`].
//!
//! No secret can reach it: a plan holds only names of variables.

mod comparison;
mod drift;
pub mod format;
mod writing;

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;

pub use drift::drift_document;
use format::{
    Action, ChangeJson, DiagnosticJson, HealthIssuesJson, IsolatedJson, LimitCheckJson, ManagedJson, ObsoleteTombstoneJson, OnHoldJson, Provider,
    RefusalJson, ResultJson, Row, SourceJson, Summary, TombstoneJson, UnreadableJson,
};
pub use format::{Document, FORMAT};
pub use writing::{text, write};

use super::fields::without;
use super::report::{NOT_IN_TRASH, WITHHELD};
use super::{Addressed, PlanView};
use crate::model::described::Descriptions;
use crate::model::plan::{HealthIssues, LimitCheck, Managed, ObsoleteTombstone, OnHold, Refusal, Unmanaged, Unreadable};
use crate::model::{self, Diagnostic, Isolated, Op, Outcome, Proof, Report, Source, Sources, Status};

/// How far an apply has come.
pub struct Progress<'a> {
    /// Actions that have ended, by their index.
    pub outcomes: &'a BTreeMap<usize, Outcome>,
    /// Rows as they were read right before they were deleted, by the action's index.
    pub kept: &'a BTreeMap<usize, Box<RawValue>>,
    /// Managed accounts that were made so far: the plan's listing could not hold them.
    pub made: &'a [Managed],
    /// The end of the run, once it has ended.
    pub report: Option<&'a Report>,
    /// Every managed live account of the final listing, if there was one.
    pub managed: Option<&'a [Managed]>,
}

/// The document; of an apply as far as it has come.
pub fn document(view: &PlanView<'_>, command: &str, sources: &Sources, progress: Option<&Progress<'_>>) -> Document {
    let plan = view.plan;
    let model::Plan {
        actions,
        held_back,
        on_hold,
        unchanged,
        left_out,
        row_counts: counted,
        unmanaged,
        obsolete_tombstones: obsolete,
        refusals,
        limit_checks: checks,
        diagnostics,
        unreadable,
        isolated,
        managed,
        descriptions,
        health_issues,
    } = plan;
    let (create, update, delete) = plan.counts();
    let providers = view.providers.iter().map(|Addressed { name, site, base, organization, via: _ }| {
        let counts = counted.get(name).copied().unwrap_or_default();
        let provider =
            Provider { site: site.clone(), base: base.clone(), organization: organization.clone(), declared: counts.declared, live: counts.live };
        ((*name).to_owned(), provider)
    });
    let origin = |index: usize| view.comparison.as_ref()?.origins.get(index).copied().map(comparison::origin);
    let refused = !refusals.is_empty() || plan.is_refused() || diagnostics.iter().any(Diagnostic::is_error);
    Document {
        format: FORMAT,
        tool: concat!("heeler ", env!("CARGO_PKG_VERSION")).to_owned(),
        command: command.to_owned(),
        sandbox: view.sandbox,
        complete: plan.all_listings_read(),
        applyable: plan.all_listings_read() && !refused,
        digest: view.digest.clone(),
        providers: providers.collect(),
        left_out: left_out.keys().copied().collect(),
        summary: Summary {
            create,
            update,
            delete,
            unchanged: *unchanged,
            disruptive: plan.disruptive(),
            unmanaged: unmanaged.len(),
            refused: refusals.len(),
            obsolete_tombstones: obsolete.len(),
            unread: plan.unread().count(),
            isolated: isolated_now(isolated, progress).count(),
        },
        limits: checks.iter().map(limit_check).collect(),
        actions: actions
            .iter()
            .enumerate()
            .map(|(index, action)| Action { origin: origin(index), ..self::action(index, action, progress) })
            .collect(),
        held_back: held_back.iter().map(|action| self::action(usize::MAX, action, None)).collect(),
        on_hold: on_hold.iter().map(held).collect(),
        refusals: refusals.iter().map(refusal).collect(),
        unmanaged: unmanaged.iter().map(|unmanaged| row(unmanaged, descriptions)).collect(),
        obsolete_tombstones: obsolete
            .iter()
            .map(|ObsoleteTombstone { identity, source }| ObsoleteTombstoneJson { id: identity.clone(), source: place(source) })
            .collect(),
        unreadable: unreadable.iter().map(unread).collect(),
        isolated: isolated_now(isolated, progress).map(|(row, all)| self::isolated(row, all)).collect(),
        diagnostics: diagnostics.iter().map(|found| diagnostic(found, sources)).collect(),
        managed: managed_now(managed, progress).iter().map(self::managed).collect(),
        comparison: view.comparison.as_ref().map(comparison::comparison),
        health_issues: health_issues.iter().map(self::health_issues).collect(),
        converged: progress.and_then(|progress| progress.report).map(|report| report.has_converged(plan)),
        proof: progress.and_then(|progress| progress.report).map(|report| proof(&report.proof)),
        error: None,
        drift: None,
    }
}

/// Every managed live account, those just created included. What the vendor tells once only is known from the action that made it.
fn managed_now(planned: &[Managed], progress: Option<&Progress<'_>>) -> Vec<Managed> {
    let listed = progress.and_then(|progress| progress.managed).unwrap_or(planned);
    let mut managed = listed.to_vec();
    for made in progress.iter().flat_map(|progress| progress.made) {
        match managed.iter_mut().find(|known| known.key == made.key) {
            Some(known) if known.trust.external_id.is_none() => known.trust = made.trust.clone(),
            Some(_) => {}
            None => managed.push(made.clone()),
        }
    }
    managed
}

fn proof(proof: &Proof) -> &'static str {
    match proof {
        Proof::Converged => "as_planned",
        Proof::Differs(_) => "differs",
        Proof::Unreadable(_) => "unreadable",
        Proof::Stopped => "stopped",
        Proof::NotNeeded => "not_needed",
    }
}

/// A run that came to nothing: what is wrong with the config, or why it could not do its work. It approves nothing.
pub fn failed(command: &str, error: Option<String>, diagnostics: &[Diagnostic], sources: &Sources) -> Document {
    let plan = model::Plan { diagnostics: diagnostics.to_vec(), ..model::Plan::default() };
    let document = document(&PlanView::new(&plan, Vec::new(), false, String::new()), command, sources, None);
    Document { complete: false, applyable: false, error, ..document }
}

fn action(index: usize, action: &model::Action, progress: Option<&Progress<'_>>) -> Action {
    let model::Action { key, account, name, source, op } = action;
    let kept = progress.and_then(|progress| progress.kept.get(&index));
    let (word, reason, deleted) = match op {
        Op::Create { .. } => ("create", None, None),
        Op::Update { .. } => ("update", None, None),
        Op::Delete { observed, reason: warrant, consequence: _, description: _ } => {
            ("delete", Some(warrant.reason().to_owned()), Some(kept.unwrap_or(&observed.row).clone()))
        }
    };
    Action {
        op: word,
        provider: key.provider,
        kind: key.kind,
        id: key.name.clone(),
        account: account.clone(),
        row: action.row().map(|id| id.0.clone()),
        recovers: action.recovers().map(|row| row.id.0.clone()),
        how: action.tombstone_block().map(model::Node::json),
        name: name.clone(),
        source: place(source),
        origin: None,
        reason,
        changes: action.changes().map(change).collect(),
        deleted,
        result: progress.map(|progress| result(progress.outcomes.get(&index))),
    }
}

fn change(change: &model::FieldChange) -> ChangeJson {
    let model::FieldChange { path, change, disruption, source } = change;
    let (before, after, lists, env) = match change {
        model::Change::Set { before, after } => (before.clone(), after.clone(), None, None),
        model::Change::Elements { before, after } => {
            (Value::from(before.clone()), Value::from(after.clone()), Some((without(after, before), without(before, after))), None)
        }
        model::Change::Secret { env } => (Value::Null, Value::Null, None, Some(env.clone())),
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
        disruptive: disruption.is_some(),
        source: place(source),
    }
}

fn result(outcome: Option<&Outcome>) -> ResultJson {
    let Some(Outcome { status: outcome_status, row, trust, millis }) = outcome else {
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
        Status::Done | Status::AlreadySo | Status::NotInTrash | Status::Skipped(_) | Status::Withheld { .. } => (None, None),
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
        millis: *millis,
    }
}

fn limit_check(check: &LimitCheck) -> LimitCheckJson {
    let LimitCheck { name, used, limit, refused } = check;
    LimitCheckJson { name: (*name).to_owned(), used: *used, limit: *limit, ok: refused.is_none(), why: refused.clone() }
}

fn refusal(refusal: &Refusal) -> RefusalJson {
    let Refusal { key, account, name, source, op: _, why, help } = refusal;
    RefusalJson {
        provider: key.provider,
        kind: key.kind,
        id: key.name.clone(),
        account: account.clone(),
        name: name.clone(),
        why: why.clone(),
        help: help.clone(),
        source: place(source),
    }
}

fn row(row: &Unmanaged, descriptions: &Descriptions) -> Row {
    let Unmanaged { key, id, account, not_manageable, named } = row;
    let name = descriptions.name(key, id).map(str::to_owned);
    Row {
        provider: key.provider,
        kind: key.kind,
        id: key.name.clone(),
        account: account.clone(),
        name,
        row: id.0.clone(),
        not_manageable: *not_manageable,
        named: *named,
    }
}

fn unread(unreadable: &Unreadable) -> UnreadableJson {
    let Unreadable { provider, key, error } = unreadable;
    UnreadableJson { provider, id: key.as_ref().map(|key| key.name.clone()), error: error.to_string() }
}

fn held(row: &OnHold) -> OnHoldJson {
    let OnHold { key, account, name, source, reason, until, action, why } = row;
    OnHoldJson {
        provider: key.provider,
        kind: key.kind,
        id: key.name.clone(),
        account: account.clone(),
        name: name.clone(),
        reason: reason.clone(),
        until: until.clone(),
        op: super::hold::op_word(row),
        changes: action.iter().flat_map(|action| action.changes()).map(change).collect(),
        why: why.clone(),
        source: place(source),
    }
}

/// Isolated rows with all that there are: as the final listing has them, if that is otherwise than it was.
fn isolated_now<'a>(planned: &'a [Isolated], progress: Option<&Progress<'a>>) -> impl Iterator<Item = (&'a Isolated, &'a [Isolated])> {
    let all = match progress.and_then(|progress| progress.report).map(|report| &report.proof) {
        Some(Proof::Differs(left)) => &left.isolated[..],
        _ => planned,
    };
    all.iter().map(move |row| (row, all))
}

fn isolated(isolated: &Isolated, all: &[Isolated]) -> IsolatedJson {
    let Isolated { provider, kind, names, identified: _, id, account, why, marks, named, row: _ } = isolated;
    let tombstone = isolated.tombstone(all).map(|(account, id, provider)| TombstoneJson {
        aws_account_id: account.to_owned(),
        id: id.0.clone(),
        from: vec![provider],
        reason: "one of several rows of one name",
    });
    IsolatedJson {
        provider,
        kind: *kind,
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

fn managed(managed: &Managed) -> ManagedJson {
    let Managed { key, account, name, partition, id, trust: model::Trust { role_name, external_id, policy } } = managed;
    ManagedJson {
        provider: key.provider,
        kind: key.kind,
        id: key.name.clone(),
        account: account.clone(),
        name: name.clone(),
        partition: partition.clone(),
        row: id.0.clone(),
        role_name: role_name.clone(),
        external_id: external_id.clone(),
        trust_policy: policy.clone(),
    }
}

fn health_issues(health_issues: &HealthIssues) -> HealthIssuesJson {
    let HealthIssues { key, account, name, issues } = health_issues;
    HealthIssuesJson {
        provider: key.provider,
        kind: key.kind,
        id: key.name.clone(),
        account: account.clone(),
        name: name.clone(),
        issues: issues.clone(),
    }
}

fn diagnostic(found: &Diagnostic, sources: &Sources) -> DiagnosticJson {
    let Diagnostic { severity: _, title, place: at, label, help, also: _, reach, said_when: _ } = found;
    DiagnosticJson {
        severity: if found.is_error() { "error" } else { "warning" },
        title: title.clone(),
        label: label.clone(),
        concerns: reach.words(),
        help: help.clone(),
        source: at.map(|at| place(&sources.locate(at))),
    }
}

fn place(source: &Source) -> SourceJson {
    let Source { file, line, column, layer } = source;
    SourceJson { file: file.to_string(), line: *line, column: *column, layer: layer.clone() }
}
