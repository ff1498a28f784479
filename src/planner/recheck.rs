//! A row as it was re-read, against what was planned for it. Pure; the executor asks, before each write and after each
//! lost answer.

use serde_json::Value;

use super::{comparable, diff};
use crate::model::path::Step;
use crate::model::plan::VendorError;
use crate::model::value::at;
use crate::model::{Action, Change, Desired, FieldChange, Observed, Op, Sources};

/// What to do about an action now.
#[derive(Debug, Clone, PartialEq)]
pub enum Recheck {
    /// As planned.
    Go,
    /// The vendor already has it so.
    AlreadySo,
    /// The row moved since the plan; these are the changes it would need now.
    Stale(Vec<FieldChange>),
    /// The row was to be changed and is gone.
    Vanished,
    /// The row was to be created, and another with the same identity is there; it differs in this.
    Clash(Vec<FieldChange>),
}

/// Judges `action` by the rows that are live under its identity now. `sent` says whether it may have been done already:
/// then a secret, which can never be compared, is no difference.
///
/// # Errors
/// A row cannot be read, or there are several.
pub fn recheck(action: &Action, now: &[Observed], sources: &Sources, sent: bool) -> Result<Recheck, VendorError> {
    let row = match now {
        [] => None,
        [row] => Some(row),
        several => {
            let ids = several.iter().map(|row| row.id.0.as_str()).collect::<Vec<_>>().join(", ");
            let (many, name) = (several.len(), &action.key.name);
            let why = format!(
                "{many} live rows go by the name {name} ({ids}), so none was touched; `heeler plan` lists what tells them apart"
            );
            return Err(VendorError::Unreadable(why));
        }
    };
    let changes_now = |desired: &Desired, live: &Value| diff::diff(desired, Some(live), sources, false).changes;
    Ok(match (&action.op, row) {
        (Op::Create { .. }, None) => Recheck::Go,
        (Op::Create { desired, .. }, Some(row)) => match changes_now(desired, &comparable(row, desired.schema())?) {
            none if none.is_empty() => Recheck::AlreadySo,
            some => Recheck::Clash(some),
        },
        (Op::Update { .. }, None) => Recheck::Vanished,
        (Op::Update { observed, .. }, Some(row)) if observed.id != row.id || observed.key != row.key => {
            Recheck::Vanished
        }
        (Op::Update { desired, changes, .. }, Some(row)) => {
            let is_secret = |change: &FieldChange| matches!(change.change, Change::Secret { .. });
            let (resend, nothing_else) = (changes.iter().any(is_secret), changes.iter().all(is_secret));
            let live = comparable(row, desired.schema())?;
            let now = diff::diff(desired, Some(&live), sources, resend && (!sent || nothing_else)).changes;
            if now.is_empty() {
                Recheck::AlreadySo
            } else if now.iter().eq(changes.iter()) {
                Recheck::Go
            } else {
                Recheck::Stale(now)
            }
        }
        (Op::Delete { .. }, None) => Recheck::AlreadySo,
        (Op::Delete { observed, .. }, Some(row)) if observed.id != row.id || observed.key != row.key => {
            Recheck::Vanished
        }
        (Op::Delete { .. }, Some(_)) => Recheck::Go,
    })
}

/// What the vendor's own answer to a create or an update says otherwise than the config: fields that it shows, with
/// other values, whether they were to change or were as declared before. `later` are those that a create has yet to
/// set. A field that an answer does not show is left to the final listing.
pub fn contradicted(action: &Action, row: &Observed, sources: &Sources, later: &[&str]) -> Vec<FieldChange> {
    let (desired, is_create) = match &action.op {
        Op::Create { desired, .. } => (desired, true),
        Op::Update { desired, .. } => (desired, false),
        Op::Delete { .. } => return Vec::new(),
    };
    let Ok(live) = comparable(row, desired.schema()) else { return Vec::new() };
    let shown = |change: &FieldChange| !leads_to(&live, change.path.steps()).is_null();
    let is_later = |change: &FieldChange| is_create && change.path.top().is_some_and(|top| later.contains(&top));
    let changes = diff::diff(desired, Some(&live), sources, false).changes.into_iter();
    changes.filter(|change| shown(change) && !is_later(change)).collect()
}

/// The value where a path leads, as far as it leads through fields.
fn leads_to<'a>(live: &'a Value, steps: &[Step]) -> &'a Value {
    let fields = steps.iter().map_while(|step| match step {
        Step::Field(name) => Some(name),
        Step::Entry(_) | Step::Index(_) => None,
    });
    fields.fold(live, |value, name| at(value, name))
}
