//! What is sent: desired fields laid over a block as it is live, so that what nobody manages survives.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::door::Body;
use super::node::{Entry, Node};
use super::path::{Path, Step};
use super::shape::{Block, Field, Form};
use super::value::{at, is_void};

/// Lays `node` over `live`. Secrets are sent only where `secrets` holds their path; with `None`, all are.
pub fn overlay(node: &Node, block: &Block, live: &Value, secrets: Option<&BTreeSet<Path>>) -> Body {
    let mut sent = Vec::new();
    let json = Laying { wanted: secrets, sent: &mut sent }.block(node, block, live, &Path::root());
    Body { json, secrets: sent }
}

struct Laying<'a> {
    wanted: Option<&'a BTreeSet<Path>>,
    sent: &'a mut Vec<(Path, String)>,
}

impl Laying<'_> {
    fn block(&mut self, node: &Node, block: &Block, live: &Value, path: &Path) -> Value {
        let mut fields = base(node, block, live);
        for Entry { key, node, .. } in node.entries() {
            let Some(field) = block.fields.get(&**key) else { continue };
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

    fn field(&mut self, node: &Node, field: &Field, live: Value, path: &Path) -> Value {
        match &field.form {
            Form::Scalar(_) => node.json(),
            Form::Set(_) => {
                let mut seen = BTreeSet::new();
                let once = node.items().iter().map(Node::json).filter(|item| seen.insert(item.to_string()));
                once.collect()
            }
            Form::Block(block) => self.block(node, block, &live, path),
            Form::Keyed { by, item } => {
                let live_item = |key: Option<&Node>| {
                    let known = live.as_array().into_iter().flatten();
                    known.clone().find(|row| key.is_some_and(|key| at(row, by) == &key.json())).unwrap_or(&Value::Null).clone()
                };
                let mut laid = Vec::new();
                for entry in node.items() {
                    let row = self.block(entry, item, &live_item(entry.get(by)), &path.then(Step::Index(laid.len())));
                    // An entry that says nothing but its key is the same as none, so it is not sent either.
                    let says_something = row.as_object().is_some_and(|fields| fields.iter().any(|(field, value)| field != by && !is_void(value)));
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

/// What of the live block stays: everything, unless a one-of is replaced, and then only what is no arm of it.
fn base(node: &Node, block: &Block, live: &Value) -> Map<String, Value> {
    let mut fields = live.as_object().cloned().unwrap_or_default();
    fields.retain(|_, value| !value.is_null());
    if block.arms.is_empty() || node.entries().is_empty() {
        return fields;
    }
    if !same_arm(node, block, live) {
        return Map::new();
    }
    let named = block.arms_in(node);
    let other = |field: &str| block.arms.iter().enumerate().any(|(arm, names)| !named.contains(&arm) && names.iter().any(|name| name == field));
    fields.retain(|field, _| !other(field));
    fields
}

/// Whether the live one-of holds the arm that `node` names. An arm that heeler does not know is another arm.
pub fn same_arm(node: &Node, block: &Block, live: &Value) -> bool {
    let live = live.as_object();
    let held: Vec<&str> = live.into_iter().flatten().filter(|(_, value)| !value.is_null()).map(|(name, _)| name.as_str()).collect();
    let held_arms = block.arms_among(held.iter().copied());
    block.arms_in(node).iter().any(|arm| held_arms.contains(arm))
}
