//! A YAML value as it was written: raw text, quoted or plain, and its place.
//!
//! A `Node` is only ever made by reading text ([`parser`]) or from other nodes ([`edit`], [`interpolation`]). Cloning is cheap:
//! children are shared.

pub mod edit;
pub mod indentation;
pub mod interpolation;
pub mod parser;
mod parser_stop;
pub mod tree_builder;
mod tree_mistakes;
mod unknown_names;
pub mod vars;
pub mod yaml_errors;

use std::sync::Arc;

use serde_yaml::value::{Number, Value};

use super::source::Place;

/// One value and where it was written.
#[derive(Debug, Clone)]
pub struct Node {
    place: Place,
    /// Whether `${` stands in it or in anything below.
    mentions_names: bool,
    /// Whether a key of it, or of a map in it, ends with `+`.
    adds_to_lists: bool,
    kind: NodeKind,
}

#[derive(Debug, Clone)]
enum NodeKind {
    Scalar { text: Arc<str>, plain: bool },
    List(Arc<[Node]>),
    Map(Arc<[Entry]>),
}

/// One key of a map and its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key's text.
    pub key: Arc<str>,
    /// Where the key was written.
    pub key_place: Place,
    /// The value.
    pub node: Node,
}

impl Entry {
    /// The same with another value.
    pub(crate) fn with_node(&self, node: Node) -> Self {
        Entry { key: self.key.clone(), key_place: self.key_place, node }
    }
}

impl Node {
    fn new(place: Place, kind: NodeKind) -> Self {
        let mentions_names = match &kind {
            // Most have no `$`, which is quickly seen.
            NodeKind::Scalar { text, .. } => text.as_bytes().contains(&b'$') && text.contains("${"),
            NodeKind::List(items) => items.iter().any(|item| item.mentions_names),
            NodeKind::Map(entries) => entries.iter().any(|entry| entry.node.mentions_names),
        };
        let adds_to_lists = match &kind {
            NodeKind::Map(entries) => {
                entries.iter().any(|entry| entry.key.as_bytes().last() == Some(&b'+') || entry.node.adds_to_lists)
            }
            NodeKind::Scalar { .. } | NodeKind::List(_) => false,
        };
        Node { place, mentions_names, adds_to_lists, kind }
    }

    /// Whether `${` stands in it or in anything below.
    pub fn mentions_names(&self) -> bool {
        self.mentions_names
    }

    /// Whether a key of it, or of a map in it, ends with `+`. What stands in lists does not count: no layer merges it.
    pub fn adds_to_lists(&self) -> bool {
        self.adds_to_lists
    }

    /// Where it was written. A map or list covers everything in it.
    pub fn place(&self) -> Place {
        self.place
    }

    /// What two nodes have in common that share one list or map, such as a block out of `defaults` under many accounts.
    pub fn shared(&self) -> Option<usize> {
        match &self.kind {
            NodeKind::Scalar { .. } => None,
            NodeKind::List(items) => Some(items.as_ptr().addr()),
            NodeKind::Map(entries) => Some(entries.as_ptr().addr()),
        }
    }

    /// A scalar's raw text.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar { text, .. } => Some(text),
            NodeKind::List(_) | NodeKind::Map(_) => None,
        }
    }

    /// Whether it is a scalar without quotes, which YAML gives a type of its own choosing.
    pub fn is_plain(&self) -> bool {
        matches!(self.kind, NodeKind::Scalar { plain: true, .. })
    }

    /// Whether it is a scalar that YAML reads as text.
    pub fn is_text(&self) -> bool {
        match &self.kind {
            NodeKind::Scalar { plain: false, .. } => true,
            NodeKind::Scalar { text, plain: true } => word_value(text).is_none() && number(text).is_none(),
            NodeKind::List(_) | NodeKind::Map(_) => false,
        }
    }

    /// Whether it is an explicit null: `null`, `~`, or nothing at all after the colon.
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, NodeKind::Scalar { text, plain: true } if matches!(&**text, "" | "~" | "null" | "Null" | "NULL"))
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            NodeKind::List(items) => items,
            NodeKind::Scalar { .. } | NodeKind::Map(_) => &[],
        }
    }

    /// The entries of a map; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            NodeKind::Map(entries) => entries,
            NodeKind::Scalar { .. } | NodeKind::List(_) => &[],
        }
    }

    /// Whether it is a map.
    pub fn is_map(&self) -> bool {
        matches!(self.kind, NodeKind::Map(_))
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self.kind, NodeKind::List(_))
    }

    /// The entry under `key`.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| &*entry.key == key)
    }

    /// The value under `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// A word for what it is, for messages.
    pub fn describe(&self) -> &'static str {
        match &self.kind {
            NodeKind::Scalar { .. } if self.is_null() => "nothing",
            NodeKind::Scalar { .. } => "a single value",
            NodeKind::List(_) => "a list",
            NodeKind::Map(_) => "a map",
        }
    }

    /// The value without what is in it, which is enough to tell its type.
    pub fn value_kind(&self) -> Value {
        match &self.kind {
            NodeKind::Scalar { .. } => self.value(),
            NodeKind::List(_) => Value::Sequence(Vec::new()),
            NodeKind::Map(_) => Value::Mapping(serde_yaml::Mapping::new()),
        }
    }

    /// The value as YAML 1.2's core schema reads it: only plain scalars have a type.
    pub fn value(&self) -> Value {
        match &self.kind {
            NodeKind::Scalar { text, plain: true } => plain_value(text),
            NodeKind::Scalar { text, plain: false } => Value::String(text.to_string()),
            NodeKind::List(items) => Value::Sequence(items.iter().map(Node::value).collect()),
            NodeKind::Map(entries) => entries
                .iter()
                .map(|entry| (Value::String(entry.key.to_string()), entry.node.value()))
                .collect::<serde_yaml::Mapping>()
                .into(),
        }
    }

    /// The value as JSON. Numbers JSON cannot hold become text.
    pub fn json(&self) -> serde_json::Value {
        match &self.kind {
            NodeKind::Scalar { text, plain } => {
                let value = if *plain { plain_value(text) } else { Value::String(text.to_string()) };
                serde_json::to_value(value).unwrap_or_else(|_| text.to_string().into())
            }
            NodeKind::List(items) => items.iter().map(Node::json).collect(),
            NodeKind::Map(entries) => entries.iter().map(|entry| (entry.key.to_string(), entry.node.json())).collect(),
        }
    }
}

fn plain_value(text: &str) -> Value {
    word_value(text).or_else(|| number(text)).unwrap_or_else(|| Value::String(text.to_owned()))
}

fn word_value(text: &str) -> Option<Value> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(Value::Null),
        "true" | "True" | "TRUE" => Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => Some(Value::Bool(false)),
        _ => None,
    }
}

/// Decimal integers and floats. A leading zero makes it text, as it does for people: `012345678901` is an id.
fn number(text: &str) -> Option<Value> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let starts_like_one = digits.starts_with(|first: char| first.is_ascii_digit());
    if !starts_like_one || (digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.")) {
        return None;
    }
    if let Ok(whole) = text.parse::<i64>() {
        return Some(Value::Number(whole.into()));
    }
    let numeric = digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
    let float = text.parse::<f64>().ok().filter(|float| numeric && float.is_finite())?;
    Some(Value::Number(Number::from(float)))
}
