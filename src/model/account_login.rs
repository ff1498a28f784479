//! How a provider whose accounts have credentials of their own gets and uses those of one account. The provider says it;
//! `transport` sends the requests, keeps the credentials, and renews them once for all requests that wait for it.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::client::Response;
use super::request::{Method, ReadRequest};

/// What a request is about to do. Credentials that only read may serve the reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Ask.
    Read,
    /// Change something.
    Write,
}

/// A request as far as it is known before it is authorized.
#[derive(Debug, Clone, Copy)]
pub struct UnauthorizedRequest<'a> {
    /// The verb.
    pub method: Method,
    /// The whole address, its query encoded as it is sent.
    pub url: &'a Url,
    /// The body as it is sent; empty if there is none.
    pub body: &'a [u8],
}

/// The credentials of one account: secrets by name, such as a token. No answer may repeat one.
#[derive(Debug, Clone)]
pub struct AccountCredentials(BTreeMap<&'static str, SecretString>);

impl AccountCredentials {
    /// These secrets.
    pub fn new(secrets: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        AccountCredentials(secrets.into_iter().map(|(name, secret)| (name, SecretString::from(secret))).collect())
    }

    /// The secret of this name; nothing if there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", ExposeSecret::expose_secret)
    }

    /// Every secret.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(ExposeSecret::expose_secret)
    }
}

/// How to log in to one account of a vendor where each has credentials of its own.
pub trait AccountLogin: fmt::Debug + Send + Sync {
    /// The request that asks for an account's credentials. Its endpoint names no account: the keys out of the
    /// environment authorize it.
    fn request(&self, account: &str, access: Access) -> ReadRequest;

    /// The credentials in its answer.
    ///
    /// # Errors
    /// Why there are none, for people. It must not repeat an answer that may hold them.
    fn credentials(&self, answer: &Response) -> Result<AccountCredentials, String>;

    /// The headers, names in lower case, that authorize one request to the account.
    fn headers(
        &self,
        credentials: &AccountCredentials,
        request: &UnauthorizedRequest<'_>,
    ) -> Vec<(&'static str, String)>;

    /// Whether an answer says that the credentials have expired, so that the request was certainly not done.
    fn has_expired(&self, answer: &Response) -> bool;
}
