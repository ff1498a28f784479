//! The state of a rate limiter: which window a request counts against, and which requests have no answer yet. Pure: the
//! time is handed in; the waiting is in `rate_limiter`.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::headers::{Outcome, Quota};
use super::quota_window::{Admission, Window};
use crate::model::Request;
use crate::model::settings::RateLimit;
use crate::transport::timeouts;

/// From this length on, a path's segment with a digit in it is somebody's id.
const MIN_ID_LENGTH: usize = 8;

/// How much longer one request may take to arrive than another: the vendor counts when requests arrive, not when they
/// are sent.
const UNEVEN: Duration = Duration::from_millis(250);

/// What a vendor counts together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Bucket {
    /// It has not said yet.
    Unknown,
    /// By its name.
    Named(String),
    /// Without a name: whatever has the same limit and period (in seconds).
    Alike(Option<u64>, Option<u64>),
}

/// Requests that a vendor treats alike: method, and path without ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RouteKey(String);

/// A request that may go, until it is told what came of it.
#[derive(Debug, PartialEq, Eq)]
pub struct PermitId(u64);

/// The answer to "may I?".
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes, with this permit.
    Go(PermitId),
    /// Not before this time; with the window's limit, if known.
    Wait(Instant, Option<u64>),
    /// Ask again after the next answer, or at this time.
    Soon(Instant),
}

/// The limiter of one endpoint.
#[derive(Debug, Default)]
pub struct Limiter {
    /// What the vendor publishes. It counts as long as no answer says anything else.
    limit: Option<RateLimit>,
    /// When the last requests went, as many as that limit allows.
    went: VecDeque<Instant>,
    windows: BTreeMap<Bucket, Window>,
    routes: BTreeMap<RouteKey, Bucket>,
    out: BTreeMap<u64, (RouteKey, Instant)>,
    permits: u64,
    /// Refusals in a row of a vendor that wants pauses to grow, and until when the last of them made everybody wait.
    backoff: Option<(u32, Instant)>,
}

impl RouteKey {
    /// The route of a request.
    pub fn of(request: &Request) -> Self {
        let is_id = |part: &str| part.len() >= MIN_ID_LENGTH && part.bytes().any(|byte| byte.is_ascii_digit());
        let parts: Vec<&str> = request.path.split('/').map(|part| if is_id(part) { "*" } else { part }).collect();
        RouteKey(format!("{} {}", request.method.as_str(), parts.join("/")))
    }
}

impl Limiter {
    /// The limiter of an endpoint whose vendor publishes this limit.
    pub fn new(limit: Option<RateLimit>) -> Self {
        Limiter { limit, ..Limiter::default() }
    }

    /// May a request of this route go now?
    pub fn before(&mut self, route: &RouteKey, now: Instant) -> Answer {
        let bucket = self.bucket(route);
        let out = self.out.values().filter(|(route, _)| self.bucket(route) == bucket).count();
        if let Some((until, requests)) = self.published(now) {
            return Answer::Wait(until, Some(requests));
        }
        let window = self.windows.entry(bucket).or_default();
        match window.admit(now, u64::try_from(out).unwrap_or(u64::MAX)) {
            Admission::Wait(until) => Answer::Wait(until, window.limit()),
            Admission::Soon(until) => Answer::Soon(until),
            Admission::Go => {
                self.went.extend(self.limit.map(|_| now));
                self.permits += 1;
                self.out.insert(self.permits, (route.clone(), now));
                Answer::Go(PermitId(self.permits))
            }
        }
    }

    /// What came of it.
    pub fn after(&mut self, permit_id: &PermitId, outcome: &Outcome, now: Instant) {
        let Some((route, sent)) = self.out.remove(&permit_id.0) else { return };
        let headers = match outcome {
            Outcome::Answer(headers) => headers,
            Outcome::Lost => return self.window(&route).lost(now),
            Outcome::NotSent => return self.window(&route).unsent(),
        };
        match (&headers.quota, headers.refused) {
            (Some(quota), refused) => {
                self.learn(&route, quota);
                let window = self.window(&route);
                if refused {
                    window.refused(quota, headers.retry_after, sent, now)
                } else {
                    window.observe(quota, sent, now)
                }
            }
            (None, false) => {
                self.backoff = self.backoff.filter(|(_, until)| sent < *until);
                self.window(&route).not_told();
            }
            (None, true) => {
                self.window(&route).not_told();
                let published = || self.limit.map_or(Duration::ZERO, |limit| limit.pause);
                let until = match headers.retry_after {
                    None if headers.backs_off => self.back_off(sent, now),
                    // So long a wait is about this kind of request, which is given up for as long.
                    Some(pause) if pause > timeouts::RATE_LIMIT_BUDGET => now + timeouts::MIN_WAIT,
                    pause => now + pause.unwrap_or_else(published).max(timeouts::MIN_WAIT),
                };
                self.windows.values_mut().for_each(|window| window.block_until(until));
            }
        }
    }

    /// Until when everybody waits after a refusal by a vendor that wants pauses to grow. Those of requests that were under way together
    /// are one.
    fn back_off(&mut self, sent: Instant, now: Instant) -> Instant {
        match self.backoff {
            Some((_, until)) if sent < until => until,
            before => {
                let in_a_row = before.map_or(1, |(refusals, _)| refusals.saturating_add(1));
                let until = now + timeouts::backoff_when_refused(in_a_row);
                self.backoff = Some((in_a_row, until));
                until
            }
        }
    }

    /// Until when the published limit has nobody go, and that limit; nothing if it is not reached, or answers say how
    /// much is left.
    fn published(&mut self, now: Instant) -> Option<(Instant, u64)> {
        let limit = self.limit.filter(|_| self.routes.is_empty())?;
        while self.went.len() > limit.requests {
            self.went.pop_front();
        }
        let until = *self.went.front().filter(|_| self.went.len() == limit.requests)? + limit.period + UNEVEN;
        (now < until).then_some((until, u64::try_from(limit.requests).unwrap_or(u64::MAX)))
    }

    fn window(&mut self, route: &RouteKey) -> &mut Window {
        self.windows.entry(self.bucket(route)).or_default()
    }

    /// A route nobody has heard of is counted with the others, where they are all counted together.
    fn bucket(&self, route: &RouteKey) -> Bucket {
        let mut known = self.windows.keys().filter(|bucket| **bucket != Bucket::Unknown);
        match (self.routes.get(route), known.next(), known.next()) {
            (Some(bucket), ..) | (None, Some(bucket), None) => bucket.clone(),
            (None, ..) => Bucket::Unknown,
        }
    }

    fn learn(&mut self, route: &RouteKey, quota: &Quota) {
        let alike = || Bucket::Alike(quota.limit, quota.period.map(|period| period.as_secs()));
        let bucket = quota.name.clone().map_or_else(alike, Bucket::Named);
        if self.routes.get(route) == Some(&bucket) {
            return;
        }
        self.routes.insert(route.clone(), bucket);
        let routes = &self.routes;
        self.windows.retain(|bucket, _| routes.values().any(|used| used == bucket));
    }
}
