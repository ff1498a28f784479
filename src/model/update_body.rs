//! What is sent: desired fields laid over a block as it is live, so that what nobody manages survives.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::node::{Entry, Node};
use super::path::{Path, Step};
use super::request::Body;
use super::schema::{BlockSchema, FieldSchema, FieldType};
use super::value::{at, is_void};

/// Lays `node` over `live`. Secrets are sent only where `secrets` holds their path; with `None`, all are.
pub fn overlay(node: &Node, block: &BlockSchema, live: &Value, secrets: Option<&BTreeSet<Path>>) -> Body {
    let mut sent = Vec::new();
    let json = Overlay { wanted: secrets, sent: &mut sent }.block(node, block, live, &Path::root());
    Body::with_secrets(json, sent)
}

struct Overlay<'a> {
    wanted: Option<&'a BTreeSet<Path>>,
    sent: &'a mut Vec<(Path, String)>,
}

impl Overlay<'_> {
    fn block(&mut self, node: &Node, block: &BlockSchema, live: &Value, path: &Path) -> Value {
        let mut fields = base(node, block, live);
        for Entry { key, node, .. } in node.entries() {
            let Some(field) = block.fields.get(key) else { continue };
            let path = path.field(key);
            if field.secret_with.is_some() {
                self.secret(node, &path, &mut fields, key);
            } else {
                let value = self.field(node, field, fields.get(&**key).unwrap_or(&Value::Null).clone(), &path);
                fields.insert(key.to_string(), value);
            }
        }
        Value::Object(fields)
    }

    fn field(&mut self, node: &Node, field: &FieldSchema, live: Value, path: &Path) -> Value {
        match &field.field_type {
            FieldType::Value(_) => node.json(),
            FieldType::Set(_) => {
                let mut seen = BTreeSet::new();
                let mut once: Vec<Value> =
                    node.items().iter().map(Node::json).filter(|item| seen.insert(item.to_string())).collect();
                let held = live.as_array().map_or(&[][..], Vec::as_slice);
                let added: Vec<Value> = field.added_since(&once, held).into_iter().cloned().collect();
                once.extend(added);
                Value::Array(once)
            }
            FieldType::Block(block) => self.block(node, block, &live, path),
            FieldType::Switches(_) => {
                let mut switches = live.as_object().cloned().unwrap_or_default();
                switches.extend(node.entries().iter().map(|entry| (entry.key.to_string(), entry.node.json())));
                Value::Object(switches)
            }
            FieldType::Keyed { by, item } => {
                let live_item = |key: Option<&Node>| {
                    let known = live.as_array().into_iter().flatten();
                    known
                        .clone()
                        .find(|row| key.is_some_and(|key| at(row, by) == &key.json()))
                        .unwrap_or(&Value::Null)
                        .clone()
                };
                let mut laid = Vec::new();
                for entry in node.items() {
                    let row = self.block(entry, item, &live_item(entry.get(by)), &path.then(Step::Index(laid.len())));
                    // An entry that says nothing but its key is the same as none, so it is not sent either.
                    let says_something = row
                        .as_object()
                        .is_some_and(|fields| fields.iter().any(|(field, value)| field != by && !is_void(value)));
                    laid.extend(says_something.then_some(row));
                }
                Value::Array(laid)
            }
        }
    }

    fn secret(&mut self, node: &Node, path: &Path, fields: &mut Map<String, Value>, key: &str) {
        let env = node.get("env").and_then(Node::text);
        if let Some(env) = env
            && self.wanted.is_none_or(|wanted| wanted.contains(path))
        {
            fields.insert(key.to_owned(), Value::Null);
            self.sent.push((path.clone(), env.to_owned()));
        }
    }
}

/// What of the live block stays: everything, unless a one-of is replaced, and then nothing.
fn base(node: &Node, block: &BlockSchema, live: &Value) -> Map<String, Value> {
    let mut fields = live.as_object().cloned().unwrap_or_default();
    fields.retain(|_, value| !value.is_null());
    if block.arms_in(node).is_empty() {
        return fields;
    }
    if arm(node, block, live) == Arm::Other && !block.has_fields_beside_arms() {
        return Map::new();
    }
    let named = block.arms_in(node);
    let other =
        |field: &str| block.arms.iter().enumerate().any(|(arm, names)| !named.contains(&arm) && names.contains(&field));
    fields.retain(|field, _| !other(field));
    fields
}

/// What a live one-of holds, seen from the arm that a node names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arm {
    /// That arm.
    Same,
    /// Another one, several, or something heeler does not know.
    Other,
    /// None.
    Nothing,
}

/// Compares the arm that `node` names with what is live. Of several arms with values, those that are empty or off do
/// not count.
pub fn arm(node: &Node, block: &BlockSchema, live: &Value) -> Arm {
    let fields = || live.as_object().into_iter().flatten();
    let holding = |wanted: fn(&Value) -> bool| {
        block.arms_among(
            fields().filter(|(_, value)| wanted(value)).map(|(name, _)| name.as_str()).collect::<Vec<_>>().into_iter(),
        )
    };
    let named = holding(|value| !value.is_null());
    let held =
        if named.len() > 1 { holding(|value| !is_void(value) && *value != Value::Bool(false)) } else { named.clone() };
    let unknown = fields().any(|(name, value)| !block.fields.contains_key(name) && !is_void(value));
    match (held.is_empty(), named.is_empty(), unknown) {
        (false, ..) if held == block.arms_in(node) => Arm::Same,
        (false, ..) => Arm::Other,
        (true, false, _) | (true, true, true) => Arm::Other,
        (true, true, false) => Arm::Nothing,
    }
}
