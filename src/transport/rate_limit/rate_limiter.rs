//! Waits until a request may go: one rate limiter for all workers of an endpoint. `limiter_state` decides; here is only the
//! waiting.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::headers::{Outcome, RateLimitHeaders};
use super::limiter_state::{Answer, Limiter, PermitId, RouteKey};
use crate::model::lock::lock;
use crate::model::settings::RateLimit;
use crate::model::{Request, Response};
use crate::transport::timeouts;

/// The rate limiter of one endpoint.
#[derive(Debug, Default)]
pub struct RateLimiter {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    limiter: Limiter,
    /// Until when it was last said that work waits.
    said: Option<Instant>,
    /// When that was last said to everybody.
    warned: Option<Instant>,
    /// When it was last said that something takes long.
    mentioned: Option<Instant>,
    /// Why requests were tried again, and how often since that was last said.
    retried: BTreeMap<String, Retried>,
    /// Routes whose vendor asked for a longer wait than heeler waits, and until when.
    closed: BTreeMap<RouteKey, Instant>,
}

/// Requests that were tried again for one cause.
#[derive(Debug, Clone, Copy)]
struct Retried {
    /// When that was last said.
    said: Instant,
    /// How many have been since.
    since: u32,
}

/// The vendor asks to be left alone for so long, which is longer than anybody waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryAfterTooLong(pub Duration);

/// The right to send one request. Dropped without a word, as by a run that is broken off, its answer counts as lost.
#[derive(Debug)]
pub struct Permit<'a> {
    rate_limiter: &'a RateLimiter,
    permit_id: PermitId,
    outcome: Outcome,
}

impl RateLimiter {
    /// The rate limiter of an endpoint whose vendor publishes this limit.
    pub fn new(limit: Option<RateLimit>) -> Self {
        RateLimiter {
            state: Mutex::new(State { limiter: Limiter::new(limit), ..State::default() }),
            changed: Notify::new(),
        }
    }

    /// Waits until the request may go.
    ///
    /// # Errors
    /// That would be longer than anybody waits.
    pub async fn acquire(&self, request: &Request) -> Result<Permit<'_>, RetryAfterTooLong> {
        let route = RouteKey::of(request);
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            let until = match self.ask(&route, request.endpoint.provider)? {
                Ok(permit_id) => return Ok(Permit { rate_limiter: self, permit_id, outcome: Outcome::Lost }),
                Err(until) => until,
            };
            tokio::select! {
                () = sleep_until(until) => {}
                () = changed => {}
            }
        }
    }

    /// From now on, requests like this one are not sent for so long.
    pub fn close(&self, request: &Request, asked: Duration) {
        // A time that cannot be told is far enough.
        const FAR: Duration = Duration::from_secs(86_400 * 365);
        self.state().closed.insert(RouteKey::of(request), Instant::now() + asked.min(FAR));
        self.changed.notify_waiters();
    }

    /// Says that something takes long; once a while, however many wait.
    pub fn log_throttled(&self, words: impl FnOnce() -> String) {
        let (mut state, now) = (self.state(), Instant::now());
        if state.mentioned.is_none_or(|last| now >= last + timeouts::LOG_WAIT_EVERY) {
            state.mentioned = Some(now);
            tracing::warn!("{}", words());
        }
    }

    /// Says that a request is tried again: the first for a cause in full, the others as a count, once a while. With
    /// `-v`, all are in the log.
    pub fn log_retry(&self, provider: &str, cause: &str, words: impl FnOnce() -> String) {
        let (mut state, now) = (self.state(), Instant::now());
        let Some(known) = state.retried.get_mut(cause) else {
            state.retried.insert(cause.to_owned(), Retried { said: now, since: 0 });
            return tracing::warn!("{}", words());
        };
        known.since += 1;
        tracing::info!("{}", words());
        let passed = now.duration_since(known.said);
        if passed >= timeouts::LOG_RETRY_EVERY {
            let times = if known.since == 1 { "once more".to_owned() } else { format!("{} more times", known.since) };
            tracing::warn!("{provider}: {cause}; tried again {times} in {} s", passed.as_secs());
            *known = Retried { said: now, since: 0 };
        }
    }

    /// A permit, or when to ask again.
    ///
    /// # Errors
    /// That would be longer than anybody waits.
    fn ask(&self, route: &RouteKey, provider: &str) -> Result<Result<PermitId, Instant>, RetryAfterTooLong> {
        let (mut state, now) = (self.state(), Instant::now());
        let closed = state.closed.get(route).copied().filter(|until| *until > now);
        match closed.map_or_else(|| state.limiter.before(route, now), |until| Answer::Wait(until, None)) {
            Answer::Go(permit_id) => Ok(Ok(permit_id)),
            Answer::Soon(until) => Ok(Err(until)),
            Answer::Wait(until, _) if until.duration_since(now) > timeouts::RATE_LIMIT_BUDGET => {
                Err(RetryAfterTooLong(until.duration_since(now)))
            }
            Answer::Wait(until, limit) => {
                if state.said.is_none_or(|said| said < until) {
                    state.said = Some(until);
                    let limits = limit.map_or("limits the rate of requests".to_owned(), |limit| {
                        format!("allows {limit} requests per window")
                    });
                    let wait = until.duration_since(now);
                    let said = format!("{provider} {limits}; waiting {:.1} s", wait.as_secs_f64());
                    // One window after the other is one thing to say; a wait that is longer than that is another.
                    let is_news = wait > timeouts::LOG_WAIT_EVERY
                        || state.warned.is_none_or(|last| now >= last + timeouts::LOG_WAIT_EVERY);
                    if wait > timeouts::LOG_WAIT_AFTER && is_news {
                        state.warned = Some(now);
                        tracing::warn!("{said}");
                    } else {
                        tracing::info!("{said}");
                    }
                }
                Ok(Err(until))
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Permit<'_> {
    /// The request was answered.
    pub fn answered(mut self, response: &Response) {
        self.outcome = Outcome::Answer(RateLimitHeaders::of(response, Timestamp::now()));
    }

    /// The request reached nobody.
    pub fn not_sent(mut self) {
        self.outcome = Outcome::NotSent;
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.rate_limiter.state().limiter.after(&self.permit_id, &self.outcome, Instant::now());
        self.rate_limiter.changed.notify_waiters();
    }
}
