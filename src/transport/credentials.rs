//! The only place where a secret's value is read: into headers, and into the bodies of requests. What answers repeat of
//! one is taken out in `redaction`.

use std::collections::BTreeSet;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::ExposeSecret;
use serde_json::Value;
use thiserror::Error;

use crate::model::path::Step;
use crate::model::settings::Credential;
use crate::model::{Body, Encoding, EndpointConfig, Env, Path};

/// A value that should be in the environment and is not, or cannot be used.
#[derive(Debug, Error)]
pub enum CredentialError {
    /// Variables that are not set.
    #[error("{} not set", list(.0))]
    Unset(Vec<String>),
    /// A body without a place for a secret: heeler's own mistake, and never sent.
    #[error("the request has no place for the secret at {0}")]
    NoPlace(String),
    /// A variable that cannot be a header.
    #[error("{0} holds a character that cannot be sent in a header; is there a line break in it?")]
    Unsendable(String),
}

fn list(names: &[String]) -> String {
    match names {
        [one] => format!("{one} is"),
        [rest @ .., last] => format!("{} and {last} are", rest.join(", ")),
        [] => "nothing is".to_owned(),
    }
}

/// The headers that a vendor's credentials are sent in.
///
/// # Errors
/// Every variable that is missing, at once.
pub fn headers(endpoint: &EndpointConfig, env: &Env) -> Result<HeaderMap, CredentialError> {
    let variables = endpoint.credentials.iter().map(|credential| credential.variable);
    let unset: Vec<String> = variables.filter(|name| env.secret(name).is_none()).map(str::to_owned).collect();
    if !unset.is_empty() {
        return Err(CredentialError::Unset(unset));
    }
    let mut headers = same_headers(endpoint);
    for Credential { header, scheme, variable } in &endpoint.credentials {
        let Some(secret) = value(env, variable) else { continue };
        let said = scheme.map_or_else(|| secret.clone(), |scheme| format!("{scheme} {secret}"));
        let mut value =
            HeaderValue::from_str(&said).map_err(|_| CredentialError::Unsendable((*variable).to_owned()))?;
        value.set_sensitive(true);
        headers.insert(HeaderName::from_static(header), value);
    }
    Ok(headers)
}

/// The headers of an endpoint that are the same in every request, whoever sends it.
pub fn same_headers(endpoint: &EndpointConfig) -> HeaderMap {
    let header =
        |(name, value): &(&'static str, &'static str)| (HeaderName::from_static(name), HeaderValue::from_static(value));
    endpoint.headers.iter().map(header).collect()
}

/// A body as it stands on the wire, its secrets filled in: for that and nothing else.
///
/// # Errors
/// Every variable that is missing, at once.
pub fn encoded(body: &Body, env: &Env) -> Result<String, CredentialError> {
    let filled = filled(body, env)?;
    Ok(match body.encoding() {
        Encoding::Json => filled.to_string(),
        Encoding::Form => {
            let fields = filled.as_object().into_iter().flatten();
            let texts = fields.filter_map(|(name, value)| Some((name, value.as_str()?)));
            form_urlencoded::Serializer::new(String::new()).extend_pairs(texts).finish()
        }
    })
}

/// The same before it is encoded.
///
/// # Errors
/// Every variable that is missing, at once.
pub fn filled(body: &Body, env: &Env) -> Result<Value, CredentialError> {
    let unset: BTreeSet<String> =
        body.secrets.iter().filter(|(_, name)| env.secret(name).is_none()).map(|(_, name)| name.clone()).collect();
    if !unset.is_empty() {
        return Err(CredentialError::Unset(unset.into_iter().collect()));
    }
    let mut json = body.json.clone();
    for (path, name) in &body.secrets {
        let (Some(slot), Some(secret)) = (slot(&mut json, path), value(env, name)) else {
            return Err(CredentialError::NoPlace(path.to_string()));
        };
        *slot = Value::String(secret);
    }
    Ok(json)
}

/// A secret as it is sent: without the line break that a file or a CI's variable likes to end with.
fn value(env: &Env, name: &str) -> Option<String> {
    env.secret(name).map(|secret| secret.expose_secret().trim().to_owned())
}

fn slot<'a>(json: &'a mut Value, path: &Path) -> Option<&'a mut Value> {
    path.steps().iter().try_fold(json, |value, step| match step {
        Step::Field(name) => value.get_mut(&**name),
        Step::Index(index) => value.get_mut(index),
        Step::Entry(_) => None,
    })
}

/// The values of these variables.
pub fn values<'a>(variables: impl Iterator<Item = &'a str>, env: &Env) -> impl Iterator<Item = String> {
    variables.filter_map(|name| value(env, name))
}
