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
pub struct Schedule {
    /// In an order in which they can be done.
    pub tasks: Vec<Task>,
    /// The same as far as their order goes, by the backend they write to.
    pub steps: Vec<Step<&'static str>>,
    numbers: BTreeMap<ActionId, usize>,
}

impl Schedule {
    /// All that a plan does. A need that does not stand before its action is never done.
    pub fn of(plan: &Plan) -> Self {
        let mut schedule = Schedule::default();
        let prepared: BTreeMap<ActionId, usize> =
            plan.preparations.iter().enumerate().map(|(at, preparation)| (preparation.id(), at)).collect();
        for (at, action) in plan.actions.iter().enumerate() {
            for (id, preparation) in action.needs.iter().filter_map(|need| prepared.get_key_value(need)) {
                if !schedule.numbers.contains_key(id) {
                    schedule.add(id.clone(), Task::Prepare(*preparation), false, BTreeSet::new());
                }
            }
            let own = schedule.tasks.len();
            let needs = action.needs.iter().map(|need| schedule.numbers.get(need).copied().unwrap_or(own)).collect();
            schedule.add(action.id(), Task::Do(at), matches!(action.op, Op::Delete { .. }), needs);
        }
        schedule
    }

    fn add(&mut self, id: ActionId, task: Task, is_delete: bool, needs: BTreeSet<usize>) {
        let lane = providers::named(id.key.provider).map_or(id.key.provider, |provider| provider.backend());
        self.numbers.insert(id, self.tasks.len());
        self.tasks.push(task);
        self.steps.push(Step { lane, is_delete, needs });
    }
}
