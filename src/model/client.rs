//! The only way to a vendor: a client that reads, and one that also writes.
//!
//! Planning is handed a [`ReadClient`], so it cannot write; applying a [`WriteClient`]. Requests are
//! plain data: a secret in a body is a path and the name of a variable, filled in by the client and nowhere else.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use thiserror::Error;

use super::path::Path;

/// HTTP verbs that vendors use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// The verb as it stands on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

/// Whose base URL and credentials a request is sent with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    /// The provider.
    pub provider: &'static str,
    /// The AWS account, where the provider has an endpoint for each.
    pub account: Option<String>,
}

impl Endpoint {
    /// The one endpoint of a provider that has one for all accounts.
    pub fn of(provider: &'static str) -> Self {
        Endpoint { provider, account: None }
    }
}

/// A JSON body and where in it secrets belong.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// The body; `null` stands at every secret's place.
    pub json: Value,
    /// Which place takes which environment variable's value.
    pub secrets: Vec<(Path, String)>,
}

impl Body {
    /// A body without secrets.
    pub fn plain(json: Value) -> Self {
        Body { json, secrets: Vec::new() }
    }
}

/// One HTTP request as a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Whose endpoint.
    pub endpoint: Endpoint,
    /// The verb.
    pub method: Method,
    /// Path from the host on, percent-encoded where needed.
    pub path: String,
    /// Query parameters, not yet encoded.
    pub query: Vec<(String, String)>,
    /// The JSON body, if any.
    pub body: Option<Body>,
}

/// Stands in the path of every search, and of nothing that writes.
const SEARCH: &str = "/search/";

impl Request {
    /// A request without query and body.
    pub fn new(provider: &'static str, method: Method, path: impl Into<String>) -> Self {
        Request { endpoint: Endpoint::of(provider), method, path: path.into(), query: Vec::new(), body: None }
    }

    /// Whether it only asks: a GET, or a search by POST.
    pub fn only_reads(&self) -> bool {
        self.method == Method::Get || (self.method == Method::Post && self.path.contains(SEARCH))
    }

    /// The same with a body.
    pub fn with_body(self, body: Body) -> Self {
        Request { body: Some(body), ..self }
    }
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Header names in lower case; only those that mean something to heeler.
    pub headers: Vec<(String, String)>,
    /// The body as it came: text, truncated or empty bodies included.
    pub body: Vec<u8>,
    /// Whether it answers a write that had been sent before, without an answer: what this one finds there may be its
    /// own.
    pub resent: bool,
}

impl Response {
    /// An answer without headers.
    pub fn new(status: u16, body: Vec<u8>) -> Self {
        Response { status, headers: Vec::new(), body, resent: false }
    }

    /// The value of a header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// How old the answer to a read may be. The executor's `ReadCache` keeps answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaxAge {
    /// It must be asked for now.
    None,
    /// One of so long ago will do, unless something was written since that may have changed it.
    Within(Duration),
    /// No write changes it: one answer serves the whole run.
    Run,
}

/// A request that only reads. It cannot be made from a write.
#[derive(Debug, Clone)]
pub struct ReadRequest {
    request: Request,
    max_age: MaxAge,
}

impl ReadRequest {
    /// A GET.
    pub fn get(provider: &'static str, path: impl Into<String>) -> Self {
        ReadRequest { request: Request::new(provider, Method::Get, path), max_age: MaxAge::None }
    }

    /// A search by POST: the one read that has a body. Its path has a step `search` by construction, and that is what
    /// tells it from a write, here and for whoever reads a log.
    pub fn search(provider: &'static str, base: &str, what: &str, query: Value) -> Self {
        let request =
            Request::new(provider, Method::Post, format!("{base}{SEARCH}{what}")).with_body(Body::plain(query));
        ReadRequest { request, max_age: MaxAge::None }
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.request.query.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Accepts an answer to the same request that was asked for no longer ago than this.
    pub fn no_older_than(self, age: Duration) -> Self {
        ReadRequest { max_age: MaxAge::Within(age), ..self }
    }

    /// Accepts any answer of this run.
    pub fn once_a_run(self) -> Self {
        ReadRequest { max_age: MaxAge::Run, ..self }
    }

    /// How old an answer may be.
    pub fn max_age(&self) -> MaxAge {
        self.max_age
    }

    /// The request to send.
    pub fn request(&self) -> &Request {
        &self.request
    }
}

/// Whether a write may be sent again when its answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// The vendor itself makes a second one harmless.
    Safe,
    /// Sending it twice might do it twice.
    Never,
}

/// A write.
#[derive(Debug, Clone)]
pub struct WriteRequest {
    /// What to send.
    pub request: Request,
    /// Whether it may be sent twice.
    pub retry: Retry,
}

impl WriteRequest {
    /// A write that changes a row.
    pub fn new(request: Request, retry: Retry) -> Self {
        WriteRequest { request, retry }
    }
}

/// An answer that never came, or one that must not be taken for an answer.
#[derive(Debug, Clone, Error)]
pub enum Failure {
    /// Nothing reached the vendor.
    #[error("{what} was not sent: {why}")]
    NotSent {
        /// Method and path.
        what: String,
        /// The cause, with its own causes.
        why: String,
    },
    /// The vendor asks to be left alone for longer than anybody waits: certainly not done.
    #[error("{what} was refused: the vendor asks to wait {} s, and heeler waits at most {} s", asked.as_secs(), most.as_secs())]
    Limited {
        /// Method and path.
        what: String,
        /// How long the vendor asks for.
        asked: Duration,
        /// How long is waited at most.
        most: Duration,
    },
    /// It was answered, and the answer repeats a secret, so nobody may see it.
    #[error("the answer to {what} is withheld: it repeats a key or a secret that was sent")]
    Withheld {
        /// Method and path.
        what: String,
    },
    /// Somebody answered who is not the vendor's API: a proxy, a page for logging in, another host.
    #[error("{what} was not answered by the vendor's API: {why}")]
    NotTheVendor {
        /// Method and path.
        what: String,
        /// What was answered instead, and what to look at.
        why: String,
    },
    /// It may have reached the vendor; the answer did not reach us.
    #[error("the answer to {what} was lost: {why}")]
    Lost {
        /// Method and path.
        what: String,
        /// The cause, with its own causes.
        why: String,
    },
}

impl Failure {
    /// The cause alone, without the request.
    pub fn why(&self) -> String {
        match self {
            Failure::NotSent { what: _, why }
            | Failure::Lost { what: _, why }
            | Failure::NotTheVendor { what: _, why } => why.clone(),
            Failure::Limited { .. } | Failure::Withheld { .. } => self.to_string(),
        }
    }
}

/// Sends requests that only read.
#[async_trait]
pub trait ReadClient: Send + Sync {
    /// Sends a read, again where it fails, as `transport::retry` says. Every status is an answer.
    async fn read(&self, ask: ReadRequest) -> Result<Response, Failure>;
}

/// Sends requests that write, too.
#[async_trait]
pub trait WriteClient: ReadClient {
    /// Sends a write. Every status is an answer.
    async fn write(&self, request: WriteRequest) -> Result<Response, Failure>;
}
