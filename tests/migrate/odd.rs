//! Whatever stands where something else belongs, in a state or in a listing: nobody stumbles, and no secret comes
//! through.

use std::collections::BTreeMap;

use heeler::model::{Key, Observed, RemoteId};
use heeler::providers::datadog::kinds::ACCOUNT;
use heeler::providers::{self, Adoption, MigrationSource};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::fixtures::{GOV, OLD, PLANTED, keyed, legacy, legacy_live};

fn observed(row: &Value) -> (Key, Observed) {
    let key = ACCOUNT.key(OLD.to_owned());
    let row = Observed {
        key: key.clone(),
        id: RemoteId("x".to_owned()),
        account: Some(OLD.to_owned()),
        partition: None,
        row: RawValue::from_string(row.to_string()).unwrap(),
        not_manageable: None,
        alias: Some("AKIAMIGRATEEXAMPLE01".to_owned()),
        principal: None,
        health_issues: Vec::new(),
    };
    (key, row)
}

/// Every place in a value, as a pointer.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| places(value, &format!("{at}/{}", name.replace('/', "~1")), out))
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| places(value, &format!("{at}/{index}"), out))
        }
        _ => {}
    }
}

/// The value with every odd thing in every place.
fn odd(value: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    places(value, "", &mut all);
    let things = [
        json!(null),
        json!("x"),
        json!(7),
        json!(true),
        json!([]),
        json!({}),
        json!([null, ["y"]]),
        json!({ "a": { "b": null } }),
    ];
    let replaced = |place: &String, thing: &Value| {
        let mut value = value.clone();
        *value.pointer_mut(place).unwrap() = thing.clone();
        value
    };
    all.iter().flat_map(|place| things.iter().map(move |thing| replaced(place, thing))).collect()
}

#[test]
fn nothing_odd_makes_it_stumble() {
    let datadog = providers::named("datadog").unwrap();
    let mut whole = legacy(OLD);
    whole[0]["values"]["secret_access_key"] = json!(PLANTED);
    whole.push(keyed(GOV));
    let v1 = json!({ "role_name": "R", "account_specific_namespace_rules": { "sqs": true }, "excluded_regions": ["us-east-1"], "host_tags": ["a:b"],
                     "tag_filters": [{ "namespace": "sqs", "tag_filter_str": "a:b" }], "logs": { "lambdas": [], "services": ["s3"] } });
    whole.push(json!({ "type": "datadog_v1", "values": v1 }));
    let things: Vec<(String, Value)> =
        whole.iter().map(|thing| (thing["type"].as_str().unwrap().to_owned(), thing["values"].clone())).collect();
    let mut tried = 0;
    let mut adopts = |things: &[(String, Value)], live: Option<&BTreeMap<Key, Observed>>| {
        let foreign: Vec<MigrationSource<'_>> = things
            .iter()
            .map(|(kind, says)| MigrationSource {
                kind,
                account: (kind == "datadog_v1").then_some(OLD),
                says,
                whole: kind == "datadog_v1",
                hidden: &[],
            })
            .collect();
        let Adoption { accounts, unread: _ } = datadog.migration().expect("it takes over").adopts(&foreign, live);
        accounts.iter().for_each(|account| assert!(!account.row.row.get().contains(PLANTED), "{}", account.row.row));
        tried += 1;
    };
    let live: BTreeMap<Key, Observed> = [observed(&legacy_live(OLD))].into();
    for (at, (_, values)) in things.iter().enumerate() {
        for value in odd(values) {
            let mut things = things.clone();
            things[at].1 = value;
            adopts(&things, None);
            adopts(&things, Some(&live));
        }
    }
    for row in odd(&legacy_live(OLD)) {
        adopts(&things, Some(&[observed(&row)].into()));
    }
    assert!(tried > 1000, "{tried}");
}
