//! The values that may stand in a field, and the forms that text is checked against.

use crate::model::aws::access_key_id;
use crate::model::aws::region::REGIONS;

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
            TextFormat::AccessKeyId => Some(access_key_id::PATTERN),
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
