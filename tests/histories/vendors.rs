//! The way to the vendors that a run of a history takes: the emulator, through the same retries and rate limiter as over
//! HTTP. Requests take seeded time, so that runs at once meet in many orders. Every write is written down with what it
//! changed, and a run can be killed or told to stop at any request.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use heeler::executor::interrupt::{Interrupt, Stop};
use heeler::model::{Env, Failure, ReadClient, ReadRequest, Response, WriteClient, WriteRequest};
use heeler::sandbox::Sandbox;
use heeler::transport::credentials::filled;
use heeler::transport::rate_limit::rate_limiter::RateLimiter;
use heeler::transport::retry::{RequestKind, Resending, SendError, send_with_retry};
use serde_json::Value;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use crate::dice::Dice;
use crate::history::Run;
use crate::people::{self, Deed};

/// Where vendors keep rows.
pub const BACKENDS: [&str; 3] = ["datadog", "cloudcraft", "wavefront"];

/// Where they list them.
const LISTINGS: [&str; 4] = ["/integration/aws/accounts", "/integration/aws", "/aws/account", "/cloudintegration"];

/// One row, before and after a write.
#[derive(Debug, Clone)]
pub struct Effect {
    pub backend: &'static str,
    pub before: Option<Value>,
    pub after: Option<Value>,
    /// Verb and path of the write.
    pub request: String,
    pub at: Instant,
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |row: &Option<Value>| row.as_ref().map_or_else(|| "nothing".to_owned(), Value::to_string);
        write!(f, "before: {}\nafter:  {}", text(&self.before), text(&self.after))
    }
}

/// When a run ends otherwise than by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It is killed at its request of this number, before or after that reached the vendor.
    Killed { request: u8, arrived: bool },
    /// It is told to stop when it sends this request.
    Stopped { request: u8 },
}

#[derive(Clone, Copy)]
enum Sending<'a> {
    Question(&'a ReadRequest),
    Write(&'a WriteRequest),
}

/// The vendors, for one run.
pub struct Vendors {
    sandbox: Arc<Sandbox>,
    limiter: RateLimiter,
    env: Env,
    luck: Mutex<Dice>,
    requests: AtomicUsize,
    end: Option<End>,
    meanwhile: Mutex<Option<(u8, Deed)>>,
    /// Told when the run is killed.
    pub killed: Notify,
    /// The other end of the run's interrupt.
    stop: Arc<(Stop, Interrupt)>,
    effects: Mutex<Vec<Effect>>,
    last_read: Mutex<BTreeMap<&'static str, Instant>>,
}

impl Vendors {
    pub fn new(sandbox: Arc<Sandbox>, env: Env, run: Run, stop: Arc<(Stop, Interrupt)>) -> Self {
        let Run { jobs: _, end, luck, meanwhile, whole: _ } = run;
        Vendors {
            meanwhile: Mutex::new(meanwhile),
            sandbox,
            limiter: RateLimiter::new(None),
            env,
            luck: Mutex::new(Dice::new(luck)),
            requests: AtomicUsize::new(0),
            end,
            killed: Notify::new(),
            stop,
            effects: Mutex::default(),
            last_read: Mutex::default(),
        }
    }

    /// When each vendor was last asked for its listing.
    pub fn last_read(&self) -> BTreeMap<&'static str, Instant> {
        self.last_read.lock().unwrap().clone()
    }

    /// What its writes changed, in order.
    pub fn effects(&self) -> Vec<Effect> {
        self.effects.lock().unwrap().clone()
    }

    async fn once(&self, sending: Sending<'_>) -> Result<Response, SendError> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        let [there, back] = {
            let mut luck = self.luck.lock().unwrap();
            [luck.below(300), luck.below(300)].map(Duration::from_millis)
        };
        sleep(there).await;
        let ends_here = |end: End| self.end == Some(end) && number == usize::from(request_of(end));
        let at = u8::try_from(number).unwrap_or(u8::MAX);
        if ends_here(End::Stopped { request: at }) {
            self.stop.0.now();
        }
        if ends_here(End::Killed { request: at, arrived: false }) {
            self.die().await;
        }
        let answer = match sending {
            Sending::Question(ask) => {
                let provider = ask.request().endpoint.provider;
                if LISTINGS.iter().any(|listing| ask.request().path.ends_with(listing)) {
                    self.last_read.lock().unwrap().insert(provider, Instant::now());
                }
                self.meddle(provider);
                self.sandbox.read(ask.clone()).await
            }
            Sending::Write(tell) => self.written(tell).await,
        };
        if ends_here(End::Killed { request: at, arrived: true }) {
            self.die().await;
        }
        sleep(back).await;
        answer.map_err(|failure| match failure {
            Failure::NotSent { .. } => SendError::Unreached(failure),
            // The emulator answers as the vendor would, or not at all.
            Failure::Lost { .. }
            | Failure::NotAuthorized { .. }
            | Failure::Limited { .. }
            | Failure::Withheld { .. }
            | Failure::NotTheVendor { .. } => SendError::Lost(failure),
        })
    }

    /// Somebody does something right before a question reaches this vendor, if it is the one they wait for.
    fn meddle(&self, provider: &str) {
        let mut meanwhile = self.meanwhile.lock().unwrap();
        let Some((left, deed)) = &mut *meanwhile else { return };
        if deed.backend() != provider {
            return;
        }
        *left = left.saturating_sub(1);
        if *left == 0 {
            people::edits(*deed, &self.sandbox);
            *meanwhile = None;
        }
    }

    async fn die(&self) {
        self.killed.notify_one();
        std::future::pending().await
    }

    /// Sends a write with its secrets filled in, and writes down what it changed.
    async fn written(&self, tell: &WriteRequest) -> Result<Response, Failure> {
        let mut tell = tell.clone();
        if let Some(body) = &mut tell.request.body {
            body.json = filled(body, &self.env).expect("every secret is set");
        }
        let what = format!("{} {}", tell.request.method.as_str(), tell.request.path);
        let before = BACKENDS.map(|backend| rows(&self.sandbox, backend));
        let answer = self.sandbox.write(tell).await;
        for (backend, mut before) in BACKENDS.into_iter().zip(before) {
            let mut changed = Vec::new();
            for (id, after) in rows(&self.sandbox, backend) {
                changed.push((before.remove(&id), Some(after)));
            }
            changed.extend(before.into_values().map(|before| (Some(before), None)));
            changed.retain(|(before, after)| before != after);
            let effect = |(before, after)| Effect { backend, before, after, request: what.clone(), at: Instant::now() };
            self.effects.lock().unwrap().extend(changed.into_iter().map(effect));
        }
        answer
    }
}

fn request_of(end: End) -> u8 {
    match end {
        End::Killed { request, .. } | End::Stopped { request } => request,
    }
}

/// A backend's rows by the vendor's handle.
pub fn rows(sandbox: &Sandbox, backend: &str) -> BTreeMap<String, Value> {
    sandbox.rows(backend).into_iter().map(|row| (row["id"].as_str().unwrap_or_default().to_owned(), row)).collect()
}

#[async_trait]
impl ReadClient for Vendors {
    async fn read(&self, ask: ReadRequest) -> Result<Response, Failure> {
        send_with_retry(&self.limiter, ask.request(), RequestKind::Read, &mut Resending::default(), || {
            self.once(Sending::Question(&ask))
        })
        .await
    }
}

#[async_trait]
impl WriteClient for Vendors {
    async fn write(&self, tell: WriteRequest) -> Result<Response, Failure> {
        send_with_retry(&self.limiter, &tell.request, RequestKind::Write(tell.retry), &mut Resending::default(), || {
            self.once(Sending::Write(&tell))
        })
        .await
    }
}
