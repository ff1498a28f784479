//! Which steps of a run may start now. Pure: it is told how a step ended, and asked what is next.
//!
//! A step starts when all that it needs has been done; where one of them was not, it is skipped. Deletes start when all
//! else has ended, and only if nothing failed. Each lane has a width of its own, and none waits for another.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// One step of a run, as far as its order goes.
#[derive(Debug, Clone)]
pub struct Step<L> {
    /// Whose width it takes from: a backend.
    pub lane: L,
    /// Whether it deletes.
    pub is_delete: bool,
    /// The numbers of the steps that must be done before it starts. Only such can be done that stand before it, so no
    /// two steps wait for each other; and a change cannot wait for a delete.
    pub needs: BTreeSet<usize>,
}

/// What is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// This step starts now; [`ReadyQueue::ended`] is to be told how it ends.
    Start(usize),
    /// This step never starts. It counts as ended.
    Skip(usize, Because),
}

/// Why a step never starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// This step, which it needs, was not done.
    Need(usize),
    /// It deletes, and a change before it was not made.
    FailedChange,
}

/// The steps of a run, and how far it has come.
#[derive(Debug)]
pub struct ReadyQueue<L> {
    steps: Vec<Step<L>>,
    /// How many of its needs are not done yet, by step.
    missing: Vec<usize>,
    /// Which steps need it, by step.
    needed_by: Vec<Vec<usize>>,
    /// Whether it is known to start never, or has started, by step.
    is_decided: Vec<bool>,
    lanes: BTreeMap<(bool, L), Lane>,
    to_skip: VecDeque<(usize, Because)>,
    /// How many steps that do not delete have not ended.
    changes_left: usize,
    has_failed_change: bool,
}

#[derive(Debug)]
struct Lane {
    width: usize,
    running: usize,
    ready: BTreeSet<usize>,
}

impl<L: Copy + Ord> ReadyQueue<L> {
    /// A run that has not begun. `width` says how many of these steps of one lane run side by side; changes and deletes
    /// of a lane are asked for apart, as they never meet.
    pub fn new(steps: Vec<Step<L>>, width: impl Fn(L, &[usize]) -> usize) -> Self {
        let mut of_lane: BTreeMap<(bool, L), Vec<usize>> = BTreeMap::new();
        let mut needed_by = vec![Vec::new(); steps.len()];
        for (number, step) in steps.iter().enumerate() {
            of_lane.entry((step.is_delete, step.lane)).or_default().push(number);
            for need in step.needs.range(..number) {
                needed_by[*need].push(number);
            }
        }
        let lane = |(key, numbers): ((bool, L), Vec<usize>)| {
            (key, Lane { width: width(key.1, &numbers).max(1), running: 0, ready: BTreeSet::new() })
        };
        let mut queue = ReadyQueue {
            missing: steps.iter().map(|step| step.needs.len()).collect(),
            needed_by,
            is_decided: vec![false; steps.len()],
            lanes: of_lane.into_iter().map(lane).collect(),
            to_skip: VecDeque::new(),
            changes_left: steps.iter().filter(|step| !step.is_delete).count(),
            has_failed_change: false,
            steps,
        };
        queue.begin();
        queue
    }

    /// The next step to start or to skip; nothing if that depends on how a running one ends, or if all have ended.
    pub fn take_next(&mut self) -> Option<Next> {
        if let Some((number, because)) = self.to_skip.pop_front() {
            self.record_end(number, false);
            return Some(Next::Skip(number, because));
        }
        let lane = self.lanes.values_mut().find(|lane| lane.running < lane.width && !lane.ready.is_empty())?;
        let number = lane.ready.pop_first()?;
        lane.running += 1;
        self.is_decided[number] = true;
        Some(Next::Start(number))
    }

    /// A step that was started has ended, as planned or not.
    pub fn ended(&mut self, number: usize, is_done: bool) {
        if let Some(lane) = self.lanes.get_mut(&self.lane_of(number)) {
            lane.running = lane.running.saturating_sub(1);
        }
        self.record_end(number, is_done);
    }

    fn begin(&mut self) {
        for number in 0..self.steps.len() {
            if let Some(never) = self.never_done(number) {
                self.skip(number, Because::Need(never));
            }
            self.offer(number);
        }
        self.open_deletes();
    }

    /// A need of this step that can never be done before it: a step that does not stand before it, or a delete that a
    /// change waits for.
    fn never_done(&self, number: usize) -> Option<usize> {
        let Step { lane: _, is_delete, needs } = &self.steps[number];
        let never = |need: &&usize| **need >= number || (!is_delete && self.steps[**need].is_delete);
        needs.iter().find(never).copied()
    }

    /// What the end of a step means for the others.
    fn record_end(&mut self, number: usize, is_done: bool) {
        for dependant in std::mem::take(&mut self.needed_by[number]) {
            self.missing[dependant] -= usize::from(is_done);
            if is_done {
                self.offer(dependant);
            } else {
                self.skip(dependant, Because::Need(number));
            }
        }
        if !self.steps[number].is_delete {
            self.changes_left -= 1;
            self.has_failed_change |= !is_done;
            self.open_deletes();
        }
    }

    /// Once all else has ended: deletes start, or are skipped.
    fn open_deletes(&mut self) {
        if self.changes_left > 0 {
            return;
        }
        for number in (0..self.steps.len()).filter(|number| self.steps[*number].is_delete).collect::<Vec<_>>() {
            if self.has_failed_change {
                self.skip(number, Because::FailedChange);
            } else {
                self.offer(number);
            }
        }
    }

    /// Makes a step ready, if nothing keeps it from starting.
    fn offer(&mut self, number: usize) {
        let waits = self.steps[number].is_delete && (self.changes_left > 0 || self.has_failed_change);
        if waits || self.missing[number] > 0 || self.is_decided[number] {
            return;
        }
        let lane = self.lane_of(number);
        if let Some(lane) = self.lanes.get_mut(&lane) {
            lane.ready.insert(number);
        }
    }

    fn skip(&mut self, number: usize, because: Because) {
        if !std::mem::replace(&mut self.is_decided[number], true) {
            self.to_skip.push_back((number, because));
        }
    }

    fn lane_of(&self, number: usize) -> (bool, L) {
        let step = &self.steps[number];
        (step.is_delete, step.lane)
    }
}
