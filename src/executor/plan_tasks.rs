//! A plan as the tasks of a run, in an order in which they can be done. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::ready_queue::Step;
use crate::model::{ActionId, Op, Plan};
use crate::providers;

/// One task, by its number in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// A preparation: a value is issued.
    Prepare(usize),
    /// An action.
    Do(usize),
}

/// The tasks of a plan. What is issued stands right before the first action that needs it: nobody knows how long it
/// may be used.
#[derive(Debug, Default)]
pub struct PlanTasks {
    /// In an order in which they can be done.
    pub tasks: Vec<Task>,
    /// The same as far as their order goes, by the backend they write to.
    pub steps: Vec<Step<&'static str>>,
    numbers: BTreeMap<ActionId, usize>,
}

impl PlanTasks {
    /// All that a plan does. A need that does not stand before its action is never done.
    pub fn of(plan: &Plan) -> Self {
        let mut tasks = PlanTasks::default();
        let prepared: BTreeMap<ActionId, usize> =
            plan.preparations.iter().enumerate().map(|(at, preparation)| (preparation.id(), at)).collect();
        for (at, action) in plan.actions.iter().enumerate() {
            let (issued, done): (Vec<_>, Vec<_>) = action.needs.iter().partition(|need| prepared.contains_key(need));
            for id in issued {
                if !tasks.numbers.contains_key(id) {
                    // Not before all else that the action needs is done: then it will be used.
                    let needs = tasks.numbers_of(done.iter().copied());
                    tasks.add(id.clone(), Task::Prepare(prepared[id]), false, needs);
                }
            }
            let needs = tasks.numbers_of(&action.needs);
            tasks.add(action.id(), Task::Do(at), matches!(action.op, Op::Delete { .. }), needs);
        }
        tasks
    }

    /// The numbers of tasks; of what is none so far, the number that comes next, which is never done before itself.
    fn numbers_of<'a>(&self, ids: impl IntoIterator<Item = &'a ActionId>) -> BTreeSet<usize> {
        ids.into_iter().map(|id| self.numbers.get(id).copied().unwrap_or(self.tasks.len())).collect()
    }

    fn add(&mut self, id: ActionId, task: Task, is_delete: bool, needs: BTreeSet<usize>) {
        let lane = providers::named(id.key.provider).map_or(id.key.provider, |provider| provider.backend());
        self.numbers.insert(id, self.tasks.len());
        self.tasks.push(task);
        self.steps.push(Step { lane, is_delete, needs });
    }
}
