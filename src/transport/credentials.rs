//! The only place where a secret's value is read.

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

/// An answer's body with every secret that was sent taken out, should the vendor repeat one, however it is escaped.
pub fn redacted(body: &[u8], secrets: &[String]) -> Vec<u8> {
    match serde_json::from_slice::<Value>(body) {
        Ok(json) => redacted_json(json, secrets).to_string().into_bytes(),
        Err(_) => redacted_text(&String::from_utf8_lossy(body), secrets).into_bytes(),
    }
}

fn redacted_json(json: Value, secrets: &[String]) -> Value {
    match json {
        Value::String(text) => Value::String(redacted_text(&text, secrets)),
        Value::Array(items) => items.into_iter().map(|item| redacted_json(item, secrets)).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (redacted_text(&name, secrets), redacted_json(value, secrets)))
            .collect(),
        other => other,
    }
}

/// Every run of letters and digits in a secret is hidden by itself: those are what every escaping leaves alone.
pub fn redacted_text(text: &str, secrets: &[String]) -> String {
    parts(secrets).fold(text.to_owned(), |text, part| text.replace(part, "[redacted]"))
}

fn parts(secrets: &[String]) -> impl Iterator<Item = &str> {
    const SHORTEST: usize = 6;
    secrets
        .iter()
        .flat_map(|secret| [secret.as_str()].into_iter().chain(secret.split(|c: char| !c.is_ascii_alphanumeric())))
        .filter(|part| part.len() >= SHORTEST)
}

/// Whether an answer repeats a secret, however JSON escapes it: in a value, in a name, twice in one place, or in what
/// is no JSON at all.
pub fn repeats(body: &[u8], secrets: &[String]) -> bool {
    let text = String::from_utf8_lossy(body);
    let holds = |text: &str| secrets.iter().any(|secret| text.contains(secret.as_str()));
    holds(&text) || text.contains('\\') && holds(&unescaped(&text))
}

/// A text with JSON's escapes replaced by what they stand for, wherever they are.
fn unescaped(text: &str) -> String {
    let mut unescaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        unescaped.push_str(before);
        let number = after.strip_prefix('u').and_then(|digits| u32::from_str_radix(digits.get(..4)?, 16).ok());
        rest = match (number, after.chars().next()) {
            (Some(number), _) => {
                unescaped.push(char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER));
                &after[5..]
            }
            (None, Some(c)) => {
                unescaped.push(c);
                &after[c.len_utf8()..]
            }
            (None, None) => after,
        };
    }
    unescaped + rest
}

/// The shortest secret that is looked for in answers: a shorter one is as likely to be a word of the answer's own, and
/// no vendor makes keys that short.
const SHORTEST_SECRET: usize = 16;

/// Whether a secret is looked for in answers.
pub fn is_looked_for(secret: &str) -> bool {
    secret.len() >= SHORTEST_SECRET
}

/// The values of these variables.
pub fn values<'a>(variables: impl Iterator<Item = &'a str>, env: &Env) -> impl Iterator<Item = String> {
    variables.filter_map(|name| value(env, name))
}
