//! HTTP through reqwest: endpoint, headers, patience, redaction. Every status is an answer; only silence is a failure.

use std::collections::BTreeMap;
use std::error::Error;

use async_trait::async_trait;
use reqwest::header::HeaderMap;
use reqwest::{Client, redirect};
use thiserror::Error as ThisError;

use super::credentials::{self, CredentialError};
use super::patience;
use crate::model::{Again, Ask, Endpoint, Env, Failure, Method, Reader, Request, Response, Settings, Tell, Transport};

/// The largest answer that is read, in bytes.
const LARGEST_ANSWER: usize = 512 * 1024 * 1024;
/// Answer headers that mean something to heeler.
const HEADERS: &[&str] =
    &["retry-after", "x-ratelimit-limit", "x-ratelimit-period", "x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-name"];

/// The door to the real world.
pub struct Http {
    client: Client,
    endpoints: BTreeMap<&'static str, (Endpoint, HeaderMap)>,
    env: Env,
}

/// The door cannot be opened.
#[derive(Debug, ThisError)]
pub enum OpenError {
    /// Keys are missing or unusable.
    #[error("cannot log in to {provider}")]
    Credentials {
        /// The provider.
        provider: &'static str,
        /// Which.
        source: CredentialError,
    },
    /// No TLS client.
    #[error("cannot set up HTTPS")]
    Client(#[source] reqwest::Error),
}

impl OpenError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            OpenError::Credentials { .. } => "set the variables in the environment of this run; to try heeler without keys, add --sandbox",
            OpenError::Client(_) => {
                "heeler needs the system's CA certificates: install the package ca-certificates, or set SSL_CERT_FILE to a bundle"
            }
        }
    }
}

impl Http {
    /// Opens the door to every provider in `settings`. Nothing is sent yet.
    ///
    /// # Errors
    /// Keys are missing, or there is no CA store.
    pub fn open(settings: &BTreeMap<&'static str, Settings>, env: &Env) -> Result<Self, OpenError> {
        let mut endpoints = BTreeMap::new();
        for (provider, settings) in settings {
            let headers = credentials::headers(&settings.endpoint, env).map_err(|source| OpenError::Credentials { provider, source })?;
            endpoints.insert(*provider, (settings.endpoint.clone(), headers));
        }
        // A second call in one process finds the same provider installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent(concat!("heeler/", env!("CARGO_PKG_VERSION")))
            .timeout(patience::TIMEOUT)
            .connect_timeout(patience::CONNECT_TIMEOUT)
            // A redirect would carry the keys to another host.
            .redirect(redirect::Policy::none())
            .build()
            .map_err(OpenError::Client)?;
        Ok(Http { client, endpoints, env: env.clone() })
    }

    async fn send_once(&self, request: &Request) -> Result<Response, Failure> {
        let what = format!("{} {}", request.method.as_str(), request.path);
        let not_sent = |why: String| Failure::NotSent { what: what.clone(), why };
        let Some((endpoint, headers)) = self.endpoints.get(request.realm.0) else {
            return Err(not_sent(format!("provider {} is not set up", request.realm.0)));
        };
        let mut builder = self.client.request(verb(request.method), format!("{}{}", endpoint.base, request.path)).headers(headers.clone());
        if !request.query.is_empty() {
            builder = builder.query(&request.query);
        }
        if let Some(body) = &request.body {
            let json = credentials::filled(body, &self.env).map_err(|error| not_sent(error.to_string()))?;
            builder = builder.header("content-type", "application/json").body(json.to_string());
        }
        let answer = builder.send().await.map_err(|error| {
            let never_connected = error.is_connect();
            let (what, why) = (what.clone(), chain(&error.without_url()));
            if never_connected { Failure::NotSent { what, why } } else { Failure::Lost { what, why } }
        })?;
        let response = receive(answer).await.map_err(|why| Failure::Lost { what: what.clone(), why })?;
        tracing::debug!(status = response.status, bytes = response.body.len(), "{what}");
        if response.status < 400 {
            return Ok(response);
        }
        let secrets = credentials::values(endpoint, request.body.as_ref(), &self.env);
        let body = credentials::redacted(&response.body, &secrets);
        Ok(Response { body, ..response })
    }

    /// Sends, and sends again after a pause while the vendor is failing: always if nothing reached it, else only if `again` allows.
    async fn send_patiently(&self, request: &Request, again: bool) -> Result<Response, Failure> {
        let mut pauses = patience::backoff();
        loop {
            let answer = self.send(request).await;
            let failing = match &answer {
                Ok(response) => (again && patience::is_failing(response.status)).then(|| format!("status {}", response.status)),
                Err(failure @ Failure::NotSent { .. }) => Some(failure.to_string()),
                Err(failure @ Failure::Lost { .. }) => again.then(|| failure.to_string()),
            };
            let (Some(why), Some(pause)) = (failing, pauses.next()) else { return answer };
            tracing::warn!("{} {}: {why}; trying again in {:.1} s", request.method.as_str(), request.path, pause.as_secs_f64());
            tokio::time::sleep(pause).await;
        }
    }

    /// Sends, and sends again after a 429: that one was certainly not done.
    async fn send(&self, request: &Request) -> Result<Response, Failure> {
        for _ in 0..patience::MOST_WAITS {
            let response = self.send_once(request).await?;
            if response.status != 429 {
                return Ok(response);
            }
            let wait = patience::asked_to_wait(&response);
            tracing::warn!("{} is limiting the rate of requests; waiting {} s", request.realm.0, wait.as_secs());
            tokio::time::sleep(wait).await;
        }
        self.send_once(request).await
    }
}

#[async_trait]
impl Reader for Http {
    async fn read(&self, ask: Ask) -> Result<Response, Failure> {
        self.send_patiently(ask.request(), true).await
    }
}

#[async_trait]
impl Transport for Http {
    async fn write(&self, tell: Tell) -> Result<Response, Failure> {
        self.send_patiently(&tell.request, tell.again == Again::Safe).await
    }
}

fn verb(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

async fn receive(mut answer: reqwest::Response) -> Result<Response, String> {
    let status = answer.status().as_u16();
    let known = |name: &&str| Some(((*name).to_owned(), answer.headers().get(*name)?.to_str().ok()?.to_owned()));
    let headers = HEADERS.iter().filter_map(known).collect();
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|error| chain(&error.without_url()))? {
        if body.len() + part.len() > LARGEST_ANSWER {
            return Err("the answer is larger than 512 MB".to_owned());
        }
        body.extend_from_slice(&part);
    }
    Ok(Response { status, headers, body })
}

/// An error and all its causes on one line; URLs are left out, since a proxy's may hold a password.
fn chain(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let said = inner.to_string();
        if !words.ends_with(&said) {
            words = format!("{words}: {said}");
        }
        cause = inner.source();
    }
    words
}
