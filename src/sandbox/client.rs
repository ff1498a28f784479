//! The vendors in process: the two client traits, answered out of tables by backend.
//!
//! Every request passes through `Sandbox::pass`, is written down, and there meets what befalls requests of any
//! vendor.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::backend::Backend;
use super::faults::{Fault, Faults, LateReply};
use super::rate_limits::{self, Window};
use super::request_log::{Logged, say};
use super::spoiled_answers::{self, Reply};
use super::table::{ExternalIds, Table};
use super::vendor_emulator::VendorEmulator;
use super::vendors;
use super::world::World;
use crate::model::lock::lock;
use crate::model::{Endpoint, Failure, ReadClient, ReadRequest, Request, Response, WriteClient, WriteRequest};

/// The vendors, emulated.
pub struct Sandbox {
    state: Mutex<State>,
}

struct State {
    faults: Faults,
    /// By backend: emulators that share one share its rows.
    backends: BTreeMap<&'static str, Backend>,
    log: Vec<Logged>,
    writes: usize,
    window: Option<Window>,
}

impl Sandbox {
    /// A sandbox that begins with this world. The same seed gives the same ids and the same order of listings.
    pub fn new(mut world: World, seed: u64) -> Self {
        let names: BTreeSet<&'static str> = vendors::ALL.iter().map(|emulator| emulator.backend()).collect();
        let backend = |name| {
            let mut table = Table::new(world.take_rows(name), seed);
            table.extra = world.take_beside(name);
            (name, Backend::new(table))
        };
        let state = State {
            faults: Faults::none(),
            backends: names.into_iter().map(backend).collect(),
            log: Vec::new(),
            writes: 0,
            window: None,
        };
        Sandbox { state: Mutex::new(state) }
    }

    /// The same with faults.
    pub fn with_faults(self, faults: Faults) -> Self {
        self.set_faults(faults);
        self
    }

    /// From now on these faults befall requests, in place of others.
    pub fn set_faults(&self, faults: Faults) {
        let mut state = self.state();
        state.backends.values_mut().for_each(|backend| backend.table.behavior.patch = faults.patch);
        state.faults = faults;
    }

    /// The same where these external ids may be used.
    pub fn with_external_ids(self, external_ids: ExternalIds) -> Self {
        self.state().backends.values_mut().for_each(|backend| backend.table.behavior.external_ids = external_ids);
        self
    }

    /// How many requests there were so far, whatever befell them. The next one's number is one more.
    pub fn requests(&self) -> usize {
        self.state().log.len()
    }

    /// Every request so far, in the order they arrived.
    pub fn log(&self) -> Vec<Logged> {
        self.state().log.clone()
    }

    /// The same without the first `known`.
    pub fn log_after(&self, known: usize) -> Vec<Logged> {
        self.state().log.iter().skip(known).cloned().collect()
    }

    /// A backend's rows, in the vendor's own form: those that took effect, whether they show or not.
    pub fn rows(&self, backend: &str) -> Vec<Value> {
        self.state().backends.get(backend).map_or_else(Vec::new, |backend| backend.table.rows.clone())
    }

    /// Changes a backend's rows behind everybody's back. Nothing of it is logged.
    pub fn edit(&self, backend: &str, f: impl FnOnce(&mut Vec<Value>)) {
        if let Some(backend) = self.state().backends.get_mut(backend) {
            f(&mut backend.table.rows);
        }
    }

    /// The endpoint that a request over HTTP is for, by its headers; nothing if they hold no credentials that this
    /// emulator takes.
    pub(super) fn endpoint(
        &self,
        emulator: &dyn VendorEmulator,
        request: &Request,
        headers: &BTreeMap<String, String>,
    ) -> Option<Endpoint> {
        emulator.endpoint(&self.state().backends.get(emulator.backend())?.table, request, headers)
    }

    /// Answers a request that came over HTTP: the emulator that owns the path does, and its routes say whether it is a
    /// write.
    pub(super) async fn answer(&self, request: &Request) -> Reply {
        let emulator = vendors::owner(&request.path);
        self.pass(request, !vendors::only_reads(emulator, request), emulator).await
    }

    /// The one way through. `write` says as what it came.
    async fn pass(&self, request: &Request, write: bool, emulator: Option<&'static dyn VendorEmulator>) -> Reply {
        let only_reads = vendors::only_reads(emulator, request);
        let arrived = self.arrived(request, write, only_reads);
        let latency = self.state().faults.latency();
        if !latency.is_zero() {
            sleep(latency).await;
        }
        let reply = self.meet(arrived, request, emulator);
        say(request, only_reads, reply.status());
        reply
    }

    /// Writes a request down, and gives it its numbers: among all, and among the writes if it is one.
    fn arrived(&self, request: &Request, write: bool, only_reads: bool) -> (usize, Option<usize>) {
        let mut state = self.state();
        state.writes += usize::from(write);
        state.log.push(Logged {
            write,
            only_reads,
            method: request.method,
            path: request.path.clone(),
            query: request.query.clone(),
            body: request.body.as_ref().map(|body| body.json.clone()),
        });
        (state.log.len(), write.then_some(state.writes))
    }

    /// What becomes of a request, between its vendor and what befalls it.
    fn meet(
        &self,
        (number, write): (usize, Option<usize>),
        request: &Request,
        emulator: Option<&'static dyn VendorEmulator>,
    ) -> Reply {
        let only_reads = vendors::only_reads(emulator, request);
        let mut state = self.state();
        let State { faults, backends, window, log: _, writes: _ } = &mut *state;
        let (limit, now) = (faults.limit, Instant::now());
        let (admitted, mut said) = limit.map_or((true, Vec::new()), |limit| limit.admit(window, now));
        let mut vendor = emulator.and_then(|emulator| Some((emulator, backends.get_mut(emulator.backend())?)));
        let mut done = |shows_after: Option<Duration>| match &mut vendor {
            Some((emulator, backend)) => backend.answer(*emulator, request, now, shows_after).unwrap_or_else(nobody),
            None => nobody(),
        };
        let placed = write.and_then(|write| faults.placed_at_write(write));
        let fault = if admitted { placed.or_else(|| faults.fault_for(number, request.method)) } else { None };
        let mut reply = match fault {
            _ if !admitted => Reply::Whole(spoiled_answers::too_many()),
            None => Reply::Whole(done(None)),
            Some(Fault::TooMany) => {
                said = limit.unwrap_or(rate_limits::ANY).headers(0, 1);
                Reply::Whole(spoiled_answers::too_many())
            }
            Some(Fault::Failing { status, done: false }) => Reply::Whole(spoiled_answers::failing(status)),
            Some(Fault::Failing { status, done: true }) => {
                done(None);
                Reply::Whole(spoiled_answers::failing(status))
            }
            Some(Fault::Reset { done: false }) => Reply::Nothing,
            Some(Fault::Reset { done: true }) => {
                done(None);
                Reply::Nothing
            }
            Some(Fault::Truncated) => spoiled_answers::truncated(done(None)),
            Some(Fault::Html) => Reply::Whole(spoiled_answers::html()),
            Some(Fault::HalfJson) => Reply::Whole(spoiled_answers::half(done(None))),
            Some(Fault::Halfway) => Reply::Whole(spoiled_answers::halfway(done(None))),
            Some(Fault::Edited) => {
                let answer = done(None);
                if let Some((_, backend)) = vendor.filter(|_| spoiled_answers::is_listing(&answer)) {
                    spoiled_answers::edit(&mut backend.table.rows, faults.dice(number, 2));
                }
                Reply::Whole(answer)
            }
            Some(Fault::Conflict) => match emulator.filter(|_| !only_reads).and_then(VendorEmulator::conflict) {
                Some(refusal) => {
                    if let Some((_, backend)) = vendor {
                        spoiled_answers::edit(&mut backend.table.rows, faults.dice(number, 2));
                    }
                    Reply::Whole(refusal)
                }
                None => Reply::Whole(done(None)),
            },
            Some(Fault::Late { .. }) if only_reads => Reply::Whole(done(None)),
            Some(Fault::Late { after, reply }) => {
                let answer = done(Some(after));
                match reply {
                    LateReply::Answer => Reply::Whole(answer),
                    LateReply::Status(status) => Reply::Whole(spoiled_answers::failing(status)),
                    LateReply::Nothing => Reply::Nothing,
                }
            }
        };
        if let Reply::Whole(response) | Reply::Cut(response, _) = &mut reply {
            response.headers.append(&mut said);
        }
        reply
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

#[async_trait]
impl ReadClient for Sandbox {
    async fn read(&self, request: ReadRequest) -> Result<Response, Failure> {
        let request = request.request();
        self.pass(request, false, vendors::named(request.endpoint.provider)).await.told(request)
    }
}

#[async_trait]
impl WriteClient for Sandbox {
    async fn write(&self, request: WriteRequest) -> Result<Response, Failure> {
        self.pass(&request.request, true, vendors::named(request.request.endpoint.provider))
            .await
            .told(&request.request)
    }
}

/// What no vendor's emulator serves.
fn nobody() -> Response {
    let body = br#"{"errors":["the sandbox does not serve this path"]}"#.to_vec();
    Response { headers: vec![("content-type".to_owned(), "application/json".to_owned())], ..Response::new(501, body) }
}
