//! Laws about whole runs: convergence, restraint, courtesy, determinism, noise, read-only.

use std::collections::{BTreeMap, BTreeSet};

use heeler::model::schema::{BlockSchema, FieldType};
use heeler::model::value::is_void;
use heeler::model::{Action, Op};
use heeler::providers::Provider;
use heeler::sandbox::Faults;
use heeler::sandbox::vendors::datadog_rows::MEMORY;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::generate::{Each, Fleet, account_id, cases, config, identity, keeping_authentication, two_fleets};
use crate::harness::{apply, by_account, digest, drift, fields, load, plan, sandbox, try_load, view, world_of};
use crate::layered::layered;
use crate::shuffle::{shuffled, shuffles};

/// A world that an earlier fleet left behind, with fields nobody knows in every row.
fn world(provider: &dyn Provider, earlier: &Fleet, seed: u64) -> Vec<Value> {
    let mut rows = world_of(provider.backend(), &config(provider, earlier, &json!({})), seed);
    for row in &mut rows {
        let fields = fields(row);
        fields["some_future_config"] = json!({ "a": [3, 1, 2], "b": null });
        if fields.get("metrics_config").is_some() {
            fields["metrics_config"]["some_future_switch"] = json!("on");
        }
        if row.get(MEMORY).is_some() {
            row[MEMORY]["some_future_field"] = json!({ "a": [3, 1, 2] });
        }
    }
    rows
}

/// What `removed:` calls the row of an action.
fn name_of(provider: &dyn Provider, action: &Action) -> String {
    let account = action.account.clone().filter(|_| provider.meta().needs_account);
    account.unwrap_or_else(|| action.key.name.clone())
}

/// Takes everything out of a row that `block` manages.
fn without_managed(row: &Value, node: &Value, block: &BlockSchema) -> Value {
    let mut rest = row.clone();
    for (name, value) in node.as_object().into_iter().flatten() {
        let Some(field) = block.fields.get(name) else { continue };
        match &field.field_type {
            FieldType::Block(inner) if inner.arms.is_empty() => rest[name] = without_managed(&row[name], value, inner),
            FieldType::Switches(_) => {
                let named = |switch: &String| value.get(switch).is_some();
                rest[name].as_object_mut().into_iter().for_each(|switches| switches.retain(|switch, _| !named(switch)));
            }
            _ => {
                if let Some(fields) = rest.as_object_mut() {
                    fields.remove(name);
                }
            }
        }
    }
    rest
}

/// A world, the provider it is seen through, what a row looks like there, and which accounts it has.
fn alike(provider: &dyn Provider, before: &Value, after: &Value, block: &Value) -> Result<(), TestCaseError> {
    let [before_seen, after_seen] =
        [before, after].map(|row| without_managed(&view(provider, row), block, provider.block()));
    let timeless = |mut seen: Value| {
        ["modified_at", "updatedAt"].iter().for_each(|time| seen[*time] = Value::Null);
        if block.get("role_name").is_some() && seen.get("role_arn").is_some() {
            seen["role_arn"] = Value::Null; // the same field by its other name
        }
        seen
    };
    prop_assert_eq!(timeless(before_seen), timeless(after_seen));
    for path in [
        "/some_future_config",
        "/attributes/some_future_config",
        "/attributes/metrics_config/some_future_switch",
        "/v1/some_future_field",
    ] {
        prop_assert_eq!(before.pointer(path), after.pointer(path));
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases())]

    /// 1. Apply, plan again: empty. 3. What nobody manages is bit-identical, whether a PATCH merges or replaces the
    ///    blocks it names. 8. Planning sends no write.
    #[test]
    fn applying_converges_and_leaves_the_rest_alone(
        (Each(provider), earlier, later) in two_fleets(), patch in select(vec!["deep", "shallow"]), seed in any::<u64>(),
    ) {
        let later = keeping_authentication(provider, &earlier, later);
        let rows = world(provider, &earlier, seed);
        let faults = Faults::parse(&format!("patch={patch}")).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let sandbox = sandbox(provider.backend(), rows.clone(), seed).with_faults(faults);
        let config = load(&layered(provider, &config(provider, &later, &json!({})), seed));
        let first = plan(&config, &sandbox);
        prop_assert!(sandbox.log().iter().all(|request| request.only_reads && !request.write), "planning wrote");
        let report = apply(&config, &sandbox, &first);
        prop_assert!(report.all_done(), "{:?}", report.outcomes);
        let second = plan(&config, &sandbox);
        prop_assert!(second.actions.is_empty(), "{:#?}", second.actions);
        prop_assert!(second.refusals.is_empty() && second.all_listings_read());

        let (before, after) = (by_account(&rows), by_account(&sandbox.rows(provider.backend())));
        for (id, row) in &before {
            match later.get(id) {
                None => prop_assert_eq!(row, &after[id]),
                Some(block) => alike(provider, row, &after[id], block)?,
            }
        }
    }

    /// What is read only is never written, whatever else is applied, and plays no part in the digest.
    #[test]
    fn what_is_read_only_is_never_written(
        (Each(provider), earlier, later) in two_fleets(), chosen in any::<[bool; 8]>(), seed in any::<u64>(),
    ) {
        let later = keeping_authentication(provider, &earlier, later);
        let rows = world(provider, &earlier, seed);
        let sandbox = sandbox(provider.backend(), rows.clone(), seed);
        let (mut marked, mut rest) = (later.clone(), later.clone());
        for ((id, _), _) in later.iter().zip(chosen).filter(|(_, chosen)| *chosen) {
            rest.remove(id);
            marked.get_mut(id).expect("it is there")["read_only"] = json!(true);
        }
        let config_of = |fleet: &Fleet| load(&config(provider, fleet, &json!({})));
        let first = plan(&config_of(&marked), &sandbox);
        prop_assert_eq!(digest(&first), digest(&plan(&config_of(&rest), &sandbox)));
        let report = apply(&config_of(&marked), &sandbox, &first);
        prop_assert!(report.all_done(), "{:?}", report.outcomes);
        let second = plan(&config_of(&marked), &sandbox);
        prop_assert!(second.actions.is_empty(), "{:#?}", second.actions);
        prop_assert_eq!(first.read_only.len(), second.read_only.len());
        let (before, after) = (by_account(&rows), by_account(&sandbox.rows(provider.backend())));
        for id in marked.keys().filter(|id| !rest.contains_key(*id)) {
            prop_assert_eq!(before.get(id), after.get(id));
        }
    }

    /// 2. Under `declared` nothing is deleted without a tombstone, whatever is missing; and a tombstone deletes its row
    ///    only.
    #[test]
    fn nothing_is_deleted_without_a_tombstone(
        (Each(provider), earlier, _) in two_fleets(), kept in any::<[bool; 8]>(), tombstoned in account_id(), cut in 0.0..1.0f64, seed in any::<u64>(),
    ) {
        let rows = world(provider, &earlier, seed);
        let sandbox = sandbox(provider.backend(), rows, seed);
        let left: Fleet = earlier.iter().zip(kept).filter(|((id, _), kept)| *kept && **id != tombstoned).map(|((id, block), _)| (id.clone(), block.clone())).collect();
        let (key, name) = earlier.get(&tombstoned).map_or(("aws_account_id", tombstoned.clone()), |block| identity(provider, &tombstoned, block));
        let text = config(provider, &left, &json!({ "removed": [{ key: name, "reason": "closed" }] }));
        let deleted = |text: &str| -> Option<Vec<String>> {
            let config = try_load(&[text.to_owned()]).ok()?;
            let plan = plan(&config, &sandbox);
            Some(plan.actions.iter().filter(|action| matches!(action.op, Op::Delete { .. })).map(|action| name_of(provider, action)).collect())
        };
        let wanted: Vec<String> = earlier.get(&tombstoned).map(|_| name).into_iter().collect();
        prop_assert_eq!(deleted(&text), Some(wanted));
        let at = (cut * text.len() as f64) as usize;
        prop_assert_eq!(deleted(&text[..at]).unwrap_or_default(), Vec::<String>::new());
        let bare = config(provider, &left, &json!({}));
        prop_assert_eq!(deleted(&bare), Some(Vec::new()));
    }

    /// 2, second half. Under `exclusive` only what no entry names goes, and nothing at a provider that no account has.
    #[test]
    fn exclusive_deletes_only_what_no_entry_names((Each(provider), earlier, later) in two_fleets(), named_only in account_id(), seed in any::<u64>()) {
        let sandbox = sandbox(provider.backend(), world(provider, &earlier, seed), seed);
        let mut accounts: Vec<Value> = later.iter().map(|(id, block)| json!({ "aws_account_id": id, provider.name(): block })).collect();
        if !later.contains_key(&named_only) {
            accounts.push(json!({ "aws_account_id": named_only }));
        }
        let exclusive = |accounts: Vec<Value>| {
            let plan = plan(&load(&config(provider, &Fleet::new(), &json!({ "ownership": "exclusive", "accounts": accounts }))), &sandbox);
            let deletes = plan.actions.iter().filter(|action| matches!(action.op, Op::Delete { .. }));
            deletes.map(|action| name_of(provider, action)).collect::<Vec<_>>()
        };
        let nameless = |id: &String| !later.contains_key(id) && *id != named_only;
        let names = |wanted: &dyn Fn(&str, &String) -> bool| -> BTreeSet<String> {
            let all = earlier.iter().map(|(id, block)| (id, identity(provider, id, block)));
            all.filter(|(id, (key, _))| wanted(key, id)).map(|(_, (_, name))| name).collect()
        };
        let deleted: BTreeSet<String> = exclusive(accounts).into_iter().collect();
        // A row that does not say whose account it is in may stay: an entry that names an account no row shows might
        // mean it.
        let (must, may) = (names(&|key, id| nameless(id) && key == "aws_account_id"), names(&|_, id| nameless(id)));
        prop_assert!(must.is_subset(&deleted) && deleted.is_subset(&may), "{deleted:?} is not between {must:?} and {may:?}");
        prop_assert_eq!(exclusive(vec![json!({ "aws_account_id": named_only })]), Vec::<String>::new());
    }

    /// 4. The order of files, lists, keys and rows changes neither the decisions nor their digest, nor the fingerprint
    ///    of drift; nor does it matter in which layers a config says what it says.
    #[test]
    fn order_means_nothing((Each(provider), earlier, later) in two_fleets(), luck in shuffles(), split in 0..5usize, seed in any::<u64>()) {
        let rows = world(provider, &earlier, seed);
        let straight: Value = serde_json::from_str(&config(provider, &later, &json!({}))).expect("JSON");
        let mut first: Value = serde_json::from_str(&layered(provider, &straight.to_string(), seed)).expect("JSON");
        let accounts = first["accounts"].as_array_mut().map(std::mem::take).unwrap_or_default();
        let (here, there) = accounts.split_at(split.min(accounts.len()));
        first["accounts"] = here.to_vec().into();
        let mut luck = luck.into_iter();
        let texts = [shuffled(&json!({ "accounts": there }), &mut luck), shuffled(&first, &mut luck)];
        let scattered = try_load(&texts).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let one = plan(&load(&straight.to_string()), &sandbox(provider.backend(), rows.clone(), seed));
        let other = plan(&scattered, &sandbox(provider.backend(), rows.into_iter().rev().collect(), seed ^ 1));
        prop_assert_eq!(digest(&one), digest(&other));
        prop_assert_eq!(drift(&one).fingerprint, drift(&other).fingerprint);
        let names = |plan: &heeler::model::Plan| plan.actions.iter().map(|action| action.key.clone()).collect::<Vec<_>>();
        prop_assert_eq!(names(&one), names(&other));
    }

    /// 5. Reordering, null for [], unknown fields and timestamps are no difference.
    #[test]
    fn noise_is_no_action((Each(provider), fleet, _) in two_fleets(), seed in any::<u64>()) {
        let rows = world(provider, &fleet, seed).iter().map(noisy).collect();
        let plan = plan(&load(&config(provider, &fleet, &json!({}))), &sandbox(provider.backend(), rows, seed));
        prop_assert!(plan.actions.is_empty(), "{:#?}", plan.actions);
        prop_assert_eq!(plan.unchanged.total(), fleet.len());
        prop_assert!(!drift(&plan).any());
    }

    /// Drift is the plan from the other side: quiet exactly where nothing would be done and nobody is unmanaged, and
    /// apply quiets it.
    #[test]
    fn drift_is_what_apply_would_put_right((Each(provider), earlier, later) in two_fleets(), seed in any::<u64>()) {
        let later = keeping_authentication(provider, &earlier, later);
        let gone = earlier.iter().filter(|(id, _)| !later.contains_key(*id)).map(|(id, block)| identity(provider, id, block));
        let tombstoned: Vec<Value> = gone.map(|(key, name)| json!({ key: name, "reason": "closed" })).collect();
        let sandbox = sandbox(provider.backend(), world(provider, &earlier, seed), seed);
        let config = load(&config(provider, &later, &json!({ "removed": tombstoned })));
        let first = plan(&config, &sandbox);
        let before = drift(&first);
        prop_assert_eq!(before.items.len(), first.actions.len());
        prop_assert_eq!(before.any(), !first.actions.is_empty());
        prop_assert_eq!(before.fingerprint.is_some(), before.any());
        apply(&config, &sandbox, &first);
        let after = drift(&plan(&config, &sandbox));
        prop_assert!(after.items.is_empty() && after.fingerprint.is_none(), "{:#?}", after.items);
    }
}

/// The same row as another day's server would list it.
fn noisy(row: &Value) -> Value {
    fn noise(value: &Value) -> Value {
        match value {
            Value::Array(items) if items.is_empty() => Value::Null,
            Value::Array(items) => items.iter().rev().map(noise).collect(),
            Value::Object(fields) => {
                let mut fields: BTreeMap<String, Value> =
                    fields.iter().map(|(name, value)| (name.clone(), noise(value))).collect();
                // In a one-of that holds nothing heeler knows, something unknown is another arm, and that is a
                // difference.
                if fields.values().any(|value| !is_void(value)) {
                    fields.insert("brand_new".to_owned(), json!(["x"]));
                }
                fields.into_iter().collect::<serde_json::Map<_, _>>().into()
            }
            scalar => scalar.clone(),
        }
    }
    let mut other = row.clone();
    let known = fields(&mut other);
    for (name, value) in known.as_object_mut().into_iter().flatten() {
        if name.ends_with("_config") || value.is_array() {
            *value = noise(value);
        }
    }
    let modified = if known.get("updatedAt").is_some() { "updatedAt" } else { "modified_at" };
    known[modified] = json!("2031-01-01T00:00:00.1Z");
    known["brand_new"] = json!({ "x": [1] });
    if let Some(excluded) = other.pointer_mut("/v1/excluded_regions").and_then(Value::as_array_mut) {
        excluded.reverse();
    }
    other
}
