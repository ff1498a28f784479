//! From drift to the part of the JSON that only drift has. Around it stands the document of
//! the plan that would put things right.

use serde_json::Value;

use super::action::elements;
use super::format::{Counts, Document, DriftJson, DriftedJson, FieldJson, RefusedJson};
use super::{document, place};
use crate::model::drift::{Class, Drifted, Refused};
use crate::model::{Change, Diagnostic, Drift, FieldChange, Sources};
use crate::render::PlanView;
use crate::render::fields::without;

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
        refused: refused
            .as_ref()
            .map(|Refused { why, help, read_only: _ }| RefusedJson { why: why.clone(), help: help.clone() }),
    }
}

fn field(change: &FieldChange) -> Option<FieldJson> {
    let FieldChange { path, change, effect: _, source, element_sources } = change;
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
    Some(FieldJson {
        path: path.to_string(),
        live,
        declared,
        only_live,
        only_declared,
        source: place(source),
        element_sources: elements(element_sources),
    })
}
