//! Laws about whole runs: convergence, restraint, courtesy, determinism, noise, read-only.

use std::collections::BTreeMap;

use heeler::model::Op;
use heeler::model::shape::{Block, Form};
use heeler::model::value::is_void;
use heeler::planner::diff::canonical;
use heeler::providers;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::generate::{Fleet, account_id, config, fleet, shuffled, shuffles};
use crate::harness::{apply, by_account, digest, load, plan, sandbox, try_load, world_of};

fn provider() -> &'static dyn providers::Provider {
    providers::ALL[0]
}

/// A world that an earlier fleet left behind, with a field nobody knows in every row.
fn world(earlier: &Fleet, seed: u64) -> Vec<Value> {
    let mut rows = world_of(provider().backend(), &config(provider(), earlier, &json!({})), seed);
    for row in &mut rows {
        row["attributes"]["some_future_config"] = json!({ "a": [3, 1, 2], "b": null });
        row["attributes"]["metrics_config"]["some_future_switch"] = json!("on");
    }
    rows
}

/// Takes everything out of `attributes` that `block` manages.
fn without_managed(attributes: &Value, node: &Value, block: &Block) -> Value {
    let mut rest = attributes.clone();
    for (name, value) in node.as_object().into_iter().flatten() {
        let Some(field) = block.fields.get(name) else { continue };
        match &field.form {
            Form::Block(inner) if inner.arms.is_empty() => rest[name] = without_managed(&attributes[name], value, inner),
            _ => {
                if let Some(fields) = rest.as_object_mut() {
                    fields.remove(name);
                }
            }
        }
    }
    rest
}

/// A vendor refuses to switch an account between role and keys, so whoever is in both fleets keeps its kind.
pub fn keeping_authentication(earlier: &Fleet, mut later: Fleet) -> Fleet {
    let is_role = |block: &Value| block["auth_config"].get("role_name").is_some();
    for (id, block) in &mut later {
        if let Some(known) = earlier.get(id).filter(|known| is_role(known) != is_role(block)) {
            block["auth_config"] = known["auth_config"].clone();
        }
    }
    later
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// 1. Apply, plan again: empty. 3. What nobody manages is bit-identical. 8. Planning sends no write.
    #[test]
    fn applying_converges_and_leaves_the_rest_alone(earlier in fleet(provider()), later in fleet(provider()), seed in any::<u64>()) {
        let later = keeping_authentication(&earlier, later);
        let rows = world(&earlier, seed);
        let sandbox = sandbox(provider().backend(), rows.clone(), seed);
        let config = load(&config(provider(), &later, &json!({})));
        let first = plan(&config, &sandbox);
        prop_assert!(sandbox.log().iter().all(|request| !request.write), "planning wrote");
        let report = apply(&config, &sandbox, &first);
        prop_assert!(report.all_done(), "{:?}", report.outcomes);
        let second = plan(&config, &sandbox);
        prop_assert!(second.actions.is_empty(), "{:#?}", second.actions);
        prop_assert!(second.refusals.is_empty() && second.is_complete());

        let (before, after) = (by_account(&rows), by_account(&sandbox.rows(provider().backend())));
        let known: &Block = provider().block();
        for (id, row) in &before {
            match later.get(id) {
                None => prop_assert_eq!(row, &after[id]),
                Some(block) => prop_assert_eq!(
                    without_managed(&row["attributes"], block, known),
                    without_managed(&after[id]["attributes"], block, known)
                ),
            }
        }
    }

    /// 2. Under `declared` nothing is deleted without a tombstone, whatever is missing; and a tombstone deletes its row only.
    #[test]
    fn nothing_is_deleted_without_a_tombstone(
        earlier in fleet(provider()), kept in any::<[bool; 8]>(), buried in account_id(), cut in 0.0..1.0f64, seed in any::<u64>(),
    ) {
        let rows = world(&earlier, seed);
        let sandbox = sandbox(provider().backend(), rows, seed);
        let left: Fleet = earlier.iter().zip(kept).filter(|((id, _), kept)| *kept && **id != buried).map(|((id, block), _)| (id.clone(), block.clone())).collect();
        let text = config(provider(), &left, &json!({ "removed": [{ "aws_account_id": buried, "reason": "closed" }] }));
        let deleted = |text: &str| -> Option<Vec<String>> {
            let config = try_load(&[text.to_owned()]).ok()?;
            let plan = plan(&config, &sandbox);
            Some(plan.actions.iter().filter(|action| matches!(action.op, Op::Delete { .. })).map(|action| action.key.name.clone()).collect())
        };
        let wanted: Vec<String> = earlier.keys().filter(|id| **id == buried).cloned().collect();
        prop_assert_eq!(deleted(&text), Some(wanted));
        let at = (cut * text.len() as f64) as usize;
        prop_assert_eq!(deleted(&text[..at]).unwrap_or_default(), Vec::<String>::new());
        let bare = config(provider(), &left, &json!({}));
        prop_assert_eq!(deleted(&bare), Some(Vec::new()));
    }

    /// 2, second half. Under `exclusive` only what no entry names goes, and nothing at a provider that no account has.
    #[test]
    fn exclusive_deletes_only_what_no_entry_names(earlier in fleet(provider()), later in fleet(provider()), named_only in account_id(), seed in any::<u64>()) {
        let sandbox = sandbox(provider().backend(), world(&earlier, seed), seed);
        let mut accounts: Vec<Value> = later.iter().map(|(id, block)| json!({ "aws_account_id": id, provider().name(): block })).collect();
        if !later.contains_key(&named_only) {
            accounts.push(json!({ "aws_account_id": named_only }));
        }
        let exclusive = |accounts: Vec<Value>| {
            let plan = plan(&load(&config(provider(), &Fleet::new(), &json!({ "ownership": "exclusive", "accounts": accounts }))), &sandbox);
            let deletes = plan.actions.iter().filter(|action| matches!(action.op, Op::Delete { .. }));
            deletes.map(|action| action.key.name.clone()).collect::<Vec<_>>()
        };
        let expected: Vec<String> = earlier.keys().filter(|id| !later.contains_key(*id) && **id != named_only).cloned().collect();
        prop_assert_eq!(exclusive(accounts), expected);
        prop_assert_eq!(exclusive(vec![json!({ "aws_account_id": named_only })]), Vec::<String>::new());
    }

    /// 4. The order of files, lists, keys and rows changes neither the decisions nor their digest.
    #[test]
    fn order_means_nothing(earlier in fleet(provider()), later in fleet(provider()), luck in shuffles(), split in 0..5usize, seed in any::<u64>()) {
        let rows = world(&earlier, seed);
        let straight: Value = serde_json::from_str(&config(provider(), &later, &json!({}))).expect("JSON");
        let mut first = straight.clone();
        let accounts = first["accounts"].as_array_mut().map(std::mem::take).unwrap_or_default();
        let (here, there) = accounts.split_at(split.min(accounts.len()));
        first["accounts"] = here.to_vec().into();
        let mut luck = luck.into_iter();
        let texts = [shuffled(&json!({ "accounts": there }), &mut luck), shuffled(&first, &mut luck)];
        let scattered = try_load(&texts).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let one = plan(&load(&straight.to_string()), &sandbox(provider().backend(), rows.clone(), seed));
        let other = plan(&scattered, &sandbox(provider().backend(), rows.into_iter().rev().collect(), seed ^ 1));
        prop_assert_eq!(digest(&one), digest(&other));
        let names = |plan: &heeler::model::Plan| plan.actions.iter().map(|action| action.key.clone()).collect::<Vec<_>>();
        prop_assert_eq!(names(&one), names(&other));
    }

    /// 5. Reordering, null for [], unknown fields and timestamps are no difference.
    #[test]
    fn noise_is_no_action(fleet in fleet(provider()), seed in any::<u64>()) {
        let rows = world(&fleet, seed).iter().map(noisy).collect();
        let plan = plan(&load(&config(provider(), &fleet, &json!({}))), &sandbox(provider().backend(), rows, seed));
        prop_assert!(plan.actions.is_empty(), "{:#?}", plan.actions);
        prop_assert_eq!(plan.unchanged, fleet.len());
    }
}

/// The same row as another day's server would list it.
fn noisy(row: &Value) -> Value {
    fn noise(value: &Value) -> Value {
        match value {
            Value::Array(items) if items.is_empty() => Value::Null,
            Value::Array(items) => items.iter().rev().map(noise).collect(),
            Value::Object(fields) => {
                let mut fields: BTreeMap<String, Value> = fields.iter().map(|(name, value)| (name.clone(), noise(value))).collect();
                // In a one-of that holds nothing heeler knows, something unknown is another arm, and that is a difference.
                if fields.values().any(|value| !is_void(value)) {
                    fields.insert("brand_new".to_owned(), json!(["x"]));
                }
                fields.into_iter().collect::<serde_json::Map<_, _>>().into()
            }
            scalar => scalar.clone(),
        }
    }
    let mut other = row.clone();
    let attributes = row["attributes"].as_object().into_iter().flatten();
    other["attributes"] = attributes
        .map(|(name, value)| (name.clone(), if name.ends_with("_config") || value.is_array() { noise(value) } else { value.clone() }))
        .collect::<serde_json::Map<_, _>>()
        .into();
    other["attributes"]["modified_at"] = json!("2031-01-01T00:00:00.1Z");
    let _ = canonical(&other);
    other
}
