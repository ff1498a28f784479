//! The JSON Schema of the config, for editors: the fixed part, with every provider's block put in.

use serde_json::{Map, Value, json};

use super::accounts::Head;
use super::defaults_and_profiles::PARTITIONS;
use super::hold::{self, HoldBlock};
use super::limits::{ConfirmBlock, LimitsBlock};
use super::removed::Removed;
use crate::model::schema::Block;
use crate::model::schema::json_schema::of_block;
use crate::providers;

/// The schema as draft 2020-12.
pub fn config() -> Value {
    let id = json!({ "type": "string", "pattern": "^[0-9]{12}$", "description": "An AWS account id: twelve digits, in quotes." });
    let partition = json!({ "enum": PARTITIONS, "description": "The AWS partition; fixed at creation. `aws` unless said otherwise." });
    let blocks = || providers::ALL.iter().map(|provider| (provider.name().to_owned(), of_block(provider.block())));
    let layer = || {
        let fields: Map<String, Value> = blocks().chain([("aws_partition".to_owned(), partition.clone())]).collect();
        json!({ "type": "object", "properties": fields, "additionalProperties": false })
    };
    let mut account = of_block(Head::SCHEMA);
    if let Some(fields) = account.get_mut("properties").and_then(Value::as_object_mut) {
        let hold = of_block(HoldBlock::SCHEMA);
        fields.extend(blocks().map(|(name, mut block)| {
            block["properties"][hold::KEY] = hold.clone();
            (name, block)
        }));
        fields.insert(hold::KEY.to_owned(), hold.clone());
        fields.insert("aws_account_id".to_owned(), id.clone());
        fields.insert("aws_partition".to_owned(), partition.clone());
    }
    let mut removed = of_block(Removed::SCHEMA);
    removed["properties"]["from"]["items"]["enum"] = json!(super::removed::from_words());
    removed["properties"]["aws_account_id"] = id.clone();
    for key in providers::alias_keys() {
        let described = "In place of the account id, where the vendor knows an account by this only.";
        removed["properties"][key] = json!({ "type": "string", "description": described });
    }
    for (provider, block) in providers::ALL.iter().filter_map(|provider| Some((provider.name(), provider.removal()?))) {
        removed["properties"][provider] = of_block(block);
    }
    let settings: Map<String, Value> = providers::ALL
        .iter()
        .map(|provider| (provider.name().to_owned(), of_block(provider.settings_block())))
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:heeler:config:1",
        "title": "heeler config",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "version": { "const": 1, "description": "The format of this file." },
            "providers": { "type": "object", "properties": settings, "additionalProperties": false, "description": "How each provider is reached." },
            "ownership": { "enum": ["declared", "exclusive"], "description": "Whether live accounts that no entry names are left alone (declared, the default) or planned for deletion." },
            "limits": of_block(LimitsBlock::SCHEMA),
            "confirm": of_block(ConfirmBlock::SCHEMA),
            "protect": { "type": "array", "items": { "type": "string" }, "description": "Accounts never deleted, whose authentication never changes." },
            "defaults": layer(),
            "profiles": { "type": "object", "additionalProperties": layer() },
            "accounts": { "type": "array", "items": account },
            "removed": { "type": "array", "items": removed, "description": "The only way to ask for a delete under `ownership: declared`." },
        },
    })
}
