//! After a lost answer nothing is sent again. It is looked at, several times and ever more rarely, what has come of it: a vendor may show
//! late what it did. Whoever looks at the same moment shares one listing, asked after the last loss.

use jiff::Timestamp;
use tokio::time::{Duration, Instant, sleep_until};

use super::one::One;
use crate::model::{FieldChange, Observed, Op, Request, Retry};
use crate::planner::verdict::Verdict;

/// When it is looked, in seconds after the loss.
const REFRESHES: [u64; 6] = [0, 1, 2, 4, 8, 15];
/// How long after a loss its effect may still show.
pub const SHOWS_WITHIN: Duration = Duration::from_secs(90);

/// A write without an answer.
#[derive(Debug, Clone)]
pub struct Loss {
    /// When it was given up.
    pub at: Instant,
    /// What was sent.
    pub request: Option<Request>,
    /// Whether a second one might do it twice.
    is_unique: bool,
}

/// What a look after a loss has shown.
pub enum Seen {
    /// It is as planned.
    Shown(Observed),
    /// The row is gone, as planned.
    Gone,
    /// The row was made, and lacks only what a create sets by requests of their own.
    Made(Observed, Vec<FieldChange>),
    /// Something else is there.
    Other(Verdict, Vec<Observed>),
    /// All is as it was before; the rows that are there.
    Nothing(Vec<Observed>),
}

impl Loss {
    /// A loss of this moment.
    pub fn now(written: Option<(Request, Retry)>) -> Self {
        let (request, retry) = written.unzip();
        Loss { at: Instant::now(), request, is_unique: retry == Some(Retry::Never) }
    }

    /// Whether its effect may still show.
    pub fn may_show(&self) -> bool {
        self.at.elapsed() < SHOWS_WITHIN
    }

    /// Before when nobody should send it again; nothing where that would be harmless.
    pub fn not_before(&self) -> Option<Timestamp> {
        let left = SHOWS_WITHIN.saturating_sub(self.at.elapsed());
        (self.is_unique && !left.is_zero()).then(|| Timestamp::now().checked_add(left).unwrap_or(Timestamp::MAX))
    }
}

/// Looks until something shows, or until there is no more time. `sent` says whether the action may have been done.
pub async fn seen(one: &One<'_>, since: Instant, sent: bool) -> Seen {
    let mut last = Seen::Nothing(Vec::new());
    for seconds in REFRESHES {
        tokio::select! {
            () = sleep_until(since + Duration::from_secs(seconds)) => {}
            () = one.hands.interrupt.comes() => break,
        }
        match look(one, sent).await {
            Some(Seen::Nothing(rows)) => last = Seen::Nothing(rows),
            // Half of it may show before the rest does.
            Some(Seen::Other(verdict @ Verdict::Stale(_), rows)) if sent => last = Seen::Other(verdict, rows),
            Some(shown) => return shown,
            None => {}
        }
    }
    last
}

/// Looks once; nothing if that fails.
pub async fn look(one: &One<'_>, sent: bool) -> Option<Seen> {
    let mut rows = one.provider.look(&one.cache.from_now_on(), one.action).await.ok()?;
    Some(match (one.judge(&rows, sent).ok()?, rows.len()) {
        (Verdict::Go, _) => Seen::Nothing(rows),
        (Verdict::AlreadySo, _) => rows.pop().map_or(Seen::Gone, Seen::Shown),
        (Verdict::Clash(changes), 1) if is_made(one, &changes) => Seen::Made(rows.remove(0), changes),
        (other, _) => Seen::Other(other, rows),
    })
}

fn is_made(one: &One<'_>, changes: &[FieldChange]) -> bool {
    let later = one.provider.set_after_creation();
    matches!(one.action.op, Op::Create { .. }) && changes.iter().all(|change| change.path.top().is_some_and(|top| later.contains(&top)))
}
