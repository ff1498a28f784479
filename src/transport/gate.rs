//! Who may go: which window a request belongs to, and which requests have no answer yet. Pure: the time is always handed in; the
//! waiting is next door, in `pace`.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::limits::{Came, Quota};
use super::patience;
use super::window::{Turn, Window};
use crate::model::Request;
use crate::model::settings::RateLimit;

/// From this length on, a path's segment with a digit in it is somebody's id.
const SHORTEST_ID: usize = 8;

/// One request may take so much longer to arrive than another; the vendor counts what arrives.
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
pub struct Family(String);

/// A request that may go, until it is told what came of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Ticket(u64);

/// The answer to "may I?".
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes, with this ticket.
    Go(Ticket),
    /// Not before this time; with the window's limit, if known.
    Wait(Instant, Option<u64>),
    /// Ask again after the next answer, or at this time.
    Soon(Instant),
}

/// The gate of one endpoint.
#[derive(Debug, Default)]
pub struct Gate {
    /// What the vendor publishes. It counts as long as no answer says anything else.
    limit: Option<RateLimit>,
    /// When the last requests went, as many as that limit allows.
    went: VecDeque<Instant>,
    windows: BTreeMap<Bucket, Window>,
    families: BTreeMap<Family, Bucket>,
    out: BTreeMap<u64, (Family, Instant)>,
    tickets: u64,
}

impl Family {
    /// The family of a request.
    pub fn of(request: &Request) -> Self {
        let is_id = |part: &str| part.len() >= SHORTEST_ID && part.bytes().any(|byte| byte.is_ascii_digit());
        let parts: Vec<&str> = request.path.split('/').map(|part| if is_id(part) { "*" } else { part }).collect();
        Family(format!("{} {}", request.method.as_str(), parts.join("/")))
    }
}

impl Gate {
    /// The gate of an endpoint whose vendor publishes this limit.
    pub fn new(limit: Option<RateLimit>) -> Self {
        Gate { limit, ..Gate::default() }
    }

    /// May a request of this family go now?
    pub fn before(&mut self, family: &Family, now: Instant) -> Answer {
        let bucket = self.bucket(family);
        let out = self.out.values().filter(|(family, _)| self.bucket(family) == bucket).count();
        if let Some((until, requests)) = self.published(now) {
            return Answer::Wait(until, Some(requests));
        }
        let window = self.windows.entry(bucket).or_default();
        match window.turn(now, u64::try_from(out).unwrap_or(u64::MAX)) {
            Turn::Wait(until) => Answer::Wait(until, window.limit()),
            Turn::Soon(until) => Answer::Soon(until),
            Turn::Go => {
                self.went.extend(self.limit.map(|_| now));
                self.tickets += 1;
                self.out.insert(self.tickets, (family.clone(), now));
                Answer::Go(Ticket(self.tickets))
            }
        }
    }

    /// What came of it.
    pub fn after(&mut self, ticket: &Ticket, came: &Came, now: Instant) {
        let Some((family, sent)) = self.out.remove(&ticket.0) else { return };
        let told = match came {
            Came::Answer(told) => told,
            Came::Lost => return self.window(&family).lost(now),
            Came::NotSent => return self.window(&family).unsent(),
        };
        match (&told.quota, told.refused) {
            (Some(quota), refused) => {
                self.learn(&family, quota);
                let window = self.window(&family);
                if refused { window.refused(quota, told.retry_after, sent, now) } else { window.heard(quota, sent, now) }
            }
            (None, false) => self.window(&family).not_told(),
            (None, true) => {
                self.window(&family).not_told();
                let unsaid = self.limit.map_or(Duration::ZERO, |limit| limit.pause);
                let until = now + told.retry_after.unwrap_or(unsaid).max(patience::SHORTEST_WAIT);
                self.windows.values_mut().for_each(|window| window.shut_until(until));
            }
        }
    }

    /// Until when the published limit has nobody go, and that limit; nothing if it is not reached, or answers say how much is left.
    fn published(&mut self, now: Instant) -> Option<(Instant, u64)> {
        let limit = self.limit.filter(|_| self.families.is_empty())?;
        while self.went.len() > limit.requests {
            self.went.pop_front();
        }
        let until = *self.went.front().filter(|_| self.went.len() == limit.requests)? + limit.period + UNEVEN;
        (now < until).then_some((until, u64::try_from(limit.requests).unwrap_or(u64::MAX)))
    }

    fn window(&mut self, family: &Family) -> &mut Window {
        self.windows.entry(self.bucket(family)).or_default()
    }

    /// A family nobody has heard of is counted with the others, where they are all counted together.
    fn bucket(&self, family: &Family) -> Bucket {
        let mut known = self.windows.keys().filter(|bucket| **bucket != Bucket::Unknown);
        match (self.families.get(family), known.next(), known.next()) {
            (Some(bucket), ..) | (None, Some(bucket), None) => bucket.clone(),
            (None, ..) => Bucket::Unknown,
        }
    }

    fn learn(&mut self, family: &Family, quota: &Quota) {
        let alike = || Bucket::Alike(quota.limit, quota.period.map(|period| period.as_secs()));
        let bucket = quota.name.clone().map_or_else(alike, Bucket::Named);
        if self.families.get(family) == Some(&bucket) {
            return;
        }
        self.families.insert(family.clone(), bucket);
        let families = &self.families;
        self.windows.retain(|bucket, _| families.values().any(|used| used == bucket));
    }
}
