//! Where in a block secrets stand.

use super::types::{BlockSchema, FieldType};
use super::value_type::ValueType;

impl BlockSchema {
    /// Whether a secret, or the reference to one, stands behind these keys, each in the map behind the one before: as the
    /// fields are declared, whatever a user calls the keys of a map that is free. Of a key that no field has, and that
    /// is refused, its sound decides: it may be a misspelt one.
    pub fn is_secret(&self, keys: &[&str]) -> bool {
        let Some((first, rest)) = keys.split_first() else { return false };
        let Some(field) = self.fields.get(first) else { return keys.last().is_some_and(|key| key.contains("secret")) };
        match &field.field_type {
            FieldType::Value(ValueType::Secret) => rest.is_empty(),
            FieldType::Block(block) | FieldType::Keyed { by: _, item: block } => block.is_secret(rest),
            FieldType::Value(_) | FieldType::Switches(_) | FieldType::Set(_) => false,
        }
    }
}
