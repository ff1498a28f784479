//! Floor 3: applies a plan. Everything is decided in the plan; a row that has changed since is judged by
//! `planner::recheck`.
//!
//! Order: what is ready starts, as wide as its backend takes writes; deletes begin when all else has ended, and only if
//! nothing failed ([`ready_queue`]). Accounts are independent: a failure never stops the others, except when a vendor
//! itself is failing ([`circuit_breaker`]). After a lost answer no action is performed again: its row is only
//! refreshed ([`lost_answer`]).

pub mod action_client;
pub mod action_run;
pub mod circuit_breaker;
pub mod interrupt;
pub mod lost_answer;
mod new_rows;
pub mod observe;
pub mod organization_guard;
pub mod plan_tasks;
mod preparation;
pub mod read_cache;
pub mod ready_queue;
mod run;
pub mod send_action;

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;
use tokio::time::Instant;

use crate::model::{Action, Key, Observed, Op, Outcome, Plan, Settings, Sources, WriteClient};
use interrupt::Interrupt;
use read_cache::ReadCache;
use run::Run;

pub use observe::{ReadPurpose, ask_health, observe, observe_checked, observe_unmanaged};
pub use organization_guard::check_organization;

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

/// Does the plan, with what is known before. One outcome per action, in the plan's order.
pub async fn execute(plan: &Plan, context: &ExecContext<'_>, beforehand: &KnownBeforeRun) -> Vec<Outcome> {
    let cache = ReadCache::new(context.client);
    let run = Run::new(plan, context, beforehand, &cache);
    let mut outcomes = run.run_all().await;
    run.refresh_once_more(&mut outcomes).await;
    run.check_trash(&mut outcomes).await;
    outcomes.into_values().collect()
}

/// Refreshes every row that would be changed or made, and writes nothing: the actions whose row has moved or appeared
/// since the plan was made, or cannot be read. Where a plan was approved as a whole, one of them is enough to refuse
/// it.
pub async fn preflight<'a>(plan: &'a Plan, context: &ExecContext<'_>) -> Vec<&'a Action> {
    let cache = &ReadCache::new(context.client);
    let refreshes = plan.actions.iter().filter(|action| action.row().is_some()).map(|action| async move {
        let stands = action_run::still_as_planned(action, context, cache).await;
        (!stands).then_some(action)
    });
    let mut moved: Vec<&Action> =
        stream::iter(refreshes).buffered(context.jobs.max(1)).filter_map(std::future::ready).collect().await;
    moved.extend(new_rows::appeared(plan, context.client).await);
    moved
}
