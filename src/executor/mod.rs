//! Floor 3: applies a plan. Everything is decided in the plan; a row that has changed since is judged by
//! `planner::recheck`.
//!
//! Order: each vendor has a queue of its own, updates before creates; deletes begin when all of that has ended, and
//! only if nothing failed. Accounts are independent: a failure never stops the others, except when a vendor itself is
//! failing ([`circuit_breaker`]). What is sent is sent once: after a lost answer its row is only refreshed
//! ([`lost_answer`]).

pub mod action_client;
pub mod action_run;
pub mod circuit_breaker;
pub mod interrupt;
pub mod lost_answer;
mod new_rows;
pub mod observe;
pub mod read_cache;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;
use tokio::time::Instant;

use crate::model::{Action, Key, Observed, Op, Outcome, Plan, RemoteId, Settings, Sources, Status, WriteClient};
use crate::providers::{self, Provider, WriteWidth};
use action_client::ActionClient;
use action_run::ActionRun;
use circuit_breaker::CircuitBreaker;
use interrupt::Interrupt;
use lost_answer::{LostAnswer, Refreshed};
use read_cache::ReadCache;

pub use observe::{GuardError, ask_health, check_organization, observe, observe_checked, observe_unmanaged};

/// Observes a run: it is told how each action ended, and keeps what is about to be deleted.
pub trait ProgressObserver: Sync {
    /// An action ended.
    fn ended(&self, index: usize, action: &Action, outcome: &Outcome);

    /// A row is about to be deleted: put it where it survives, flushed, before this returns.
    ///
    /// # Errors
    /// It cannot be kept; then it is not deleted.
    fn keep(&self, index: usize, action: &Action, row: &Observed) -> std::io::Result<()>;
}

/// What the executor needs besides the plan.
pub struct ExecContext<'a> {
    /// The client.
    pub client: &'a dyn WriteClient,
    /// Settings by provider.
    pub settings: &'a BTreeMap<&'static str, Settings>,
    /// Where things were written.
    pub sources: &'a Sources,
    /// How many actions may be under way at once.
    pub jobs: usize,
    /// Who is told.
    pub observer: &'a dyn ProgressObserver,
    /// Whether to stop.
    pub interrupt: Interrupt,
}

/// What is known before a run begins.
#[derive(Debug, Default)]
pub struct KnownBeforeRun {
    /// When the listing was asked that the plan was made from.
    pub listed: Option<Instant>,
    /// Creates and deletes that an earlier run sent without an answer, and until when they may still show.
    pub withheld: BTreeMap<Key, Timestamp>,
}

impl KnownBeforeRun {
    /// Until when this action is withheld, if it is.
    fn withheld(&self, action: &Action) -> Option<Timestamp> {
        let until = self.withheld.get(&action.key).filter(|_| !matches!(action.op, Op::Update { .. }))?;
        (Timestamp::now() < *until).then_some(*until)
    }
}

/// Does the plan. One outcome per action, in the plan's order.
pub async fn execute(plan: &Plan, context: &ExecContext<'_>) -> Vec<Outcome> {
    execute_knowing(plan, context, &KnownBeforeRun::default()).await
}

/// The same, where something is known before.
pub async fn execute_knowing(plan: &Plan, context: &ExecContext<'_>, beforehand: &KnownBeforeRun) -> Vec<Outcome> {
    let cache = ReadCache::new(context.client);
    let run =
        Run { plan, context, beforehand, breaker: CircuitBreaker::default(), cache: &cache, lost: Mutex::default() };
    let mut outcomes = BTreeMap::new();
    run.run_all(|action| !matches!(action.op, Op::Delete { .. }), &mut outcomes).await;
    if !outcomes.values().all(|outcome| outcome.status.is_success()) {
        run.breaker.trip("a change before it was not made");
    }
    run.run_all(|action| matches!(action.op, Op::Delete { .. }), &mut outcomes).await;
    run.refresh_once_more(&mut outcomes).await;
    run.check_trash(&mut outcomes).await;
    outcomes.into_values().collect()
}

/// Refreshes every row that would be changed or made, and writes nothing: the actions whose row has moved or appeared
/// since the plan was made, or cannot be read. Where a plan was approved as a whole, one of them is enough to refuse
/// it.
pub async fn preflight<'a>(plan: &'a Plan, context: &ExecContext<'_>) -> Vec<&'a Action> {
    let cache = &ReadCache::new(context.client);
    let looks = plan.actions.iter().filter(|action| action.row().is_some()).map(|action| async move {
        let stands = action_run::still_as_planned(action, context, cache).await;
        (!stands).then_some(action)
    });
    let mut moved: Vec<&Action> =
        stream::iter(looks).buffered(context.jobs.max(1)).filter_map(std::future::ready).collect().await;
    moved.extend(new_rows::appeared(plan, context.client).await);
    moved
}

/// One run of the executor.
struct Run<'a> {
    plan: &'a Plan,
    context: &'a ExecContext<'a>,
    beforehand: &'a KnownBeforeRun,
    breaker: CircuitBreaker,
    cache: &'a ReadCache<'a>,
    /// What was lost and has not shown, by the action's number.
    lost: Mutex<BTreeMap<usize, LostAnswer>>,
}

impl Run<'_> {
    /// Does all actions that are meant, those of each backend as many side by side as it takes; none waits for
    /// another's.
    async fn run_all(&self, is_meant: impl Fn(&Action) -> bool, outcomes: &mut BTreeMap<usize, Outcome>) {
        let mut queues: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, action) in self.plan.actions.iter().enumerate().filter(|(_, action)| is_meant(action)) {
            let backend =
                providers::named(action.key.provider).map_or(action.key.provider, |provider| provider.backend());
            queues.entry(backend).or_default().push(index);
        }
        let streams = queues.into_values().map(|queue| {
            let width = self.width(&queue);
            stream::iter(queue).map(|index| self.run_one(index)).buffer_unordered(width).boxed_local()
        });
        let mut ended = stream::select_all(streams);
        while let Some((index, outcome)) = ended.next().await {
            self.context.observer.ended(index, &self.plan.actions[index], &outcome);
            outcomes.insert(index, outcome);
        }
    }

    /// As many writes side by side as a backend takes, through whichever of its providers they go.
    fn width(&self, queue: &[usize]) -> usize {
        let writing: BTreeSet<&str> = queue.iter().map(|index| self.plan.actions[*index].key.provider).collect();
        let is_serial = writing
            .into_iter()
            .filter_map(providers::named)
            .any(|provider| provider.write_width() == WriteWidth::Serial);
        if is_serial { 1 } else { self.context.jobs.max(1) }
    }

    async fn run_one(&self, index: usize) -> (usize, Outcome) {
        let (action, started) = (&self.plan.actions[index], Instant::now());
        let Some(provider) = providers::named(action.key.provider) else {
            let status = Status::Skipped("its provider is unknown".to_owned());
            return (index, Outcome { status, row: None, trust: None, millis: 0 });
        };
        let client = ActionClient::new(self.cache);
        let one = self.with(index, provider, &client);
        let (status, row, loss) = tokio::select! {
            ended = one.run() => ended,
            () = self.context.interrupt.grace_is_over() => cut_off(&client),
        };
        if let Some(loss) = loss {
            self.lost().insert(index, loss);
        }
        (index, one.outcome(status, row, started))
    }

    fn with<'b>(
        &'b self,
        index: usize,
        provider: &'static dyn Provider,
        client: &'b ActionClient<'b>,
    ) -> ActionRun<'b> {
        let Run { plan, context, beforehand, breaker, cache, lost: _ } = self;
        ActionRun { index, action: &plan.actions[index], provider, context, beforehand, breaker, cache, client }
    }

    /// What was lost and has not shown is refreshed once more when all else has ended. If it still does not show, and
    /// can no longer, it was not done.
    async fn refresh_once_more(&self, outcomes: &mut BTreeMap<usize, Outcome>) {
        let lost = std::mem::take(&mut *self.lost());
        for (index, loss) in lost {
            let Some(provider) = providers::named(self.plan.actions[index].key.provider) else { continue };
            let (client, can_show) = (ActionClient::new(self.cache), loss.may_show());
            let one = self.with(index, provider, &client);
            let seen = tokio::select! {
                seen = lost_answer::refresh_once(&one, true) => seen,
                () = self.context.interrupt.grace_is_over() => return,
            };
            let Some(outcome) = outcomes.get_mut(&index) else { continue };
            match (seen, &outcome.status) {
                (Some(Refreshed::Shown(row)), _) => *outcome = one.outcome(Status::Done, Some(row), Instant::now()),
                (Some(Refreshed::Gone), _) => outcome.status = Status::Done,
                (Some(Refreshed::Nothing(_)), Status::Unsure { why, .. }) if !can_show => {
                    let why = format!("{why}; {} s later it had not been done", lost_answer::SHOWS_WITHIN.as_secs());
                    outcome.status = Status::Failed { why, fields: Vec::new(), unsure: false };
                }
                (Some(Refreshed::Nothing(_) | Refreshed::Made(..) | Refreshed::Other(..)) | None, _) => {}
            }
        }
    }

    /// No client can keep two runs from deleting the same row one right after the other, and a second delete takes it
    /// out of the trash.
    async fn check_trash(&self, outcomes: &mut BTreeMap<usize, Outcome>) {
        let mut deleted: BTreeMap<&str, Vec<(usize, RemoteId)>> = BTreeMap::new();
        for (index, outcome) in outcomes.iter() {
            let action = &self.plan.actions[*index];
            let provider = providers::named(action.key.provider).filter(|provider| provider.deletes_into_trash(action));
            if let (Some(_), Some(id), Status::Done | Status::AlreadySo) = (provider, action.row(), &outcome.status) {
                deleted.entry(action.key.provider).or_default().push((*index, id.clone()));
            }
        }
        for (name, rows) in deleted {
            let ids: Vec<RemoteId> = rows.iter().map(|(_, id)| id.clone()).collect();
            let Some(provider) = providers::named(name) else { continue };
            let gone = tokio::select! {
                gone = provider.not_in_trash(self.context.client, &ids) => gone,
                () = self.context.interrupt.grace_is_over() => return,
            };
            let gone = gone.unwrap_or_else(|error| {
                tracing::warn!("{name}: cannot tell whether what was deleted is in the trash: {error}");
                Vec::new()
            });
            for (index, _) in rows.iter().filter(|(_, id)| gone.contains(id)) {
                outcomes.entry(*index).and_modify(|outcome| outcome.status = Status::NotInTrash);
            }
        }
    }

    fn lost(&self) -> std::sync::MutexGuard<'_, BTreeMap<usize, LostAnswer>> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An action that was under way when the time to stop had come: it may have been done if anything was written for it.
fn cut_off(client: &ActionClient<'_>) -> action_run::ActionResult {
    let written = client.written();
    if written.is_none() {
        return (Status::Skipped("heeler was told to stop".to_owned()), None, None);
    }
    let why = "heeler was told to stop while this was under way; it may have been done".to_owned();
    (Status::Unsure { why, not_before: LostAnswer::now(written).not_before() }, None, None)
}
