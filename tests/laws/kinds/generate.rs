//! Accounts with rows of several kinds, and their configs, out of a provider's schemas.

use std::collections::BTreeMap;

use heeler::model::{Desired, Key, Kind};
use heeler::providers::{self, Provider};
use proptest::collection::btree_map;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::generate::{Each, account_id, block, is_of_accounts, named_value, settings};
use crate::harness::load;
use crate::vendors::vendor;

/// Blocks by account and kind.
pub type Fleet = BTreeMap<String, Blocks>;

/// Blocks by kind.
pub type Blocks = BTreeMap<&'static str, Value>;

/// The providers whose accounts have rows of several kinds.
pub fn of_kinds() -> Vec<&'static dyn Provider> {
    providers::ALL.iter().copied().filter(|provider| !is_of_accounts(*provider)).collect()
}

/// One of them, and two of its fleets.
pub fn two_fleets() -> BoxedStrategy<(Each, Fleet, Fleet)> {
    let each = select(of_kinds().into_iter().map(Each).collect::<Vec<_>>());
    each.prop_flat_map(|each| (Just(each), fleet(each.0), fleet(each.0))).boxed()
}

/// A block that a row can be made of: what is settled when a row is made stands beside it.
pub fn whole(kind: &'static Kind) -> BoxedStrategy<Value> {
    let schema = &kind.schema().block;
    let needs: Vec<_> = schema.needs.iter().map(|name| named_value(schema, name)).collect();
    (block(schema), needs)
        .prop_map(|(mut block, needs)| {
            needs.into_iter().for_each(|(name, value)| block[name] = value);
            block
        })
        .boxed()
}

/// A few accounts, each with whatever its rows take from others.
pub fn fleet(provider: &'static dyn Provider) -> BoxedStrategy<Fleet> {
    let blocks: Vec<_> = provider.kinds().iter().map(|kind| proptest::option::of(whole(kind))).collect();
    let account = blocks.prop_map(move |blocks| {
        let named = provider.kinds().iter().zip(blocks).filter_map(|(kind, block)| Some((kind.name, block?)));
        with_needed(provider, named.collect())
    });
    let accounts = btree_map(account_id(), account, 1..4);
    accounts.prop_map(|fleet| fleet.into_iter().filter(|(_, blocks)| !blocks.is_empty()).collect()).boxed()
}

/// The same with a block for each kind of which another takes something.
pub fn with_needed(provider: &dyn Provider, mut blocks: Blocks) -> Blocks {
    if blocks.is_empty() {
        return blocks;
    }
    let account = "210000000001".to_owned();
    let run = load(&config(provider, &Fleet::from([(account, blocks.clone())]), &json!({})));
    let outputs = run.config().desired.entries.values().flat_map(|desired| &desired.outputs);
    for output in outputs.filter(|output| !output.from.is_issued()) {
        let drawn =
            || whole(output.from.of.kind).new_tree(&mut TestRunner::deterministic()).expect("a block").current();
        blocks.entry(output.from.of.kind.name).or_insert_with(drawn);
    }
    blocks
}

/// A config of one file.
pub fn config_value(provider: &dyn Provider, fleet: &Fleet, extra: &Value) -> Value {
    let account = |(id, blocks): (&String, &Blocks)| {
        let mut block = (vendor(provider).beside_rows)();
        for kind in provider.kinds() {
            let [field] = kind.block_path else { panic!("{kind:?} stands elsewhere") };
            blocks.get(kind.name).into_iter().for_each(|row| block[field] = row.clone());
        }
        json!({ "aws_account_id": id, provider.name(): block })
    };
    let mut config = json!({
        "version": 1,
        "providers": { provider.name(): settings(provider) },
        "limits": { "creates": 1000, "deletes": 1000, "disruptive": 1000, "costly": 1000 },
        "accounts": fleet.iter().map(account).collect::<Vec<_>>(),
    });
    extra.as_object().into_iter().flatten().for_each(|(key, value)| config[key] = value.clone());
    config
}

/// The same as text. JSON is YAML.
pub fn config(provider: &dyn Provider, fleet: &Fleet, extra: &Value) -> String {
    config_value(provider, fleet, extra).to_string()
}

/// Every block by the key of its row.
pub fn declared(provider: &dyn Provider, fleet: &Fleet) -> BTreeMap<Key, Value> {
    let run = load(&config(provider, fleet, &json!({})));
    let block = |desired: &Desired| {
        let block = desired.account.as_ref().and_then(|account| fleet.get(account)?.get(desired.key.kind.name));
        (desired.key.clone(), block.expect("a block").clone())
    };
    run.config().desired.entries.values().map(|desired| block(desired)).collect()
}
