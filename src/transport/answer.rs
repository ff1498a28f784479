//! Receiving an answer, and saying why there is none.

use std::error::Error;

use reqwest::header::{HeaderMap, HeaderValue};

use crate::model::Response;

/// The largest answer that is read, in bytes.
const MAX_ANSWER_BYTES: usize = 512 * 1024 * 1024;
/// How much is read of an answer that says no, in bytes: its reason stands at the beginning.
const MAX_REFUSAL_BYTES: usize = 1024 * 1024;
/// Answer headers that mean something to heeler.
const HEADERS: &[&str] = &[
    "link",
    "location",
    "retry-after",
    "x-ratelimit-limit",
    "x-ratelimit-period",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-ratelimit-name",
];

/// Reads an answer to its end.
///
/// # Errors
/// It breaks off, or is too large; why, for people.
pub async fn receive(mut answer: reqwest::Response) -> Result<Response, String> {
    let status = answer.status().as_u16();
    let headers = headers(answer.headers());
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|error| chain(&error.without_url()))? {
        if status >= 300 && body.len() + part.len() > MAX_REFUSAL_BYTES {
            break;
        }
        if body.len() + part.len() > MAX_ANSWER_BYTES {
            return Err("the answer is larger than 512 MB".to_owned());
        }
        body.extend_from_slice(&part);
    }
    Ok(Response { headers, ..Response::new(status, body) })
}

/// The headers that mean something, each as often as it came: a second `Link` may be the one that says that a listing
/// goes on. What is no text is kept as far as it is one, since the rest of it may say so.
fn headers(all: &HeaderMap) -> Vec<(String, String)> {
    let values = |name: &&'static str| {
        let name = *name;
        let text = move |value: &HeaderValue| (name.to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned());
        all.get_all(name).iter().map(text)
    };
    HEADERS.iter().flat_map(values).collect()
}

/// An error's causes on one line, without those that only say that there is another; URLs are left out, since a proxy's
/// may hold a password.
pub fn chain(error: &dyn Error) -> String {
    const SAY_NOTHING: &[&str] = &[
        "error sending request",
        "client error (Connect)",
        "client error (SendRequest)",
        "tcp connect error",
        "connection error",
        "dns error",
        "error resolving DNS",
        "error decoding response body",
        "request or response body error",
        "builder error",
    ];
    let mut said: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        next = cause.source();
        let words = cause.to_string();
        let is_last = next.is_none();
        if (is_last || !SAY_NOTHING.contains(&words.as_str()))
            && said.last().is_none_or(|before| !before.ends_with(&words))
        {
            said.push(words);
        }
    }
    said.join(": ")
}
