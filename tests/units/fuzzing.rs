//! What the fuzz targets begin with knows the config as it is: every key of the schema, and what came last.

use std::collections::BTreeSet;

use heeler::config::json_schema;
use serde_json::Value;

use crate::load;

/// Every key that a schema names, wherever it stands.
fn keys(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            let named = map.get("properties").and_then(Value::as_object).into_iter().flat_map(|keys| keys.keys());
            found.extend(named.cloned());
            map.values().for_each(|below| keys(below, found));
        }
        Value::Array(list) => list.iter().for_each(|below| keys(below, found)),
        _ => {}
    }
}

#[test]
fn the_dictionary_has_every_key_of_the_schema() {
    let words: BTreeSet<&str> = include_str!("../../fuzz/config.dict")
        .lines()
        .filter_map(|line| line.strip_prefix('"')?.split_once(':').map(|(key, _)| key))
        .collect();
    let mut known = BTreeSet::new();
    keys(&json_schema::config(), &mut known);
    assert!(known.len() > 100, "{known:?}");
    let missing: Vec<String> =
        known.iter().filter(|key| !words.contains(key.as_str())).map(|key| format!("\"{key}:\"")).collect();
    assert!(missing.is_empty(), "add these lines to fuzz/config.dict:\n{}", missing.join("\n"));
}

#[test]
fn the_seed_with_all_layers_is_valid() {
    let text = include_str!("../../fuzz/seeds/config/layers.yaml");
    let loaded = load(&[("layers.yaml", text)]).unwrap();
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
}
