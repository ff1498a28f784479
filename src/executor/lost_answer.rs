//! What an action does once its answer is lost: it sends nothing more. (`transport::retry` has then sent again, at most
//! twice, what is harmless to repeat.) Its row is refreshed, several times and ever more rarely, since a vendor may show
//! late what it did. Refreshes of the same moment share one listing, asked after the last loss.

use jiff::Timestamp;
use tokio::time::{Duration, Instant, sleep_until};

use super::action_run::ActionRun;
use crate::model::{FieldChange, Observed, Op, Request, Retry};
use crate::planner::recheck::Recheck;

/// When the row is refreshed, in seconds after the loss.
const REFRESH_AFTER_SECONDS: [u64; 6] = [0, 1, 2, 4, 8, 15];
/// How long after a loss its effect may still show.
pub const SHOWS_WITHIN: Duration = Duration::from_secs(90);

/// A write without an answer.
#[derive(Debug, Clone)]
pub struct LostAnswer {
    /// When it was given up.
    pub at: Instant,
    /// What was sent.
    pub request: Option<Request>,
    /// Whether a second one might do it twice.
    is_unique: bool,
}

/// What a refresh after a loss has shown.
pub enum Refreshed {
    /// It is as planned.
    Shown(Observed),
    /// The row is gone, as planned.
    Gone,
    /// The row was made, and lacks only what a create sets by requests of their own.
    Made(Observed, Vec<FieldChange>),
    /// Something else is there.
    Other(Recheck, Vec<Observed>),
    /// All is as it was before; the rows that are there.
    Nothing(Vec<Observed>),
}

impl LostAnswer {
    /// A loss of this moment.
    pub fn now(written: Option<(Request, Retry)>) -> Self {
        let (request, retry) = written.unzip();
        LostAnswer { at: Instant::now(), request, is_unique: retry == Some(Retry::Never) }
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

/// Refreshes until something shows, or until there is no more time. `sent` says whether the action may have been done.
pub async fn refresh_until_shown(one: &ActionRun<'_>, since: Instant, sent: bool) -> Refreshed {
    let mut last = Refreshed::Nothing(Vec::new());
    for seconds in REFRESH_AFTER_SECONDS {
        tokio::select! {
            () = sleep_until(since + Duration::from_secs(seconds)) => {}
            () = one.context.interrupt.comes() => break,
        }
        match refresh_once(one, sent).await {
            Some(Refreshed::Nothing(rows)) => last = Refreshed::Nothing(rows),
            // Half of it may show before the rest does.
            Some(Refreshed::Other(recheck @ Recheck::Stale(_), rows)) if sent => last = Refreshed::Other(recheck, rows),
            Some(shown) => return shown,
            None => {}
        }
    }
    last
}

/// Refreshes once; nothing if that fails.
pub async fn refresh_once(one: &ActionRun<'_>, sent: bool) -> Option<Refreshed> {
    let mut rows = one.provider.refresh(&one.cache.after_now(), one.action).await.ok()?;
    Some(match (one.judge(&rows, sent).ok()?, rows.len()) {
        (Recheck::Go, _) => Refreshed::Nothing(rows),
        (Recheck::AlreadySo, _) => rows.pop().map_or(Refreshed::Gone, Refreshed::Shown),
        (Recheck::Clash(changes), 1) if is_made(one, &changes) => Refreshed::Made(rows.remove(0), changes),
        (other, _) => Refreshed::Other(other, rows),
    })
}

fn is_made(one: &ActionRun<'_>, changes: &[FieldChange]) -> bool {
    let later = one.provider.meta().set_after_creation;
    matches!(one.action.op, Op::Create { .. })
        && changes.iter().all(|change| change.path.top().is_some_and(|top| later.contains(&top)))
}
