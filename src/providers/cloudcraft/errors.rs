//! Cloudcraft's refusals: `{"error", "reason", "code"}`, of which only `error` is sure, or no JSON at all.

use serde_json::Value;

use super::Owner;
use crate::model::Response;
use crate::model::plan::VendorError;
use crate::model::value::at;
use crate::providers::refusal_text::refusal_message;

/// What a status that is not success means.
pub fn refusal(response: &Response) -> VendorError {
    let status = response.status;
    let Words { message, .. } = words(&response.body);
    let said = refusal_message("Cloudcraft", status, &message);
    match status {
        400 | 422 => VendorError::Invalid { message: said, fields: Vec::new() },
        401 => VendorError::Denied(format!("{said}. Is CLOUDCRAFT_API_KEY valid?")),
        403 => VendorError::Denied(format!(
            "{said}. Reading needs a key that may read; writing a read-write key of an Owner or Administrator"
        )),
        404 => VendorError::Gone(said),
        409 => VendorError::Exists(said),
        429 => VendorError::Limited(said),
        408 | 500..=599 => VendorError::Failing(said),
        _ => VendorError::Unreadable(said),
    }
}

/// The same for a write in which Cloudcraft assumes the role: what may be about a role that AWS does not show
/// everywhere yet is refused for now only.
pub fn refusal_of_role(response: &Response) -> VendorError {
    let refused = refusal(response);
    let Words { message, reason } = words(&response.body);
    match (response.status, reason.as_deref()) {
        // Known to be about something else.
        (400 | 403, Some("invalid_property" | "invalid_parameter" | "insufficient_privileges")) => refused,
        // With a reason of its own, a 403 is about the role; without one, it may still be about the key.
        (403, Some(_)) => VendorError::NotYet(Box::new(VendorError::Invalid {
            message: format!("Cloudcraft answered 403: {message}"),
            fields: Vec::new(),
        })),
        (400 | 403, _) => VendorError::NotYet(Box::new(refused)),
        _ => refused,
    }
}

/// The same refusal, and what the role must trust.
pub fn of_a_role(refused: VendorError, owner: Option<&Owner>) -> VendorError {
    let with = owner.map_or_else(
        || "as its iamParameters say".to_owned(),
        |Owner { principal, external_id }| format!("account {principal} with external id {external_id}"),
    );
    let help = format!("Cloudcraft assumes the role at once: it must exist and trust {with}");
    match refused {
        VendorError::Invalid { message, .. } => {
            VendorError::Invalid { message: format!("{message}. {help}"), fields: vec!["roleArn".to_owned()] }
        }
        VendorError::Denied(message) => VendorError::Denied(format!("{message}. {help}")),
        other => other,
    }
}

struct Words {
    message: String,
    reason: Option<String>,
}

fn words(body: &[u8]) -> Words {
    const MAX_LENGTH: usize = 300;
    let parsed = serde_json::from_slice::<Value>(body).ok().filter(Value::is_object);
    let text = |field: &str| parsed.as_ref().and_then(|parsed| at(parsed, field).as_str()).map(str::to_owned);
    let said = match (text("error"), &parsed) {
        (Some(error), _) => error,
        (None, Some(_)) => String::new(),
        (None, None) => String::from_utf8_lossy(body).into_owned(),
    };
    let message = said.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_LENGTH).collect();
    Words { message, reason: text("reason").filter(|reason| !reason.is_empty()) }
}
