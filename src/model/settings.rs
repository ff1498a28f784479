//! How a provider is reached: what its block under `providers:` and the environment say together.

use super::source::Place;

/// Where a vendor listens and which variables open its door. Data only; `transport` reads the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Scheme and host, without a trailing slash.
    pub base: String,
    /// Header name and the environment variable that holds its value.
    pub credentials: Vec<(&'static str, &'static str)>,
    /// Headers that are the same in every request.
    pub headers: Vec<(&'static str, &'static str)>,
}

/// One provider's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The provider's name.
    pub provider: &'static str,
    /// How it is reached.
    pub endpoint: Endpoint,
    /// The vendor's site or cluster, for people, and for rules that depend on it.
    pub site: String,
    /// The base URL, where the environment puts another in place of the site's own.
    pub via: Option<String>,
    /// The organization the config is meant for, and where that was written.
    pub organization: Option<(String, Place)>,
}
