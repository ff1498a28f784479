//! Law 12: no second send. Whatever write is lost and however late its effect shows, nothing is made twice and nothing
//! that is in a trash is deleted for good: within one run, over runs if the next begins after the effect shows, and at
//! once if it is told of the last one. Requests go the way they go over HTTP, with its sending again.
//!
//! `HEELER_DELAYS=100000 cargo test --release --test laws once -- --nocapture` draws so many delays, half of them
//! around a pause.

use std::sync::Arc;
use std::time::Duration;

use heeler::executor::{KnownBeforeRun, execute};
use heeler::model::{Outcome, Plan, Status, Unique};
use heeler::providers::{self, Provider};
use heeler::run::Run;
use heeler::sandbox::{Fault, Faults, LateReply, Sandbox};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::generate::settings;
use crate::harness::{block_on, load, sandbox, world_of};
use crate::in_process;
use crate::vendors::vendor;
use crate::wired::Wired;

/// Right before, at and after every look, and the time after which nothing shows any more.
const DELAYS: [u64; 18] = [
    0, 400, 999, 1000, 1001, 2001, 3999, 4001, 7999, 8001, 14_999, 15_001, 16_000, 29_000, 31_000, 60_000, 89_000,
    90_000,
];
/// When something is looked at or sent again, in milliseconds after a loss, as far as that is certain.
const PAUSES: [u64; 10] = [0, 400, 800, 1000, 2000, 4000, 8000, 10_000, 15_000, 90_000];
const ID: &str = "210000000001";
const TAG: &str = "env:prod";

fn config(provider: &dyn Provider, accounts: Value, removed: Value) -> String {
    let providers = json!({ provider.name(): settings(provider) });
    json!({ "version": 1, "providers": providers, "accounts": accounts, "removed": removed }).to_string()
}

/// An entry of one row; `tag` stands in it.
pub fn creating(provider: &dyn Provider, tag: &str) -> String {
    let block = (vendor(provider).one_row)(tag);
    config(provider, json!([{ "aws_account_id": ID, provider.name(): block }]), json!([]))
}

async fn planned(run: &Run, sandbox: &Arc<Sandbox>) -> Plan {
    in_process::plan(run, &Wired::to(sandbox)).await
}

async fn applied(config: &Run, sandbox: &Arc<Sandbox>, last: &[(&Plan, &[Outcome])]) -> (Plan, Vec<Outcome>) {
    let plan = planned(config, sandbox).await;
    let told = last.iter().flat_map(|(plan, outcomes)| plan.actions.iter().zip(*outcomes));
    let withheld =
        told.filter_map(|(action, outcome)| Some((action.key.clone(), outcome.status.not_before()?))).collect();
    let client = &Wired::to(sandbox);
    let context = in_process::context(config.config(), client, 4);
    let outcomes = execute(&plan, &context, &KnownBeforeRun { listed: None, withheld }).await;
    (plan, outcomes)
}

/// The rows that are not in a trash, and all of them.
fn rows(sandbox: &Sandbox, provider: &dyn Provider) -> (usize, usize) {
    let rows = sandbox.rows(provider.backend());
    (rows.iter().filter(|row| row["inTrash"] != true).count(), rows.len())
}

/// How a write may be lost: it shows late, or was never done.
fn losses(millis: u64) -> [Fault; 4] {
    let after = Duration::from_millis(millis);
    [
        Fault::Late { after, reply: LateReply::Status(504) },
        Fault::Late { after, reply: LateReply::Nothing },
        Fault::Reset { done: false },
        Fault::Failing { status: 503, done: false },
    ]
}

/// Loses the `nth` write of an apply, and the one after it if `twice`, then applies until nothing is left, the next run
/// beginning `at_once` if it is told of the last.
fn once(provider: &dyn Provider, world: &[Value], text: &str, loss: Loss) -> (usize, usize) {
    let Loss { nth, fault, twice, at_once } = loss;
    let config = load(text);
    let faults = Faults::none().at_write(nth, fault);
    let faults = if twice { faults.at_write(nth + 1, fault) } else { faults };
    let sandbox = Arc::new(sandbox(provider.backend(), world.to_vec(), 3).with_faults(faults));
    block_on(async {
        let (plan, outcomes) = applied(&config, &sandbox, &[]).await;
        if at_once {
            let (_, second) = applied(&config, &sandbox, &[(&plan, &outcomes)]).await;
            assert!(
                second.iter().all(|outcome| !matches!(outcome.status, Status::Failed { .. })),
                "{fault:?}: {outcomes:?}, then {second:?}"
            );
        }
        for _ in 0..3 {
            sleep(Duration::from_secs(91)).await;
            applied(&config, &sandbox, &[]).await;
        }
        sleep(Duration::from_secs(91)).await;
        let left = planned(&config, &sandbox).await;
        assert!(
            left.all_listings_read() && left.actions.is_empty(),
            "{} {fault:?}: {outcomes:?}, left {:?}",
            provider.name(),
            left.actions
        );
    });
    rows(&sandbox, provider)
}

/// Which writes of a run are lost, and how.
#[derive(Debug, Clone, Copy)]
struct Loss {
    nth: usize,
    fault: Fault,
    twice: bool,
    /// Whether the next run begins at once, and is told of the last.
    at_once: bool,
}

fn holds(provider: &dyn Provider, nth: usize, millis: u64, twice: bool, at_once: bool) {
    let create = creating(provider, TAG);
    let world = world_of(provider.backend(), &create, 3);
    let removed = json!([{ "aws_account_id": ID, "reason": "closed" }]);
    for fault in losses(millis) {
        let loss = Loss { nth, fault, twice, at_once };
        let made = once(provider, &[], &create, loss);
        assert_eq!(made, (1, 1), "{}: {loss:?} made a second row", provider.name());
        let kept = usize::from(vendor(provider).has_trash);
        let deleted = once(provider, &world, &config(provider, json!([]), removed.clone()), Loss { nth: 1, ..loss });
        assert_eq!(deleted, (0, kept), "{}: {loss:?} of the delete", provider.name());
    }
}

#[test]
fn nothing_is_made_twice_and_nothing_leaves_a_trash() {
    for provider in providers::ALL.iter().copied() {
        for millis in DELAYS {
            (1..=3).for_each(|nth| holds(provider, nth, millis, millis % 4 > 1, millis % 2 == 0));
        }
    }
    let drawn: u64 = std::env::var("HEELER_DELAYS").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    for number in 0..drawn {
        let dice = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        let provider = providers::ALL[dice as usize % providers::ALL.len()];
        let around = (PAUSES[(dice >> 20) as usize % PAUSES.len()] + (dice >> 8) % 41).saturating_sub(20);
        let millis = if (dice >> 7) % 2 == 0 { around } else { (dice >> 8) % 90_001 };
        holds(provider, 1 + (dice >> 4) as usize % 3, millis, (dice >> 3) % 2 == 0, (dice >> 6) % 2 == 0);
    }
    println!("{drawn} delays were drawn");
}

/// Where a vendor makes a second row of the same, the run itself says until when nobody should send it again.
#[test]
fn an_unsure_create_says_until_when_it_may_show() {
    for provider in providers::ALL.iter().copied() {
        let config = load(&creating(provider, TAG));
        let faults = Faults::none().at_write(
            vendor(provider).making_write,
            Fault::Late { after: Duration::from_secs(60), reply: LateReply::Nothing },
        );
        let sandbox = Arc::new(sandbox(provider.backend(), Vec::new(), 3).with_faults(faults));
        let (plan, outcomes) = block_on(applied(&config, &sandbox, &[]));
        let Status::Unsure { not_before, .. } = &outcomes[0].status else {
            panic!("{}: {outcomes:?}", provider.name())
        };
        let is_doubled = plan.actions[0].key.kind.unique == Unique::NotEnforced;
        assert_eq!(not_before.is_some(), is_doubled, "{}", provider.name());
    }
}
