//! The envelope around every answer, and refusals in their three forms: an envelope that says ERROR, an object with
//! `error`, plain text.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::model::Response;
use crate::model::plan::VendorError;
use crate::model::value::at;
use crate::providers::complete_listing::parsed;
use crate::providers::refusal_text::refusal_message;

/// The longest refusal that is repeated, in characters.
const MAX_REFUSAL_LENGTH: usize = 300;

#[derive(Deserialize)]
struct Envelope<'a> {
    status: Status,
    #[serde(borrow)]
    response: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Status {
    result: String,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    code: Option<u16>,
}

/// What is in the envelope of a success. Every verb answers 200; an envelope may say ERROR all the same.
///
/// # Errors
/// A refusal, or an answer without an envelope.
pub fn open<'a>(response: &'a Response, what: &str) -> Result<&'a RawValue, VendorError> {
    if response.status != 200 {
        return Err(refusal(response));
    }
    let envelope: Envelope<'a> = parsed(what, &response.body)?;
    if envelope.status.result != "OK" {
        let Status { result, message, code } = envelope.status;
        let words = message
            .filter(|message| !message.is_empty())
            .map_or(result.clone(), |message| format!("{result}: {message}"));
        return Err(match code {
            Some(status @ 300..=599) => meaning(status, &words),
            _ => VendorError::Unreadable(format!("Wavefront answered {words}")),
        });
    }
    envelope.response.ok_or_else(|| VendorError::Unreadable(format!("{what} cannot be read: the envelope is empty")))
}

/// What a status that is not success means.
pub fn refusal(response: &Response) -> VendorError {
    meaning(response.status, &words(&response.body))
}

fn meaning(status: u16, words: &str) -> VendorError {
    let said = refusal_message("Wavefront", status, words);
    match status {
        400 | 406 | 415 | 422 => VendorError::Invalid { message: said, fields: Vec::new() },
        401 | 403 => VendorError::Denied(format!(
            "{said}. Is WAVEFRONT_TOKEN valid for this cluster? Its account needs the permission Proxy Management"
        )),
        404 => VendorError::Gone(said),
        409 => VendorError::Exists(said),
        429 => VendorError::Limited(said),
        408 | 500..=599 => VendorError::Failing(said),
        _ => VendorError::Unreadable(said),
    }
}

fn words(body: &[u8]) -> String {
    let said = match serde_json::from_slice::<Value>(body) {
        Ok(json) => of_json(&json),
        Err(_) => String::from_utf8_lossy(body)
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
    };
    said.chars().take(MAX_REFUSAL_LENGTH).collect()
}

fn of_json(json: &Value) -> String {
    let none = Map::new();
    let fields = json.as_object().unwrap_or(&none);
    let text = |value: Option<&Value>| value.and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let tracking = text(fields.get("trackingId")).map(|id| format!("trackingId {id}"));
    let said = text(at(json, "status").get("message")).or_else(|| text(fields.get("error")));
    said.into_iter().chain(text(fields.get("message"))).chain(tracking).collect::<Vec<_>>().join(", ")
}
