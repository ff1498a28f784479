//! Types that fields of every dialect are declared with: texts with a form that can be checked offline.

use crate::model::schema::TextFormat;

/// Declares texts, each with its form.
#[macro_export]
macro_rules! text_types {
    ($($(#[$doc:meta])* $name:ident = $format:expr;)+) => {$(
        $(#[$doc])*
        pub enum $name {}

        impl $crate::model::schema::TextType for $name {
            const FORMAT: $crate::model::schema::TextFormat = $format;
        }
    )+};
}

text_types! {
    /// `key:value`, as it is put on telemetry.
    Tag = TextFormat::Tag;
    /// `key:value` with `*`, `?` and a leading `!`, as filters know it.
    TagPattern = TextFormat::TagPattern;
    /// The ARN of a Lambda function.
    LambdaArn = TextFormat::LambdaArn;
    /// An AWS region.
    Region = TextFormat::Region;
    /// The name of an IAM role, without its ARN.
    RoleName = TextFormat::RoleName;
    /// The ARN of an IAM role.
    RoleArn = TextFormat::RoleArn;
    /// An AWS access key id.
    AccessKeyId = TextFormat::AccessKeyId;
    /// Text that an empty string clears.
    Clearable = TextFormat::Clearable;
    /// A pattern over metric names.
    MetricPattern = TextFormat::MetricPattern;
}
