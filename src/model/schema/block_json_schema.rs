//! A schema as JSON Schema (draft 2020-12), for editors: it takes what the checks take, one block by itself.

use serde_json::{Map, Value, json};

use super::additions::adding_to;
use super::types::{BlockSchema, FieldSchema, FieldType};
use super::value_type::{TextFormat, ValueType};

/// A block in which names stand for themselves.
pub fn of_block(block: &BlockSchema, title: &str) -> Value {
    titled(Writer { fills_names: false, adds: false }.block(block), title)
}

/// A block in which `${name}` is filled in later, whatever form a text must have then. With `adds`, `KEY+` may add to
/// lists of layers below.
pub fn of_filled_block(block: &BlockSchema, adds: bool, title: &str) -> Value {
    titled(Writer { fills_names: true, adds }.block(block), title)
}

fn titled(mut schema: Value, title: &str) -> Value {
    schema["title"] = title.into();
    schema
}

#[derive(Clone, Copy)]
struct Writer {
    fills_names: bool,
    /// Whether `KEY+` is offered.
    adds: bool,
}

impl Writer {
    fn block(self, block: &BlockSchema) -> Value {
        let fields = block.fields.iter();
        let required: Vec<&str> = fields.clone().filter(|(_, field)| field.required).map(|(name, _)| name).collect();
        let adding: Vec<&FieldSchema> = fields
            .clone()
            .map(|(_, field)| field)
            .filter(|field| self.adds && field.field_type.takes_additions())
            .collect();
        let mut fields: Map<String, Value> = fields.map(|(name, field)| (name.to_owned(), self.field(field))).collect();
        fields.extend(adding.iter().map(|field| (adding_to(field.name), self.adding(field))));
        let mut schema = json!({
            "type": "object",
            "description": text(block.description),
            "properties": fields,
            "additionalProperties": false,
        });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        let mut excluded = exclusions(block.arms, self.adds);
        excluded
            .extend(adding.iter().map(|field| json!({ "not": { "required": [field.name, adding_to(field.name)] } })));
        if !excluded.is_empty() {
            schema["allOf"] = Value::Array(excluded);
        }
        schema
    }

    fn field(self, field: &FieldSchema) -> Value {
        let mut schema = match field.field_type {
            FieldType::Value(value) => self.value(value, field),
            FieldType::Switches(format) => json!({
                "type": "object",
                "properties": format.known().iter().map(|name| ((*name).to_owned(), json!({ "type": "boolean" }))).collect::<Map<_, _>>(),
                "additionalProperties": { "type": "boolean" },
            }),
            FieldType::Set(format) => json!({ "type": "array", "items": self.text(format, field) }),
            FieldType::Keyed { item, .. } => {
                json!({ "type": "array", "items": Writer { adds: false, ..self }.block(item) })
            }
            FieldType::Block(block) => self.block(block),
        };
        schema["description"] = text(field.description).into();
        schema
    }

    /// `KEY+`, which takes what `KEY` takes.
    fn adding(self, field: &FieldSchema) -> Value {
        let mut schema = self.field(field);
        let replaces = match field.field_type {
            FieldType::Keyed { by, .. } => format!("; one of the same {by} replaces that"),
            _ => String::new(),
        };
        let (name, what) = (field.name, text(field.description));
        schema["description"] = format!("Added to what the layers below say under `{name}`{replaces}. {what}").into();
        schema
    }

    fn value(self, value: ValueType, field: &FieldSchema) -> Value {
        match value {
            ValueType::Bool => json!({ "type": "boolean" }),
            ValueType::Text(format) => self.text(format, field),
            ValueType::UInt { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
            ValueType::Enum(words) => json!({ "enum": words }),
            ValueType::Map { .. } => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
            ValueType::List(format) => json!({ "type": "array", "items": self.text(format, field) }),
            ValueType::Secret => json!({
                "type": "object",
                "properties": { "env": {
                    "type": "string",
                    "pattern": self.pattern("^[A-Za-z_][A-Za-z0-9_]*$"),
                    "description": "The environment variable that holds the secret when apply runs.",
                } },
                "required": ["env"],
                "additionalProperties": false,
            }),
        }
    }

    /// A text: what it must match, and what an editor completes where others are taken as well.
    fn text(self, format: TextFormat, field: &FieldSchema) -> Value {
        if !field.legal_values.is_empty() {
            return json!({ "enum": field.legal_values });
        }
        let mut schema = json!({ "type": "string" });
        if let Some(pattern) = field.pattern.or(format.pattern()) {
            schema["pattern"] = self.pattern(pattern).into();
        } else if !format.may_be_empty() {
            schema["minLength"] = 1.into();
        }
        if !field.examples.is_empty() {
            schema["examples"] = json!(field.examples);
        }
        if format.known().is_empty() { schema } else { json!({ "anyOf": [{ "enum": format.known() }, schema] }) }
    }

    fn pattern(self, pattern: &str) -> String {
        if self.fills_names { format!(r"{pattern}|\$\{{") } else { pattern.to_owned() }
    }
}

/// No two fields of different arms may stand side by side.
fn exclusions(arms: &[&[&str]], adds: bool) -> Vec<Value> {
    let pairs = arms.iter().enumerate().flat_map(|(at, arm)| {
        let others = arms.iter().skip(at + 1).copied().flatten();
        arm.iter().flat_map(move |one| others.clone().map(move |other| (*one, *other)))
    });
    // A key that is not known cannot stand there at all.
    let keys = |name: &str| if adds { vec![name.to_owned(), adding_to(name)] } else { vec![name.to_owned()] };
    let pairs = pairs.flat_map(|(one, other)| {
        keys(one).into_iter().flat_map(move |one| keys(other).into_iter().map(move |other| (one.clone(), other)))
    });
    pairs.map(|(one, other)| json!({ "not": { "required": [one, other] } })).collect()
}

/// A doc comment as running text.
fn text(comment: &str) -> String {
    comment.lines().map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned()
}
