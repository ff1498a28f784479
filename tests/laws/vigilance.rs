//! Law 6: any one managed leaf that the vendor returns, changed out of band, is found and named, by plan and by drift.
//! The leaves come from the schema.

use std::collections::BTreeSet;

use heeler::model::drift::Class;
use heeler::model::{Change, FieldChange};
use heeler::providers::Provider;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::generate::{config, of_accounts};
use crate::harness::{apply, drift, fields, load, plan, sandbox, world_of};
use crate::layered::layered;
use crate::schema_leaves::{complete, leaf_value, leaves, two_values, with};

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
