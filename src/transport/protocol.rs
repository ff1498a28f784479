//! What a vendor's protocol puts where others have a status or a header.

use quick_xml::events::Event;
use serde_json::Value;

use crate::model::settings::Protocol;
use crate::model::{Encoding, Response};

/// What AWS's services call too many requests, in either protocol. `LimitExceeded` is none of them: it is a quota, and
/// waiting does not help.
const THROTTLED: &[&str] = &[
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

/// The content type of a body.
pub fn content_type(protocol: Protocol, encoding: Encoding) -> &'static str {
    match (encoding, protocol) {
        (Encoding::Form, _) => "application/x-www-form-urlencoded",
        (Encoding::Json, Protocol::AwsJson) => "application/x-amz-json-1.1",
        (Encoding::Json, Protocol::Json | Protocol::AwsQuery) => "application/json",
    }
}

/// Whether a refusal says in its body that there were too many requests.
pub fn is_throttled(protocol: Protocol, response: &Response) -> bool {
    let code = match protocol {
        Protocol::Json => return false,
        _ if response.status < 400 => return false,
        Protocol::AwsQuery => code_in_xml(&response.body),
        Protocol::AwsJson => type_in_json(&response.body),
    };
    code.is_some_and(|code| THROTTLED.contains(&code.as_str()))
}

/// The text of the first `Code` element.
fn code_in_xml(body: &[u8]) -> Option<String> {
    let mut reader = quick_xml::Reader::from_str(std::str::from_utf8(body).ok()?);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) if start.local_name().as_ref() == "Code" => {
                return reader.read_text(start.name()).ok().map(|text| text.trim().to_owned());
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// The last step of `__type`: some services write a namespace before it.
fn type_in_json(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    body.get("__type")?.as_str()?.rsplit('#').next().map(str::to_owned)
}
