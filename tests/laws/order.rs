//! Law 15: order. For any graph of needs and any failures, no step starts before its needs are done, none after a failed
//! need, no delete beside or after a failed change, widths hold, and no lane is idle while it has ready work.
//!
//! The queue is played: it is asked until it has nothing, then one of the running steps ends, well or not. What may
//! start at each moment is worked out anew from the steps and their ends alone.

use std::collections::{BTreeMap, BTreeSet};

use heeler::executor::ready_queue::{Because, Next, ReadyQueue, Step};
use proptest::prelude::*;

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    Waiting,
    Running,
    Done,
    Failed,
}

/// A game: steps, the width of each lane, which steps fail, and which of the running ones ends next.
#[derive(Debug, Clone)]
struct Game {
    steps: Vec<Step<u8>>,
    widths: Vec<usize>,
    fails: Vec<bool>,
    picks: Vec<usize>,
}

impl Game {
    fn width(&self, step: &Step<u8>) -> usize {
        self.widths[usize::from(step.lane) * 2 + usize::from(step.is_delete)]
    }

    fn can_never_be_done(&self, need: usize, of: usize) -> bool {
        need >= of || (self.steps[need].is_delete && !self.steps[of].is_delete)
    }

    fn changes<'a>(&'a self, stands: &'a [Stand]) -> impl Iterator<Item = Stand> + 'a {
        self.steps.iter().zip(stands).filter(|(step, _)| !step.is_delete).map(|(_, stand)| *stand)
    }

    /// Whether nothing but its lane's width keeps it from starting.
    fn may_start(&self, number: usize, stands: &[Stand]) -> bool {
        let step = &self.steps[number];
        stands[number] == Stand::Waiting
            && step.needs.iter().all(|need| stands[*need] == Stand::Done && !self.can_never_be_done(*need, number))
            && (!step.is_delete || self.changes(stands).all(|stand| stand == Stand::Done))
    }

    fn running(&self, like: &Step<u8>, stands: &[Stand]) -> usize {
        let same = |step: &Step<u8>| (step.lane, step.is_delete) == (like.lane, like.is_delete);
        self.steps.iter().zip(stands).filter(|(step, stand)| same(step) && **stand == Stand::Running).count()
    }

    fn play(&self) -> Result<BTreeMap<usize, Stand>, TestCaseError> {
        let mut stands = vec![Stand::Waiting; self.steps.len()];
        let widths =
            |lane: u8, of: &[usize]| self.widths[usize::from(lane) * 2 + usize::from(self.steps[of[0]].is_delete)];
        let mut queue = ReadyQueue::new(self.steps.clone(), widths);
        for pick in self.picks.iter().copied().chain(std::iter::repeat(0)) {
            while let Some(next) = queue.take_next() {
                self.allowed(next, &stands)?;
                match next {
                    Next::Start(number) => stands[number] = Stand::Running,
                    Next::Skip(number, _) => stands[number] = Stand::Failed,
                }
            }
            for (number, step) in self.steps.iter().enumerate() {
                let has_room = self.running(step, &stands) < self.width(step);
                prop_assert!(
                    !(has_room && self.may_start(number, &stands)),
                    "{number} is ready, and its lane idle: {stands:?}"
                );
            }
            let running: Vec<usize> = (0..stands.len()).filter(|number| stands[*number] == Stand::Running).collect();
            let Some(number) = running.get(pick % running.len().max(1)).copied() else { break };
            stands[number] = if self.fails[number] { Stand::Failed } else { Stand::Done };
            queue.ended(number, !self.fails[number]);
        }
        prop_assert!(stands.iter().all(|stand| matches!(stand, Stand::Done | Stand::Failed)), "stuck: {stands:?}");
        Ok(stands.into_iter().enumerate().collect())
    }

    fn allowed(&self, next: Next, stands: &[Stand]) -> Result<(), TestCaseError> {
        match next {
            Next::Start(number) => {
                prop_assert!(self.may_start(number, stands), "{number} may not start: {stands:?}");
                let step = &self.steps[number];
                prop_assert!(self.running(step, stands) < self.width(step), "{number} is one too many: {stands:?}");
            }
            Next::Skip(number, because) => {
                let step = &self.steps[number];
                prop_assert_eq!(stands[number], Stand::Waiting);
                let why = match because {
                    Because::Need(need) => {
                        let was_not_done = stands[need] == Stand::Failed || self.can_never_be_done(need, number);
                        step.needs.contains(&need) && was_not_done
                    }
                    Because::FailedChange => step.is_delete && self.changes(stands).any(|stand| stand == Stand::Failed),
                };
                prop_assert!(why, "{number} is skipped for {because:?}: {stands:?}");
            }
        }
        Ok(())
    }
}

fn game() -> impl Strategy<Value = Game> {
    (1..14_usize).prop_flat_map(|count| {
        let step = (0..3_u8, prop::bool::weighted(0.3), prop::collection::btree_set(0..count, 0..3));
        // Mostly needs that can be met, so that games go far.
        let steps = prop::collection::vec((step, prop::bool::weighted(0.9)), count).prop_map(|steps| {
            let numbered = steps.into_iter().enumerate();
            let made = numbered.map(|(number, ((lane, is_delete, needs), is_sane))| {
                let needs: BTreeSet<usize> = needs;
                Step { lane, is_delete, needs: needs.into_iter().filter(|need| !is_sane || *need < number).collect() }
            });
            made.collect()
        });
        let fails = prop::collection::vec(prop::bool::weighted(0.1), count);
        (steps, prop::collection::vec(1..4_usize, 6), fails, prop::collection::vec(0..8_usize, count))
            .prop_map(|(steps, widths, fails, picks)| Game { steps, widths, fails, picks })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_ready_starts_and_nothing_else_does(game in game()) {
        game.play()?;
    }

    /// How the run ends does not depend on which step ends first.
    #[test]
    fn the_end_does_not_depend_on_who_is_faster(game in game(), other in prop::collection::vec(0..8_usize, 14)) {
        let ends = game.play()?;
        prop_assert_eq!(ends, Game { picks: other, ..game }.play()?);
    }
}
