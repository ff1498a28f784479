//! What may stand in a field.

use super::block_schema::BlockSchema;
use crate::model::aws::region::REGIONS;

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
    /// A value out of a list that the vendor publishes.
    Catalog {
        /// What the list is called.
        name: &'static str,
        /// What was on it when this was written, for editors to complete; the vendor's own list decides.
        known: &'static [&'static str],
    },
}

impl TextFormat {
    /// The name of the list that the vendor publishes, if values are out of one.
    pub const fn catalog(self) -> Option<&'static str> {
        match self {
            TextFormat::Catalog { name, .. } => Some(name),
            _ => None,
        }
    }

    /// Values that editors complete; others are taken as well.
    pub const fn known(self) -> &'static [&'static str] {
        match self {
            TextFormat::Catalog { known, .. } => known,
            TextFormat::Region => REGIONS,
            _ => &[],
        }
    }

    /// What is refused without it, as a regular expression; nothing where every text is taken that is not empty.
    pub const fn pattern(self) -> Option<&'static str> {
        match self {
            TextFormat::Region => Some("^[a-z]{2,}(-[a-z]{2,})+-[0-9]$"),
            TextFormat::RoleName => Some("^[A-Za-z0-9_+=,.@/-]{1,576}$"),
            TextFormat::RoleArn => Some("^arn:(aws|aws-cn|aws-us-gov):iam::[0-9]{12}:role/([!-~]*/)?[!-.0-~]+$"),
            TextFormat::AccessKeyId => Some("^AKIA[A-Z0-9]{12,124}$"),
            TextFormat::LambdaArn => Some(
                "^arn:(aws|aws-cn|aws-us-gov):lambda:[a-z]{2,}(-[a-z]{2,})+-[0-9]:[0-9]+:function:[^\\s:]+(:[^\\s]*)?$",
            ),
            TextFormat::Any
            | TextFormat::Clearable
            | TextFormat::Tag
            | TextFormat::TagPattern
            | TextFormat::MetricPattern
            | TextFormat::Catalog { .. } => None,
        }
    }

    /// Whether an empty text is taken.
    pub const fn may_be_empty(self) -> bool {
        matches!(self, TextFormat::Any | TextFormat::Clearable)
    }
}
