//! What may stand in a field.

use super::block_schema::BlockSchema;

/// What may stand in a field.
#[derive(Debug, Clone, Copy)]
pub enum FieldType {
    /// What is merged, compared and sent as a whole.
    Value(ValueType),
    /// A map of names to `true` or `false`, merged name by name: a name that nobody names is left alone, as a field is.
    /// The format is the names'.
    Switches(TextFormat),
    /// A list of texts whose order means nothing.
    Set(TextFormat),
    /// A list of blocks told apart by one of their fields.
    Keyed {
        /// That field.
        by: &'static str,
        /// Each entry.
        item: &'static BlockSchema,
    },
    /// A map with known keys.
    Block(&'static BlockSchema),
}

/// What is merged, compared and sent as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// `true` or `false`.
    Bool,
    /// Text of one form.
    Text(TextFormat),
    /// A whole number.
    UInt {
        /// The least that is allowed.
        min: u64,
        /// The most that is allowed.
        max: u64,
    },
    /// One of these words.
    Enum(&'static [&'static str]),
    /// A map of texts whose keys are free.
    Map {
        /// Whether its entries are tags of what is collected.
        are_tags: bool,
    },
    /// A list of texts in an order that counts.
    List(TextFormat),
    /// A reference to a secret, `{ env: NAME }`.
    Secret,
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

/// What a text is checked against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFormat {
    /// Any text that is not empty.
    Any,
    /// Text that an empty string clears.
    Clearable,
    /// `key:value`, as it is put on telemetry.
    Tag,
    /// `key:value` with `*`, `?` and a leading `!`, as filters know it.
    TagPattern,
    /// The ARN of a Lambda function.
    LambdaArn,
    /// An AWS region.
    Region,
    /// The name of an IAM role, without its ARN.
    RoleName,
    /// The ARN of an IAM role.
    RoleArn,
    /// An AWS access key id.
    AccessKeyId,
    /// A pattern over metric names.
    MetricPattern,
    /// A value out of the list of this name, which the vendor publishes.
    Catalog(&'static str),
}

impl TextFormat {
    /// The name of the list that the vendor publishes, if values are out of one.
    pub const fn catalog(self) -> Option<&'static str> {
        match self {
            TextFormat::Catalog(name) => Some(name),
            _ => None,
        }
    }
}
