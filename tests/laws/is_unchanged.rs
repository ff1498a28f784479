//! What is quickly told to be as declared is what a comparison finds unchanged: a plan that compares every row, as one
//! that sends secrets again does, says the same of rows without secrets.

use heeler::providers::datadog::{Datadog, NAME};
use heeler::run::{PlanOptions, Run};
use heeler::sandbox::Sandbox;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value, json};

use crate::generate::{Fleet, config, fleet};
use crate::harness::{block_on, fields, load, sandbox, world_of};
use crate::mess::mess;

/// Everything that a plan holds, as text.
fn planned(run: &Run, sandbox: &Sandbox, resend_secrets: bool) -> String {
    let options = PlanOptions { resend_secrets, ..PlanOptions::default() };
    format!("{:?}", block_on(run.read_unguarded(sandbox)).plan(&options).plan())
}

/// One value of a row made another, or gone, or there twice.
fn one_otherwise(row: &mut Value, at: Index, how: u8) {
    let mut leaves = Vec::new();
    pointers(row, "", &mut leaves);
    if leaves.is_empty() {
        return;
    }
    let Some(leaf) = row.pointer_mut(&leaves[at.index(leaves.len())]) else { return };
    *leaf = match (leaf.take(), how % 5) {
        (_, 0) => Value::Null,
        (Value::Bool(on), _) => json!(!on),
        (Value::Array(items), 1) => items.iter().chain(items.first()).cloned().collect(),
        (Value::Array(items), 2) => items.into_iter().rev().collect(),
        (Value::Array(items), 3) => items.into_iter().skip(1).collect(),
        (Value::Array(items), _) => items.into_iter().chain([json!("one more")]).collect(),
        (Value::Object(fields), 1) => fields.into_iter().skip(1).collect::<Map<_, _>>().into(),
        (Value::Object(fields), 2) => fields.into_iter().chain([("one_more".to_owned(), json!(["x"]))]).collect(),
        (Value::String(text), _) => json!(format!("{text}x")),
        (other, _) => json!([other]),
    };
}

fn pointers(value: &Value, path: &str, found: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
        _ => Vec::new(),
    };
    for (name, value) in inner {
        let path = format!("{path}/{name}");
        pointers(value, &path, found);
        found.push(path);
    }
}

fn without_keys(fleet: Fleet) -> Fleet {
    fleet.into_iter().filter(|(_, block)| !block.to_string().contains("access_key")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: ProptestConfig::default().cases * 4,
        ..ProptestConfig::default()
    })]

    /// Live rows that are as declared, nearly so, a mess, or another fleet's.
    #[test]
    fn is_what_a_comparison_finds_unchanged(
        live in fleet(&Datadog),
        other in fleet(&Datadog),
        luck in any::<[u8; 8]>(),
        at in any::<[Index; 8]>(),
        seed in any::<u64>(),
    ) {
        let (live, other) = (without_keys(live), without_keys(other));
        let text = config(&Datadog, &live, &json!({}));
        let mut rows = world_of(NAME, &text, seed);
        for ((row, luck), at) in rows.iter_mut().zip(luck).zip(at) {
            match luck % 4 {
                0 => {}
                1 | 2 => one_otherwise(fields(row), at, luck / 4),
                _ => *row = mess(NAME, row, 1 << (luck / 4 % 7)),
            }
        }
        let sandbox = sandbox(NAME, rows, seed);
        let mixed: Fleet = live.into_iter().chain(other.into_iter().filter(|_| luck[7] % 4 == 0)).collect();
        let run = load(&config(&Datadog, &mixed, &json!({})));
        prop_assert_eq!(planned(&run, &sandbox, false), planned(&run, &sandbox, true));
    }
    /// Accounts that have their block out of `defaults`: what was found of the first is known of the others.
    #[test]
    fn is_what_a_comparison_finds_unchanged_of_what_accounts_share(
        fleet in fleet(&Datadog),
        luck in any::<[u8; 8]>(),
        at in any::<[Index; 8]>(),
        seed in any::<u64>(),
    ) {
        let Some((_, block)) = without_keys(fleet).into_iter().next() else { return Ok(()) };
        let accounts: Fleet = (1..=8).map(|at| (format!("21000000000{at}"), json!({}))).collect();
        let text = config(&Datadog, &accounts, &json!({ "defaults": { NAME: block } }));
        let mut rows = world_of(NAME, &text, seed);
        for ((row, luck), at) in rows.iter_mut().zip(luck).zip(at) {
            if luck % 3 == 0 {
                one_otherwise(fields(row), at, luck / 3);
            }
        }
        let (run, sandbox) = (load(&text), sandbox(NAME, rows, seed));
        prop_assert_eq!(planned(&run, &sandbox, false), planned(&run, &sandbox, true));
    }
}
