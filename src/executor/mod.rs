//! Floor 3: the doing. Everything is decided in the plan; a row that moved is put to `planner::verdict`.
//!
//! Order: updates, creates, then deletes, and deletes only if nothing before them failed. Accounts are independent: a failure never
//! stops the others, except when the vendor itself is failing ([`breaker`]).

mod appeared;
pub mod breaker;
pub mod interrupt;
pub mod lately;
pub mod one;
pub mod reading;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use futures_util::stream::{self, StreamExt};
use tokio::sync::Semaphore;

use crate::model::{Action, Ending, Observed, Op, Outcome, Plan, Settings, Sources, Transport};
use crate::providers::{self, Writes};
use breaker::Breaker;
use interrupt::Interrupt;
use lately::Lately;

pub use reading::{GuardError, diagnose, guard, observe, observe_rest};

/// Somebody who is told what happens, as it happens.
pub trait Witness: Sync {
    /// An action ended.
    fn ended(&self, index: usize, action: &Action, outcome: &Outcome);

    /// A row is about to be deleted: put it where it survives, flushed, before this returns.
    ///
    /// # Errors
    /// It cannot be kept; then it is not deleted.
    fn keep(&self, index: usize, action: &Action, row: &Observed) -> std::io::Result<()>;
}

/// What the executor needs besides the plan.
pub struct Hands<'a> {
    /// The door.
    pub door: &'a dyn Transport,
    /// Settings by provider.
    pub settings: &'a BTreeMap<&'static str, Settings>,
    /// Where things were written.
    pub sources: &'a Sources,
    /// How many actions may be under way at once.
    pub jobs: usize,
    /// Who is told.
    pub witness: &'a dyn Witness,
    /// Whether to stop.
    pub interrupt: Interrupt,
}

/// Does the plan. One outcome per action, in the plan's order.
pub async fn execute(plan: &Plan, hands: &Hands<'_>) -> Vec<Outcome> {
    let mut outcomes: BTreeMap<usize, Outcome> = BTreeMap::new();
    let breaker = Breaker::default();
    let lanes = lanes(plan, hands.jobs);
    let lately = Lately::new(hands.door);
    for stage in [Stage::Updates, Stage::Creates, Stage::Deletes] {
        let failed = outcomes.values().any(|outcome| !matches!(outcome.ending, Ending::Done | Ending::AlreadySo));
        if stage == Stage::Deletes && failed {
            breaker.hold("a change before it was not made");
        }
        let todo = plan.actions.iter().enumerate().filter(|(_, action)| Stage::of(action) == stage);
        let doing = todo.map(|(index, action)| one_in_lane(index, action, hands, &breaker, &lately, &lanes));
        let mut ended = stream::iter(doing).buffer_unordered(hands.jobs.max(1));
        while let Some((index, outcome)) = ended.next().await {
            hands.witness.ended(index, &plan.actions[index], &outcome);
            outcomes.insert(index, outcome);
        }
    }
    outcomes.into_values().collect()
}

/// Looks at every row that would be changed or made, and writes nothing: the actions whose row has moved or appeared since the plan was
/// made, or cannot be read. Where a plan was approved as a whole, one of them is enough to refuse it.
pub async fn moved<'a>(plan: &'a Plan, hands: &Hands<'_>) -> Vec<&'a Action> {
    let lately = &Lately::new(hands.door);
    let looks = plan.actions.iter().filter(|action| action.row().is_some()).map(|action| async move {
        let stands = one::still_as_planned(action, hands, lately).await;
        (!stands).then_some(action)
    });
    let mut moved: Vec<&Action> = stream::iter(looks).buffered(hands.jobs.max(1)).filter_map(std::future::ready).collect().await;
    moved.extend(appeared::appeared(plan, hands.door).await);
    moved
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Updates,
    Creates,
    Deletes,
}

impl Stage {
    fn of(action: &Action) -> Self {
        match action.op {
            Op::Update { .. } => Stage::Updates,
            Op::Create { .. } => Stage::Creates,
            Op::Delete { .. } => Stage::Deletes,
        }
    }
}

/// As many writes side by side as each backend takes, through whichever of its providers they go.
fn lanes(plan: &Plan, jobs: usize) -> BTreeMap<&'static str, Semaphore> {
    let mut lanes = BTreeMap::new();
    let writing: BTreeSet<&str> = plan.actions.iter().map(|action| action.key.provider).collect();
    for provider in writing.into_iter().filter_map(providers::named) {
        let width = if provider.writes() == Writes::Serial { 1 } else { jobs.max(1) };
        let lane = lanes.entry(provider.backend()).or_insert(width);
        *lane = width.min(*lane);
    }
    lanes.into_iter().map(|(backend, width)| (backend, Semaphore::new(width))).collect()
}

async fn one_in_lane(
    index: usize,
    action: &Action,
    hands: &Hands<'_>,
    breaker: &Breaker,
    lately: &Lately<'_>,
    lanes: &BTreeMap<&'static str, Semaphore>,
) -> (usize, Outcome) {
    let backend = providers::named(action.key.provider).map(|provider| provider.backend());
    let lane = backend.and_then(|backend| lanes.get(backend));
    let _turn = match lane {
        Some(lane) => lane.acquire().await.ok(),
        None => None,
    };
    if hands.interrupt.is_on() {
        breaker.hold("heeler was told to stop");
    }
    let started = Instant::now();
    tokio::select! {
        outcome = one::perform(index, action, hands, breaker, lately) => (index, outcome),
        () = hands.interrupt.grace_is_over() => (index, cut_off(started)),
    }
}

/// An action that was under way when the time to stop had come: it may have been done.
fn cut_off(started: Instant) -> Outcome {
    let why = "heeler was told to stop while this was under way; it may have been done".to_owned();
    let ending = Ending::Failed { why, fields: Vec::new(), unsure: true };
    Outcome { ending, row: None, trust: None, millis: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX) }
}
