//! What is known of requests afterwards: the log, and a line on stderr.

use serde_json::Value;

use crate::model::{Method, Request};
use crate::render::escape_untrusted::escaped_line;

/// One request as it arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// Whether it came as a write. Over HTTP that shows in nothing but the vendor's own routes.
    pub write: bool,
    /// Whether it only reads, going by the vendor's own routes.
    pub only_reads: bool,
    /// The verb.
    pub method: Method,
    /// The path, as it was sent.
    pub path: String,
    /// Query parameters, decoded.
    pub query: Vec<(String, String)>,
    /// The body. In process a secret's place holds `null`.
    pub body: Option<Value>,
}

/// Says on stderr what was asked and with which status it was answered: writes to whoever wants to hear something,
/// reads to whoever wants to hear everything.
pub(super) fn say(request: &Request, only_reads: bool, status: Option<u16>) {
    let answer = status.map_or_else(|| "closed without an answer".to_owned(), |status| status.to_string());
    let line = escaped_line(&format!("sandbox: {} {}: {answer}", request.method.as_str(), request.path));
    if only_reads { tracing::debug!("{line}") } else { tracing::info!("{line}") }
}
