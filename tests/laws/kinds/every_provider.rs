//! The laws for every provider whose accounts have rows of several kinds.

use std::collections::{BTreeMap, BTreeSet};

use heeler::model::{Key, Op, Plan};
use heeler::planner::comparable;
use heeler::providers::Provider;
use heeler::run::Run;
use heeler::sandbox::Sandbox;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::generate::{Blocks, Fleet, config, config_value, declared, of_kinds, two_fleets, whole, with_needed};
use crate::generate::{Each, account_id};
use crate::harness::{apply, block_on, digest, load, plan, sandbox, try_load, world_of};
use crate::import::imported;
use crate::schema_leaves::{leaf_value, leaves, with};
use crate::shuffle::{shuffled, shuffles};
use crate::vendors::vendor;

/// A sandbox that a fleet left behind. Its rows have other ids than it would give: a listing with an id twice is refused.
fn lived_in(provider: &dyn Provider, fleet: &Fleet, seed: u64) -> Sandbox {
    let rows = world_of(provider.backend(), &config(provider, fleet, &json!({})), !seed);
    sandbox(provider.backend(), rows, seed)
}

/// What is compared of each live row that this config lets the provider see.
fn seen(provider: &dyn Provider, config: &Run, sandbox: &Sandbox) -> BTreeMap<Key, Value> {
    let snapshot = block_on(config.read_unguarded(sandbox));
    let rows = &snapshot.providers()[provider.name()].result.as_ref().expect("a listing").rows;
    rows.iter().map(|(key, row)| (key.clone(), comparable(row, key.kind.schema()).expect("a row"))).collect()
}

fn is_quiet(plan: &Plan) -> bool {
    plan.actions.is_empty() && plan.refusals.is_empty() && plan.all_rows_read()
}

/// The keys that a plan deletes; nothing if the text is no config.
fn deleted(text: &str, sandbox: &Sandbox) -> Option<BTreeSet<Key>> {
    let plan = plan(&try_load(&[text.to_owned()]).ok()?, sandbox);
    let deletes = plan.actions.iter().filter(|action| matches!(action.op, Op::Delete { .. }));
    Some(deletes.map(|action| action.key.clone()).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// 1. Apply, plan again: empty. 3. What nobody manages is as it was. 8. Planning sends no write.
    #[test]
    fn applying_converges_and_leaves_the_rest_alone((Each(provider), earlier, later) in two_fleets(), seed in any::<u64>()) {
        let sandbox = lived_in(provider, &earlier, seed);
        let config = load(&config(provider, &later, &json!({})));
        let (before, first) = (seen(provider, &config, &sandbox), plan(&config, &sandbox));
        prop_assert!(sandbox.log().iter().all(|request| request.only_reads && !request.write), "planning wrote");
        let report = apply(&config, &sandbox, &first);
        prop_assert!(report.all_done(), "{:?}", report.outcomes);
        let second = plan(&config, &sandbox);
        prop_assert!(is_quiet(&second), "{:#?}", second.actions);
        let (after, wanted) = (seen(provider, &config, &sandbox), declared(provider, &later));
        for (key, view) in &before {
            let block = wanted.get(key).cloned().unwrap_or_else(|| json!({}));
            for (name, value) in view.as_object().into_iter().flatten().filter(|(name, _)| block.get(name).is_none()) {
                prop_assert_eq!(value, &after[key][name], "{} of {} was not managed", name, key);
            }
        }
    }

    /// 2. Nothing is deleted without a tombstone, whatever is missing; one deletes its account's rows only, and nobody
    ///    else's ever.
    #[test]
    fn nothing_is_deleted_without_a_tombstone((Each(provider), earlier, later) in two_fleets(), tombstoned in account_id(), cut in 0.0..1.0f64, seed in any::<u64>()) {
        let sandbox = lived_in(provider, &earlier, seed);
        let left: Fleet = later.into_iter().filter(|(id, _)| *id != tombstoned).collect();
        let mut tombstone = json!({ "aws_account_id": tombstoned, "reason": "closed" });
        if vendor(provider).has_trash && seed % 2 == 0 {
            tombstone[provider.name()] = json!({ "skip_trash": true });
        }
        let text = config(provider, &left, &json!({ "removed": [tombstone] }));
        let is_removed = |key: &Key| key.account() == Some(tombstoned.as_str());
        prop_assert_eq!(deleted(&text, &sandbox), Some(declared(provider, &earlier).into_keys().filter(is_removed).collect()));
        let at = (cut * text.len() as f64) as usize;
        prop_assert_eq!(deleted(&text[..at], &sandbox).unwrap_or_default(), BTreeSet::new());
        prop_assert_eq!(deleted(&config(provider, &left, &json!({})), &sandbox), Some(BTreeSet::new()));
        let exclusive = config(provider, &left, &json!({ "ownership": "exclusive" }));
        let is_unnamed = |key: &Key| !left.is_empty() && key.account().is_some_and(|account| !left.contains_key(account));
        let found = if left.is_empty() { BTreeMap::new() } else { seen(provider, &load(&exclusive), &sandbox) };
        prop_assert_eq!(deleted(&exclusive, &sandbox), Some(found.into_keys().filter(is_unnamed).collect()));
    }

    /// 4. The order of lists, keys and rows changes neither the decisions nor their digest.
    #[test]
    fn order_means_nothing((Each(provider), earlier, later) in two_fleets(), luck in shuffles(), seed in any::<u64>()) {
        let straight = config_value(provider, &later, &json!({}));
        let scattered = shuffled(&straight, &mut luck.into_iter());
        let one = lived_in(provider, &earlier, seed);
        let turned = one.rows(provider.backend()).into_iter().rev().collect();
        let other = sandbox(provider.backend(), turned, seed ^ 1);
        prop_assert_eq!(digest(&plan(&load(&straight.to_string()), &one)), digest(&plan(&load(&scattered), &other)));
    }

    /// 7. What is accepted of an account is all of its rows, as they are live.
    #[test]
    fn what_is_accepted_is_what_is_live((Each(provider), earlier, later) in two_fleets(), seed in any::<u64>()) {
        let sandbox = lived_in(provider, &earlier, seed);
        let text = config(provider, &later, &json!({}));
        let only: BTreeSet<String> = later.keys().filter(|id| earlier.contains_key(*id)).cloned().collect();
        let accepted = imported(provider, std::slice::from_ref(&text), &sandbox, false, Some(&only));
        let (live, wanted) = (declared(provider, &earlier), declared(provider, &later));
        prop_assert_eq!(accepted.accepted, wanted.keys().filter(|key| live.contains_key(*key)).count());
        if accepted.accepted > 0 {
            let mut document = config_value(provider, &Fleet::new(), &json!({}));
            let entries = heeler::model::Node::parse(&accepted.texts[0].text, 0).0.expect("YAML");
            document["accounts"] = entries.json()["accounts"].clone();
            let plan = plan(&load(&document.to_string()), &sandbox);
            prop_assert!(is_quiet(&plan), "{:#?}\n{}", plan, accepted.texts[0].text);
            prop_assert_eq!(plan.unchanged.total(), accepted.accepted);
        }
    }
}

/// 6. Any one managed leaf that the vendor returns, changed out of band, is found and named.
#[test]
fn every_leaf_changed_behind_our_back_is_found_and_named() {
    let mut all_checked = 0;
    for provider in of_kinds() {
        let mut checked = 0;
        for kind in provider.kinds() {
            let schema = &kind.schema().block;
            let mut all = Vec::new();
            leaves(schema, &[], &mut all);
            for path in &all {
                let mut runner = TestRunner::deterministic();
                let strategy = leaf_value(schema, path);
                let mut draws = std::iter::repeat_with(|| strategy.new_tree(&mut runner).expect("a value").current());
                let says = |value: &Value| ![json!([]), json!({}), json!("")].contains(value);
                let wanted = draws.find(says).expect("a value");
                let found = draws.find(|value| says(value) && *value != wanted).expect("another value");
                let with = |value: &Value| {
                    let mut block = whole(kind).new_tree(&mut TestRunner::deterministic()).expect("a block").current();
                    block[&path[0]] = with(schema, path, value)[&path[0]].clone();
                    let blocks = with_needed(provider, Blocks::from([(kind.name, block)]));
                    Fleet::from([("210000000001".to_owned(), blocks)])
                };
                let run = |value: &Value| load(&config(provider, &with(value), &json!({})));
                let (ours, theirs, sandbox) = (run(&wanted), run(&found), lived_in(provider, &with(&wanted), 7));
                assert!(plan(&ours, &sandbox).actions.is_empty(), "{path:?} does not converge");
                assert!(apply(&theirs, &sandbox, &plan(&theirs, &sandbox)).all_done());
                let plan = plan(&ours, &sandbox);
                let changes = plan.actions.iter().flat_map(|action| action.changes());
                let paths: Vec<String> = changes.map(|change| change.path.to_string()).collect();
                assert_eq!(paths, [path.join(".")], "{path:?} was changed behind our back");
                checked += 1;
            }
        }
        assert!(checked > 5, "only {checked} leaves of {}", provider.name());
        all_checked += checked;
    }
    assert!(all_checked > 25, "only {all_checked} leaves");
}
