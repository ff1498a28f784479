//! One run of a plan: what is ready is started, what was lost is looked for once more, and what was deleted is looked
//! for in its trash.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::Instant;

use super::action_client::ActionClient;
use super::action_run::ActionRun;
use super::circuit_breaker::CircuitBreaker;
use super::lost_answer::{self, LostAnswer, Refreshed};
use super::plan_tasks::{PlanTasks, Task};
use super::read_cache::ReadCache;
use super::ready_queue::{Because, Next, ReadyQueue};
use super::send_action::ActionResult;
use super::{ExecContext, KnownBeforeRun};
use crate::model::lock::lock;
use crate::model::{Action, Key, Outcome, OutputRef, Outputs, Plan, Preparation, RemoteId, Status};
use crate::providers::{self, Provider, WriteWidth};

/// One run of the executor.
pub(super) struct Run<'a> {
    plan: &'a Plan,
    context: &'a ExecContext<'a>,
    beforehand: &'a KnownBeforeRun,
    breaker: CircuitBreaker,
    cache: &'a ReadCache<'a>,
    /// What was issued, and what rows that were made have for others.
    outputs: Mutex<Outputs>,
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
        Run {
            plan,
            context,
            beforehand,
            breaker: CircuitBreaker::default(),
            cache,
            outputs: Mutex::default(),
            lost: Mutex::default(),
        }
    }

    /// Does every task as soon as it is ready, those of each backend as many side by side as it takes.
    pub(super) async fn run_all(&self) -> BTreeMap<usize, Outcome> {
        let PlanTasks { tasks, steps, .. } = PlanTasks::of(self.plan);
        let mut queue = ReadyQueue::new(steps, |_, numbers| self.width(numbers.iter().map(|number| tasks[*number])));
        let (mut running, mut ends, mut outcomes) = (FuturesUnordered::new(), BTreeMap::new(), BTreeMap::new());
        loop {
            while let Some(next) = queue.take_next() {
                match next {
                    Next::Start(number) => running.push(self.run_task(number, tasks[number])),
                    Next::Skip(number, because) => {
                        let status = self.skipped(tasks[number], because, &ends);
                        self.note(tasks[number], Outcome::untried(status.clone()), &mut outcomes);
                        ends.insert(number, (tasks[number], status));
                    }
                }
            }
            let Some((number, outcome)) = running.next().await else { return outcomes };
            queue.ended(number, outcome.status.is_success());
            ends.insert(number, (tasks[number], outcome.status.clone()));
            self.note(tasks[number], outcome, &mut outcomes);
        }
    }

    /// An action has ended; how a preparation ended, the actions that need it say.
    fn note(&self, task: Task, outcome: Outcome, outcomes: &mut BTreeMap<usize, Outcome>) {
        let Task::Do(index) = task else { return };
        let action = &self.plan.actions[index];
        if let (true, Some(row)) = (outcome.status.is_success(), &outcome.row) {
            let mut outputs = self.outputs();
            row.outputs().for_each(|(output, value)| outputs.add(OutputRef { of: action.key.clone(), output }, value));
        }
        self.context.observer.ended(index, action, &outcome);
        outcomes.insert(index, outcome);
    }

    /// How a task ends that never starts. What was to be issued for an action belongs to it: it ends in the same way.
    fn skipped(&self, task: Task, because: Because, ends: &BTreeMap<usize, (Task, Status)>) -> Status {
        let withheld = match task {
            Task::Do(index) => self.beforehand.withheld(&self.plan.actions[index]),
            Task::Prepare(_) => None,
        };
        if let Some(not_before) = withheld {
            return Status::Withheld { not_before };
        }
        match because {
            Because::FailedChange => {
                self.breaker.trip("a change before it was not made");
                Status::Skipped(self.breaker.reason(self.key(task), None).unwrap_or_default())
            }
            Because::Need(need) => match ends.get(&need) {
                Some((Task::Prepare(_), status)) => status.clone(),
                Some((needed @ Task::Do(_), status)) => {
                    Status::Skipped(format!("it needs {}, which {}", self.key(*needed), fate(status)))
                }
                None => Status::Skipped("it needs what this plan does not do before it".to_owned()),
            },
        }
    }

    /// As many of these tasks side by side as their backend takes writes, through whichever of its providers they go.
    fn width(&self, tasks: impl Iterator<Item = Task>) -> usize {
        let writing: BTreeSet<&str> = tasks.map(|task| self.key(task).provider).collect();
        let is_serial = writing
            .into_iter()
            .filter_map(providers::named)
            .any(|provider| provider.meta().write_width == WriteWidth::Serial);
        if is_serial { 1 } else { self.context.jobs.max(1) }
    }

    fn key(&self, task: Task) -> &Key {
        match task {
            Task::Do(index) => &self.plan.actions[index].key,
            Task::Prepare(index) => &self.plan.preparations[index].issues.of,
        }
    }

    async fn run_task(&self, number: usize, task: Task) -> (usize, Outcome) {
        let outcome = match task {
            Task::Prepare(index) => Outcome::untried(self.prepare(&self.plan.preparations[index]).await),
            Task::Do(index) => self.run_one(index).await,
        };
        (number, outcome)
    }

    /// Has a value issued for the first action that needs it.
    async fn prepare(&self, preparation: &Preparation) -> Status {
        let id = preparation.id();
        let needing = self.plan.actions.iter().position(|action| action.needs.contains(&id));
        let provider = providers::named(id.key.provider);
        let (Some(index), Some(provider)) = (needing, provider) else { return Status::AlreadySo };
        let (action, client) = (self.resolved(index), ActionClient::new(self.cache));
        let one = self.with(index, &action, provider, &client);
        let issued = tokio::select! {
            issued = one.issue(&preparation.issues) => issued,
            () = self.context.interrupt.grace_is_over() => return Status::Skipped("heeler was told to stop".to_owned()),
        };
        match issued {
            Ok(None) => Status::AlreadySo,
            Ok(Some(value)) => {
                self.outputs().add(preparation.issues.clone(), value);
                Status::Done
            }
            Err(status) => status,
        }
    }

    async fn run_one(&self, index: usize) -> Outcome {
        let (action, started) = (self.resolved(index), Instant::now());
        let Some(provider) = providers::named(action.key.provider) else {
            return Outcome::untried(Status::Skipped("its provider is unknown".to_owned()));
        };
        let client = ActionClient::new(self.cache);
        let one = self.with(index, &action, provider, &client);
        let (status, row, loss) = tokio::select! {
            ended = one.run() => ended,
            () = self.context.interrupt.grace_is_over() => cut_off(&client),
        };
        if let Some(loss) = loss {
            self.lost().insert(index, loss);
        }
        one.outcome(status, row, started)
    }

    /// An action with the values that are known by now.
    fn resolved(&self, index: usize) -> Action {
        self.plan.actions[index].resolved(&self.outputs())
    }

    fn with<'b>(
        &'b self,
        index: usize,
        action: &'b Action,
        provider: &'static dyn Provider,
        client: &'b ActionClient<'b>,
    ) -> ActionRun<'b> {
        let Run { plan: _, context, beforehand, breaker, cache, outputs: _, lost: _ } = self;
        ActionRun { index, action, provider, context, beforehand, breaker, cache, client }
    }

    fn outputs(&self) -> MutexGuard<'_, Outputs> {
        lock(&self.outputs)
    }

    /// What was lost and has not shown is refreshed once more when all else has ended. If it still does not show, and
    /// can no longer, it was not done.
    pub(super) async fn refresh_once_more(&self, outcomes: &mut BTreeMap<usize, Outcome>) {
        let lost = std::mem::take(&mut *self.lost());
        for (index, loss) in lost {
            let Some(provider) = providers::named(self.plan.actions[index].key.provider) else { continue };
            let (client, can_show) = (ActionClient::new(self.cache), loss.may_show());
            let action = self.resolved(index);
            let one = self.with(index, &action, provider, &client);
            let seen = tokio::select! {
                seen = lost_answer::refresh_once(&one, true) => seen,
                () = self.context.interrupt.grace_is_over() => return,
            };
            let Some(outcome) = outcomes.get_mut(&index) else { continue };
            let millis = outcome.millis;
            let seen_as = |status, row| Outcome { millis, ..one.outcome(status, Some(row), Instant::now()) };
            match (seen, &outcome.status) {
                (Some(Refreshed::Shown(row)), _) => *outcome = seen_as(Status::Done, row),
                (Some(Refreshed::Gone), _) => outcome.status = Status::Done,
                (Some(Refreshed::Nothing(_)), Status::Unsure { why, .. }) if !can_show => {
                    let why = format!("{why}; {} s later it had not been done", lost_answer::SHOWS_WITHIN.as_secs());
                    outcome.status = Status::Failed { why, fields: Vec::new(), unsure: false };
                }
                // It was made, and lacks something: its row and external id must not be lost.
                (Some(Refreshed::Made(row, _)), status) => *outcome = seen_as(status.clone(), row),
                (Some(Refreshed::Nothing(_) | Refreshed::Other(..)) | None, _) => {}
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

    fn lost(&self) -> MutexGuard<'_, BTreeMap<usize, LostAnswer>> {
        lock(&self.lost)
    }
}

/// What is said of an action that another one needed.
fn fate(status: &Status) -> &'static str {
    match status {
        Status::Failed { .. } => "failed",
        Status::Unsure { .. } => "may not have been done",
        Status::Differs(_) => "came out otherwise",
        Status::Stale(_) => "moved since the plan was made",
        Status::Skipped(_) | Status::Withheld { .. } => "was skipped",
        Status::Done | Status::AlreadySo | Status::NotInTrash => "was done",
    }
}

/// An action that was under way when the time to stop had come: it may have been done if anything was written for it.
fn cut_off(client: &ActionClient<'_>) -> ActionResult {
    let written = client.written();
    if written.is_none() {
        return (Status::Skipped("heeler was told to stop".to_owned()), None, None);
    }
    let why = "heeler was told to stop while this was under way; it may have been done".to_owned();
    (Status::Unsure { why, not_before: LostAnswer::now(written).not_before() }, None, None)
}
