//! One field of a block: the attributes that a declaration may give it, and what they come to.

use serde_json::Value;

use super::disruptive_when::DisruptiveWhen;
use super::types::{DefaultValue, FieldSchema, FieldType};
use super::value_type::{TextFormat, ValueType};

impl DefaultValue {
    /// Whether a live value is this.
    pub fn is(self, value: &Value) -> bool {
        match self {
            DefaultValue::Bool(on) => value.as_bool() == Some(on),
            DefaultValue::UInt(number) => value.as_u64() == Some(number),
        }
    }
}

impl FieldType {
    /// The form of the text that stands here or, several times, in a list or as a name; nothing if it is no text.
    pub const fn text_format(self) -> Option<TextFormat> {
        match self {
            FieldType::Value(ValueType::Text(format) | ValueType::List(format))
            | FieldType::Set(format)
            | FieldType::Switches(format) => Some(format),
            FieldType::Value(
                ValueType::Bool
                | ValueType::UInt { .. }
                | ValueType::Enum(_)
                | ValueType::Map { .. }
                | ValueType::Secret,
            )
            | FieldType::Keyed { .. }
            | FieldType::Block(_) => None,
        }
    }
}

impl FieldSchema {
    /// A field without attributes.
    pub const fn new(name: &'static str, description: &'static str, field_type: FieldType) -> Self {
        FieldSchema {
            name,
            description,
            field_type,
            disruptive_when: None,
            billed: false,
            secret_with: None,
            assigned: false,
            auth: false,
            requires: None,
            added_over_time: &[],
            default: None,
            examples: &[],
            pattern: None,
            legal_values: &[],
            required: false,
            is_key: false,
            not_compared: false,
        }
    }

    /// A change stops collection or can break it.
    pub const fn disruptive_when(self, when: DisruptiveWhen) -> Self {
        FieldSchema { disruptive_when: Some(when), ..self }
    }

    /// What it collects is billed apart: a new row that switches it on, or leaves it to the vendor, is costly.
    pub const fn billed(self) -> Self {
        FieldSchema { billed: true, ..self }
    }

    /// A secret that is sent when this sibling changes.
    pub const fn secret_with(self, sibling: &'static str) -> Self {
        FieldSchema { secret_with: Some(sibling), ..self }
    }

    /// The vendor makes it up.
    pub const fn assigned(self) -> Self {
        FieldSchema { assigned: true, ..self }
    }

    /// It says how the vendor gets in.
    pub const fn auth(self) -> Self {
        FieldSchema { auth: true, ..self }
    }

    /// It can be on only while this sibling is.
    pub const fn requires(self, sibling: &'static str) -> Self {
        FieldSchema { requires: Some(sibling), ..self }
    }

    /// A list that grows by itself: what the vendor knew at first, and each lot it has added since.
    pub const fn added_over_time(self, lots: &'static [&'static [&'static str]]) -> Self {
        FieldSchema { added_over_time: lots, ..self }
    }

    /// What a new row has there.
    pub const fn default(self, value: DefaultValue) -> Self {
        FieldSchema { default: Some(value), ..self }
    }

    /// Values such as people write.
    pub const fn examples(self, examples: &'static [&'static str]) -> Self {
        FieldSchema { examples, ..self }
    }

    /// The provider's own rule refuses what does not match.
    pub const fn pattern(self, pattern: &'static str) -> Self {
        FieldSchema { pattern: Some(pattern), ..self }
    }

    /// The provider's own rule refuses any other value.
    pub const fn legal_values(self, values: &'static [&'static str]) -> Self {
        FieldSchema { legal_values: values, ..self }
    }

    /// The block cannot stand without it.
    pub const fn required(self) -> Self {
        FieldSchema { required: true, ..self }
    }

    /// Entries of a list are told apart by it.
    pub const fn key(self) -> Self {
        FieldSchema { required: true, is_key: true, ..self }
    }

    /// It is no part of a row's comparison.
    pub const fn not_compared(self) -> Self {
        FieldSchema { not_compared: true, ..self }
    }

    /// What the vendor has added to a live list since somebody wrote the declared one: values newer than every one that
    /// it names.
    pub fn added_since<'a>(&self, declared: &[Value], live: &'a [Value]) -> Vec<&'a Value> {
        let generation = |value: &Value| {
            let knows = |known: &&[&str]| known.iter().any(|word| value == word);
            self.added_over_time.iter().position(knows).unwrap_or(self.added_over_time.len())
        };
        let Some(newest) = declared.iter().map(generation).max().filter(|_| !self.added_over_time.is_empty()) else {
            return Vec::new();
        };
        live.iter().filter(|value| !declared.contains(value) && generation(value) > newest).collect()
    }
}
