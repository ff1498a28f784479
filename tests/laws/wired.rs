//! The emulator, reached through the same retries and rate limiter as over HTTP, secrets filled in.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use heeler::model::{Env, Failure, ReadClient, ReadRequest, Response, WriteClient, WriteRequest};
use heeler::providers;
use heeler::sandbox::Sandbox;
use heeler::transport::credentials::filled;
use heeler::transport::rate_limit::rate_limiter::RateLimiter;
use heeler::transport::retry::{RequestKind, Resending, SendError, send_with_retry};
use serde_json::{Value, json};

/// The one secret that generated configs name.
pub const SECRET: (&str, &str) = ("LAW_SECRET", "s3cr3t-of-all-the-laws");

/// The environment that has it.
pub fn env() -> Env {
    [SECRET].into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The way to one emulator.
pub struct Wired {
    sandbox: Arc<Sandbox>,
    limiter: RateLimiter,
    sent: AtomicUsize,
    /// Whether the vendor keeps some values in a form of its own, whatever it answered.
    is_stubborn: bool,
}

impl Wired {
    pub fn to(sandbox: &Arc<Sandbox>) -> Self {
        Wired {
            sandbox: sandbox.clone(),
            limiter: RateLimiter::new(None),
            sent: AtomicUsize::new(0),
            is_stubborn: false,
        }
    }

    /// The same where the vendor keeps some values in a form of its own.
    pub fn stubborn(self, is_stubborn: bool) -> Self {
        Wired { is_stubborn, ..self }
    }

    /// Of what a write has changed since `before`.
    fn keep_otherwise(&self, backend: &str, before: &[Value]) {
        self.sandbox.edit(backend, |rows| {
            for row in rows.iter_mut().filter(|row| !before.contains(row)) {
                match row.get_mut("attributes") {
                    Some(attributes) => attributes["account_tags"] = json!(["kept:so"]),
                    None => row["name"] = json!("kept so"),
                }
            }
        });
    }

    /// How many writes have been sent so far, those that are under way among them.
    pub fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }
}

fn silence(failure: Failure) -> SendError {
    match failure {
        Failure::NotSent { .. } => SendError::Unreached(failure),
        Failure::Lost { .. }
        | Failure::NotAuthorized { .. }
        | Failure::Limited { .. }
        | Failure::Withheld { .. }
        | Failure::NotTheVendor { .. } => SendError::Lost(failure),
    }
}

#[async_trait]
impl ReadClient for Wired {
    async fn read(&self, ask: ReadRequest) -> Result<Response, Failure> {
        send_with_retry(&self.limiter, ask.request(), RequestKind::Read, &mut Resending::default(), || async {
            self.sandbox.read(ask.clone()).await.map_err(silence)
        })
        .await
    }
}

#[async_trait]
impl WriteClient for Wired {
    async fn write(&self, tell: WriteRequest) -> Result<Response, Failure> {
        send_with_retry(
            &self.limiter,
            &tell.request,
            RequestKind::Write(tell.retry),
            &mut Resending::default(),
            || async {
                self.sent.fetch_add(1, Ordering::Relaxed);
                let mut tell = tell.clone();
                if let Some(body) = &mut tell.request.body {
                    body.json = filled(body, &env()).expect("every secret is set");
                }
                let backend =
                    providers::named(tell.request.endpoint.provider).map_or("", |provider| provider.backend());
                let before = self.sandbox.rows(backend);
                let answer = self.sandbox.write(tell).await.map_err(silence);
                if self.is_stubborn {
                    self.keep_otherwise(backend, &before);
                }
                answer
            },
        )
        .await
    }
}
