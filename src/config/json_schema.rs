//! The JSON Schema of the config, for editors: the fixed part, with every provider's block put in.
//!
//! It takes what heeler takes of one file, but for what only several places together tell: see `tests/units/editors.rs`.

use serde_json::{Map, Value, json};

use super::accounts::Head;
use super::hold::{self, HoldBlock};
use super::limits::{ConfirmBlock, LimitsBlock};
use super::read_only::{self, ReadOnlyBlock};
use super::removed::Removed;
use super::vars::{self, VarsBlock};
use crate::model::aws::access_key_id;
use crate::model::aws::partition::PARTITIONS;
use crate::model::schema::block_json_schema::{of_block, of_filled_block};
use crate::model::schema::{Block, BlockSchema, FieldType};
use crate::providers::{self, Provider};

/// The schema as draft 2020-12.
pub fn config() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:heeler:config:1",
        "title": "heeler config",
        "description": "What AWS integrations shall be: the accounts, and how each vendor watches them.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "version": { "enum": [1, "1"], "description": "The format of this file." },
            "providers": described("How each provider is reached.", by_provider(|provider| {
                with_read_only(of_block(provider.settings_block(), &format!("How {} is reached", provider.name())))
            })),
            "ownership": { "enum": ["declared", "exclusive"], "description": "Whether live accounts that no entry names are left alone (declared, the default) or planned for deletion." },
            "limits": renamed(of_block(LimitsBlock::SCHEMA, "Limits")),
            "confirm": renamed(of_block(ConfirmBlock::SCHEMA, "Confirmation")),
            "protect": { "type": "array", "items": identity(), "description": "Accounts never deleted, whose authentication never changes." },
            "defaults": described("What every account has under its own entry: it fills a provider's block and never makes one.", layer(false)),
            "profiles": {
                "type": "object",
                "description": "Layers that accounts list by name.",
                "additionalProperties": described("A layer over `defaults`, under each account that lists it.", layer(true)),
            },
            "accounts": { "type": "array", "items": account(), "description": "Every account, one entry each." },
            "removed": { "type": "array", "items": removed(), "description": "The only way to ask for a delete under `ownership: declared`." },
        },
    })
}

/// A map with a key for each provider.
fn by_provider(schema: impl Fn(&dyn Provider) -> Value) -> Value {
    let of = |provider: &&'static dyn Provider| (provider.name().to_owned(), schema(*provider));
    let fields: Map<String, Value> = providers::ALL.iter().map(of).collect();
    json!({ "type": "object", "properties": fields, "additionalProperties": false })
}

fn described(text: &str, mut schema: Value) -> Value {
    schema["description"] = text.into();
    schema
}

fn blocks(adds: bool) -> Value {
    by_provider(|provider| {
        with_read_only(of_filled_block(provider.block(), adds, &format!("{} account", provider.name())))
    })
}

fn with_read_only(mut block: Value) -> Value {
    block["properties"][read_only::KEY] = of_block(ReadOnlyBlock::SCHEMA, "")["properties"][read_only::KEY].take();
    block
}

fn layer(adds: bool) -> Value {
    let mut layer = blocks(adds);
    layer["properties"]["aws_partition"] = partition();
    layer["properties"][vars::KEY] = variables();
    layer
}

fn account() -> Value {
    let mut account = of_block(Head::SCHEMA, "Account");
    let hold = of_block(HoldBlock::SCHEMA, "Hold");
    for (name, mut block) in blocks(true)["properties"].as_object().cloned().unwrap_or_default() {
        block["properties"][hold::KEY] = hold.clone();
        account["properties"][name] = block;
    }
    account["properties"][hold::KEY] = hold;
    account["properties"]["aws_account_id"] = json!({ "type": "string", "pattern": "^[0-9]{12}$", "description": "An AWS account id: twelve digits, in quotes." });
    account["properties"]["aws_partition"] = partition();
    account["properties"][vars::KEY] = variables();
    account["properties"]["unmanaged"]["items"] = unmanaged_paths();
    account["allOf"] = one_per_backend();
    account
}

/// `vars:` of one layer.
fn variables() -> Value {
    let mut vars = of_block(VarsBlock::SCHEMA, "")["properties"][vars::KEY].take();
    vars["propertyNames"] = json!({ "pattern": vars::NAME_PATTERN });
    vars
}

fn partition() -> Value {
    json!({ "enum": PARTITIONS, "description": "The AWS partition; fixed at creation. If left out: what is live, else `aws`." })
}

/// Where an access key may stand in place of the account id.
fn identity() -> Value {
    let access_key = access_key_id::PATTERN.trim_matches(['^', '$']);
    json!({ "type": "string", "pattern": format!("^([0-9]{{12}}|{access_key})$") })
}

/// Two APIs of one vendor cannot both manage an account.
fn one_per_backend() -> Value {
    let pairs = providers::ALL.iter().enumerate().flat_map(|(at, one)| {
        let others = providers::ALL.iter().skip(at + 1).filter(|other| other.backend() == one.backend());
        others.map(|other| json!({ "not": { "required": [one.name(), other.name()] } }))
    });
    pairs.collect()
}

/// Every path that `unmanaged` may name, for editors to complete; the names of switches are the vendor's.
fn unmanaged_paths() -> Value {
    let (mut paths, mut switches) = (Vec::new(), Vec::new());
    for provider in providers::ALL {
        paths.push(provider.name().to_owned());
        gather(provider.block(), provider.name(), &mut paths, &mut switches);
    }
    let named = switches
        .iter()
        .map(|path| json!({ "type": "string", "pattern": format!(r"^{}\.[^.]*$", path.replace('.', r"\.")) }));
    let any_of: Vec<Value> = std::iter::once(json!({ "enum": paths })).chain(named).collect();
    json!({ "anyOf": any_of })
}

fn gather(block: &BlockSchema, above: &str, paths: &mut Vec<String>, switches: &mut Vec<String>) {
    for (name, field) in block.fields.iter() {
        let path = format!("{above}.{name}");
        match field.field_type {
            FieldType::Block(inner) => gather(inner, &path, paths, switches),
            FieldType::Switches(_) => switches.push(path.clone()),
            FieldType::Value(_) | FieldType::Set(_) | FieldType::Keyed { .. } => {}
        }
        paths.push(path);
    }
}

fn removed() -> Value {
    let mut removed = of_block(Removed::SCHEMA, "Tombstone");
    removed["properties"]["from"]["items"] = json!({ "enum": super::removed::from_words() });
    removed["properties"]["from"]["minItems"] = 1.into();
    removed["properties"]["aws_account_id"] = described("An AWS account id: twelve digits, in quotes.", identity());
    let mut names = vec!["aws_account_id"];
    for key in providers::alias_keys() {
        names.push(key);
        removed["properties"][key] =
            described("In place of the account id, where the vendor knows an account by this only.", identity());
    }
    removed["anyOf"] = names.iter().map(|name| json!({ "required": [name] })).collect();
    for provider in providers::ALL {
        if let Some(block) = provider.delete_options() {
            removed["properties"][provider.name()] = of_block(block, &format!("How {} deletes it", provider.name()));
        }
    }
    removed
}

/// `disruptive` under the name that it had at first, which is still read.
fn renamed(mut schema: Value) -> Value {
    let mut old = schema["properties"]["disruptive"].clone();
    old["deprecated"] = true.into();
    schema["properties"]["removals"] = described("Is called `disruptive` now.", old);
    schema
}
