//! The JSON Schema of the config, for editors: the fixed part, with every provider's block put in.

use serde_json::{Map, Value, json};

use super::accounts::Head;
use super::defaults_and_profiles::PARTITIONS;
use super::hold::{self, HoldBlock};
use super::limits::{ConfirmBlock, LimitsBlock};
use super::removed::Removed;
use crate::providers;

/// The schema as draft 2020-12.
pub fn config() -> Value {
    let id = json!({ "type": "string", "pattern": "^[0-9]{12}$", "description": "An AWS account id: twelve digits, in quotes." });
    let partition = json!({ "enum": PARTITIONS, "description": "The AWS partition; fixed at creation. `aws` unless said otherwise." });
    let blocks =
        || providers::ALL.iter().map(|provider| (provider.name().to_owned(), editor(provider.schema().clone())));
    let layer = || {
        let fields: Map<String, Value> = blocks().chain([("aws_partition".to_owned(), partition.clone())]).collect();
        json!({ "type": "object", "properties": fields, "additionalProperties": false })
    };
    let mut account = providers::schema_of::<Head>();
    if let Some(fields) = account.get_mut("properties").and_then(Value::as_object_mut) {
        let hold = providers::schema_of::<HoldBlock>();
        fields.extend(blocks().map(|(name, mut block)| {
            block["properties"][hold::KEY] = hold.clone();
            (name, block)
        }));
        fields.insert(hold::KEY.to_owned(), hold.clone());
        fields.insert("aws_account_id".to_owned(), id.clone());
        fields.insert("aws_partition".to_owned(), partition.clone());
    }
    let mut removed = providers::schema_of::<Removed>();
    removed["properties"]["from"]["items"]["enum"] = json!(super::removed::from_words());
    removed["properties"]["aws_account_id"] = id.clone();
    for key in providers::alias_keys() {
        let described = "In place of the account id, where the vendor knows an account by this only.";
        removed["properties"][key] = json!({ "type": "string", "description": described });
    }
    for (provider, schema) in
        providers::ALL.iter().filter_map(|provider| Some((provider.name(), provider.removal_schema()?)))
    {
        removed["properties"][provider] = schema;
    }
    let settings: Map<String, Value> =
        providers::ALL.iter().map(|provider| (provider.name().to_owned(), provider.settings_schema())).collect();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:heeler:config:1",
        "title": "heeler config",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "version": { "const": 1, "description": "The format of this file." },
            "providers": { "type": "object", "properties": settings, "additionalProperties": false, "description": "How each provider is reached." },
            "ownership": { "enum": ["declared", "exclusive"], "description": "Whether live accounts that no entry names are left alone (declared, the default) or planned for deletion." },
            "limits": providers::schema_of::<LimitsBlock>(),
            "confirm": providers::schema_of::<ConfirmBlock>(),
            "protect": { "type": "array", "items": { "type": "string" }, "description": "Accounts never deleted, whose authentication never changes." },
            "defaults": layer(),
            "profiles": { "type": "object", "additionalProperties": layer() },
            "accounts": { "type": "array", "items": editor(account) },
            "removed": { "type": "array", "items": removed, "description": "The only way to ask for a delete under `ownership: declared`." },
        },
    });
    without_null(schema)
}

/// What editors understand of a one-of: two arms exclude each other. The `x-` words are for the planner.
fn editor(schema: Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let arms = fields.get("x-one-of").and_then(Value::as_array).cloned().unwrap_or_default();
            let mut kept: Map<String, Value> = fields
                .into_iter()
                .filter(|(name, _)| !name.starts_with("x-"))
                .map(|(name, value)| (name, editor(value)))
                .collect();
            if let [first, second] = &arms[..] {
                let pairs =
                    names(first).flat_map(|a| names(second).map(move |b| json!({ "not": { "required": [a, b] } })));
                kept.insert("allOf".to_owned(), pairs.collect());
            }
            Value::Object(kept)
        }
        Value::Array(items) => items.into_iter().map(editor).collect(),
        scalar => scalar,
    }
}

fn names(arm: &Value) -> impl Iterator<Item = &str> + Clone {
    arm.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// An explicit null is an error in heeler, so no editor should offer one.
fn without_null(schema: Value) -> Value {
    match schema {
        Value::Object(mut fields) => {
            fields.retain(|name, value| !(name == "default" && value.is_null()));
            if let Some(Value::Array(types)) = fields.get_mut("type") {
                types.retain(|word| word != "null");
                if let [only] = &types[..] {
                    let only = only.clone();
                    fields.insert("type".to_owned(), only);
                }
            }
            let arms = fields
                .get("anyOf")
                .and_then(Value::as_array)
                .map(|arms| arms.iter().filter(|arm| arm["type"] != "null").cloned().collect::<Vec<_>>());
            if let Some([only]) = arms.as_deref() {
                fields.remove("anyOf");
                for (name, value) in only.as_object().cloned().unwrap_or_default() {
                    fields.entry(name).or_insert(value);
                }
            }
            Value::Object(fields.into_iter().map(|(name, value)| (name, without_null(value))).collect())
        }
        Value::Array(items) => items.into_iter().map(without_null).collect(),
        scalar => scalar,
    }
}
