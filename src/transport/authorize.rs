//! What authorizes a request: headers that are made for it from credentials. Keys that are the same in every request
//! are one way; those of an account that has to be logged in to are another (`account_session`).

use async_trait::async_trait;
use reqwest::Url;
use reqwest::header::HeaderMap;

use super::credentials::{self, CredentialError};
use crate::model::account_login::Access;
use crate::model::{EndpointConfig, Env, Method, ReadClient, Response};

/// A request as far as it is known before it is authorized, for whoever signs it.
#[derive(Debug, Clone)]
pub struct Head {
    /// The verb.
    pub method: Method,
    /// The whole address, its query encoded as it is sent.
    pub url: Url,
    /// The headers that say what is sent.
    pub headers: HeaderMap,
}

/// The credentials of one endpoint.
#[async_trait]
pub trait Authorize: Send + Sync {
    /// The headers that authorize one request.
    ///
    /// # Errors
    /// Why there are none, for people. [`renew`](Authorize::renew) is then tried once.
    fn authorize(&self, head: &Head, body: &[u8], access: Access) -> Result<HeaderMap, String>;

    /// The values that no answer may repeat: those in use, and those before them whose answers may still be under way.
    fn secrets(&self) -> Vec<String>;

    /// Whether an answer says that the credentials have expired, so that the request was certainly not done and other
    /// credentials may do.
    fn renews_on(&self, _response: &Response) -> bool {
        false
    }

    /// Gets credentials, or others, by this client. It runs once for all requests of one access that wait for it.
    ///
    /// # Errors
    /// Why there are none, for people.
    async fn renew(&self, _access: Access, _client: &dyn ReadClient) -> Result<(), String> {
        Ok(())
    }
}

/// Keys out of the environment, the same in every request.
pub struct StaticHeaders {
    headers: HeaderMap,
    secrets: Vec<String>,
}

impl StaticHeaders {
    /// The headers that these settings name.
    ///
    /// # Errors
    /// Every variable that is missing, at once; or one that cannot be sent.
    pub fn new(endpoint: &EndpointConfig, env: &Env) -> Result<Self, CredentialError> {
        let variables = endpoint.credentials.iter().map(|credential| credential.variable);
        Ok(StaticHeaders {
            headers: credentials::headers(endpoint, env)?,
            secrets: credentials::values(variables, env).collect(),
        })
    }
}

#[async_trait]
impl Authorize for StaticHeaders {
    fn authorize(&self, _head: &Head, _body: &[u8], _access: Access) -> Result<HeaderMap, String> {
        Ok(self.headers.clone())
    }

    fn secrets(&self) -> Vec<String> {
        self.secrets.clone()
    }
}
