//! Waiting at the gate: one for all workers of an endpoint. What the gate says is its own business; here is only the sleeping.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::gate::{Answer, Family, Gate, Ticket};
use super::limits::{Came, Told};
use super::patience;
use crate::model::settings::RateLimit;
use crate::model::{Request, Response};

/// The pace of one endpoint.
#[derive(Debug, Default)]
pub struct Pace {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    gate: Gate,
    /// Until when it was last said that work waits.
    said: Option<Instant>,
    /// When that was last said to everybody.
    warned: Option<Instant>,
    /// When it was last said that something takes long.
    mentioned: Option<Instant>,
    /// What the vendor asked to be left alone with for longer than anybody waits: until when.
    closed: BTreeMap<Family, Instant>,
}

/// The vendor asks to be left alone for so long, which is longer than anybody waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed(pub Duration);

/// The right to send one request. Dropped without a word, as by a run that is broken off, its answer counts as lost.
#[derive(Debug)]
pub struct Pass<'a> {
    pace: &'a Pace,
    ticket: Ticket,
    came: Came,
}

impl Pace {
    /// The pace of an endpoint whose vendor publishes this limit.
    pub fn new(limit: Option<RateLimit>) -> Self {
        Pace { state: Mutex::new(State { gate: Gate::new(limit), ..State::default() }), changed: Notify::new() }
    }

    /// Waits until the request may go.
    ///
    /// # Errors
    /// That would be longer than anybody waits.
    pub async fn enter(&self, request: &Request) -> Result<Pass<'_>, Closed> {
        let family = Family::of(request);
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            self.is_open(&family)?;
            let until = match self.ask(&family, request.realm.0) {
                Ok(ticket) => return Ok(Pass { pace: self, ticket, came: Came::Lost }),
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
        self.state().closed.insert(Family::of(request), Instant::now() + asked.min(FAR));
        self.changed.notify_waiters();
    }

    fn is_open(&self, family: &Family) -> Result<(), Closed> {
        let left = self.state().closed.get(family).map(|until| until.saturating_duration_since(Instant::now()));
        left.filter(|left| *left > patience::LIMITED).map_or(Ok(()), |left| Err(Closed(left)))
    }

    /// Says that something takes long; once a while, however many wait.
    pub fn mention(&self, words: impl FnOnce() -> String) {
        let (mut state, now) = (self.state(), Instant::now());
        if state.mentioned.is_none_or(|last| now >= last + patience::SAID_AGAIN) {
            state.mentioned = Some(now);
            tracing::warn!("{}", words());
        }
    }

    fn ask(&self, family: &Family, provider: &str) -> Result<Ticket, Instant> {
        let (mut state, now) = (self.state(), Instant::now());
        match state.gate.before(family, now) {
            Answer::Go(ticket) => Ok(ticket),
            Answer::Soon(until) => Err(until),
            Answer::Wait(until, limit) => {
                if state.said.is_none_or(|said| said < until) {
                    state.said = Some(until);
                    let limits = limit.map_or("limits the rate of requests".to_owned(), |limit| format!("allows {limit} requests per window"));
                    let wait = until.duration_since(now);
                    let said = format!("{provider} {limits}; waiting {:.1} s", wait.as_secs_f64());
                    // One window after the other is one thing to say; a wait that is longer than that is another.
                    let is_news = wait > patience::SAID_AGAIN || state.warned.is_none_or(|last| now >= last + patience::SAID_AGAIN);
                    if wait > patience::SAID && is_news {
                        state.warned = Some(now);
                        tracing::warn!("{said}");
                    } else {
                        tracing::info!("{said}");
                    }
                }
                Err(until)
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass<'_> {
    /// The request was answered.
    pub fn answered(mut self, response: &Response) {
        self.came = Came::Answer(Told::of(response, Timestamp::now()));
    }

    /// The request reached nobody.
    pub fn not_sent(mut self) {
        self.came = Came::NotSent;
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.pace.state().gate.after(&self.ticket, &self.came, Instant::now());
        self.pace.changed.notify_waiters();
    }
}
