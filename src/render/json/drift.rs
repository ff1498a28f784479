//! The part of the JSON that only drift has: its frozen structs, and the way there. Around it stands the document of
//! the plan that would put things right.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::format::{Document, SourceJson};
use super::{document, place};
use crate::model::drift::{Class, Drifted, Refused};
use crate::model::{Change, Diagnostic, Drift, FieldChange, Sources};
use crate::render::PlanView;
use crate::render::fields::without;

/// What no longer matches.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DriftJson {
    /// Whether everything was read, and nothing that counts differs.
    pub(super) in_sync: bool,
    /// The same drift has the same fingerprint. Null if nothing that counts drifted, or not everything could be read.
    pub(super) fingerprint: Option<String>,
    /// How many of each class.
    pub(super) counts: Counts,
    /// Every account that does not match, by class and identity.
    pub(super) items: Vec<DriftedJson>,
}

/// How many of each class.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Counts {
    pub(super) changed: usize,
    pub(super) missing: usize,
    pub(super) lingering: usize,
    /// Whether they count or not.
    pub(super) unmanaged: usize,
    /// Providers and single accounts that could not be read: see `unreadable` beside `drift`.
    pub(super) unreadable: usize,
}

/// One account that does not match.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DriftedJson {
    /// `changed`, `missing`, `lingering` or `unmanaged`.
    pub(super) class: &'static str,
    /// Whether it makes the run exit 2.
    pub(super) counts: bool,
    pub(super) provider: &'static str,
    pub(super) kind: &'static str,
    /// The identity, such as the AWS account id.
    pub(super) id: String,
    /// The AWS account, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<String>,
    /// The vendor's id of the row; nothing if it is missing.
    pub(super) row: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// Whether an entry names its AWS account all the same, but not for this provider; only of what is unmanaged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) named: Option<bool>,
    /// Where the config speaks of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<SourceJson>,
    /// Why it should be gone, as the config says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    /// Field by field. Secrets are never compared, so they are not among them.
    pub(super) fields: Vec<FieldJson>,
    /// The vendor's id of the deleted row that apply would bring back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) recovers: Option<String>,
    /// Why apply would not put it right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refused: Option<RefusedJson>,
}

/// One field.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FieldJson {
    pub(super) path: String,
    /// What the vendor lists; null where there is nothing.
    pub(super) live: Value,
    /// What the config says; null where it wants nothing there.
    pub(super) declared: Value,
    /// For lists: elements that only the vendor has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) only_live: Option<Vec<Value>>,
    /// For lists: elements that only the config has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) only_declared: Option<Vec<Value>>,
    /// Where it is declared.
    pub(super) source: SourceJson,
}

/// Why apply would not put an account right.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RefusedJson {
    pub(super) why: String,
    /// What to do instead.
    pub(super) help: String,
}

/// The document of a drift run.
pub fn drift_document(view: &PlanView<'_>, drift: &Drift, sources: &Sources) -> Document {
    let [changed, missing, lingering, unmanaged] = Class::ALL.map(|class| drift.count(class));
    let Drift { items, fingerprint } = drift;
    let valid = !view.plan.diagnostics.iter().any(Diagnostic::is_error);
    let drift = DriftJson {
        in_sync: valid && view.plan.all_rows_read() && !drift.any(),
        fingerprint: fingerprint.clone(),
        counts: Counts { changed, missing, lingering, unmanaged, unreadable: view.plan.unreadable.len() },
        items: items.iter().map(drifted).collect(),
    };
    Document { drift: Some(drift), ..document(view, "drift", sources, None) }
}

fn drifted(item: &Drifted) -> DriftedJson {
    let Drifted { class, key, account, name, row, source, reason, changes, trashed, refused, named, counts } = item;
    DriftedJson {
        class: class.word(),
        counts: *counts,
        provider: key.provider,
        kind: key.kind.name,
        id: key.name.clone(),
        account: account.clone(),
        row: row.as_ref().map(|row| row.0.clone()),
        name: name.clone(),
        named: named.then_some(true),
        source: source.as_ref().map(place),
        reason: reason.clone(),
        fields: changes.iter().filter_map(field).collect(),
        recovers: trashed.as_ref().map(|row| row.0.clone()),
        refused: refused.as_ref().map(|Refused { why, help }| RefusedJson { why: why.clone(), help: help.clone() }),
    }
}

fn field(change: &FieldChange) -> Option<FieldJson> {
    let FieldChange { path, change, disruption: _, source } = change;
    let (live, declared, lists) = match change {
        Change::Set { before, after } => (before.clone(), after.clone(), None),
        Change::Elements { before, after } => (
            Value::from(before.clone()),
            Value::from(after.clone()),
            Some((without(before, after), without(after, before))),
        ),
        Change::Output { before, from: _, after: Some(after) } => (before.clone(), after.clone(), None),
        Change::Output { after: None, .. } | Change::Secret { env: _ } => return None,
    };
    let (only_live, only_declared) = lists.unzip();
    Some(FieldJson { path: path.to_string(), live, declared, only_live, only_declared, source: place(source) })
}
