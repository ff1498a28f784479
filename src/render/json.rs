//! The JSON of plan and apply. These structs are a promise: within `format` 1 fields are only ever added.
//!
//! No secret can reach it: a plan holds only names of variables.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::fields::without;
use super::{Addressed, Scene};
use crate::model::plan::{Gate, Managed, Refusal, Spent, Unmanaged, Unreadable};
use crate::model::{self, Diagnostic, Ending, Op, Outcome, Report, Source, Sources};

/// The format this version writes.
pub const FORMAT: u64 = 1;

/// A plan, and, after apply, what became of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Document {
    /// 1; it changes only when a field changes its meaning or goes.
    format: u64,
    /// `heeler` and its version.
    tool: String,
    /// `plan` or `apply`.
    command: String,
    /// Whether all this happened in a pretend world.
    sandbox: bool,
    /// Whether every provider was read to the end.
    complete: bool,
    /// Whether apply would do all of it: complete, and nothing refused.
    applyable: bool,
    /// The plan's fingerprint.
    digest: String,
    /// Who is addressed, by provider.
    providers: BTreeMap<String, Provider>,
    /// How many of each.
    summary: Summary,
    /// The limits.
    gates: Vec<GateJson>,
    /// In the order they run.
    actions: Vec<Action>,
    /// What no `--expect` file contains: not done.
    held_back: Vec<Action>,
    /// Accounts that are refused while the others go on.
    refusals: Vec<RefusalJson>,
    /// Live accounts that no entry names.
    unmanaged: Vec<Row>,
    /// Tombstones whose row is gone.
    spent: Vec<SpentJson>,
    /// What could not be read.
    unreadable: Vec<UnreadableJson>,
    /// Errors and warnings with places.
    diagnostics: Vec<DiagnosticJson>,
    /// Role, external id and trust policy of every managed live account.
    managed: Vec<ManagedJson>,
    /// After apply: whether a final listing showed no difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    converged: Option<bool>,
}

/// One provider.
#[derive(Debug, Serialize, JsonSchema)]
struct Provider {
    site: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<String>,
    declared: usize,
    live: usize,
}

/// How many of each.
#[derive(Debug, Serialize, JsonSchema)]
struct Summary {
    create: usize,
    update: usize,
    delete: usize,
    unchanged: usize,
    removals: usize,
    unmanaged: usize,
    refused: usize,
    spent: usize,
}

/// One limit.
#[derive(Debug, Serialize, JsonSchema)]
struct GateJson {
    name: String,
    used: usize,
    limit: usize,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

/// One action.
#[derive(Debug, Serialize, JsonSchema)]
struct Action {
    /// `create`, `update` or `delete`.
    op: &'static str,
    provider: &'static str,
    kind: &'static str,
    /// The identity, such as the AWS account id.
    id: String,
    /// The vendor's id of the row; nothing for a create.
    row: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Where it was asked for.
    source: SourceJson,
    /// Why a row is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Field by field.
    changes: Vec<ChangeJson>,
    /// For a delete: the whole row as listed, so that it can be made again by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Value>")]
    deleted: Option<Box<RawValue>>,
    /// After apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<ResultJson>,
}

/// One field.
#[derive(Debug, Serialize, JsonSchema)]
struct ChangeJson {
    path: String,
    /// `add`, `remove` or `set`.
    op: &'static str,
    /// Null where nothing was, and for secrets.
    before: Value,
    /// Null where nothing will be, and for secrets.
    after: Value,
    /// For lists: elements that come.
    #[serde(skip_serializing_if = "Option::is_none")]
    added: Option<Vec<Value>>,
    /// For lists: elements that go.
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<Vec<Value>>,
    /// Whether the value is a secret; then only `env` is told.
    sensitive: bool,
    /// The variable a secret is read from.
    #[serde(skip_serializing_if = "Option::is_none")]
    env: Option<String>,
    /// Whether it stops collection or can break it.
    destructive: bool,
    source: SourceJson,
}

/// A place in a file.
#[derive(Debug, Serialize, JsonSchema)]
struct SourceJson {
    file: String,
    line: usize,
    column: usize,
    /// `defaults`, or `profile NAME`; nothing for the account's own entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<String>,
}

/// What became of an action.
#[derive(Debug, Serialize, JsonSchema)]
struct ResultJson {
    /// `done`, `already`, `failed`, `stale`, `skipped` or `pending`.
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// Of a failed action: whether it may have been done all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    unsure: Option<bool>,
    /// Of a stale one: what it would need now.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<Vec<ChangeJson>>,
    /// The vendor's id, of a row that was made too.
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trust_policy: Option<Value>,
    millis: u64,
}

/// A live row.
#[derive(Debug, Serialize, JsonSchema)]
struct Row {
    provider: &'static str,
    kind: &'static str,
    id: String,
    row: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    foreign: Option<&'static str>,
}

/// An account that is refused.
#[derive(Debug, Serialize, JsonSchema)]
struct RefusalJson {
    provider: &'static str,
    kind: &'static str,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    why: String,
    help: String,
    source: SourceJson,
}

/// A tombstone to take out.
#[derive(Debug, Serialize, JsonSchema)]
struct SpentJson {
    id: String,
    source: SourceJson,
}

/// What could not be read.
#[derive(Debug, Serialize, JsonSchema)]
struct UnreadableJson {
    provider: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    error: String,
}

/// An error or a warning.
#[derive(Debug, Serialize, JsonSchema)]
struct DiagnosticJson {
    severity: &'static str,
    title: String,
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<SourceJson>,
}

/// What an account's AWS side needs.
#[derive(Debug, Serialize, JsonSchema)]
struct ManagedJson {
    provider: &'static str,
    kind: &'static str,
    id: String,
    row: String,
    role_name: String,
    external_id: Option<String>,
    trust_policy: Option<Value>,
}

/// How far an apply has come.
pub struct Progress<'a> {
    /// Actions that have ended, by their index.
    pub outcomes: &'a BTreeMap<usize, Outcome>,
    /// Rows as they were read right before they were deleted, by the action's index.
    pub kept: &'a BTreeMap<usize, Box<RawValue>>,
    /// The end of the run, once it has ended.
    pub report: Option<&'a Report>,
}

/// The document; of an apply as far as it has come.
pub fn document(scene: &Scene<'_>, command: &str, sources: &Sources, progress: Option<&Progress<'_>>) -> Document {
    let plan = scene.plan;
    let model::Plan { actions, held_back, unchanged, counted, unmanaged, spent, refusals, gates, diagnostics, unreadable, managed } = plan;
    let (create, update, delete) = plan.counts();
    let providers = scene.providers.iter().map(|Addressed { name, site, organization, via: _ }| {
        let counts = counted.get(name).copied().unwrap_or_default();
        let provider = Provider { site: site.clone(), organization: organization.clone(), declared: counts.declared, live: counts.live };
        ((*name).to_owned(), provider)
    });
    let refused = !refusals.is_empty() || plan.is_refused() || diagnostics.iter().any(Diagnostic::is_error);
    Document {
        format: FORMAT,
        tool: concat!("heeler ", env!("CARGO_PKG_VERSION")).to_owned(),
        command: command.to_owned(),
        sandbox: scene.sandbox,
        complete: plan.is_complete(),
        applyable: plan.is_complete() && !refused,
        digest: scene.digest.clone(),
        providers: providers.collect(),
        summary: Summary {
            create,
            update,
            delete,
            unchanged: *unchanged,
            removals: plan.removals(),
            unmanaged: unmanaged.len(),
            refused: refusals.len(),
            spent: spent.len(),
        },
        gates: gates.iter().map(gate).collect(),
        actions: actions.iter().enumerate().map(|(index, action)| self::action(index, action, progress)).collect(),
        held_back: held_back.iter().map(|action| self::action(usize::MAX, action, None)).collect(),
        refusals: refusals.iter().map(refusal).collect(),
        unmanaged: unmanaged.iter().map(row).collect(),
        spent: spent.iter().map(|Spent { identity, source }| SpentJson { id: identity.clone(), source: place(source) }).collect(),
        unreadable: unreadable.iter().map(unread).collect(),
        diagnostics: diagnostics.iter().map(|found| diagnostic(found, sources)).collect(),
        managed: managed.iter().map(self::managed).collect(),
        converged: progress.and_then(|progress| progress.report).map(|report| report.is_proved() && refusals.is_empty() && plan.is_complete()),
    }
}

fn action(index: usize, action: &model::Action, progress: Option<&Progress<'_>>) -> Action {
    let model::Action { key, account: _, name, source, op } = action;
    let kept = progress.and_then(|progress| progress.kept.get(&index));
    let (word, reason, deleted) = match op {
        Op::Create { .. } => ("create", None, None),
        Op::Update { .. } => ("update", None, None),
        Op::Delete { observed, warrant } => ("delete", Some(warrant.reason().to_owned()), Some(kept.unwrap_or(&observed.row).clone())),
    };
    Action {
        op: word,
        provider: key.provider,
        kind: key.kind,
        id: key.name.clone(),
        row: action.row().map(|id| id.0.clone()),
        name: name.clone(),
        source: place(source),
        reason,
        changes: action.changes().map(change).collect(),
        deleted,
        result: progress.map(|progress| result(progress.outcomes.get(&index))),
    }
}

fn change(change: &model::FieldChange) -> ChangeJson {
    let model::FieldChange { path, change, removal, source } = change;
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
        destructive: *removal,
        source: place(source),
    }
}

fn result(outcome: Option<&Outcome>) -> ResultJson {
    let Some(Outcome { ending, row, trust, millis }) = outcome else {
        return ResultJson {
            status: "pending",
            error: None,
            unsure: None,
            now: None,
            row: None,
            role_name: None,
            external_id: None,
            trust_policy: None,
            millis: 0,
        };
    };
    let (status, error) = match ending {
        Ending::Done => ("done", None),
        Ending::AlreadySo => ("already", None),
        Ending::Failed { why, fields: _, unsure: _ } => ("failed", Some(why.clone())),
        Ending::Stale(_) => ("stale", Some("it moved since the plan was made".to_owned())),
        Ending::Skipped(why) => ("skipped", Some(why.clone())),
    };
    let trust = trust.as_ref();
    let (unsure, now) = match ending {
        Ending::Failed { unsure, .. } => (Some(*unsure), None),
        Ending::Stale(changes) => (None, Some(changes.iter().map(change).collect())),
        Ending::Done | Ending::AlreadySo | Ending::Skipped(_) => (None, None),
    };
    ResultJson {
        status,
        error,
        unsure,
        now,
        row: row.as_ref().map(|row| row.id.0.clone()),
        role_name: trust.map(|trust| trust.role_name.clone()),
        external_id: trust.and_then(|trust| trust.external_id.clone()),
        trust_policy: trust.and_then(|trust| trust.policy.clone()),
        millis: *millis,
    }
}

fn gate(gate: &Gate) -> GateJson {
    let Gate { name, used, limit, refused } = gate;
    GateJson { name: (*name).to_owned(), used: *used, limit: *limit, ok: refused.is_none(), why: refused.clone() }
}

fn refusal(refusal: &Refusal) -> RefusalJson {
    let Refusal { key, name, source, why, help } = refusal;
    RefusalJson {
        provider: key.provider,
        kind: key.kind,
        id: key.name.clone(),
        name: name.clone(),
        why: why.clone(),
        help: help.clone(),
        source: place(source),
    }
}

fn row(row: &Unmanaged) -> Row {
    let Unmanaged { key, id, account: _, foreign } = row;
    Row { provider: key.provider, kind: key.kind, id: key.name.clone(), row: id.0.clone(), foreign: *foreign }
}

fn unread(unreadable: &Unreadable) -> UnreadableJson {
    let Unreadable { provider, key, error } = unreadable;
    UnreadableJson { provider, id: key.as_ref().map(|key| key.name.clone()), error: error.to_string() }
}

fn managed(managed: &Managed) -> ManagedJson {
    let Managed { key, id, trust: model::Trust { role_name, external_id, policy } } = managed;
    ManagedJson {
        provider: key.provider,
        kind: key.kind,
        id: key.name.clone(),
        row: id.0.clone(),
        role_name: role_name.clone(),
        external_id: external_id.clone(),
        trust_policy: policy.clone(),
    }
}

fn diagnostic(found: &Diagnostic, sources: &Sources) -> DiagnosticJson {
    let Diagnostic { severity: _, title, place: at, label, help, also: _ } = found;
    DiagnosticJson {
        severity: if found.is_error() { "error" } else { "warning" },
        title: title.clone(),
        label: label.clone(),
        help: help.clone(),
        source: at.map(|at| place(&sources.locate(at))),
    }
}

fn place(source: &Source) -> SourceJson {
    let Source { file, line, column, layer } = source;
    SourceJson { file: file.to_string(), line: *line, column: *column, layer: layer.clone() }
}
