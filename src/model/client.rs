//! The only way to a vendor: a client that reads, and one that also writes; and what comes back.
//!
//! Planning is handed a [`ReadClient`], so it cannot write; applying a [`WriteClient`].

use std::time::Duration;

use async_trait::async_trait;
use thiserror::Error;

use super::request::{ReadRequest, WriteRequest};

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
    /// Whether the vendor's protocol says somewhere else than in the status that there were too many requests. AWS
    /// answers 400 then.
    pub throttled: bool,
}

impl Response {
    /// An answer without headers.
    pub fn new(status: u16, body: Vec<u8>) -> Self {
        Response { status, headers: Vec::new(), body, resent: false, throttled: false }
    }

    /// Whether it says that there were too many requests: nothing was done, and later it may be.
    pub fn is_limited(&self) -> bool {
        self.status == 429 || self.throttled
    }

    /// The value of a header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
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
    /// There are no credentials for its endpoint, or they have expired and cannot be renewed: certainly not done, and
    /// nothing that concerns another account.
    #[error("{what} was not sent: {why}")]
    NotAuthorized {
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
    /// The same with the cause in other words.
    pub fn map_why(mut self, words: impl FnOnce(&str) -> String) -> Self {
        match &mut self {
            Failure::NotSent { what: _, why }
            | Failure::NotAuthorized { what: _, why }
            | Failure::Lost { what: _, why }
            | Failure::NotTheVendor { what: _, why } => *why = words(why),
            Failure::Limited { .. } | Failure::Withheld { .. } => {}
        }
        self
    }

    /// The cause alone, without the request.
    pub fn why(&self) -> String {
        match self {
            Failure::NotSent { what: _, why }
            | Failure::NotAuthorized { what: _, why }
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
