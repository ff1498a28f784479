//! What was reviewed is what is applied: plans that were approved, and what of today's plan none of them approved.
//!
//! Of an update each field change is approved by itself, so that two reviewed changes can be applied in one run, a
//! resume needs no new approval, and drift elsewhere blocks nothing; authentication and keyed lists are taken as a
//! whole. A delete is approved with its row. A create is approved as the whole that one plan showed, and to its end:
//! what a run that stopped between its requests has left undone may be set on the row that it made. What it brings back
//! from a trash is part of that whole: what was changed in there since the plan needs a new approval.

mod addressee;
mod plan_file;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

pub use addressee::{Address, Addressee};
pub use plan_file::ApprovalError;
use plan_file::{PlanFile, Recovers};

use super::diff::diff;
use super::lists_as_sets::minus;
use crate::model::path::Step;
use crate::model::schema::BlockSchema;
use crate::model::value::is_void;
use crate::model::{Action, Change, Changes, Desired, FieldChange, Op, Path, Plan, Sources};

/// Everything that plan files approve; without one, nothing.
#[derive(Debug, Default)]
pub struct Approved {
    files: Vec<PlanFile>,
    /// Providers of files that were made for somebody else.
    elsewhere: BTreeSet<String>,
}

impl Approved {
    /// Adds what a plan file approves. `ours` is whom this run addresses.
    ///
    /// # Errors
    /// It is no plan, a failed one, or one for somebody else: it approves nothing.
    pub fn add(&mut self, json: &Value, ours: &Addressee) -> Result<(), ApprovalError> {
        match PlanFile::read(json, ours) {
            Ok(file) => self.files.push(file),
            Err(error) => {
                let is_elsewhere = matches!(error, ApprovalError::Elsewhere { .. });
                let providers = json["providers"].as_object().filter(|_| is_elsewhere).into_iter().flatten();
                self.elsewhere.extend(providers.map(|(provider, _)| provider.clone()));
                return Err(error);
            }
        }
        Ok(())
    }

    /// Whether no file says anything of a provider, while one that approves says something of others. Where no file
    /// approves anything, all of it is held back.
    pub fn leaves_out(&self, provider: &str) -> bool {
        !self.files.is_empty()
            && !self.elsewhere.contains(provider)
            && !self.files.iter().any(|file| file.planned.contains(provider))
    }

    fn has_change(&self, action: &Action, change: &FieldChange) -> bool {
        self.files.iter().any(|file| file.has_change(action, change))
    }

    fn has_create(&self, action: &Action, changes: &[FieldChange]) -> Vec<Recovers<'_>> {
        self.files.iter().filter_map(|file| file.has_create(&action.key, changes)).collect()
    }

    /// Whether this update is what is missing of a create that one file approved: it asks for the same row with the
    /// same fields, and what is live is what the create says or what the vendor sets. A row out of the trash is known
    /// by its id.
    fn completes_create(&self, action: &Action, sources: &Sources) -> bool {
        let Op::Update { desired, observed, changes, matching: _ } = &action.op else { return false };
        if !self.files.iter().any(|file| file.names_create(&action.key)) {
            return false;
        }
        let whole = |desired: &Desired| diff(desired, None, sources, false).changes;
        let untouched = || changes.iter().all(|change| is_unset(&change.path, &change.change, &desired.schema().block));
        let approved = [whole(desired), whole(&desired.without_outputs())];
        let approved = approved.iter().flat_map(|changes| self.has_create(action, changes));
        approved.into_iter().any(|recovers| recovers.row == Some(observed.id.0.as_str()) || untouched())
    }
}

/// Takes out of the plan what nobody approved, and puts it under `held_back`.
pub fn hold_back(approved: &Approved, plan: &mut Plan, sources: &Sources) {
    for action in std::mem::take(&mut plan.actions) {
        let whole = match &action.op {
            Op::Create { desired: _, changes, recovers } => {
                let recovers = Recovers {
                    row: recovers.as_ref().map(|recovered| recovered.row.id.0.as_str()),
                    held: recovers.as_ref().map(|recovered| &recovered.held),
                };
                let changes: Vec<FieldChange> = changes.iter().cloned().collect();
                approved.has_create(&action, &changes).contains(&recovers)
            }
            Op::Update { .. } => approved.completes_create(&action, sources),
            Op::Delete { .. } => approved.files.iter().any(|file| file.has_delete(&action)),
        };
        match &action.op {
            _ if whole => plan.actions.push(action),
            Op::Update { desired, observed, changes, matching } => {
                let held = held_paths(&action, approved, &desired.schema().block);
                let below = |change: &&FieldChange| held.iter().any(|path| path.covers(&change.path));
                let (held_changes, kept): (Vec<_>, Vec<_>) = changes.iter().partition(below);
                let update = |changes: Vec<&FieldChange>, desired: Arc<Desired>| {
                    let changes = Changes::new(changes.into_iter().cloned().collect())?;
                    let op = Op::Update { desired, observed: observed.clone(), changes, matching: *matching };
                    Some(Action { op, ..action.clone() })
                };
                plan.held_back.extend(update(held_changes, desired.clone()));
                plan.actions.extend(update(kept, Arc::new(without(desired, &held))));
            }
            Op::Create { .. } | Op::Delete { .. } => plan.held_back.push(action),
        }
    }
}

/// Whether nobody but this create can have set what is live: it is nothing, what the vendor sets by itself, or a part
/// of a list that the create says whole.
fn is_unset(path: &Path, change: &Change, block: &BlockSchema) -> bool {
    match change {
        Change::Set { before, after: _ } => {
            is_void(before) || before == "" || block.default_at(path).is_some_and(|default| default.is(before))
        }
        Change::Elements { before, after } => minus(before, after).is_empty(),
        Change::Output { .. } | Change::Secret { env: _ } => false,
    }
}

/// Where something is held back: the field, or the smallest thing around it that only makes sense as a whole.
fn held_paths(action: &Action, approved: &Approved, block: &BlockSchema) -> Vec<Path> {
    let unapproved = action.changes().filter(|change| !approved.has_change(action, change));
    unapproved.map(|change| whole_around(&change.path, block)).collect()
}

fn whole_around(path: &Path, block: &BlockSchema) -> Path {
    let fields = path.steps().iter().take_while(|step| matches!(step, Step::Field(_)));
    let mut around = Path::root();
    for step in fields {
        around = around.then(step.clone());
        if block.is_authentication(&around) {
            return around;
        }
    }
    around
}

/// The account without what is held back: neither compared nor sent.
fn without(desired: &Desired, held: &[Path]) -> Desired {
    let node = held.iter().fold(desired.node.clone(), |node, path| {
        let names: Vec<&str> = path
            .steps()
            .iter()
            .filter_map(|step| if let Step::Field(name) = step { Some(&**name) } else { None })
            .collect();
        node.without(&names)
    });
    Desired { node, ..desired.clone() }
}
