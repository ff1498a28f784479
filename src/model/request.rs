//! Requests as plain data: one that only reads is a type of its own, which cannot be made from a write.
//!
//! A secret in a body is a path and the name of a variable, filled in by the client and nowhere else.

use std::time::Duration;

use serde_json::{Map, Value};

use super::endpoint::Endpoint;
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

/// How a body stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As JSON.
    Json,
    /// As a form: names and texts, URL-encoded.
    Form,
}

/// A body and where in it secrets belong.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// The body; `null` stands at every secret's place. A form is an object of texts.
    pub json: Value,
    /// Which place takes which environment variable's value.
    pub secrets: Vec<(Path, String)>,
    encoding: Encoding,
}

impl Body {
    /// A JSON body without secrets.
    pub fn plain(json: Value) -> Self {
        Body::with_secrets(json, Vec::new())
    }

    /// A JSON body; `null` stands in it at each of these places.
    pub fn with_secrets(json: Value, secrets: Vec<(Path, String)>) -> Self {
        Body { json, secrets, encoding: Encoding::Json }
    }

    /// A form.
    pub fn form<N: Into<String>, T: Into<String>>(fields: impl IntoIterator<Item = (N, T)>) -> Self {
        let fields: Map<String, Value> =
            fields.into_iter().map(|(name, text)| (name.into(), Value::String(text.into()))).collect();
        Body { json: Value::Object(fields), secrets: Vec::new(), encoding: Encoding::Form }
    }

    /// How it stands on the wire.
    pub fn encoding(&self) -> Encoding {
        self.encoding
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
    /// Headers that say what is asked, where a vendor wants that: names in lower case. No credentials.
    pub headers: Vec<(&'static str, String)>,
    /// The body, if any.
    pub body: Option<Body>,
}

impl Request {
    /// A request without query, headers and body.
    pub fn new(endpoint: impl Into<Endpoint>, method: Method, path: impl Into<String>) -> Self {
        let (endpoint, path) = (endpoint.into(), path.into());
        Request { endpoint, method, path, query: Vec::new(), headers: Vec::new(), body: None }
    }

    /// The same with a body.
    pub fn with_body(self, body: Body) -> Self {
        Request { body: Some(body), ..self }
    }

    /// The same with a header, whose name is in lower case.
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
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
    pub fn get(endpoint: impl Into<Endpoint>, path: impl Into<String>) -> Self {
        ReadRequest { request: Request::new(endpoint, Method::Get, path), max_age: MaxAge::None }
    }

    /// A POST that only asks: a search, or any read where a vendor's protocol has no GET. That it changes nothing is
    /// the word of whoever writes it; the sandbox's own routes say so too, and a test compares them.
    pub fn post(endpoint: impl Into<Endpoint>, path: impl Into<String>, body: Body) -> Self {
        let request = Request::new(endpoint, Method::Post, path).with_body(body);
        ReadRequest { request, max_age: MaxAge::None }
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.request.query.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds a header, whose name is in lower case.
    pub fn header(self, name: &'static str, value: impl Into<String>) -> Self {
        ReadRequest { request: self.request.with_header(name, value), ..self }
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
