//! Law 10: under injected faults, running until quiet reaches the state of a run without faults, with no account
//! created twice and none lost; be they drawn at random, or one fault of each kind at each request in turn.

use std::collections::BTreeMap;

use heeler::providers::Provider;
use heeler::sandbox::Sandbox;
use heeler::sandbox::faults::{Fault, Faults};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::generate::{Each, Fleet, cases, config, identity, keeping_authentication, of_accounts, two_fleets};
use crate::harness::{account_of, apply, fields, load, plan, sandbox, world_of};
use crate::vendors::vendor;

/// Rounds after which a run that is still not quiet never will be. Nothing retries a read here: in most rounds one of
/// three is lost.
const ROUNDS: usize = 20_000;

/// One fault of each kind; what is done twice or late has laws of its own.
pub const ONE_OF_EACH_KIND: [Fault; 9] = [
    Fault::TooMany,
    Fault::Failing { status: 502, done: false },
    Fault::Failing { status: 502, done: true },
    Fault::Reset { done: false },
    Fault::Reset { done: true },
    Fault::Truncated,
    Fault::Html,
    Fault::HalfJson,
    Fault::Halfway,
];

/// Plans and applies until a complete plan has nothing to do.
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

/// Rows by account, without what the server makes up; an account that is there twice is a failure of its own.
fn state(sandbox: &Sandbox, backend: &str) -> Result<BTreeMap<String, Value>, TestCaseError> {
    let mut found = BTreeMap::new();
    for mut row in sandbox.rows(backend) {
        let account = account_of(&row);
        row["id"] = Value::Null;
        let known = fields(&mut row);
        for made_up in ["created_at", "modified_at", "createdAt", "updatedAt"] {
            known[made_up] = Value::Null;
        }
        let holder = if known.get("auth_config").is_some() { &mut known["auth_config"] } else { known };
        let name = if holder.get("roleArn").is_some() { "externalId" } else { "external_id" };
        if holder.get("role_name").or(holder.get("roleArn")).is_some() {
            prop_assert!(holder[name].is_string(), "{account} has no external id");
            holder[name] = Value::Null;
        }
        prop_assert!(found.insert(account.clone(), row).is_none(), "{account} was created twice");
    }
    Ok(found)
}

fn converges(
    backend: &str,
    rows: &[Value],
    text: &str,
    faults: Faults,
    calm: &BTreeMap<String, Value>,
) -> Result<(), TestCaseError> {
    let shaken = sandbox(backend, rows.to_vec(), 3).with_faults(faults.clone());
    prop_assert!(until_quiet(&load(text), &shaken), "{faults:?}: not quiet after {ROUNDS} rounds");
    prop_assert_eq!(&state(&shaken, backend)?, calm, "{:?}", faults);
    Ok(())
}

fn view(provider: &dyn Provider, earlier: &Fleet, later: &Fleet) -> (Vec<Value>, String) {
    let rows = world_of(provider.backend(), &config(provider, earlier, &json!({})), 3);
    let gone = earlier
        .iter()
        .filter(|(id, _)| !later.contains_key(*id))
        .take(1)
        .map(|(id, block)| identity(provider, id, block));
    let tombstoned: Vec<Value> = gone.map(|(key, name)| json!({ key: name, "reason": "closed" })).collect();
    (rows, config(provider, later, &json!({ "removed": tombstoned })))
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn whatever_fails_it_ends_as_if_nothing_had((Each(provider), earlier, later) in two_fleets(), seed in any::<u32>()) {
        let later = keeping_authentication(provider, &earlier, later);
        let (rows, text) = view(provider, &earlier, &later);
        let backend = provider.backend();
        let calm = sandbox(backend, rows.clone(), 3);
        prop_assert!(until_quiet(&load(&text), &calm));
        let faults = Faults::parse(&rates(reads(&load(&text), &calm), seed)).map_err(|error| TestCaseError::fail(error.to_string()))?;
        converges(backend, &rows, &text, faults, &state(&calm, backend)?)?;
    }
}

/// How many requests one plan takes.
fn reads(config: &heeler::run::Run, sandbox: &Sandbox) -> usize {
    let before = sandbox.requests();
    plan(config, sandbox);
    sandbox.requests() - before
}

/// As many faults as leave one plan in fifty whole, and at most 0.45 of all requests: a vendor that is asked more often
/// has fewer.
fn rates(reads: usize, seed: u32) -> String {
    let each = (1.0 - 0.02_f64.powf(1.0 / reads.max(1) as f64)).min(0.45) / 9.0;
    let (often, rarely) = (2.0 * each, each);
    format!(
        "429={often},5xx={often},reset-after={often},reset-before={rarely},truncate={rarely},malformed={rarely},seed={seed}"
    )
}

#[test]
fn one_fault_of_each_kind_at_each_request_changes_nothing_in_the_end() {
    of_accounts().into_iter().for_each(one_fault_at_each_request);
}

fn one_fault_at_each_request(provider: &'static dyn Provider) {
    let block = vendor(provider).one_row;
    let fleet =
        |ids: &[u32], tag: &str| ids.iter().map(|n| (format!("2100000000{n:02}"), block(tag))).collect::<Fleet>();
    let (earlier, later) = (fleet(&[1, 2, 3], "env:old"), fleet(&[1, 2, 4, 5], "env:new"));
    let (rows, text) = view(provider, &earlier, &later);
    let backend = provider.backend();
    let calm = sandbox(backend, rows.clone(), 3);
    assert!(until_quiet(&load(&text), &calm));
    let (calm, requests) = (state(&calm, backend).expect("a calm state"), calm.requests());
    assert!(requests >= 9, "only {requests} requests");
    for number in 1..=requests {
        for fault in ONE_OF_EACH_KIND {
            converges(backend, &rows, &text, Faults::none().at(number, fault), &calm).expect("convergence");
        }
    }
}
