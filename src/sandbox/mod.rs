//! Floor 2: a pretend world. It answers what the vendors would answer, out of tables in memory, and forgets them at exit.
//!
//! What a vendor answers is in that vendor's own folder (`Provider::respond`); here is only what all vendors share: tables by
//! backend, a log of what was asked, the two traits of the door. Every request passes through [`Sandbox::pass`]: whatever should
//! befall requests of any vendor (delays, lost answers, rate limits) belongs there and in a file of its own.

pub mod server;
pub mod world;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use serde_json::Value;

pub use world::{World, WorldError};

use crate::model::{Ask, Failure, Method, Reader, Request, Response, Tell, Transport};
use crate::providers::{self, Provider, Table};

/// The vendors, pretended.
pub struct Sandbox {
    state: Mutex<State>,
}

struct State {
    /// By backend: providers that share one share its rows.
    tables: BTreeMap<&'static str, Table>,
    log: Vec<Logged>,
}

/// One request as it arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// Whether it came through the wide door; over HTTP, whether it was anything but a GET.
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
        let table = |backend| (backend, Table::new(world.take(backend), seed));
        Sandbox { state: Mutex::new(State { tables: backends.into_keys().map(table).collect(), log: Vec::new() }) }
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
    pub fn answer(&self, request: &Request) -> Response {
        self.pass(request, request.method != Method::Get, owner(&request.path))
    }

    /// The one way through.
    fn pass(&self, request: &Request, write: bool, provider: Option<&'static dyn Provider>) -> Response {
        let mut state = self.state();
        state.log.push(Logged {
            write,
            method: request.method,
            path: request.path.clone(),
            query: request.query.clone(),
            body: request.body.as_ref().map(|body| body.json.clone()),
        });
        let table = provider.and_then(|provider| Some((provider, state.tables.get_mut(provider.backend())?)));
        table.and_then(|(provider, table)| provider.respond(table, request)).unwrap_or_else(nobody)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Reader for Sandbox {
    async fn read(&self, ask: Ask) -> Result<Response, Failure> {
        let request = ask.request();
        Ok(self.pass(request, false, providers::named(request.realm.0)))
    }
}

#[async_trait]
impl Transport for Sandbox {
    async fn write(&self, tell: Tell) -> Result<Response, Failure> {
        Ok(self.pass(&tell.request, true, providers::named(tell.request.realm.0)))
    }
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
