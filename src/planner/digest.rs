//! The fingerprint of a plan: the same decisions, the same digest, whatever the order of files or rows, and whenever.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::lists_as_sets::canonical;
use crate::model::{Action, Change, FieldChange, Key, OutputRef, Plan};

/// Changes only when what is digested changes its form.
const FORMAT: u64 = 1;

/// SHA-256 over canonical JSON of who is addressed (each provider's base URL and organization, or `sandbox`)
/// and, per action, provider, operation, identity, row id, before and after of managed fields. No times, no line
/// numbers.
pub fn digest(plan: &Plan, addressee: &Value) -> String {
    let mut actions: Vec<Value> = plan.actions.iter().map(action_json).collect();
    actions.sort_by_key(Value::to_string);
    // The key is part of the format: another one would be another digest.
    hashed(&json!({ "format": FORMAT, "worlds": canonical(addressee), "actions": actions }))
}

/// `sha256:` and the SHA-256 of canonical JSON.
pub fn hashed(canonical: &Value) -> String {
    let hash = Sha256::digest(canonical.to_string().as_bytes());
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

fn action_json(action: &Action) -> Value {
    let op = action.op.word();
    let mut changes: Vec<Value> = action.changes().map(change_json).collect();
    changes.sort_by_key(Value::to_string);
    let mut digested = json!({
        "provider": action.key.provider,
        "kind": action.key.kind.name,
        "id": action.key.name,
        "op": op,
        "row": action.row().map(|id| id.0.as_str()),
        "changes": changes,
    });
    if let Some(recovered) = action.recovers() {
        digested["recovers"] = json!(recovered.id.0);
        digested["in_trash"] = json!(action.held_in_trash());
    }
    if let Some(how) = action.tombstone_block() {
        digested["how"] = canonical(&how.json());
    }
    digested
}

/// Where a value comes from that is known only later.
pub fn output_json(from: &OutputRef) -> Value {
    let OutputRef { of: Key { provider, kind, name }, output } = from;
    json!({ "provider": provider, "kind": kind.name, "id": name, "output": output })
}

/// A field change without where it was written.
pub fn change_json(change: &FieldChange) -> Value {
    let FieldChange { path, change, effect: _, source: _, element_sources: _ } = change;
    match change {
        Change::Set { before, after } => {
            json!({ "path": path.to_string(), "before": canonical(before), "after": canonical(after) })
        }
        Change::Elements { before, after } => json!({ "path": path.to_string(), "before": before, "after": after }),
        // Whatever comes out later: a resume is the same plan.
        Change::Output { before, from, after: _ } => {
            json!({ "path": path.to_string(), "before": canonical(before), "from": output_json(from) })
        }
        Change::Secret { env } => json!({ "path": path.to_string(), "secret": env }),
    }
}
