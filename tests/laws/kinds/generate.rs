//! Accounts with services, and their configs, out of Wavefront's schema.

use std::collections::BTreeMap;

use heeler::model::Key;
use heeler::providers::wavefront::NAME;
use heeler::providers::wavefront::service::Service;
use proptest::collection::btree_map;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::generate::{account_id, block, named_value};

/// Blocks by account and kind.
pub type Fleet = BTreeMap<String, BTreeMap<&'static str, Value>>;

/// A block that a row can be made of: what is settled when a row is made stands beside it.
pub fn whole(service: Service) -> BoxedStrategy<Value> {
    let schema = &service.kind().schema().block;
    let needs: Vec<_> = schema.needs.iter().map(|name| named_value(schema, name)).collect();
    (block(schema), needs)
        .prop_map(|(mut block, needs)| {
            needs.into_iter().for_each(|(name, value)| block[name] = value);
            block
        })
        .boxed()
}

/// A few accounts.
pub fn fleet() -> BoxedStrategy<Fleet> {
    let services: Vec<_> = Service::ALL.into_iter().map(|service| proptest::option::of(whole(service))).collect();
    let account = services.prop_map(|blocks| {
        let named = Service::ALL.into_iter().zip(blocks).filter_map(|(service, block)| Some((service.name(), block?)));
        named.collect::<BTreeMap<_, _>>()
    });
    let accounts = btree_map(account_id(), account, 1..4);
    accounts.prop_map(|fleet| fleet.into_iter().filter(|(_, blocks)| !blocks.is_empty()).collect()).boxed()
}

/// A config of one file.
pub fn config_value(fleet: &Fleet, extra: &Value) -> Value {
    let account = |(id, blocks): (&String, &BTreeMap<&'static str, Value>)| {
        let mut block: Map<String, Value> =
            blocks.iter().map(|(kind, block)| ((*kind).to_owned(), block.clone())).collect();
        block.insert("role_name".to_owned(), json!("observer"));
        json!({ "aws_account_id": id, NAME: block })
    };
    let mut config = json!({
        "version": 1,
        "providers": { NAME: { "address": "acme.wavefront.com" } },
        "limits": { "creates": 1000, "deletes": 1000, "disruptive": 1000, "costly": 1000 },
        "accounts": fleet.iter().map(account).collect::<Vec<_>>(),
    });
    extra.as_object().into_iter().flatten().for_each(|(key, value)| config[key] = value.clone());
    config
}

/// The same as text. JSON is YAML.
pub fn config(fleet: &Fleet, extra: &Value) -> String {
    config_value(fleet, extra).to_string()
}

pub fn key(id: &str, service: &str) -> Key {
    Service::named(service).expect("a service").kind().key(format!("arn:aws:iam::{id}:role/observer"))
}

/// Every block by the key of its row.
pub fn declared(fleet: &Fleet) -> BTreeMap<Key, Value> {
    fleet
        .iter()
        .flat_map(|(id, blocks)| blocks.iter().map(move |(kind, block)| (key(id, kind), block.clone())))
        .collect()
}
