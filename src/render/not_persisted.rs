//! Changes that were accepted and are not there in the final listing: what was wanted, and what is there.

use std::collections::BTreeMap;

use serde_json::Value;

use super::escape_untrusted::escaped_line;
use super::fields::pending;
use super::style::{BAD, FAINT, paint};
use super::value_words::told_apart;
use crate::model::value::inline;
use crate::model::{Action, Change, FieldChange, Key, Outcome, Plan, Status};

/// What was accepted and is nevertheless not so.
pub(super) fn did_not_stick(left: &Plan, plan: &Plan, outcomes: &[Outcome]) -> String {
    let mut out = String::new();
    for NotPersisted { action, fields } in not_persisted(left, plan, outcomes) {
        let place = escaped_line(&format!("{}:{}", action.source.file, action.source.line));
        out.push_str(&format!(
            "\n{} accepted but did not stick: {}  {}\n",
            paint(BAD, "x"),
            escaped_line(&plan.names.name(&action.key)),
            paint(FAINT, &place)
        ));
        if fields.is_empty() {
            out.push_str("    it was deleted, but is still listed\n");
        }
        for NotPersistedField { path, wanted, got, is_kept } in fields {
            out.push_str(&format!(
                "    {}: wanted {}, got {}\n",
                escaped_line(&path),
                escaped_line(&wanted),
                escaped_line(&got)
            ));
            if is_kept {
                out.push_str(&format!("      {}\n", escaped_line(&kept_so(&got))));
            }
        }
    }
    out
}

/// What to do where the vendor keeps a value in a form of its own.
pub fn kept_so(got: &str) -> String {
    format!(
        "the vendor keeps it so, and running it again does not change that: write {got}, or take the field out of the config"
    )
}

/// An action that was accepted, and what of it did not stick; of a delete, nothing but that.
pub struct NotPersisted<'a> {
    /// What is still to be done.
    pub action: &'a Action,
    /// Field by field.
    pub fields: Vec<NotPersistedField>,
}

/// A field that was accepted and did not stick.
pub struct NotPersistedField {
    /// Which.
    pub path: String,
    /// As the config has it.
    pub wanted: String,
    /// As the final listing has it.
    pub got: String,
    /// Whether the vendor keeps it so, and no run will change that.
    pub is_kept: bool,
}

/// Of what is left, the actions that were accepted.
pub fn not_persisted<'a>(left: &'a Plan, plan: &Plan, outcomes: &[Outcome]) -> Vec<NotPersisted<'a>> {
    let accepted: BTreeMap<&Key, (&Action, &Outcome)> = plan
        .actions
        .iter()
        .zip(outcomes)
        .filter(|(_, outcome)| matches!(outcome.status, Status::Done | Status::NotInTrash | Status::Differs(_)))
        .map(|(action, outcome)| (&action.key, (action, outcome)))
        .collect();
    let not_persisted = left.actions.iter().filter_map(|action| {
        let (planned, outcome) = accepted.get(&action.key)?;
        Some(NotPersisted { action, fields: action.changes().map(|change| field(change, planned, outcome)).collect() })
    });
    not_persisted.collect()
}

fn field(change: &FieldChange, planned: &Action, outcome: &Outcome) -> NotPersistedField {
    let (got, wanted) = sides(&change.change);
    // What was not sent, another run sends.
    let was_sent = planned.changes().any(|planned| planned.path == change.path);
    let answered_so = was_sent
        && matches!(&outcome.status, Status::Differs(changes) if changes.iter().any(|said| said.change == change.change && said.path == change.path));
    // Where the answer does not tell, a value that is neither the old one nor the wanted one does.
    let before = planned.changes().find(|planned| planned.path == change.path).map(|planned| sides(&planned.change).0);
    let became_other = outcome.row.is_none() && before.is_some_and(|before| before != got);
    NotPersistedField { path: change.path.to_string(), wanted, got, is_kept: answered_so || became_other }
}

/// Before and after, on one line each.
fn sides(change: &Change) -> (String, String) {
    match change {
        Change::Set { before, after } => inlined(before, after),
        Change::Elements { before, after } => {
            let (before, after) = inlined(&before.clone().into(), &after.clone().into());
            (format!("[{before}]"), format!("[{after}]"))
        }
        Change::Output { before, from: _, after: Some(after) } => inlined(before, after),
        Change::Output { before, from, after: None } => (inline(before), pending(from)),
        Change::Secret { env } => ("(secret)".to_owned(), format!("the value of {env}")),
    }
}

fn inlined(before: &Value, after: &Value) -> (String, String) {
    let (before, after) = told_apart(before, after);
    (inline(&before), inline(&after))
}
