//! One quota window after another, as the vendor counts them: how much is left, when it ends, who goes first in the
//! next. Pure: the time is always handed in. Which request belongs to which window is `limiter_state`'s.

use std::time::Duration;

use tokio::time::Instant;

use super::headers::Quota;
use crate::transport::timeouts;

/// How long other requests wait for the answer to the probe, before a second probe is sent.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);
/// A window's end that is known to within this is not measured again.
const PRECISE_ENOUGH: Duration = Duration::from_millis(500);
/// A quota below this is too small to keep a request for measuring.
const MIN_QUOTA_TO_MEASURE: u64 = 20;
const SECOND: Duration = Duration::from_secs(1);

/// Whether a request may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Now.
    Go,
    /// Nothing is left, or a 429 said so: not before this.
    Wait(Instant),
    /// Answers that are under way will tell; ask again after the next, or at this time.
    Soon(Instant),
}

/// When a window ends: after the first, by the second at the latest. The vendor tells whole seconds, so it is never
/// quite known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ends {
    after: Instant,
    by: Instant,
}

/// The probe: the one request that goes first when a window opens in which others wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Probe {
    /// Nobody has to.
    #[default]
    NotNeeded,
    /// The next who asks.
    Wanted,
    /// Somebody does since then, and the rest wait for the answer.
    Since(Instant),
}

/// A window, and what is known of it.
#[derive(Debug, Default)]
pub struct Window {
    limit: Option<u64>,
    period: Option<Duration>,
    /// The least that was told to be left in this window; the limit before anything was told.
    left: Option<u64>,
    ends: Option<Ends>,
    /// When answers were lost that no quota header counts yet.
    lost: Vec<Instant>,
    /// When this window is known to have been open.
    opened: Option<Instant>,
    /// A 429 closed it until then.
    shut: Option<Instant>,
    probe: Probe,
    /// When the last request of this window is sent, so that its answer tells the end better.
    measuring_at: Option<Instant>,
    /// Whether this vendor rounds seconds down: it says 0 before a window's end.
    rounds_down: bool,
}

impl Window {
    /// Whether one more may go, while `out` requests have no answer yet.
    pub fn admit(&mut self, now: Instant, out: u64) -> Admission {
        if let Some(until) = self.shut {
            if now < until {
                return Admission::Wait(until);
            }
            (self.shut, self.probe) = (None, Probe::Wanted);
        }
        if let Some(ends) = self.ends.filter(|ends| ends.by <= now) {
            self.open_next(ends, now, out);
        }
        match self.probe {
            Probe::Since(since) if now < since + PROBE_TIMEOUT => return Admission::Soon(since + PROBE_TIMEOUT),
            Probe::Since(_) | Probe::Wanted => {
                self.probe = Probe::Since(now);
                return Admission::Go;
            }
            Probe::NotNeeded => {}
        }
        let (Some(left), Some(ends)) = (self.left, self.ends) else { return Admission::Go };
        let lost = u64::try_from(self.lost.len()).unwrap_or(u64::MAX);
        match left.saturating_sub(out).saturating_sub(lost) {
            0 if left == 0 || out == 0 => Admission::Wait(ends.by),
            0 => Admission::Soon(ends.by),
            1 => self.measure_end(ends, now).map_or(Admission::Go, Admission::Soon),
            _ => Admission::Go,
        }
    }

    /// An answer to a request sent at `sent`. Answers overtake each other: one of an earlier window says nothing about
    /// this one, and of the answers of one window the one that leaves least is the latest.
    pub fn observe(&mut self, quota: &Quota, sent: Instant, now: Instant) {
        self.rounds_down |= quota.reset.is_zero();
        let end_told = self.end_told_by(quota, sent, now);
        if self.is_over(end_told, sent) {
            return;
        }
        self.probe = Probe::NotNeeded;
        (self.limit, self.period) = (quota.limit.or(self.limit), quota.period.or(self.period));
        // Whatever was lost before this request was sent was counted before it, or never.
        self.lost.retain(|lost| *lost > sent);
        if let Some(both) = self.ends.and_then(|ends| ends.overlap(end_told)) {
            self.ends = Some(both);
            self.left = Some(self.left.map_or(quota.remaining, |left| left.min(quota.remaining)));
            return;
        }
        if self.ends.is_some() {
            self.opened = Some(now);
        }
        let carried =
            self.ends.zip(self.period).and_then(|(ends, period)| ends.past(end_told.after, period).overlap(end_told));
        (self.ends, self.left, self.measuring_at) = (Some(carried.unwrap_or(end_told)), Some(quota.remaining), None);
    }

    /// The same for a 429: nothing goes before the window's end, nor before `later` from now, nor for a second.
    pub fn refused(&mut self, quota: &Quota, later: Option<Duration>, sent: Instant, now: Instant) {
        if self.is_over(self.end_told_by(quota, sent, now), sent) {
            return;
        }
        if matches!(self.probe, Probe::Since(since) if since <= sent) {
            // The window had not opened yet: what was believed of its end was wrong.
            self.ends = None;
        }
        self.observe(quota, sent, now);
        self.left = Some(0);
        let end = self.ends.map_or(now, |ends| ends.by);
        self.block_until(end.max(now + later.unwrap_or_default().max(timeouts::MIN_WAIT)));
    }

    /// Whether an answer speaks of a window before the one that is known to be open.
    fn is_over(&self, end_told: Ends, sent: Instant) -> bool {
        self.opened.is_some_and(|opened| sent < opened && end_told.after < opened)
    }

    /// A 429 that says nothing of quotas, or one of another window that says nothing of any.
    pub fn block_until(&mut self, until: Instant) {
        self.shut = Some(self.shut.map_or(until, |shut| shut.max(until)));
    }

    /// An answer without a word about quotas.
    pub fn not_told(&mut self) {
        self.probe = Probe::NotNeeded;
    }

    /// An answer was lost: the request may have been counted.
    pub fn lost(&mut self, now: Instant) {
        self.lost.extend(self.left.map(|_| now));
        self.probe = self.probe.again();
    }

    /// A request came back unsent.
    pub fn unsent(&mut self) {
        self.probe = self.probe.again();
    }

    /// Requests per window, for people.
    pub fn limit(&self) -> Option<u64> {
        self.limit
    }

    fn open_next(&mut self, ends: Ends, now: Instant, out: u64) {
        if self.left.is_some_and(|left| left <= out) {
            self.probe = Probe::Wanted;
        }
        self.ends = self.period.map(|period| ends.past(now, period));
        (self.left, self.opened, self.measuring_at) = (self.limit, Some(now), None);
        self.lost.clear();
    }

    /// The last request of a window waits up to a second, so that the reset header of its answer halves the uncertainty
    /// about the end: whole seconds before the middle of it.
    fn measure_end(&mut self, ends: Ends, now: Instant) -> Option<Instant> {
        let unknown = ends.by.duration_since(ends.after);
        if unknown <= PRECISE_ENOUGH || self.limit.is_none_or(|limit| limit < MIN_QUOTA_TO_MEASURE) {
            return None;
        }
        let at = match self.measuring_at {
            Some(at) => at,
            None => {
                let wait = (ends.after + unknown / 2).checked_duration_since(now).filter(|wait| *wait >= SECOND)?;
                now + Duration::from_nanos(wait.subsec_nanos().into())
            }
        };
        self.measuring_at = Some(at);
        (now < at).then_some(at)
    }

    /// The end that an answer tells: it was made after `sent` and before `now`.
    fn end_told_by(&self, quota: &Quota, sent: Instant, now: Instant) -> Ends {
        let rounding = if self.rounds_down { SECOND } else { Duration::ZERO };
        Ends { after: (sent + quota.reset).checked_sub(SECOND).unwrap_or(sent), by: now + quota.reset + rounding }
    }
}

impl Probe {
    fn again(self) -> Self {
        if self == Probe::NotNeeded { self } else { Probe::Wanted }
    }
}

impl Ends {
    fn overlap(self, other: Ends) -> Option<Ends> {
        let both = Ends { after: self.after.max(other.after), by: self.by.min(other.by) };
        (both.after < both.by).then_some(both)
    }

    /// The end of the first window of the same rhythm that may end after `at`.
    fn past(self, at: Instant, period: Duration) -> Ends {
        let behind = at.saturating_duration_since(self.by).as_nanos() / period.as_nanos().max(1);
        let windows = if self.by > at { 0 } else { u32::try_from(behind + 1).unwrap_or(u32::MAX) };
        let shift = period.saturating_mul(windows);
        Ends { after: self.after + shift, by: self.by + shift }
    }
}
