//! How a write changes an account: maps merge, lists replace, the arms of a one-of push each other out, `null` says
//! nothing. Whether a map within the account merges too, or becomes what was sent, is for [`base`] to say.
//!
//! An attribute that `attributes` does not know is kept as it was sent, objects field by field: Datadog adds attributes.
//! One whose name is that of a secret is not, since Datadog tells none.
//! No other rule of the vendor's is here.

use serde_json::{Map, Value};

use super::answers::Problems;
use super::attributes::{Block, Form};
use crate::model::Path;
use crate::model::path::Step;
use crate::model::value::at;
use crate::sandbox::table::Patch;
use crate::sandbox::vendors::datadog_rows::defaults;

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

/// What `base` becomes when `sent` is laid over it; `held` is what the row had there. A secret is not kept.
pub fn lay(base: &Value, held: &Value, sent: &Value, block: &Block, path: &Path, problems: &mut Problems) -> Value {
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
pub fn arms(block: &Block, fields: &Map<String, Value>) -> Vec<usize> {
    let is_set = |name: &&str| fields.get(*name).is_some_and(|value| !value.is_null());
    let arms = block.arms.iter().enumerate().filter(|(_, arm)| arm.iter().any(is_set));
    arms.map(|(at, _)| at).collect()
}

fn fill(
    mut fields: Map<String, Value>,
    held: &Value,
    sent: &Map<String, Value>,
    block: &Block,
    path: &Path,
    problems: &mut Problems,
) -> Value {
    for (name, value) in sent.iter().filter(|(_, value)| !value.is_null()) {
        let (path, known) = (path.field(name), held.get(name).unwrap_or(&Value::Null));
        let over = |block: &Block, problems: &mut Problems| {
            lay(fields.get(name).unwrap_or(&Value::Null), known, value, block, &path, problems)
        };
        let laid = match block.field(name) {
            Some(Form::Scalar) => scalar(known, value, &path, problems),
            Some(Form::Strings) => strings(value, &path, problems),
            Some(Form::Keyed(by, item)) => entries(known, value, by, item, &path, problems),
            Some(Form::Block(block)) => over(block, problems),
            Some(Form::Secret) => continue,
            None if is_secret(name) => continue,
            None if value.is_object() => over(&Block { fields: &[], arms: &[] }, problems),
            None => value.clone(),
        };
        fields.insert(name.clone(), laid);
    }
    one_arm(&fields, sent, block, path, problems);
    Value::Object(fields)
}

/// Whether an attribute that nobody knows is a secret, going by its name.
fn is_secret(name: &str) -> bool {
    ["secret", "password", "token", "private_key"].iter().any(|word| name.contains(word))
}

/// At most one arm may be sent, and the field that leads it must then be there.
fn one_arm(
    fields: &Map<String, Value>,
    sent: &Map<String, Value>,
    block: &Block,
    path: &Path,
    problems: &mut Problems,
) {
    match arms(block, sent).as_slice() {
        [] => {}
        [arm] => {
            if let Some(lead) = block.arms[*arm].first().filter(|lead| !fields.contains_key(**lead)) {
                note(&path.field(lead), "required", problems);
            }
        }
        _ => {
            let leads: Vec<&str> = block.arms.iter().filter_map(|arm| arm.first().copied()).collect();
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
fn entries(held: &Value, sent: &Value, by: &str, item: &Block, path: &Path, problems: &mut Problems) -> Value {
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
