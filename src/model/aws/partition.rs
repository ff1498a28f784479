//! The partitions of AWS that an account can be in.

/// Every partition that an account of a config can be in.
pub const PARTITIONS: [&str; 3] = ["aws", "aws-cn", "aws-us-gov"];

/// The partition of this name; nothing for one that no account of a config can be in.
pub fn partition(name: &str) -> Option<&'static str> {
    PARTITIONS.into_iter().find(|known| *known == name)
}
