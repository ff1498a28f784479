//! How a write changes an account: maps merge, lists replace, the arms of a one-of push each other out, `null` says
//! nothing. Whether a map within the account merges too, or becomes what was sent, is for [`base`] to say.
//!
//! Which attributes there are comes from the account's shape, so an attribute added there is known here. No vendor rule
//! lives here.

use serde_json::{Map, Value};

use super::answers::Problems;
use crate::model::Path;
use crate::model::path::Step;
use crate::model::row_schema::{BlockSchema, FieldType};
use crate::model::value::at;
use crate::providers::Patch;
use crate::providers::datadog_common::backend::defaults;

/// What a PATCH is laid over. A deep one goes over what is held. A shallow one finds the blocks that it names as they
/// are in a new account; how to get in stays, for an external id that was not sent is recorded to survive.
pub fn base(held: &Value, sent: &Value, patch: Patch) -> Value {
    let mut base = held.clone();
    let replaced =
        sent.as_object().into_iter().flatten().filter(|(name, value)| value.is_object() && *name != "auth_config");
    for (name, _) in replaced.filter(|_| patch == Patch::Shallow) {
        base[name] = at(&defaults(), name).clone();
    }
    base
}

/// What `base` becomes when `sent` is laid over it. A secret is not kept, and neither is an attribute that neither the
/// shape nor `held` knows.
pub fn lay(
    base: &Value,
    held: &Value,
    sent: &Value,
    block: &BlockSchema,
    path: &Path,
    problems: &mut Problems,
) -> Value {
    let Some(sent) = sent.as_object() else {
        note(path, "expected an object", problems);
        return base.clone();
    };
    let (named, holds) = (arms(block, sent), base.as_object().map_or_else(Vec::new, |base| arms(block, base)));
    let switched = !named.is_empty() && named != holds;
    let base = if switched { Map::new() } else { base.as_object().cloned().unwrap_or_default() };
    fill(base, held, sent, block, path, problems)
}

/// Writes down what is wrong at a path.
pub fn note(path: &Path, why: impl Into<String>, problems: &mut Problems) {
    problems.insert(path.to_string(), why.into());
}

/// Which arms of a one-of a map has; `null` is none.
pub fn arms(block: &BlockSchema, fields: &Map<String, Value>) -> Vec<usize> {
    block.arms_among(fields.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name.as_str()))
}

fn fill(
    mut fields: Map<String, Value>,
    held: &Value,
    sent: &Map<String, Value>,
    block: &BlockSchema,
    path: &Path,
    problems: &mut Problems,
) -> Value {
    for (name, value) in sent.iter().filter(|(_, value)| !value.is_null()) {
        let known = held.get(name);
        let Some(field) = block.fields.get(name) else {
            if known.is_some() {
                fields.insert(name.clone(), value.clone());
            }
            continue;
        };
        if field.secret_with.is_some() {
            continue;
        }
        let (path, known) = (path.field(name), known.unwrap_or(&Value::Null));
        let laid = match &field.field_type {
            FieldType::Scalar(_) => scalar(known, value, &path, problems),
            FieldType::Set(_) => strings(value, &path, problems),
            FieldType::Keyed { by, item } => entries(known, value, by, item, &path, problems),
            FieldType::Block(block) => {
                lay(fields.get(name).unwrap_or(&Value::Null), known, value, block, &path, problems)
            }
            // No attribute of v2 is one.
            FieldType::Switches(_) => value.clone(),
        };
        fields.insert(name.clone(), laid);
    }
    one_arm(&fields, sent, block, path, problems);
    Value::Object(fields)
}

/// At most one arm may be sent, and the field that leads it must then be there.
fn one_arm(
    fields: &Map<String, Value>,
    sent: &Map<String, Value>,
    block: &BlockSchema,
    path: &Path,
    problems: &mut Problems,
) {
    match arms(block, sent).as_slice() {
        [] => {}
        [arm] => {
            if let Some(lead) = block.arms[*arm].first().filter(|lead| !fields.contains_key(lead.as_str())) {
                note(&path.field(lead), "required", problems);
            }
        }
        _ => {
            let leads: Vec<&str> = block.arms.iter().filter_map(|arm| arm.first()).map(String::as_str).collect();
            note(path, format!("only one may be set: {}", leads.join(", ")), problems);
        }
    }
}

fn scalar(held: &Value, sent: &Value, path: &Path, problems: &mut Problems) -> Value {
    if sent.is_array() || sent.is_object() || held.is_boolean() && !sent.is_boolean() {
        note(path, "unexpected type", problems);
    }
    sent.clone()
}

fn strings(sent: &Value, path: &Path, problems: &mut Problems) -> Value {
    if !sent.as_array().is_some_and(|items| items.iter().all(Value::is_string)) {
        note(path, "expected a list of strings", problems);
    }
    sent.clone()
}

/// The list as it was sent; of an entry held before, fields that the shape does not know stay if they were sent back.
fn entries(held: &Value, sent: &Value, by: &str, item: &BlockSchema, path: &Path, problems: &mut Problems) -> Value {
    let Some(sent) = sent.as_array() else {
        note(path, "expected a list", problems);
        return held.clone();
    };
    let laid = sent.iter().enumerate().map(|(index, entry)| {
        let path = path.then(Step::Index(index));
        let Some(fields) = entry.as_object() else {
            note(&path, "expected an object", problems);
            return Value::Null;
        };
        let key = entry.get(by).filter(|key| key.is_string());
        if key.is_none() {
            note(&path.field(by), "required", problems);
        }
        if !item.arms.is_empty() && arms(item, fields).is_empty() {
            note(&path, "one of its filters must be set", problems);
        }
        let before = held.as_array().into_iter().flatten().find(|row| key.is_some() && row.get(by) == key);
        fill(Map::new(), before.unwrap_or(&Value::Null), fields, item, &path, problems)
    });
    Value::Array(laid.collect())
}
