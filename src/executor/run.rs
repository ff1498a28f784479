//! One run of a plan: what is ready is started, what was lost is looked for once more, and what was deleted is looked
//! for in its trash.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::Instant;

use super::action_client::ActionClient;
use super::action_run::{self, ActionRun};
use super::circuit_breaker::CircuitBreaker;
use super::lost_answer::{self, LostAnswer, Refreshed};
use super::read_cache::ReadCache;
use super::ready_queue::{Next, ReadyQueue, Step};
use super::{ExecContext, KnownBeforeRun};
use crate::model::{Action, Op, Outcome, Plan, RemoteId, Status};
use crate::providers::{self, Provider, WriteWidth};

/// One run of the executor.
pub(super) struct Run<'a> {
    plan: &'a Plan,
    context: &'a ExecContext<'a>,
    beforehand: &'a KnownBeforeRun,
    breaker: CircuitBreaker,
    cache: &'a ReadCache<'a>,
    /// What was lost and has not shown, by the action's number.
    lost: Mutex<BTreeMap<usize, LostAnswer>>,
}

impl<'a> Run<'a> {
    /// Has done nothing yet.
    pub(super) fn new(
        plan: &'a Plan,
        context: &'a ExecContext<'a>,
        beforehand: &'a KnownBeforeRun,
        cache: &'a ReadCache<'a>,
    ) -> Self {
        Run { plan, context, beforehand, breaker: CircuitBreaker::default(), cache, lost: Mutex::default() }
    }

    /// Does every action as soon as it is ready, those of each backend as many side by side as it takes.
    pub(super) async fn run_all(&self) -> BTreeMap<usize, Outcome> {
        let mut queue = ReadyQueue::new(self.plan.actions.iter().map(step).collect(), |_, actions| self.width(actions));
        let (mut running, mut outcomes) = (FuturesUnordered::new(), BTreeMap::new());
        loop {
            while let Some(next) = queue.take_next() {
                match next {
                    Next::Start(index) => running.push(self.run_one(index)),
                    Next::Skip(index, _) => {
                        self.breaker.trip("a change before it was not made");
                        self.note(index, self.skipped(index), &mut outcomes);
                    }
                }
            }
            let Some((index, outcome)) = running.next().await else { return outcomes };
            queue.ended(index, outcome.status.is_success());
            self.note(index, outcome, &mut outcomes);
        }
    }

    fn note(&self, index: usize, outcome: Outcome, outcomes: &mut BTreeMap<usize, Outcome>) {
        self.context.observer.ended(index, &self.plan.actions[index], &outcome);
        outcomes.insert(index, outcome);
    }

    /// The outcome of an action that is never started.
    fn skipped(&self, index: usize) -> Outcome {
        let action = &self.plan.actions[index];
        let status = match self.beforehand.withheld(action) {
            Some(not_before) => Status::Withheld { not_before },
            None => Status::Skipped(self.breaker.reason(&action.key).unwrap_or_default()),
        };
        Outcome { status, row: None, trust: None, millis: 0 }
    }

    /// As many of these writes side by side as their backend takes, through whichever of its providers they go.
    fn width(&self, actions: &[usize]) -> usize {
        let writing: BTreeSet<&str> = actions.iter().map(|index| self.plan.actions[*index].key.provider).collect();
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
    pub(super) async fn refresh_once_more(&self, outcomes: &mut BTreeMap<usize, Outcome>) {
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
    pub(super) async fn check_trash(&self, outcomes: &mut BTreeMap<usize, Outcome>) {
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

/// An action as far as its order goes.
fn step(action: &Action) -> Step<&'static str> {
    let lane = providers::named(action.key.provider).map_or(action.key.provider, |provider| provider.backend());
    Step { lane, is_delete: matches!(action.op, Op::Delete { .. }), needs: BTreeSet::new() }
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
