//! One plan file: what it planned and approves, or why it approves nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};
use thiserror::Error;

use super::addressee::{Address, Addressee};
use crate::model::report::REPORT_FORMAT;
use crate::model::{Action, Change, FieldChange, Key, Node};
use crate::planner::digest::output_json;
use crate::planner::lists_as_sets::canonical;

/// Why a file approves nothing.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ApprovalError {
    /// It is no report of heeler's.
    #[error("it is not the JSON of `heeler plan --json`")]
    NotAPlan,
    /// It is the report of another command.
    #[error("it is the report of `heeler {0}`, and only a plan approves anything")]
    OtherCommand(String),
    /// It has another format.
    #[error("it has format {0}, and this heeler reads format {REPORT_FORMAT}: plan again with this version")]
    Format(u64),
    /// The plan in it failed.
    #[error("it is the report of a plan that failed")]
    Failed,
    /// It was over a limit, so nobody may apply it.
    #[error("it was refused: its {0} exceed a limit; have the exact number confirmed, and plan again")]
    OverLimit(String),
    /// Nothing in it was read to the end.
    #[error("no provider in it was read to the end")]
    Unread,
    /// It was made against somebody else.
    #[error("it was made for {theirs}, and this run is for {ours}")]
    Elsewhere {
        /// Whom the file speaks of.
        theirs: String,
        /// Whom this run addresses.
        ours: String,
    },
}

/// A plan that was approved.
#[derive(Debug)]
pub struct PlanFile {
    /// The providers that it planned from a complete reading, with no actions too.
    pub planned: BTreeSet<String>,
    /// Deletes, and the field changes of updates.
    units: BTreeSet<String>,
    creates: BTreeMap<String, Create>,
}

/// A create as it was approved: all of it, and nothing else.
#[derive(Debug)]
struct Create {
    recovers: Option<String>,
    in_trash: Option<Value>,
    changes: BTreeSet<String>,
}

impl PlanFile {
    /// Reads what a file says.
    ///
    /// # Errors
    /// It is no plan, a failed one, or one for somebody else.
    pub fn read(json: &Value, ours: &Addressee) -> Result<Self, ApprovalError> {
        let Document { sandbox, providers, actions, unreadable, limits } = document(json)?;
        let theirs = Addressee { sandbox, providers };
        if let Some(difference) = ours.difference(&theirs) {
            return Err(ApprovalError::Elsewhere { theirs: theirs.words(difference), ours: ours.words(difference) });
        }
        if let Some(limit) = limits.into_iter().find(|limit| !limit.ok) {
            return Err(ApprovalError::OverLimit(limit.name));
        }
        let unread: BTreeSet<String> =
            unreadable.into_iter().filter(Unread::is_whole_provider).map(|unread| unread.provider).collect();
        let planned: BTreeSet<String> =
            theirs.providers.into_keys().filter(|provider| !unread.contains(provider)).collect();
        if planned.is_empty() {
            return Err(ApprovalError::Unread);
        }
        let mut file = PlanFile { planned, units: BTreeSet::new(), creates: BTreeMap::new() };
        actions.into_iter().for_each(|action| file.add(action));
        Ok(file)
    }

    fn add(&mut self, action: FileAction) {
        let FileAction { op, provider, kind, id, row, recovers, in_trash, how, changes } = action;
        if !self.planned.contains(&provider) {
            return;
        }
        let change = |FileChange { path, before, after, env, from }| match from {
            Some(from) => json!([path, canonical(&before), { "from": from }]).to_string(),
            None => unit(&path, &before, &after, env.as_deref()),
        };
        let changes = changes.into_iter().map(change);
        if op == "create" {
            let create = Create { recovers, in_trash, changes: changes.collect() };
            self.creates.insert(json!([provider, kind, id]).to_string(), create);
            return;
        }
        let head = json!([op, provider, kind, id, row, how]);
        self.units.extend(changes.map(|change| json!([head, change]).to_string()));
        self.units.insert(head.to_string());
    }

    /// Whether it has this change of an update.
    pub fn has_change(&self, action: &Action, change: &FieldChange) -> bool {
        self.units.contains(&json!([head("update", action), unit_of(change)]).to_string())
    }

    /// Whether it has this delete.
    pub fn has_delete(&self, action: &Action) -> bool {
        self.units.contains(&head("delete", action).to_string())
    }

    /// Whether it has a create of this row, whatever it says.
    pub fn names_create(&self, key: &Key) -> bool {
        self.creates.contains_key(&create_of(key))
    }

    /// Whether it has a create of this row, and one that says these fields and no others.
    pub fn has_create(&self, key: &Key, changes: &[FieldChange]) -> Option<Recovers<'_>> {
        let create = self.creates.get(&create_of(key))?;
        let said: BTreeSet<String> = changes.iter().map(unit_of).collect();
        let Create { recovers, in_trash, changes: _ } = create;
        (create.changes == said).then_some(Recovers { row: recovers.as_deref(), held: in_trash.as_ref() })
    }
}

/// The deleted row that an approved create brings back, if it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovers<'a> {
    /// Its id.
    pub row: Option<&'a str>,
    /// What it held when that was approved.
    pub held: Option<&'a Value>,
}

#[derive(Deserialize)]
struct Document {
    sandbox: bool,
    providers: BTreeMap<String, Address>,
    actions: Vec<FileAction>,
    #[serde(default)]
    unreadable: Vec<Unread>,
    #[serde(default)]
    limits: Vec<Limit>,
}

#[derive(Deserialize)]
struct Limit {
    name: String,
    ok: bool,
}

#[derive(Deserialize)]
struct Unread {
    provider: String,
    id: Option<String>,
    account: Option<String>,
}

impl Unread {
    fn is_whole_provider(&self) -> bool {
        self.id.is_none() && self.account.is_none()
    }
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
    in_trash: Option<Value>,
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
    from: Option<Value>,
}

/// The document of a plan that came to its end.
fn document(json: &Value) -> Result<Document, ApprovalError> {
    match (json["format"].as_u64(), json["command"].as_str()) {
        (Some(REPORT_FORMAT), Some("plan")) => {}
        (Some(REPORT_FORMAT), Some(command)) => return Err(ApprovalError::OtherCommand(command.to_owned())),
        (Some(format), Some(_)) => return Err(ApprovalError::Format(format)),
        (_, _) => return Err(ApprovalError::NotAPlan),
    }
    let errors = json["diagnostics"].as_array().into_iter().flatten().any(|found| found["severity"] == "error");
    if json["error"].is_string() || errors {
        return Err(ApprovalError::Failed);
    }
    Document::deserialize(json).map_err(|_| ApprovalError::NotAPlan)
}

fn create_of(key: &Key) -> String {
    json!([key.provider, key.kind.name, key.name]).to_string()
}

fn head(op: &str, action: &Action) -> Value {
    let Key { provider, kind, name } = &action.key;
    json!([
        op,
        provider,
        kind.name,
        name,
        action.row().map(|id| id.0.as_str()),
        action.tombstone_block().map(Node::json)
    ])
}

fn unit_of(change: &FieldChange) -> String {
    let path = change.path.to_string();
    match &change.change {
        Change::Set { before, after } => unit(&path, before, after, None),
        Change::Elements { before, after } => unit(&path, &json!(before), &json!(after), None),
        // Approved by where it comes from: what comes out later is not known when somebody approves it.
        Change::Output { before, from, after: _ } => {
            json!([path, canonical(before), { "from": output_json(from) }]).to_string()
        }
        Change::Secret { env } => unit(&path, &Value::Null, &Value::Null, Some(env)),
    }
}

fn unit(path: &str, before: &Value, after: &Value, env: Option<&str>) -> String {
    json!([path, canonical(before), canonical(after), env]).to_string()
}
