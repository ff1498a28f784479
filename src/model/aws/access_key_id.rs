//! Ids of AWS access keys, as a config may name them. What a vendor lists may be anything: whether that names a row is
//! for `providers::row_isolation` to say.

/// What every id of a long-term key begins with.
const PREFIX: &str = "AKIA";
/// How many characters follow the prefix: AWS says of an id that it has 16 to 128.
const REST: std::ops::RangeInclusive<usize> = 12..=124;
/// The same as a regular expression.
pub const PATTERN: &str = "^AKIA[A-Z0-9]{12,124}$";

/// Whether a text is the id of an AWS access key: AKIA, then capitals and digits, 16 to 128 characters in all.
pub fn is_access_key_id(text: &str) -> bool {
    let is_legal = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    text.strip_prefix(PREFIX).is_some_and(|rest| REST.contains(&rest.len()) && is_legal(rest))
}

/// Whether a text was meant as one, be it a whole one or not.
pub fn is_meant_as_access_key_id(text: &str) -> bool {
    text.starts_with(PREFIX)
}
