//! What is live of the fields that a config manages already: the way to accept a change that somebody made elsewhere.

use serde_json::{Value, json};

use super::account_draft::Leaves;
use super::note::Note;
use super::row_reader::RowReader;
use crate::model::Node;
use crate::model::schema::{BlockSchema, FieldType};
use crate::model::value::{at, is_void};

/// The live values of what a node names, by path, and the paths that the vendor lists no value for.
#[derive(Debug, Default)]
pub struct ManagedValues {
    /// As they are live; an emptied list is `[]`.
    pub leaves: Leaves,
    /// Nothing is there, and nothing that can be written means so.
    pub gone: Vec<Vec<String>>,
    /// Paths whose live values cannot be written.
    pub unsaid: Vec<Vec<String>>,
    /// Why.
    pub notes: Vec<Note>,
}

/// Reads what `node` manages off a live block.
pub fn held(node: &Node, block: &BlockSchema, live: &Value) -> ManagedValues {
    let mut held = ManagedValues::default();
    walk(node, block, live, &mut Vec::new(), &mut held);
    held
}

fn walk(node: &Node, block: &BlockSchema, live: &Value, path: &mut Vec<String>, held: &mut ManagedValues) {
    let snapshot = RowReader { secret: &|_| String::new(), whatever: true };
    for entry in node.entries() {
        let Some(field) = block.fields.get(&entry.key) else { continue };
        let value = at(live, &entry.key);
        path.push(entry.key.to_string());
        match &field.field_type {
            _ if field.secret_with.is_some() => drop(held.leaves.insert(path.clone(), entry.node.json())),
            FieldType::Block(inner) if !inner.is_choice() => walk(&entry.node, inner, value, path, held),
            FieldType::Switches(_) => switches(&entry.node, value, path, held),
            form => match snapshot.field(block, &entry.key, live) {
                Ok(Some(value)) => drop(held.leaves.insert(path.clone(), kept(&entry.node, form, value))),
                Ok(None) => match emptied(entry.node.is_map(), form, value) {
                    Some(empty) => drop(held.leaves.insert(path.clone(), empty)),
                    None => held.gone.push(path.clone()),
                },
                Err(why) => {
                    held.notes.push(Note::left_out(path, why));
                    held.unsaid.push(path.clone());
                }
            },
        }
        path.pop();
    }
}

/// Of switches those that the config names.
fn switches(node: &Node, live: &Value, path: &[String], held: &mut ManagedValues) {
    for switch in node.entries() {
        let path = [path, &[switch.key.to_string()]].concat();
        match at(live, &switch.key) {
            on @ Value::Bool(_) => drop(held.leaves.insert(path, on.clone())),
            _ => held.gone.push(path),
        }
    }
}

/// Of a one-of, what the config names, unless the arm is another; the config's own references to secrets.
fn kept(node: &Node, form: &FieldType, value: Value) -> Value {
    let (FieldType::Block(block), Value::Object(fields)) = (form, value.clone()) else { return value };
    let same_arm =
        block.arms_in(node) == block.arms_among(fields.keys().map(String::as_str).collect::<Vec<_>>().into_iter());
    let kept = fields.into_iter().filter_map(|(name, value)| {
        let field = block.fields.get(&name)?;
        match node.get(&name) {
            Some(reference) if field.secret_with.is_some() => Some((name, reference.json())),
            Some(_) => Some((name, value)),
            None => (!same_arm && !field.assigned && field.secret_with.is_none()).then_some((name, value)),
        }
    });
    Value::Object(kept.collect())
}

/// How to write that nothing is in a field; nothing where that cannot be written. `is_map` says whether it is a value
/// with keys of its own.
pub(super) fn emptied(is_map: bool, form: &FieldType, live: &Value) -> Option<Value> {
    match form {
        FieldType::Value(_) if is_map => Some(json!({})),
        FieldType::Set(_) | FieldType::Keyed { .. } => Some(json!([])),
        FieldType::Value(_) | FieldType::Switches(_) => None,
        FieldType::Block(block) => {
            let fields = live.as_object().into_iter().flatten();
            let list = fields
                .into_iter()
                .find(|(name, value)| block.fields.contains_key(name) && value.is_array() && is_void(value))?;
            Some(json!({ list.0: [] }))
        }
    }
}
