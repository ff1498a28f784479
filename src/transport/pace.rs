//! Waiting at the gate: one for all workers of an endpoint. What the gate says is its own business; here is only the sleeping.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::gate::{Answer, Family, Gate, Ticket};
use super::limits::{Came, Told};
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
}

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
        Pace { state: Mutex::new(State { gate: Gate::new(limit), said: None }), changed: Notify::new() }
    }

    /// Waits until the request may go.
    pub async fn enter(&self, request: &Request) -> Pass<'_> {
        let family = Family::of(request);
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            let until = match self.ask(&family, request.realm.0) {
                Ok(ticket) => return Pass { pace: self, ticket, came: Came::Lost },
                Err(until) => until,
            };
            tokio::select! {
                () = sleep_until(until) => {}
                () = changed => {}
            }
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
                    tracing::info!("{provider} {limits}; waiting {:.1} s", until.duration_since(now).as_secs_f64());
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
