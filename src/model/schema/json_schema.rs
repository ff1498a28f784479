//! A schema as JSON Schema (draft 2020-12), for editors.

use serde_json::{Map, Value, json};

use super::block_schema::BlockSchema;
use super::field_schema::FieldSchema;
use super::field_type::{FieldType, TextFormat, ValueType};

/// A block.
pub fn of_block(block: &BlockSchema) -> Value {
    let fields: Map<String, Value> =
        block.fields.iter().map(|(name, field)| (name.to_owned(), of_field(field))).collect();
    let required: Vec<&str> = block.fields.iter().filter(|(_, field)| field.required).map(|(name, _)| name).collect();
    let mut schema = json!({
        "type": "object",
        "description": text(block.description),
        "additionalProperties": false,
    });
    if !fields.is_empty() {
        schema["properties"] = Value::Object(fields);
    }
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if let [first, second] = block.arms {
        let pairs = first.iter().flat_map(|a| second.iter().map(move |b| json!({ "not": { "required": [a, b] } })));
        schema["allOf"] = pairs.collect();
    }
    schema
}

fn of_field(field: &FieldSchema) -> Value {
    let mut schema = match field.field_type {
        FieldType::Value(value) => of_value(value, field.examples),
        FieldType::Switches(_) => json!({ "type": "object", "additionalProperties": { "type": "boolean" } }),
        FieldType::Set(format) => json!({ "type": "array", "items": of_text(format, field.examples) }),
        FieldType::Keyed { item, .. } => json!({ "type": "array", "items": of_block(item) }),
        FieldType::Block(block) => of_block(block),
    };
    schema["description"] = text(field.description).into();
    schema
}

fn of_value(value: ValueType, examples: &[&str]) -> Value {
    match value {
        ValueType::Bool => json!({ "type": "boolean" }),
        ValueType::Text(format) => of_text(format, examples),
        ValueType::UInt { min, max } => {
            json!({ "type": "integer", "minimum": min, "format": if max == u64::from(u32::MAX) { "uint32" } else { "uint" } })
        }
        ValueType::Enum(words) => json!({ "type": "string", "enum": words }),
        ValueType::Map { .. } => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        ValueType::List(format) => json!({ "type": "array", "items": of_text(format, examples) }),
        ValueType::Secret => json!({
            "type": "object",
            "properties": { "env": { "type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" } },
            "required": ["env"],
            "additionalProperties": false,
        }),
    }
}

fn of_text(format: TextFormat, examples: &[&str]) -> Value {
    let mut schema = json!({ "type": "string" });
    if format == TextFormat::RoleName {
        schema["minLength"] = 1.into();
        schema["maxLength"] = 576.into();
    }
    if !examples.is_empty() {
        schema["examples"] = json!(examples);
    }
    schema
}

/// A doc comment as text.
fn text(comment: &str) -> String {
    comment.lines().map(str::trim).collect::<Vec<_>>().join("\n").trim().to_owned()
}
