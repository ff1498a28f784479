//! Datadog's refusals, in both recorded forms: a list of strings, or a list of JSON:API objects.

use serde_json::Value;

use crate::model::Response;
use crate::model::plan::VendorError;
use crate::model::value::at;
use crate::providers::refusal_text::refusal_message;

/// What a status that is not success means.
pub fn refusal(response: &Response) -> VendorError {
    let Words { message, fields } = words(&response.body);
    let status = response.status;
    let said = refusal_message("Datadog", status, &message);
    match status {
        400 | 422 => VendorError::Invalid { message: said, fields },
        401 | 403 => VendorError::Denied(format!(
            "{said}. Are both keys valid, and of this site? Keys of another site are refused the same way. Reading needs aws_configuration_read; writing aws_configuration_edit and aws_configurations_manage"
        )),
        404 => VendorError::Gone(said),
        409 => VendorError::Exists(said),
        429 => VendorError::Limited(said),
        408 | 500..=599 => VendorError::Failing(said),
        _ => VendorError::Unreadable(said),
    }
}

/// Whether a refusal says this in the vendor's own words.
pub fn says(response: &Response, words_of_vendor: &str) -> bool {
    words(&response.body).message.contains(words_of_vendor)
}

struct Words {
    message: String,
    fields: Vec<String>,
}

fn words(body: &[u8]) -> Words {
    const MAX_LENGTH: usize = 300;
    let Ok(parsed) = serde_json::from_slice::<Value>(body) else {
        let text = String::from_utf8_lossy(body);
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        return Words { message: line.chars().take(MAX_LENGTH).collect(), fields: Vec::new() };
    };
    let errors = at(&parsed, "errors").as_array().map_or(&[][..], Vec::as_slice);
    let mut fields = Vec::new();
    let said = errors.iter().map(|error| match error {
        Value::String(text) => text.clone(),
        object => sentence(object, &mut fields),
    });
    let message = said.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ");
    Words { message, fields }
}

/// `detail`, then each attribute `meta` names with what is wrong with it.
fn sentence(error: &Value, fields: &mut Vec<String>) -> String {
    let text = |field: &str| at(error, field).as_str().unwrap_or_default();
    let detail = if text("detail").is_empty() { text("title") } else { text("detail") };
    let Some(meta) = at(error, "meta").as_object().filter(|meta| !meta.is_empty()) else { return detail.to_owned() };
    let named = meta.iter().map(|(field, why)| {
        fields.push(field.clone());
        format!("{field}: {}", why.as_str().map_or_else(|| why.to_string(), str::to_owned))
    });
    format!("{detail}: {}", named.collect::<Vec<_>>().join("; "))
}
