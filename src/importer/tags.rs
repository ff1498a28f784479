//! The tags of an account, and what the usual ones tell.

use serde_json::Value;

use super::account_draft::{Draft, Schemas};
use crate::model::schema::{FieldType, TextFormat};

/// Tags whose value is an account's name.
pub const NAMES: &[&str] =
    &["aws_account_name", "account_name", "account-name", "account_alias", "account-alias", "account", "name"];
/// Tags that say what runs in an account.
pub const WHAT: &[&str] = &["service", "app", "application", "project", "team"];
/// Tags that say for whom.
pub const WHERE: &[&str] = &["env", "environment", "stage"];

/// The tags of an account, `key:value`, wherever a block has them.
pub fn tags<'a>(draft: &'a Draft, schemas: &Schemas) -> Vec<&'a str> {
    let mut tags = Vec::new();
    for (provider, leaves) in &draft.blocks {
        let Some(block) = schemas.get(provider) else { continue };
        let is_tags = |name: &str| {
            block.fields.get(name).is_some_and(|field| matches!(field.field_type, FieldType::Set(TextFormat::Tag)))
        };
        let lists = leaves.iter().filter(|(path, _)| matches!(&path[..], [only] if is_tags(only)));
        tags.extend(lists.flat_map(|(_, value)| value.as_array().into_iter().flatten()).filter_map(Value::as_str));
    }
    tags
}

/// The one value of a tag, if it can be part of a name.
pub fn value<'a>(tags: &[&'a str], key: &str) -> Option<&'a str> {
    let mut values = tags.iter().filter_map(|tag| tag.strip_prefix(key)?.strip_prefix(':'));
    let only = values.next().filter(|_| values.next().is_none())?;
    let legal = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let tells =
        only.starts_with(char::is_alphanumeric) && only.chars().all(legal) && only.chars().any(char::is_alphabetic);
    tells.then_some(only)
}
