//! A history: what happens, step by step. Any part of one is one too, so it shrinks by leaving steps out.

use crate::config::{Edit, FOREIGN, Resource, VARIANTS};
use crate::dice::Dice;
use crate::people::Deed;
use crate::vendors::End;

/// How many pull requests may be open at once.
const PULL_REQUESTS: u64 = 3;

/// What befalls requests, by number.
pub const FAULTS: [&str; 7] = [
    "",
    "429=0.1,5xx=0.08,reset-before=0.05,reset-after=0.08",
    "late=0.5/60s",
    "late=0.4/90s,5xx=0.1,reset-after=0.1",
    "patch=shallow,truncate=0.05,malformed=0.05",
    "halfway=0.1,reset-after=0.1",
    "limit=20/10s,patch=shallow",
];

/// One apply of the main branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Accounts under way at once.
    pub jobs: u8,
    /// How it ends, if not by itself.
    pub end: Option<End>,
    /// The time its requests take.
    pub luck: u64,
    /// What somebody does right before the question of this number reaches that vendor. Right before a write it would
    /// be overwritten, as docs/semantics.md says, so such a run does one thing after the other.
    pub meanwhile: Option<(u8, Deed)>,
    /// Whether the plan is approved by its digest, where there is but one.
    pub whole: bool,
}

impl Run {
    /// One that nothing befalls.
    pub const CALM: Run = Run { jobs: 4, end: None, luck: 0, meanwhile: None, whole: false };
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A commit to a pull request, which is opened if it is not.
    Commit(u8, Edit),
    /// CI plans a pull request.
    Plan(u8),
    /// Somebody approves what was planned.
    Approve(u8),
    /// An approved pull request becomes part of the main branch.
    Merge(u8),
    Apply(Run),
    /// Two applies at once, the second perhaps of the main branch as it was before the last merge.
    Race {
        first: Run,
        second: Run,
        older: bool,
    },
    Drift,
    Person(Deed),
    /// From now on these faults befall requests.
    Faults(u8),
    Wait(u8),
}

/// The history of a seed.
pub fn of_seed(seed: u64) -> Vec<Step> {
    let mut dice = Dice::new(seed);
    // Most are short, so that one that fails is; some are long, as a year is.
    let length = if dice.percent(4) { 60 + dice.below(140) } else { 4 + dice.below(24) };
    let mut steps = Vec::new();
    while (steps.len() as u64) < length {
        happens(&mut dice, &mut steps);
    }
    steps
}

/// The seed of the faults' own luck.
pub fn faults(number: u8, seed: u64) -> String {
    let words = FAULTS[usize::from(number) % FAULTS.len()];
    if words.is_empty() { format!("seed={seed}") } else { format!("{words},seed={seed}") }
}

fn happens(dice: &mut Dice, steps: &mut Vec<Step>) {
    let request = dice.below(PULL_REQUESTS) as u8;
    match dice.below(100) {
        0..30 => {
            let edits = 1 + dice.below(3);
            steps.extend((0..edits).map(|_| Step::Commit(request, edit(dice))));
            // Most pull requests take the straight way.
            if dice.percent(80) {
                steps.extend([Step::Plan(request), Step::Approve(request)]);
            }
            if dice.percent(60) {
                steps.push(Step::Merge(request));
            }
        }
        30..34 => steps.push(Step::Plan(request)),
        34..38 => steps.push(Step::Approve(request)),
        38..46 => steps.push(Step::Merge(request)),
        46..66 => steps.push(Step::Apply(run(dice))),
        // What somebody does right before a question of the one may be right before a write of the other.
        66..71 => {
            let [first, second] = [run(dice), run(dice)].map(|run| Run { meanwhile: None, ..run });
            steps.push(Step::Race { first, second, older: dice.percent(40) });
        }
        71..74 => steps.push(Step::Drift),
        74..90 => steps.push(Step::Person(deed(dice))),
        90..97 => steps.push(Step::Faults(dice.below(FAULTS.len() as u64) as u8)),
        _ => steps.push(Step::Wait(dice.below(200) as u8)),
    }
}

fn edit(dice: &mut Dice) -> Edit {
    let resource = *dice.pick(&Resource::all());
    match dice.below(10) {
        0..6 => Edit::Declare(resource, dice.below(u64::from(VARIANTS)) as u8),
        6..9 => Edit::Remove(resource),
        _ => *dice.pick(&[Edit::Forget(resource), Edit::Tidy(resource)]),
    }
}

fn deed(dice: &mut Dice) -> Deed {
    let mut resource = *dice.pick(&Resource::all());
    if dice.percent(10) {
        resource.1 = FOREIGN - u8::from(resource.0 == "datadog");
    }
    let what = dice.below(u64::from(VARIANTS)) as u8;
    match dice.below(10) {
        0..3 => Deed::Make(resource, what),
        3..7 => Deed::Change(resource, what),
        7..8 => Deed::AddUnknown(resource),
        _ => Deed::Delete(resource),
    }
}

fn run(dice: &mut Dice) -> Run {
    let request = 1 + dice.below(30) as u8;
    let end = match dice.below(10) {
        0..2 => Some(End::Killed { request, arrived: dice.percent(50) }),
        2 => Some(End::Stopped { request }),
        _ => None,
    };
    let meanwhile =
        dice.percent(25).then(|| (2 + dice.below(6) as u8, deed(dice))).filter(|(_, deed)| deed.is_one_edit());
    let jobs = if meanwhile.is_some() { 1 } else { *dice.pick(&[1, 2, 4, 10]) };
    Run { jobs, end, luck: dice.below(1000), meanwhile, whole: dice.percent(25) }
}
