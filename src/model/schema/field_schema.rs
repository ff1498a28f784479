//! One field of a block: what may stand there, and what a change of it means.

use serde_json::Value;

use super::disruptive_when::DisruptiveWhen;
use super::field_type::FieldType;

/// One field of a block. The methods that return `Self` are the attributes that a declaration may give it.
#[derive(Debug, Clone, Copy)]
pub struct FieldSchema {
    /// Its key in YAML.
    pub name: &'static str,
    /// What it is for, for people: the doc comment, one line for each of its lines.
    pub description: &'static str,
    /// What may stand there.
    pub field_type: FieldType,
    /// When a change here, or below, stops collection or can break it.
    pub disruptive_when: Option<DisruptiveWhen>,
    /// The sibling whose change sends this secret along; only secrets have one.
    pub secret_with: Option<&'static str>,
    /// Whether the vendor makes the value up, so that nobody who writes a config from what is live would repeat it.
    pub assigned: bool,
    /// Whether it says how the vendor gets in: never changed on a protected account.
    pub auth: bool,
    /// The sibling without which the vendor refuses that this is on.
    pub requires: Option<&'static str>,
    /// Of a list to which the vendor adds what it gets to know: the values it knew at first, and each lot it has added
    /// since.
    pub added_over_time: &'static [&'static [&'static str]],
    /// What a new row has there until a request of its own has set it, where that is not nothing. It plays no part in
    /// comparing.
    pub default: Option<DefaultValue>,
    /// Values such as people write.
    pub examples: &'static [&'static str],
    /// What it must match where the provider's own rule refuses anything else: a regular expression for editors.
    pub pattern: Option<&'static str>,
    /// The only values that the provider's own rule takes; none if it takes others.
    pub legal_values: &'static [&'static str],
    /// Whether the block cannot stand without it.
    pub required: bool,
    /// Whether entries of a list are told apart by it.
    pub is_key: bool,
    /// Whether it says which row is meant, or is settled when one is made: then it is no part of a row's comparison.
    pub not_compared: bool,
}

/// What a new row has by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultValue {
    /// A switch.
    Bool(bool),
    /// A number.
    UInt(u64),
}

impl DefaultValue {
    /// Whether a live value is this.
    pub fn is(self, value: &Value) -> bool {
        match self {
            DefaultValue::Bool(on) => value.as_bool() == Some(on),
            DefaultValue::UInt(number) => value.as_u64() == Some(number),
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
