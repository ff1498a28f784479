//! Whose base URL and credentials a request is sent with.

/// A provider, which of its services, and, where each account has its own credentials, whose. `transport` connects to
/// it when a first request is sent there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    /// The provider.
    pub provider: &'static str,
    /// The service, where the provider speaks to several at addresses of their own.
    pub service: Option<&'static str>,
    /// The AWS account, where each has credentials of its own.
    pub account: Option<String>,
}

impl Endpoint {
    /// The one endpoint of a provider that has one for everything.
    pub fn of(provider: &'static str) -> Self {
        Endpoint { provider, service: None, account: None }
    }

    /// The endpoint of one of the provider's services.
    pub fn service(self, service: &'static str) -> Self {
        Endpoint { service: Some(service), ..self }
    }

    /// The same with the credentials of one account.
    pub fn account(self, account: impl Into<String>) -> Self {
        Endpoint { account: Some(account.into()), ..self }
    }
}

impl From<&'static str> for Endpoint {
    fn from(provider: &'static str) -> Self {
        Endpoint::of(provider)
    }
}
