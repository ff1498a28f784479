//! The client that speaks HTTP to vendors: a request from its body to its answer. Every status is an answer; only
//! silence is a failure.
//!
//! Where a request goes and what authorizes it is in `connect`; when it goes, and whether again, in `rate_limiter` and
//! `retry`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use super::answer::{chain, receive};
use super::authorize::Head;
use super::connect::{Connection, Connections};
use super::credentials;
use super::not_the_vendor;
use super::protocol;
use super::redaction;
use super::retry::{RequestKind, Resending, SendError, send_with_retry};
use super::tls_errors::distrust;
use crate::model::account_login::Access;
use crate::model::lock::lock;
use crate::model::{
    Encoding, Env, Error, Failure, Method, ReadClient, ReadRequest, Request, Response, Settings, WriteClient,
    WriteRequest,
};

/// The client that speaks HTTP to vendors.
pub struct Http {
    connections: Connections,
    env: Env,
    /// The variables whose values stood in a body that was sent: a later answer may repeat them as well.
    sent: Mutex<BTreeSet<String>>,
}

/// A request that lacks nothing but what authorizes it.
struct Prepared {
    head: Head,
    body: Option<String>,
}

impl Http {
    /// A client for every provider in `settings`. Nothing is sent yet.
    ///
    /// # Errors
    /// Keys are missing, or there is no CA store.
    pub fn open(settings: &BTreeMap<&'static str, Settings>, env: &Env) -> Result<Self, Error> {
        let mut connections = Connections::new(env);
        settings.iter().try_for_each(|(provider, settings)| connections.add(provider, settings))?;
        Ok(Http { connections, env: env.clone(), sent: Mutex::default() })
    }

    async fn send(&self, request: &Request, kind: RequestKind) -> Result<Response, Failure> {
        let what = format!("{} {}", request.method.as_str(), request.path);
        let not_sent = |why: String| Failure::NotSent { what: what.clone(), why };
        let connection = self.connections.to(&request.endpoint).map_err(not_sent)?;
        let prepared = self.prepared(&connection, request).map_err(not_sent)?;
        self.remember_secrets(request);
        let response = authorized(self, &connection, request, kind, &prepared, &what).await;
        let secrets = self.secrets_sent(&connection);
        // What a login was answered with is somebody else's words.
        let response = response.map_err(|failure| failure.map_why(|why| redaction::redacted_text(why, &secrets)))?;
        if response.status < 300 {
            // A row is never redacted: it would be sent back so. An answer that repeats a key is no answer.
            if redaction::repeats(&response.body, &secrets) {
                return Err(Failure::Withheld { what });
            }
            return not_the_vendor::not_a_page(response, what, &connection.config);
        }
        let without = |text: &[u8]| redaction::redacted(text, &secrets);
        let Response { status, headers, body, resent, throttled } = response;
        let headers = headers
            .into_iter()
            .map(|(name, value)| (name, String::from_utf8_lossy(&without(value.as_bytes())).into_owned()));
        let response = Response { status, headers: headers.collect(), body: without(&body), resent, throttled };
        not_the_vendor::not_a_redirect(response, what, &connection.config, &connection.route)
    }

    fn remember_secrets(&self, request: &Request) {
        let names = request.body.iter().flat_map(|body| body.secrets.iter().map(|(_, name)| name.clone()));
        lock(&self.sent).extend(names);
    }

    /// What no answer may repeat.
    fn secrets_sent(&self, connection: &Connection) -> Vec<String> {
        let sent = lock(&self.sent);
        let in_bodies = credentials::values(sent.iter().map(String::as_str), &self.env);
        connection
            .credentials
            .secrets()
            .into_iter()
            .chain(in_bodies)
            .filter(|secret| redaction::is_looked_for(secret))
            .collect()
    }

    /// All of a request that is the same however often it is sent. What is missing is missing before anything is sent.
    fn prepared(&self, connection: &Connection, request: &Request) -> Result<Prepared, String> {
        let Request { endpoint: _, method, path, query, headers: said, body } = request;
        let encoded = body.as_ref().map(|body| credentials::encoded(body, &self.env)).transpose();
        let encoded = encoded.map_err(|error| error.to_string())?;
        let mut headers = HeaderMap::new();
        // Some servers want to know even of a body that is not there.
        if encoded.is_some() || *method == Method::Post {
            let encoding = body.as_ref().map_or(Encoding::Json, |body| body.encoding());
            let content_type = protocol::content_type(connection.config.protocol, encoding);
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        for (name, value) in said {
            let value = HeaderValue::from_str(value).map_err(|_| format!("the header {name} cannot be sent"))?;
            headers.insert(HeaderName::from_static(name), value);
        }
        let address = format!("{}{path}", connection.config.base);
        let builder = connection.client.request(verb(*method), address);
        let builder = if query.is_empty() { builder } else { builder.query(query) };
        let url = builder.build().map_err(|error| chain(&error.without_url()))?.url().clone();
        Ok(Prepared { head: Head { method: *method, url, headers }, body: encoded })
    }
}

/// Sends a request with what authorizes it, and once more with new credentials where an answer says that they have
/// expired, or where there are none yet.
async fn authorized(
    client: &dyn ReadClient,
    connection: &Connection,
    request: &Request,
    kind: RequestKind,
    prepared: &Prepared,
    what: &str,
) -> Result<Response, Failure> {
    let access = if kind == RequestKind::Read { Access::Read } else { Access::Write };
    let renewal = connection.renewal(access);
    let seen = AtomicU64::new(0);
    let send = || async {
        seen.store(renewal.count(), Ordering::Relaxed);
        let body = prepared.body.as_deref().unwrap_or_default().as_bytes();
        let headers = connection
            .credentials
            .authorize(&prepared.head, body, access)
            .map_err(|why| SendError::Unsendable(Failure::NotAuthorized { what: what.to_owned(), why }))?;
        send_once(connection, prepared, headers, what).await
    };
    let mut resending = Resending::default();
    let answer = send_with_retry(&connection.rate_limiter, request, kind, &mut resending, send).await;
    let is_over = match &answer {
        Ok(response) => connection.credentials.renews_on(response),
        Err(failure) => matches!(failure, Failure::NotAuthorized { .. }),
    };
    if !is_over {
        return answer;
    }
    let renewed = renewal.since(seen.load(Ordering::Relaxed), || connection.credentials.renew(access, client)).await;
    if let Err(why) = renewed {
        return resending.ending(request, Err(Failure::NotAuthorized { what: what.to_owned(), why }));
    }
    send_with_retry(&connection.rate_limiter, request, kind, &mut resending, send).await
}

async fn send_once(
    connection: &Connection,
    prepared: &Prepared,
    mut headers: HeaderMap,
    what: &str,
) -> Result<Response, SendError> {
    let Prepared { head: Head { method, url, headers: said }, body } = prepared;
    headers.extend(said.clone());
    let request = connection.client.request(verb(*method), url.clone()).headers(headers);
    let request = match body {
        Some(body) => request.body(body.clone()),
        None => request,
    };
    let lost = |why: String| SendError::Lost(Failure::Lost { what: what.to_owned(), why });
    let answer = request.send().await;
    if answer.as_ref().is_err_and(|error| !error.is_connect()) && connection.wants_tls().await {
        let (host, variable) = (&connection.route.host, connection.config.host_variable);
        let why = format!("{host} speaks HTTPS on this port, and not HTTP; write https:// into {variable}");
        return Err(SendError::Unsendable(Failure::NotSent { what: what.to_owned(), why }));
    }
    let answer = answer.map_err(|error| {
        let (unsendable, never_connected) = (error.is_builder(), error.is_connect());
        let error = error.without_url();
        let distrust = distrust(&error, &connection.route.host, connection.config.host_variable);
        let not_sent = |why| Failure::NotSent { what: what.to_owned(), why };
        match (unsendable, never_connected) {
            (true, _) => SendError::Unsendable(not_sent(chain(&error))),
            // A TLS handshake that failed is not tried again: the certificate would be the same.
            (false, true) if distrust.is_some() => SendError::Unsendable(not_sent(distrust.unwrap_or_default())),
            (false, true) => SendError::Unreached(not_sent(connection.route.unreached(&error))),
            (false, false) => lost(chain(&error)),
        }
    })?;
    let response = receive(answer).await.map_err(lost)?;
    let throttled = protocol::is_throttled(connection.config.protocol, &response);
    tracing::debug!(status = response.status, bytes = response.body.len(), throttled, "{what}");
    Ok(Response { throttled, ..response })
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
