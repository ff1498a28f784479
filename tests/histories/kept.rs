//! Histories that once broke a promise, as short as they got.

use crate::config::{Edit::*, Resource};
use crate::history::{Run, Step, Step::*};
use crate::people::Deed;
use crate::vendors::End;

const fn run(jobs: u8, luck: u64) -> Run {
    Run { jobs, luck, ..Run::CALM }
}

/// Each with what came of it then.
pub fn all() -> Vec<(&'static str, Vec<Step>)> {
    vec![
        (
            "a create that was answered late was sent again, met its own row, and ended as if nothing had been changed",
            vec![
                Faults(3),
                Commit(0, Declare(Resource("datadog_v1", 1), 2)),
                Plan(0),
                Approve(0),
                Merge(0),
                Apply(run(1, 502)),
                Apply(run(1, 503)),
                Apply(run(1, 504)),
            ],
        ),
        (
            "of two rows that two applies made, the message named one, and said that no row has the role",
            vec![
                Commit(0, Declare(Resource("cloudcraft", 1), 0)),
                Plan(0),
                Approve(0),
                Merge(0),
                Commit(1, Remove(Resource("cloudcraft", 3))),
                Plan(1),
                Approve(1),
                Merge(1),
                Race { first: Run { whole: true, ..run(2, 48) }, second: run(10, 699), older: true },
            ],
        ),
        (
            "two services of one account were doubled, and the entries that remove the second rows were refused together",
            vec![
                Commit(2, Declare(Resource("wavefront", 3), 3)),
                Plan(2),
                Approve(2),
                Merge(2),
                Race { first: run(10, 990), second: run(10, 946), older: false },
            ],
        ),
        (
            "the row that stays of two was changed by hand, and it takes one run more until it is right",
            vec![
                Commit(1, Declare(Resource("cloudcraft", 3), 2)),
                Plan(1),
                Approve(1),
                Merge(1),
                Commit(1, Declare(Resource("cloudcraft", 1), 0)),
                Plan(1),
                Approve(1),
                Merge(1),
                Race { first: run(2, 950), second: run(10, 960), older: true },
                Person(Deed::Change(Resource("cloudcraft", 3), 1)),
            ],
        ),
        (
            "a row that two runs made was to go as a whole by then: a tombstone without an id and one with it are one too many",
            vec![
                Commit(2, Declare(Resource("cloudcraft", 0), 0)),
                Plan(2),
                Approve(2),
                Merge(2),
                Commit(1, Remove(Resource("cloudcraft", 0))),
                Plan(1),
                Approve(1),
                Race {
                    first: run(1, 809),
                    second: Run { end: Some(End::Stopped { request: 27 }), ..run(2, 829) },
                    older: false,
                },
                Merge(1),
            ],
        ),
        (
            "two runs deleted a Wavefront integration, and the second delete took it out of the trash",
            vec![
                Person(Deed::Make(Resource("wavefront", 2), 0)),
                Commit(2, Remove(Resource("wavefront", 2))),
                Plan(2),
                Approve(2),
                Merge(2),
                Race { first: run(4, 913), second: run(2, 293), older: false },
            ],
        ),
        (
            "a run of an older config sent a whole v1 row, and so put back what another run had just changed of it",
            vec![
                Commit(0, Declare(Resource("datadog_v1", 1), 0)),
                Plan(0),
                Approve(0),
                Merge(0),
                Apply(Run { end: Some(End::Killed { request: 9, arrived: true }), ..run(1, 499) }),
                Commit(0, Declare(Resource("datadog_v1", 1), 1)),
                Plan(0),
                Approve(0),
                Merge(0),
                Commit(1, Declare(Resource("datadog_v1", 1), 2)),
                Plan(1),
                Approve(1),
                Merge(1),
                Race {
                    first: Run { end: Some(End::Stopped { request: 26 }), ..run(10, 654) },
                    second: run(10, 488),
                    older: true,
                },
            ],
        ),
        (
            "an arm of a one-of was switched, and what it was before was looked for one level too deep",
            vec![
                Commit(0, Declare(Resource("datadog", 0), 0)),
                Plan(0),
                Approve(0),
                Merge(0),
                Apply(Run { whole: true, ..run(10, 42) }),
                Commit(0, Declare(Resource("datadog", 0), 2)),
                Plan(0),
                Approve(0),
                Merge(0),
            ],
        ),
    ]
}
