//! Law 6: any one managed leaf that the vendor returns, changed out of band, is found and named, by plan and by drift.
//! The leaves come from the schema.

use std::collections::BTreeSet;

use heeler::model::drift::Class;
use heeler::model::schema::{BlockSchema, FieldType, ValueType};
use heeler::model::{Change, FieldChange};
use heeler::providers::Provider;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::generate::{config, field_value, of_accounts, word};
use crate::harness::{apply, drift, fields, load, plan, sandbox, world_of};
use crate::layered::layered;

/// Every leaf of a block, as steps; a keyed list is entered through an entry of its own.
fn leaves(schema: &BlockSchema, above: &[String], out: &mut Vec<Vec<String>>) {
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
fn two_values(strategy: &BoxedStrategy<Value>, runner: &mut TestRunner) -> (Value, Value) {
    let mut draw = || strategy.new_tree(runner).expect("a value").current();
    let first = std::iter::repeat_with(&mut draw).find(|value| value != &json!([])).expect("a value");
    let second =
        std::iter::repeat_with(&mut draw).find(|value| *value != first && value != &json!([])).expect("another value");
    (first, second)
}

/// Values of the leaf at a path.
fn leaf_value(schema: &BlockSchema, path: &[String]) -> BoxedStrategy<Value> {
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
fn drawn(schema: &BlockSchema, name: &str) -> Value {
    let field = schema.fields.get(name).expect("a field");
    field_value(field).new_tree(&mut TestRunner::deterministic()).expect("a value").current()
}

/// A block with `value` at `path`, with whatever a create needs, and its one-ofs held to the arm the path goes through.
fn with(schema: &BlockSchema, path: &[String], value: &Value) -> Value {
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
fn complete(schema: &BlockSchema, path: &[String], mut block: Value) -> Value {
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

fn set_in_row(row: &mut Value, path: &[String], value: &Value) {
    let place = path.iter().fold(fields(row), |at, step| {
        let at = if at.is_array() { &mut at[0] } else { at };
        &mut at[step]
    });
    *place = value.clone();
}

fn check_leaf(provider: &'static dyn Provider, path: &[String]) -> Option<String> {
    if !provider.meta().needs_account && provider.meta().alias_field == Some(&*path.join(".")) {
        return None; // another name is another row
    }
    let shape = provider.kinds()[0].schema();
    // A role's name may be told as its ARN; what is neither told so nor otherwise can only be sent.
    let told = match path {
        [only] if !shape.block.fields.contains_key(only) => {
            match (only.as_str(), shape.block.fields.contains_key("role_arn")) {
                ("role_name", true) => &["role_arn".to_owned()],
                _ => return None,
            }
        }
        path => path,
    };
    let mut runner = TestRunner::deterministic();
    let schema = provider.block();
    let (wanted, found) = two_values(&leaf_value(schema, path), &mut runner);
    let block = complete(schema, path, with(schema, path, &wanted));
    if path.last().is_some_and(|name| name == "external_id") {
        return Some(check_external_id(provider, block, &found));
    }
    let text_of = |block: Value| config(provider, &[("210000000001".to_owned(), block)].into(), &json!({}));
    let text = text_of(block);
    // Whatever layers say it, with whatever variables.
    let layers: Vec<_> = (0..3).map(|seed| load(&layered(provider, &text, seed))).collect();
    let mut rows = world_of(provider.backend(), &text, 7);
    let calm = plan(&load(&text), &sandbox(provider.backend(), rows.clone(), 7));
    assert!(calm.actions.is_empty(), "{path:?} does not converge: {:#?}", calm.actions);

    // Somebody else has another config.
    let theirs = load(&text_of(complete(schema, path, with(schema, path, &found))));
    let changed = sandbox(provider.backend(), rows.clone(), 7);
    let report = apply(&theirs, &changed, &plan(&theirs, &changed));
    assert!(report.all_done() && report.wrote(), "{path:?}: {:?}", report.outcomes);
    let fingerprint = named(&load(&text), provider, changed.rows(provider.backend()), told);
    for config in &layers {
        let calm = plan(config, &sandbox(provider.backend(), rows.clone(), 7));
        assert!(calm.actions.is_empty(), "{path:?} in layers: {:#?}", calm.actions);
        assert_eq!(named(config, provider, changed.rows(provider.backend()), told), fingerprint, "{path:?} in layers");
    }

    // Or a row in this very form is written to.
    if shape.pointer != ["attributes"] {
        return Some(fingerprint);
    }
    let found =
        if found.is_boolean() { json!(!rows_value(&rows[0], path).as_bool().expect("a switch")) } else { found };
    set_in_row(&mut rows[0], path, &found);
    named(&load(&text), provider, rows, path);
    Some(fingerprint)
}

fn rows_value(row: &Value, path: &[String]) -> Value {
    path.iter()
        .fold(row["attributes"].clone(), |at, step| if at.is_array() { at[0][step].clone() } else { at[step].clone() })
}

/// An external id must be issued before it can be declared, so it is taken from a row that has one.
fn check_external_id(provider: &'static dyn Provider, mut block: Value, found: &Value) -> String {
    block["auth_config"] = json!({ "role_name": "DatadogIntegrationRole" });
    let fleet = [("210000000001".to_owned(), block.clone())].into();
    let mut rows = world_of(provider.backend(), &config(provider, &fleet, &json!({})), 7);
    block["auth_config"]["external_id"] = rows[0]["attributes"]["auth_config"]["external_id"].clone();
    let text = config(provider, &[("210000000001".to_owned(), block)].into(), &json!({}));
    let path = ["auth_config", "external_id"].map(str::to_owned);
    assert!(plan(&load(&text), &sandbox(provider.backend(), rows.clone(), 7)).actions.is_empty());
    set_in_row(&mut rows[0], &path, found);
    named(&load(&text), provider, rows, &path)
}

/// The fingerprint of the drift, which must be that of no other leaf.
fn named(config: &heeler::run::Run, provider: &dyn Provider, rows: Vec<Value>, path: &[String]) -> String {
    let plan = plan(config, &sandbox(provider.backend(), rows, 7));
    let paths: Vec<String> = plan
        .actions
        .iter()
        .flat_map(|action| action.changes())
        .filter(compared)
        .map(|change| change.path.to_string())
        .collect();
    let without_keys =
        |path: &str| path.split(']').map(|part| part.split('[').next().unwrap_or_default()).collect::<String>();
    assert_eq!(
        paths.iter().map(|path| without_keys(path)).collect::<Vec<_>>(),
        vec![path.join(".")],
        "{path:?} was changed behind our back"
    );
    let drift = drift(&plan);
    assert_eq!((drift.count(Class::Changed), drift.items.len()), (1, 1), "{path:?}: {:#?}", drift.items);
    assert_eq!(drift.items[0].changes.iter().map(|change| change.path.to_string()).collect::<Vec<_>>(), paths);
    drift.fingerprint.expect("a fingerprint")
}

/// A secret is sent along with its key, and never compared.
fn compared(change: &&FieldChange) -> bool {
    !matches!(change.change, Change::Secret { .. })
}

#[test]
fn every_leaf_changed_behind_our_back_is_found_and_named() {
    for provider in of_accounts() {
        let mut all = Vec::new();
        leaves(provider.block(), &[], &mut all);
        assert!(all.len() > 5, "only {} leaves: {all:?}", all.len());
        let told: Vec<String> = all.iter().filter_map(|path| check_leaf(provider, path)).collect();
        assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), told.len(), "two leaves have one fingerprint");
    }
}
