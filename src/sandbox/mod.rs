//! Floor 2: a pretend world. It answers what the vendors would answer, out of tables in memory, and forgets them at exit.
//!
//! What a vendor answers is in that vendor's own folder (`Provider::respond`); here is only what all vendors share: tables by
//! backend, a log of what was asked, the two traits of the door. Every request passes through [`Sandbox::pass`], and there meets
//! what befalls requests of any vendor: which request meets what is in `faults`, what becomes of its answer in `spoil`.

pub mod faults;
pub mod faults_spec;
mod limit;
pub mod server;
mod spoil;
pub mod world;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use serde_json::Value;
use tokio::time::{Instant, sleep};

pub use faults::{Fault, Faults};
pub use faults_spec::FaultsError;
use limit::Window;
use spoil::Reply;
pub use world::{World, WorldError};

use crate::model::{Ask, Failure, Method, Reader, Request, Response, Tell, Transport};
use crate::providers::{self, Provider, Table};

/// The vendors, pretended.
pub struct Sandbox {
    faults: Faults,
    state: Mutex<State>,
}

struct State {
    /// By backend: providers that share one share its rows.
    tables: BTreeMap<&'static str, Table>,
    log: Vec<Logged>,
    window: Option<Window>,
}

/// One request as it arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// Whether it came through the wide door; over HTTP, whether it was anything but a question.
    pub write: bool,
    /// The verb.
    pub method: Method,
    /// The path, as it was sent.
    pub path: String,
    /// Query parameters, decoded.
    pub query: Vec<(String, String)>,
    /// The body. In process a secret's place holds `null`.
    pub body: Option<Value>,
}

impl Sandbox {
    /// A sandbox that begins with this world. The same seed gives the same ids and the same order of listings.
    pub fn new(mut world: World, seed: u64) -> Self {
        let backends: BTreeMap<&'static str, ()> = providers::ALL.iter().map(|provider| (provider.backend(), ())).collect();
        let table = |backend| {
            let mut table = Table::new(world.take(backend), seed);
            table.extra = world.take_beside(backend);
            (backend, table)
        };
        let state = State { tables: backends.into_keys().map(table).collect(), log: Vec::new(), window: None };
        Sandbox { faults: Faults::none(), state: Mutex::new(state) }
    }

    /// The same with faults.
    pub fn with_faults(self, faults: Faults) -> Self {
        Sandbox { faults, ..self }
    }

    /// How many requests there were so far, whatever befell them. The next one's number is one more.
    pub fn requests(&self) -> usize {
        self.state().log.len()
    }

    /// Every request so far, in the order they arrived.
    pub fn log(&self) -> Vec<Logged> {
        self.state().log.clone()
    }

    /// A backend's rows, in the vendor's own form.
    pub fn rows(&self, backend: &str) -> Vec<Value> {
        self.state().tables.get(backend).map_or_else(Vec::new, |table| table.rows.clone())
    }

    /// Changes a backend's rows behind everybody's back. Nothing of it is logged.
    pub fn edit(&self, backend: &str, f: impl FnOnce(&mut Vec<Value>)) {
        if let Some(table) = self.state().tables.get_mut(backend) {
            f(&mut table.rows);
        }
    }

    /// Answers a request that says nothing of its realm, as one over HTTP does: the provider that owns the path does.
    async fn answer(&self, request: &Request) -> Reply {
        self.pass(request, !request.is_question(), owner(&request.path)).await
    }

    /// The one way through.
    async fn pass(&self, request: &Request, write: bool, provider: Option<&'static dyn Provider>) -> Reply {
        let number = self.arrived(request, write);
        if !self.faults.latency().is_zero() {
            sleep(self.faults.latency()).await;
        }
        self.meet(number, request, provider)
    }

    /// Writes a request down, and gives it its number.
    fn arrived(&self, request: &Request, write: bool) -> usize {
        let mut state = self.state();
        state.log.push(Logged {
            write,
            method: request.method,
            path: request.path.clone(),
            query: request.query.clone(),
            body: request.body.as_ref().map(|body| body.json.clone()),
        });
        state.log.len()
    }

    /// What becomes of a request, between its vendor and what befalls it.
    fn meet(&self, number: usize, request: &Request, provider: Option<&'static dyn Provider>) -> Reply {
        let mut state = self.state();
        let State { tables, window, log: _ } = &mut *state;
        let limit = self.faults.limit;
        let (admitted, mut said) = limit.map_or((true, Vec::new()), |limit| limit.admit(window, Instant::now()));
        let mut table = provider.and_then(|provider| tables.get_mut(provider.backend()));
        let mut done = || provider.zip(table.as_deref_mut()).and_then(|(provider, table)| respond(provider, table, request)).unwrap_or_else(nobody);
        let fault = if admitted { self.faults.befalls(number, request.method) } else { None };
        let mut reply = match fault {
            _ if !admitted => Reply::Whole(spoil::too_many()),
            None => Reply::Whole(done()),
            Some(Fault::TooMany) => {
                said = limit.unwrap_or(limit::ANY).headers(0, 1);
                Reply::Whole(spoil::too_many())
            }
            Some(Fault::Failing { status, done: false }) => Reply::Whole(spoil::failing(status)),
            Some(Fault::Failing { status, done: true }) => {
                done();
                Reply::Whole(spoil::failing(status))
            }
            Some(Fault::Reset { done: false }) => Reply::Nothing,
            Some(Fault::Reset { done: true }) => {
                done();
                Reply::Nothing
            }
            Some(Fault::Truncated) => spoil::truncated(done()),
            Some(Fault::Html) => Reply::Whole(spoil::html()),
            Some(Fault::HalfJson) => Reply::Whole(spoil::half(done())),
            Some(Fault::Halfway) => Reply::Whole(spoil::halfway(done())),
            Some(Fault::Edited) => {
                let answer = done();
                if let Some(table) = table.filter(|_| spoil::is_listing(&answer)) {
                    spoil::edit(&mut table.rows, self.faults.dice(number, 2));
                }
                Reply::Whole(answer)
            }
        };
        if let Reply::Whole(response) | Reply::Cut(response, _) = &mut reply {
            response.headers.append(&mut said);
        }
        reply
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Reader for Sandbox {
    async fn read(&self, ask: Ask) -> Result<Response, Failure> {
        let request = ask.request();
        self.pass(request, false, providers::named(request.realm.0)).await.told(request)
    }
}

#[async_trait]
impl Transport for Sandbox {
    async fn write(&self, tell: Tell) -> Result<Response, Failure> {
        self.pass(&tell.request, true, providers::named(tell.request.realm.0)).await.told(&tell.request)
    }
}

/// The answer of a vendor: of the provider asked, or of another at the same backend. One host serves all of their paths.
fn respond(provider: &dyn Provider, table: &mut Table, request: &Request) -> Option<Response> {
    let others = providers::ALL.iter().copied().filter(|other| other.backend() == provider.backend() && other.name() != provider.name());
    std::iter::once(provider).chain(others.map(|other| other as &dyn Provider)).find_map(|provider| provider.respond(table, request))
}

/// The provider that answers a path at all. A question to an empty table changes nothing.
fn owner(path: &str) -> Option<&'static dyn Provider> {
    let answers = |provider: &&dyn Provider| {
        let question = Request::new(provider.name(), Method::Get, path);
        provider.respond(&mut Table::new(Vec::new(), 0), &question).is_some()
    };
    providers::ALL.iter().copied().find(answers)
}

/// A path that is no vendor's.
fn nobody() -> Response {
    let body = br#"{"errors":["the sandbox does not serve this path"]}"#.to_vec();
    Response { status: 404, headers: vec![("content-type".to_owned(), "application/json".to_owned())], body }
}
