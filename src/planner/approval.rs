//! What was reviewed is what is applied: plans that were approved, and what of today's plan none of them approved.
//!
//! Approval is per field change, so that two reviewed changes can be applied in one run, a resume needs no new approval, and drift
//! elsewhere blocks nothing. A create or a delete is approved as a whole, authentication too, and so is a keyed list.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use thiserror::Error;

use super::diff::canonical;
use crate::model::path::Step;
use crate::model::shape::Block;
use crate::model::{Action, Change, Changes, Desired, FieldChange, Node, Op, Path, Plan};

/// Everything that some plan file approved.
#[derive(Debug, Clone, Default)]
pub struct Approved {
    units: BTreeSet<String>,
}

/// A file that approves nothing.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ApprovalError {
    /// It is no plan.
    #[error("it is not the JSON of `heeler plan --json`")]
    NotAPlan,
    /// It has another format.
    #[error("it has format {0}, and this heeler reads format 1")]
    Format(u64),
    /// It was made against somebody else.
    #[error("it was made for {theirs}, and this run is for {ours}")]
    Elsewhere {
        /// Who the file speaks of.
        theirs: String,
        /// Who this run addresses.
        ours: String,
    },
}

#[derive(Deserialize)]
struct File {
    format: u64,
    sandbox: bool,
    providers: Value,
    actions: Vec<FileAction>,
}

#[derive(Deserialize)]
struct FileAction {
    op: String,
    provider: String,
    kind: String,
    id: String,
    row: Option<String>,
    #[serde(default)]
    recovers: Option<String>,
    #[serde(default)]
    how: Option<Value>,
    changes: Vec<FileChange>,
}

#[derive(Deserialize)]
struct FileChange {
    path: String,
    before: Value,
    after: Value,
    env: Option<String>,
}

/// Whom a run addresses, as far as a plan file says: `sandbox`, or each provider's site and organization.
pub fn addressed(sandbox: bool, providers: &Value) -> String {
    if sandbox {
        return "the sandbox".to_owned();
    }
    let said = providers.as_object().into_iter().flatten().map(|(name, provider)| {
        let word = |field: &str| provider[field].as_str().unwrap_or_default().to_owned();
        [name.clone(), word("site"), word("organization")].join(" ").trim_end().to_owned()
    });
    said.collect::<Vec<_>>().join(", ")
}

impl Approved {
    /// Adds what a plan file approves. `ours` is what [`addressed`] says of this run.
    ///
    /// # Errors
    /// It is no plan, or one for somebody else.
    pub fn add(&mut self, json: &Value, ours: &str) -> Result<(), ApprovalError> {
        if let Some(format) = json["format"].as_u64().filter(|format| *format != 1) {
            return Err(ApprovalError::Format(format));
        }
        let file = File::deserialize(json).map_err(|_| ApprovalError::NotAPlan)?;
        let theirs = addressed(file.sandbox, &file.providers);
        if file.format != 1 || theirs != ours {
            return Err(ApprovalError::Elsewhere { theirs, ours: ours.to_owned() });
        }
        for FileAction { op, provider, kind, id, row, recovers, how, changes } in &file.actions {
            let head = json!([op, provider, kind, id, row, recovers, how]);
            self.units.insert(head.to_string());
            for FileChange { path, before, after, env } in changes {
                self.units.insert(unit(&head, path, before, after, env.as_deref()));
            }
        }
        Ok(())
    }

    fn approves(&self, action: &Action, change: &FieldChange) -> bool {
        let head = head(action);
        let path = change.path.to_string();
        let unit = match &change.change {
            Change::Set { before, after } => unit(&head, &path, before, after, None),
            Change::Elements { before, after } => unit(&head, &path, &json!(before), &json!(after), None),
            Change::Secret { env } => unit(&head, &path, &Value::Null, &Value::Null, Some(env)),
        };
        self.units.contains(&unit)
    }

    fn approves_whole(&self, action: &Action) -> bool {
        self.units.contains(&head(action).to_string()) && action.changes().all(|change| self.approves(action, change))
    }
}

fn head(action: &Action) -> Value {
    let op = match action.op {
        Op::Create { .. } => "create",
        Op::Update { .. } => "update",
        Op::Delete { .. } => "delete",
    };
    let recovers = action.recovers().map(|row| row.id.0.as_str());
    json!([op, action.key.provider, action.key.kind, action.key.name, action.row().map(|id| id.0.as_str()), recovers, action.how().map(Node::json)])
}

fn unit(head: &Value, path: &str, before: &Value, after: &Value, env: Option<&str>) -> String {
    json!([head, path, canonical(before), canonical(after), env]).to_string()
}

/// Takes out of the plan what nobody approved, and puts it under `held_back`.
pub fn hold_back(approved: &Approved, plan: &mut Plan) {
    for action in std::mem::take(&mut plan.actions) {
        match &action.op {
            Op::Update { desired, observed, changes, matching } => {
                let held = held_paths(&action, approved, &desired.shape.block);
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
            _ if approved.approves_whole(&action) => plan.actions.push(action),
            _ => plan.held_back.push(action),
        }
    }
}

/// Where something is held back: the field, or the smallest thing around it that only makes sense as a whole.
fn held_paths(action: &Action, approved: &Approved, block: &Block) -> Vec<Path> {
    let unapproved = action.changes().filter(|change| !approved.approves(action, change));
    unapproved.map(|change| whole_around(&change.path, block)).collect()
}

fn whole_around(path: &Path, block: &Block) -> Path {
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
        let names: Vec<&str> = path.steps().iter().filter_map(|step| if let Step::Field(name) = step { Some(&**name) } else { None }).collect();
        node.without(&names)
    });
    Desired { node, ..desired.clone() }
}
