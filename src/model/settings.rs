//! How a provider is reached: what its block under `providers:` and the environment say together.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::account_login::AccountLogin;
use super::source::Place;

/// Where a vendor's API is and which variables hold the credentials for it. Data only; `transport` reads the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointConfig {
    /// Scheme and host, without a trailing slash.
    pub base: String,
    /// The environment variable that may name another base.
    pub host_variable: &'static str,
    /// What its requests and answers look like.
    pub protocol: Protocol,
    /// What authorizes a request.
    pub credentials: Vec<Credential>,
    /// Headers that are the same in every request.
    pub headers: Vec<(&'static str, &'static str)>,
    /// Its rate limit as published, for a vendor whose answers do not say how much of it is left.
    pub limit: Option<RateLimit>,
}

/// The manners that a vendor's requests and answers have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// JSON in and out; a status says how it went, and 429 that there were too many requests.
    Json,
    /// AWS's query protocol: forms in, XML out; too many requests are a code in the body.
    AwsQuery,
    /// AWS's JSON protocol: JSON in and out; too many requests are a type in the body.
    AwsJson,
}

/// A header with a key in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credential {
    /// Its name, in lower case.
    pub header: &'static str,
    /// What stands before the key, such as `Bearer`.
    pub scheme: Option<&'static str>,
    /// The environment variable that holds the key.
    pub variable: &'static str,
}

/// A rate limit as a vendor's documentation tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// So many requests
    pub requests: usize,
    /// in any stretch of time of this length.
    pub period: Duration,
    /// How long to wait after a 429 that does not say.
    pub pause: Duration,
}

/// One provider's settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The provider's name.
    pub provider: &'static str,
    /// How it is reached.
    pub endpoint: EndpointConfig,
    /// How those of its services are reached that have an address, keys or a protocol of their own.
    pub services: BTreeMap<&'static str, EndpointConfig>,
    /// How to log in to one account, where each has credentials of its own.
    pub login: Option<Arc<dyn AccountLogin>>,
    /// The vendor's site or cluster, for people, and for rules that depend on it.
    pub site: String,
    /// The base URL, where the environment puts another in place of the site's own.
    pub via: Option<String>,
    /// The organization the config is meant for, and where that was written.
    pub organization: Option<(String, Place)>,
}

impl Settings {
    /// How a service is reached; the provider itself where none is named, or the service has nothing of its own.
    pub fn endpoint_of(&self, service: Option<&str>) -> &EndpointConfig {
        service.and_then(|service| self.services.get(service)).unwrap_or(&self.endpoint)
    }

    /// Every address that its requests may go to.
    pub fn bases(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.endpoint).chain(self.services.values()).map(|endpoint| endpoint.base.as_str())
    }

    /// The addresses of its services that have one of their own; none in the sandbox, which is the address of all.
    pub fn service_bases(&self, sandbox: bool) -> BTreeMap<String, String> {
        let services = self.services.iter().filter(|_| !sandbox);
        services.map(|(service, endpoint)| ((*service).to_owned(), endpoint.base.clone())).collect()
    }

    /// The URL that requests go to, or `sandbox`: who is addressed, where plans are compared.
    pub fn base(&self, sandbox: bool) -> &str {
        if sandbox { "sandbox" } else { &self.endpoint.base }
    }
}
