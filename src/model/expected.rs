//! What may stand at a place of the config, as a tree, read once off a struct's own JSON Schema.
//!
//! [`super::check`] walks it. It holds what a check needs and what a remedy is made of: types, names, which list is a
//! set of tags.

use std::any::TypeId;
use std::collections::{BTreeMap, HashMap};
use std::sync::{LazyLock, Mutex, PoisonError};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::value::at;

/// What may stand somewhere.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    /// `true` or `false`.
    Switch,
    /// Text, and its form if it has one, such as `tag`.
    Text(Option<String>),
    /// A whole number between these two.
    Number(u64, u64),
    /// One of these words.
    Word(Vec<String>),
    /// A list.
    List(Box<Expected>),
    /// A list of blocks told apart by this field.
    Rows(String, Fields),
    /// A map whose keys are free.
    Map(Box<Expected>),
    /// A map with known keys.
    Block(Fields),
    /// A reference to a secret: `{ env: NAME }`.
    Secret,
    /// The schema says it in a way that this module does not read.
    Anything,
}

/// A map with known keys.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fields {
    /// What may stand under each.
    pub fields: BTreeMap<String, Expected>,
    /// Those that must be there.
    pub required: Vec<String>,
    /// If it is a one-of: the keys of each arm.
    pub arms: Vec<Vec<String>>,
}

impl Expected {
    /// What a `T` is read from.
    pub fn of<T: JsonSchema + 'static>() -> &'static Expected {
        static KNOWN: LazyLock<Mutex<HashMap<TypeId, &'static Expected>>> = LazyLock::new(Mutex::default);
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(TypeId::of::<T>()).or_insert_with(|| {
            let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
            let schema = settings.into_generator().into_root_schema_for::<T>().to_value();
            Box::leak(Box::new(Expected::of_schema(&schema)))
        })
    }

    /// What a JSON Schema without references allows.
    pub fn of_schema(schema: &Value) -> Expected {
        let inner = without_null(schema);
        let own = |name: &str| schema.get(name).or_else(|| inner.get(name));
        if own("x-secret").is_some() {
            return Expected::Secret;
        }
        if let Some(words) = words(inner) {
            return Expected::Word(words);
        }
        match type_of(inner) {
            "boolean" => Expected::Switch,
            "string" => Expected::Text(at(inner, "x-format").as_str().map(str::to_owned)),
            "integer" => {
                let most = if at(inner, "format") == "uint32" { u64::from(u32::MAX) } else { i64::MAX as u64 };
                Expected::Number(at(inner, "minimum").as_u64().unwrap_or_default(), most)
            }
            "array" => match (
                own("x-list").and_then(|list| list.get("by")).and_then(Value::as_str),
                Expected::of_schema(at(inner, "items")),
            ) {
                (Some(by), Expected::Block(row)) => Expected::Rows(by.to_owned(), row),
                (_, item) => Expected::List(Box::new(item)),
            },
            "object" if at(inner, "additionalProperties").is_object() => {
                Expected::Map(Box::new(Expected::of_schema(at(inner, "additionalProperties"))))
            }
            "object" => Expected::Block(Fields {
                fields: at(inner, "properties")
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(name, field)| (name.clone(), Expected::of_schema(field)))
                    .collect(),
                required: strings(at(inner, "required")),
                arms: at(inner, "x-one-of").as_array().into_iter().flatten().map(strings).collect(),
            }),
            _ => Expected::Anything,
        }
    }
}

impl Fields {
    /// Where below here a key stands that is written as `key` is: the keys that lead there, `key` not included.
    pub fn paths_to<'a>(&'a self, key: &str) -> Vec<Vec<&'a str>> {
        let mut found = Vec::new();
        if self.fields.contains_key(key) {
            found.push(Vec::new());
        }
        for (name, field) in &self.fields {
            if let Expected::Block(inner) = field {
                found.extend(inner.paths_to(key).into_iter().map(|path| [vec![name.as_str()], path].concat()));
            }
        }
        found
    }
}

/// An optional field's schema is "this or null"; what is expected is "this".
fn without_null(schema: &Value) -> &Value {
    let arms = at(schema, "anyOf").as_array().into_iter().flatten();
    arms.clone().find(|arm| at(arm, "type") != "null").unwrap_or(schema)
}

fn type_of(schema: &Value) -> &str {
    match at(schema, "type") {
        Value::String(name) => name,
        Value::Array(names) => names.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or_default(),
        _ => "",
    }
}

/// The words of an enumeration, which are constants one by one where each has a description.
fn words(schema: &Value) -> Option<Vec<String>> {
    if let Some(words) = schema.get("enum") {
        return Some(strings(words));
    }
    let arms = schema.get("oneOf")?.as_array()?;
    arms.iter()
        .map(|arm| match (arm.get("const"), arm.get("enum")) {
            (Some(word), _) => Some(vec![word.as_str()?.to_owned()]),
            (None, Some(words)) => Some(strings(words)),
            (None, None) => None,
        })
        .collect::<Option<Vec<_>>>()
        .map(|words| words.concat())
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
