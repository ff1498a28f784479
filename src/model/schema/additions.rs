//! `KEY+`, by which a layer adds to the list that the layers below it say under `KEY`.

use super::types::{BlockSchema, FieldSchema, FieldType};

/// The field that a key of a layer is about, be it the field's own name or `KEY+`.
pub fn field_of(key: &str) -> &str {
    key.strip_suffix('+').unwrap_or(key)
}

/// The key that adds to the list of this name.
pub fn adding_to(field: &str) -> String {
    format!("{field}+")
}

impl FieldType {
    /// Whether it is a list that layers can add to: one whose order means nothing.
    pub const fn takes_additions(self) -> bool {
        match self {
            FieldType::Set(_) | FieldType::Keyed { .. } => true,
            FieldType::Value(_) | FieldType::Switches(_) | FieldType::Block(_) => false,
        }
    }
}

impl BlockSchema {
    /// The field that `KEY+` is about; nothing if the key is not of this form, or names no field.
    pub fn added_field(&self, key: &str) -> Option<&FieldSchema> {
        self.fields.get(key.strip_suffix('+')?)
    }

    /// The list that `KEY+` adds to; nothing for any other key.
    pub fn added_list(&self, key: &str) -> Option<&FieldSchema> {
        self.added_field(key).filter(|field| field.field_type.takes_additions())
    }
}
