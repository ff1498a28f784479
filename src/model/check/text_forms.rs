//! Which field a text was meant for, where its form tells.

use super::spelling::quoted;
use crate::model::aws::access_key_id::is_meant_as_access_key_id;
use crate::model::schema::{FieldType, TextFormat, ValueType};

/// Whether a text has the form of a field, where that can be told from others.
pub(super) fn has_form(field: FieldType, text: &str) -> bool {
    let FieldType::Value(ValueType::Text(format)) = field else { return false };
    match format {
        TextFormat::RoleArn => text.contains(":role/"),
        TextFormat::AccessKeyId => is_meant_as_access_key_id(text),
        TextFormat::RoleName => {
            !text.is_empty()
                && !is_meant_as_access_key_id(text)
                && text.chars().all(|c| c.is_ascii_alphanumeric() || "_+,.@-/".contains(c))
        }
        _ => false,
    }
}

/// What a field takes out of text that has its form, an ARN.
pub(super) fn by_form(field: FieldType, text: &str) -> Option<String> {
    match field {
        FieldType::Value(ValueType::Text(TextFormat::RoleName)) => {
            Some(quoted(text.strip_prefix("arn:")?.split_once(":role/")?.1))
        }
        FieldType::Value(ValueType::Text(TextFormat::RoleArn)) => text.contains(":role/").then(|| quoted(text)),
        FieldType::Set(TextFormat::LambdaArn) => text.contains(":lambda:").then(|| format!("[{}]", quoted(text))),
        _ => None,
    }
}
