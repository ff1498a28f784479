//! Every leaf of a provider's schema: where it is, what may stand there, and a block that says it and can be created.

use heeler::model::schema::{BlockSchema, FieldType, ValueType};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::generate::{field_value, word};

/// Every leaf of a block, as steps; a keyed list is entered through an entry of its own.
pub fn leaves(schema: &BlockSchema, above: &[String], out: &mut Vec<Vec<String>>) {
    for (name, field) in schema.fields.iter().filter(|(_, field)| !field.is_key) {
        let mut path = above.to_vec();
        path.push(name.to_owned());
        match field.field_type {
            FieldType::Keyed { item, .. } => leaves(item, &path, out),
            FieldType::Block(inner) => leaves(inner, &path, out),
            FieldType::Value(ValueType::Secret) => {}
            FieldType::Switches(_) => {
                path.push(word(field).new_tree(&mut TestRunner::deterministic()).expect("a name").current());
                out.push(path);
            }
            FieldType::Value(_) | FieldType::Set(_) => out.push(path),
        }
    }
}

/// Two values of a leaf that differ; a switch that is on, and off.
pub fn two_values(strategy: &BoxedStrategy<Value>, runner: &mut TestRunner) -> (Value, Value) {
    let mut draw = || strategy.new_tree(runner).expect("a value").current();
    let first = std::iter::repeat_with(&mut draw).find(|value| value != &json!([])).expect("a value");
    let second =
        std::iter::repeat_with(&mut draw).find(|value| *value != first && value != &json!([])).expect("another value");
    (first, second)
}

/// Values of the leaf at a path.
pub fn leaf_value(schema: &BlockSchema, path: &[String]) -> BoxedStrategy<Value> {
    let (name, rest) = path.split_first().expect("a path");
    let field = schema.fields.get(name).expect("a field");
    match field.field_type {
        FieldType::Keyed { item, .. } => leaf_value(item, rest),
        FieldType::Block(inner) => leaf_value(inner, rest),
        FieldType::Switches(_) => any::<bool>().prop_map(Value::from).boxed(),
        FieldType::Value(_) | FieldType::Set(_) => field_value(field),
    }
}

/// The same value whenever it is drawn.
pub fn drawn(schema: &BlockSchema, name: &str) -> Value {
    let field = schema.fields.get(name).expect("a field");
    field_value(field).new_tree(&mut TestRunner::deterministic()).expect("a value").current()
}

/// A block with `value` at `path`, with whatever a create needs, and its one-ofs held to the arm the path goes through.
pub fn with(schema: &BlockSchema, path: &[String], value: &Value) -> Value {
    let Some((name, rest)) = path.split_first() else { return value.clone() };
    let inner = match schema.fields.get(name).map(|field| field.field_type) {
        Some(FieldType::Keyed { by, item }) => {
            let mut entry = with(item, rest, value);
            entry[by] = drawn(item, by);
            json!([entry])
        }
        Some(FieldType::Block(inner)) => with(inner, rest, value),
        Some(FieldType::Switches(_)) => json!({ &rest[0]: value }),
        Some(FieldType::Value(_) | FieldType::Set(_)) | None => value.clone(),
    };
    let mut block = json!({ name: inner });
    for arm in schema.arms.iter().filter(|arm| arm.contains(&name.as_str())) {
        for sibling in arm.iter().filter(|sibling| *sibling != name && **sibling != "external_id") {
            block[*sibling] = drawn(schema, sibling);
        }
    }
    block
}

/// The same with what else a create or a rule of the vendor's needs.
pub fn complete(schema: &BlockSchema, path: &[String], mut block: Value) -> Value {
    let named = |block: &Value| block.get("role_name").or_else(|| block.get("access_key_id")).is_some();
    let is_auth = |needed: &str| needed != "name";
    let lacks = |needed: &&&str| block.get(**needed).is_none() && !(is_auth(needed) && named(&block));
    let missing: Vec<&str> = schema.needs.iter().filter(lacks).copied().collect();
    for needed in missing {
        let role = json!("DatadogIntegrationRole");
        block[needed] = match needed {
            "role_name" => role,
            "role_arn" => drawn(schema, needed),
            "name" => json!("law"),
            _ => json!({ "role_name": role }),
        };
    }
    let names_an_arm = schema.fields.keys().any(|field| schema.is_in_arm(field) && block.get(field).is_some());
    if let Some(arm) = schema.arms.first().filter(|_| !names_an_arm) {
        block[arm[0]] = drawn(schema, arm[0]);
    }
    let leaf = path.last().map_or("", String::as_str);
    if leaf.starts_with("cloud_security") {
        block["resources_config"]["extended_collection"] = json!(true);
    } else if leaf.starts_with("cspm_") {
        block["extended_resource_collection_enabled"] = json!(true);
    }
    block
}
