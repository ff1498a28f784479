//! HTTP through reqwest: endpoint, headers, redaction. Every status is an answer; only silence is a failure. When a
//! request goes, and whether it goes again, is decided in `retry` and `rate_limiter`.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error as StdError;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder, redirect};

use super::credentials::{self, CredentialError};
use super::not_the_vendor;
use super::rate_limiter::RateLimiter;
use super::retry::{RequestKind, SendError, send_with_retry};
use super::timeouts;
use super::tls_errors::distrust;
use crate::model::address::Address;
use crate::model::{
    Endpoint, EndpointConfig, Env, Error, Failure, Method, ReadClient, ReadRequest, Request, Response, Settings,
    WriteClient, WriteRequest,
};

/// The largest answer that is read, in bytes.
const LARGEST_ANSWER: usize = 512 * 1024 * 1024;
/// How much is read of an answer that says no, in bytes: its reason stands at the beginning.
const LARGEST_REFUSAL: usize = 1024 * 1024;
/// Answer headers that mean something to heeler.
const HEADERS: &[&str] = &[
    "link",
    "location",
    "retry-after",
    "x-ratelimit-limit",
    "x-ratelimit-period",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-ratelimit-name",
];

/// Variables that name a proxy for HTTPS, the first that is set first.
const PROXIES: &[&str] = &["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The client that speaks HTTP to vendors.
pub struct Http {
    connections: BTreeMap<Endpoint, Connection>,
    env: Env,
    /// The variables whose values stood in a body that was sent: a later answer may repeat them as well.
    sent: Mutex<BTreeSet<String>>,
}

/// How requests of one endpoint are sent. Endpoints at one address with the same keys share a rate limiter: an emulator
/// is the address of several vendors.
struct Connection {
    client: Client,
    endpoint: EndpointConfig,
    headers: HeaderMap,
    rate_limiter: Arc<RateLimiter>,
    /// The variable that names a proxy on the way, if one does.
    proxy: Option<&'static str>,
}

impl Http {
    /// Makes a connection for every provider in `settings`. Nothing is sent yet.
    ///
    /// # Errors
    /// Keys are missing, or there is no CA store.
    pub fn open(settings: &BTreeMap<&'static str, Settings>, env: &Env) -> Result<Self, Error> {
        // A second call in one process finds the same provider installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut clients: BTreeMap<bool, Client> = BTreeMap::new();
        let mut connections = BTreeMap::new();
        let mut rate_limiters: BTreeMap<(&str, Vec<&str>), Arc<RateLimiter>> = BTreeMap::new();
        for (provider, settings) in settings {
            let headers =
                credentials::headers(&settings.endpoint, env).map_err(|error| cannot_log_in(provider, error))?;
            let EndpointConfig { base, host_variable: _, credentials, headers: _, limit } = &settings.endpoint;
            let vendor = (base.as_str(), credentials.iter().map(|credential| credential.variable).collect());
            let rate_limiter =
                rate_limiters.entry(vendor).or_insert_with(|| Arc::new(RateLimiter::new(*limit))).clone();
            let is_loopback = Address::parse(base).is_ok_and(|address| address.is_loopback);
            let client = match clients.get(&is_loopback) {
                Some(client) => client.clone(),
                None => clients.entry(is_loopback).or_insert(client(is_loopback, env)?).clone(),
            };
            let proxy = PROXIES.iter().copied().find(|name| !is_loopback && env.plain(name).is_some());
            connections.insert(
                Endpoint::of(provider),
                Connection { client, endpoint: settings.endpoint.clone(), headers, rate_limiter, proxy },
            );
        }
        Ok(Http { connections, env: env.clone(), sent: Mutex::default() })
    }

    async fn send(&self, request: &Request, kind: RequestKind) -> Result<Response, Failure> {
        let what = format!("{} {}", request.method.as_str(), request.path);
        let not_sent = |why: String| Failure::NotSent { what: what.clone(), why };
        let Some(connection) = self.connections.get(&request.endpoint) else {
            return Err(not_sent(format!("provider {} is not set up", request.endpoint.provider)));
        };
        let prepared = self.prepared(connection, request).map_err(|error| not_sent(error.to_string()))?;
        self.remember_secrets(request);
        let response =
            send_with_retry(&connection.rate_limiter, request, kind, || self.send_once(connection, prepared(), &what))
                .await?;
        let secrets = self.secrets_sent(connection);
        if response.status < 300 {
            // A row is never redacted: it would be sent back so. An answer that repeats a key is no answer.
            if credentials::repeats(&response.body, &secrets) {
                return Err(Failure::Withheld { what });
            }
            return not_the_vendor::not_a_page(response, what, connection.endpoint.host_variable);
        }
        let without = |text: &[u8]| credentials::redacted(text, &secrets);
        let Response { status, headers, body, resent } = response;
        let headers = headers
            .into_iter()
            .map(|(name, value)| (name, String::from_utf8_lossy(&without(value.as_bytes())).into_owned()));
        let response = Response { status, headers: headers.collect(), body: without(&body), resent };
        not_the_vendor::not_a_redirect(response, what, connection.endpoint.host_variable)
    }

    fn remember_secrets(&self, request: &Request) {
        let names = request.body.iter().flat_map(|body| body.secrets.iter().map(|(_, name)| name.clone()));
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).extend(names);
    }

    /// What no answer may repeat.
    fn secrets_sent(&self, connection: &Connection) -> Vec<String> {
        credentials::values(&connection.endpoint, &self.sent.lock().unwrap_or_else(PoisonError::into_inner), &self.env)
    }

    /// Makes the request, as often as it is asked. What is missing is missing before anything is sent.
    fn prepared(
        &self,
        connection: &Connection,
        request: &Request,
    ) -> Result<impl Fn() -> RequestBuilder, CredentialError> {
        let filled = request.body.as_ref().map(|body| credentials::filled(body, &self.env)).transpose()?;
        let body = filled.map(|json| json.to_string());
        let (verb, url, query) =
            (verb(request.method), format!("{}{}", connection.endpoint.base, request.path), request.query.clone());
        let client = connection.client.clone();
        Ok(move || {
            let mut builder = client.request(verb.clone(), &url).headers(connection.headers.clone());
            if !query.is_empty() {
                builder = builder.query(&query);
            }
            match &body {
                Some(body) => builder.header("content-type", "application/json").body(body.clone()),
                // Some servers want to know even of a body that is not there.
                None if verb == reqwest::Method::POST => builder.header("content-type", "application/json"),
                None => builder,
            }
        })
    }

    async fn send_once(
        &self,
        connection: &Connection,
        request: RequestBuilder,
        what: &str,
    ) -> Result<Response, SendError> {
        let lost = |why: String| SendError::Lost(Failure::Lost { what: what.to_owned(), why });
        let answer = request.send().await.map_err(|error| {
            let (unsendable, never_connected) = (error.is_builder(), error.is_connect());
            let error = error.without_url();
            let (why, distrust) = (chain(&error), distrust(&error, connection.endpoint.host_variable));
            let not_sent = |why| Failure::NotSent { what: what.to_owned(), why };
            match (unsendable, never_connected) {
                (true, _) => SendError::Unsendable(not_sent(why)),
                // A TLS handshake that failed is not tried again: the certificate would be the same.
                (false, true) if distrust.is_some() => SendError::Unsendable(not_sent(distrust.unwrap_or_default())),
                (false, true) => SendError::Unreached(not_sent(
                    connection.proxy.map_or(why.clone(), |name| format!("{why}; is the proxy in {name} right?")),
                )),
                (false, false) => lost(why),
            }
        })?;
        let response = receive(answer).await.map_err(lost)?;
        tracing::debug!(status = response.status, bytes = response.body.len(), "{what}");
        Ok(response)
    }
}

#[async_trait]
impl ReadClient for Http {
    async fn read(&self, request: ReadRequest) -> Result<Response, Failure> {
        self.send(request.request(), RequestKind::Read).await
    }
}

#[async_trait]
impl WriteClient for Http {
    async fn write(&self, request: WriteRequest) -> Result<Response, Failure> {
        self.send(&request.request, RequestKind::Write(request.retry)).await
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
        if status >= 300 && body.len() + part.len() > LARGEST_REFUSAL {
            break;
        }
        if body.len() + part.len() > LARGEST_ANSWER {
            return Err("the answer is larger than 512 MB".to_owned());
        }
        body.extend_from_slice(&part);
    }
    Ok(Response { headers, ..Response::new(status, body) })
}

/// A client; for this machine one that goes through no proxy.
fn client(is_loopback: bool, env: &Env) -> Result<Client, Error> {
    let builder = Client::builder()
        .user_agent(concat!("heeler/", env!("CARGO_PKG_VERSION")))
        .timeout(timeouts::TIMEOUT)
        .connect_timeout(timeouts::CONNECT_TIMEOUT)
        .read_timeout(timeouts::SILENCE)
        // A redirect would carry the keys to another host.
        .redirect(redirect::Policy::none());
    let builder = if is_loopback { builder.no_proxy() } else { builder };
    builder.build().map_err(|error| certificates_are_there(env).err().unwrap_or_else(|| no_https(error)))
}

/// The library that reads this file says nothing of one that is not there.
fn certificates_are_there(env: &Env) -> Result<(), Error> {
    const VARIABLE: &str = "SSL_CERT_FILE";
    let Some(path) = env.plain(VARIABLE).map(PathBuf::from) else { return Ok(()) };
    let why = match fs::read_to_string(&path) {
        Ok(text) if text.contains("-----BEGIN ") => return Ok(()),
        Ok(_) => "holds no certificate".to_owned(),
        Err(error) => format!("cannot be read: {error}"),
    };
    let message = format!("cannot set up HTTPS: {VARIABLE} names {}, which {why}", path.display());
    Err(Error::failed(message)
        .hint("name a file of certificates in PEM form, or unset the variable to use the system's"))
}

fn no_https(error: reqwest::Error) -> Error {
    Error::failed("cannot set up HTTPS").because(error).hint(
        "heeler needs the system's CA certificates: install the package ca-certificates, or set SSL_CERT_FILE to a bundle",
    )
}

fn cannot_log_in(provider: &str, error: CredentialError) -> Error {
    Error::failed(format!("cannot log in to {provider}")).because(error).hint(
        "set the variables in the environment of this run, or name the other providers with --provider; to try heeler without keys, add --sandbox",
    )
}

/// An error's causes on one line, without those that only say that there is another; URLs are left out, since a proxy's
/// may hold a password.
fn chain(error: &dyn StdError) -> String {
    const SAY_NOTHING: &[&str] = &[
        "error sending request",
        "client error (Connect)",
        "client error (SendRequest)",
        "tcp connect error",
        "connection error",
        "dns error",
        "error resolving DNS",
        "error decoding response body",
        "request or response body error",
        "builder error",
    ];
    let mut said: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        next = cause.source();
        let words = cause.to_string();
        let is_last = next.is_none();
        if (is_last || !SAY_NOTHING.contains(&words.as_str()))
            && said.last().is_none_or(|before| !before.ends_with(&words))
        {
            said.push(words);
        }
    }
    said.join(": ")
}
