//! Whether everything that is live was read, so that what is not in it is not there.

use super::PlanInput;
use crate::model::Observation;

/// What every provider listed, where nothing can be live that is not in it.
pub fn complete_observations<'a>(input: &PlanInput<'a>) -> Option<Vec<&'a Observation>> {
    let read: Option<Vec<_>> = input.snapshots.values().map(|snapshot| snapshot.result.as_ref().ok()).collect();
    let may_hide = |observation: &&Observation| {
        !observation.unreadable.is_empty()
            || !observation.unread_accounts.is_empty()
            || observation.isolated.iter().any(|row| !row.identified)
    };
    read.filter(|read| !read.is_empty() && !read.iter().any(may_hide))
}
