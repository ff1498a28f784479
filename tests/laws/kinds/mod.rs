//! The laws for vendors whose accounts come in several kinds of rows: for each of them in `every_provider`, and here for
//! Wavefront, whose rows are known by a role.
//!
//! Rows are seen as heeler sees them, through [`observe`] and the shape of their kind; what nobody knows is put into
//! the rows by hand.

mod every_provider;
pub mod generate;
mod import;

use std::collections::{BTreeMap, BTreeSet};

use heeler::model::Key;
use heeler::planner::comparable;
use heeler::providers::wavefront::service::Service;
use heeler::providers::wavefront::{NAME, Wavefront};
use heeler::sandbox::Sandbox;
use heeler::sandbox::faults::Faults;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::faults::ONE_OF_EACH_KIND;
use crate::harness::{apply, block_on, load, plan, sandbox, world_of};

use generate::{Fleet, config, declared, fleet};

const ROUNDS: usize = 20_000;

/// A world that a fleet left behind, with a field nobody knows in every row, and an integration that is none of ours.
pub fn world(fleet: &Fleet, seed: u64) -> Vec<Value> {
    // Another seed than the sandbox has later: ids are drawn from it, and a listing with an id twice is refused.
    let mut rows = world_of(NAME, &config(&Wavefront, fleet, &json!({})), !seed);
    for row in &mut rows {
        let service = Service::of_word(row["service"].as_str().expect("a service")).expect("one of three");
        row[service.block()]["someFutureFilter"] = json!({ "a": [3, 1, 2] });
    }
    rows.push(json!({ "id": "0f0f0f0f-0000-4000-8000-000000000000", "name": "theirs", "service": "GCP", "gcp": { "projectId": "theirs" } }));
    rows
}

/// Live rows as heeler sees them: the vendor's text, and what is compared.
fn seen(sandbox: &Sandbox, config: &heeler::run::Run) -> BTreeMap<Key, (Value, Value)> {
    let snapshot = block_on(config.read_unguarded(sandbox));
    let rows = &snapshot.providers()[NAME].result.as_ref().expect("a listing").rows;
    let see = |row: &heeler::model::Observed| {
        let text = serde_json::from_str(row.row.get()).expect("JSON");
        let view = if row.not_manageable.is_some() {
            Value::Null
        } else {
            comparable(row, row.key.kind.schema()).expect("a row")
        };
        (text, view)
    };
    rows.iter().map(|(key, row)| (key.clone(), see(row))).collect()
}

fn until_quiet(config: &heeler::run::Run, sandbox: &Sandbox) -> bool {
    (0..ROUNDS).any(|_| {
        let plan = plan(config, sandbox);
        let quiet = plan.all_rows_read() && plan.actions.is_empty();
        if !quiet {
            apply(config, sandbox, &plan);
        }
        quiet
    })
}

/// Rows by service and role, without what the server makes up. One that is there twice, dead or alive, is a failure of
/// its own.
fn state(sandbox: &Sandbox) -> Result<BTreeMap<String, Value>, TestCaseError> {
    let mut found = BTreeMap::new();
    for mut row in sandbox.rows(NAME) {
        for made_up in ["id", "createdEpochMillis", "updatedEpochMillis", "creatorId", "updaterId"] {
            row[made_up] = Value::Null;
        }
        let name = Service::of_word(row["service"].as_str().unwrap_or("?"))
            .map(|service| format!("{} {}", service.name(), row[service.block()]["baseCredentials"]["roleArn"]));
        let name = name.unwrap_or_else(|| row.to_string());
        prop_assert!(found.insert(name.clone(), row).is_none(), "{} was created twice", name);
    }
    Ok(found)
}

fn converges(rows: &[Value], text: &str, faults: Faults, calm: &BTreeMap<String, Value>) -> Result<(), TestCaseError> {
    let shaken = sandbox(NAME, rows.to_vec(), 3).with_faults(faults.clone());
    prop_assert!(until_quiet(&load(text), &shaken), "{faults:?}: not quiet after {ROUNDS} rounds");
    prop_assert_eq!(&state(&shaken)?, calm, "{:?}", faults);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// 1. Apply, plan again: empty. 3. What nobody manages is as it was. 8. Planning sends no write. 9. What is sent is
    ///    what was shown.
    #[test]
    fn applying_converges_and_leaves_the_rest_alone(earlier in fleet(&Wavefront), later in fleet(&Wavefront), seed in any::<u64>()) {
        let sandbox = sandbox(NAME, world(&earlier, seed), seed);
        let config = load(&config(&Wavefront, &later, &json!({})));
        let (before, first) = (seen(&sandbox, &config), plan(&config, &sandbox));
        prop_assert!(sandbox.log().iter().all(|request| request.only_reads && !request.write), "planning wrote");
        let report = apply(&config, &sandbox, &first);
        prop_assert!(report.all_done(), "{:?}", report.outcomes);
        let second = plan(&config, &sandbox);
        prop_assert!(second.actions.is_empty() && second.refusals.is_empty() && second.all_listings_read(), "{:#?}", second.actions);

        let (after, wanted) = (seen(&sandbox, &config), declared(&Wavefront, &later));
        for (key, (text, view)) in &before {
            let (text_after, view_after) = &after[key];
            let Some(block) = wanted.get(key) else {
                prop_assert_eq!(text, text_after);
                continue;
            };
            let service = Service::of_kind(key.kind).expect("a service");
            prop_assert_eq!(&text[service.block()]["someFutureFilter"], &text_after[service.block()]["someFutureFilter"]);
            for (name, value) in view.as_object().into_iter().flatten().filter(|(name, _)| block.get(name).is_none()) {
                prop_assert_eq!(value, &view_after[name], "{} of {} was not managed", name, key);
            }
        }
        for action in &first.actions {
            let shown: BTreeSet<&str> = action.changes().filter_map(|change| change.path.top()).collect();
            let old = before.get(&action.key).map_or_else(|| json!({}), |(_, view)| view.clone());
            let new = &after[&action.key].1;
            for (name, value) in new.as_object().into_iter().flatten().filter(|(name, value)| old.get(*name) != Some(value)) {
                let is_default = old.as_object().is_some_and(Map::is_empty);
                prop_assert!(shown.contains(name.as_str()) || is_default, "{} of {} became {} and was not shown", name, action.key, value);
            }
        }
    }

    /// 5. Lists in another order, null or nothing for what is empty, unknown fields, other times: no difference.
    #[test]
    fn noise_is_no_action(fleet in fleet(&Wavefront), seed in any::<u64>()) {
        let rows = world(&fleet, seed).iter().map(noisy).collect();
        let plan = plan(&load(&config(&Wavefront, &fleet, &json!({}))), &sandbox(NAME, rows, seed));
        prop_assert!(plan.actions.is_empty(), "{:#?}", plan.actions);
        prop_assert_eq!(plan.unchanged.total(), declared(&Wavefront, &fleet).len());
    }

    /// 10. Whatever fails, it ends as if nothing had.
    #[test]
    fn whatever_fails_it_ends_as_if_nothing_had(earlier in fleet(&Wavefront), later in fleet(&Wavefront), trashed in vec(any::<bool>(), 12), seed in any::<u32>()) {
        let mut rows = world(&earlier, 3);
        for (row, trashed) in rows.iter_mut().zip(trashed).filter(|(_, trashed)| *trashed) {
            row["inTrash"] = json!(trashed);
            row["deleted"] = json!(trashed);
        }
        let gone = earlier.keys().filter(|id| !later.contains_key(*id)).take(1);
        let tombstoned: Vec<Value> = gone.map(|id| json!({ "aws_account_id": id, "reason": "closed" })).collect();
        let text = config(&Wavefront, &later, &json!({ "removed": tombstoned }));
        let calm = sandbox(NAME, rows.clone(), 3);
        prop_assert!(until_quiet(&load(&text), &calm));
        let rates = format!("429=0.1,5xx=0.1,reset-after=0.1,reset-before=0.05,truncate=0.05,malformed=0.05,seed={seed}");
        let faults = Faults::parse(&rates).map_err(|error| TestCaseError::fail(error.to_string()))?;
        converges(&rows, &text, faults, &state(&calm)?)?;
    }
}

/// The same row as another day's server would list it.
fn noisy(row: &Value) -> Value {
    fn noise(value: &Value) -> Value {
        match value {
            Value::Array(items) if items.is_empty() => Value::Null,
            Value::Array(items) => items.iter().rev().cloned().collect(),
            other => other.clone(),
        }
    }
    let mut other = row.clone();
    let Some(service) = Service::of_word(row["service"].as_str().unwrap_or("?")) else { return other };
    let fields = row[service.block()].as_object().into_iter().flatten();
    let fields = fields.filter(|(_, value)| **value != json!("")).map(|(name, value)| (name.clone(), noise(value)));
    other[service.block()] = fields.chain([("brandNew".to_owned(), json!(["x"]))]).collect::<Map<_, _>>().into();
    other["updatedEpochMillis"] = json!(1);
    other["lastMetricCount"] = json!(7);
    if other["serviceRefreshRateInMins"] == 5 {
        other.as_object_mut().expect("a row").remove("serviceRefreshRateInMins");
    }
    other
}

#[test]
fn one_fault_of_each_kind_at_each_request_changes_nothing_in_the_end() {
    let blocks = |rate: u32, enabled: bool| {
        let block = json!({ "name": "web", "refresh_rate_minutes": rate, "enabled": enabled });
        BTreeMap::from([("cloudwatch", block.clone()), ("ec2", block)])
    };
    let fleet = |ids: &[u32], rate, enabled| {
        ids.iter().map(|n| (format!("2100000000{n:02}"), blocks(rate, enabled))).collect::<Fleet>()
    };
    let (earlier, later) = (fleet(&[1, 2, 3], 5, true), fleet(&[1, 2, 4], 10, false));
    let mut rows = world(&earlier, 3);
    // One is to be brought back from the trash.
    for flag in ["inTrash", "deleted"] {
        rows[0][flag] = json!(true);
    }
    let text =
        config(&Wavefront, &later, &json!({ "removed": [{ "aws_account_id": "210000000003", "reason": "closed" }] }));
    let calm = sandbox(NAME, rows.clone(), 3);
    assert!(until_quiet(&load(&text), &calm));
    let (requests, calm) = (calm.requests(), state(&calm).expect("a calm state"));
    assert!(requests >= 9, "only {requests} requests");
    for number in 1..=requests {
        for fault in ONE_OF_EACH_KIND {
            converges(&rows, &text, Faults::none().at(number, fault), &calm).expect("convergence");
        }
    }
}
