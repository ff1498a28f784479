//! The keys of a config: at the top of a file, and in an account's entry.

/// Keys that stand in one file only.
pub const SINGLETONS: &[&str] = &["version", "providers", "ownership", "limits", "confirm", "defaults"];

/// Keys that may stand in each file.
pub const REPEATABLE: &[&str] = &["protect", "profiles", "accounts", "removed"];

/// Keys of an entry of `accounts`.
pub const ACCOUNT_KEYS: &[&str] = &["aws_account_id", "aws_partition", "name", "vars", "profiles", "unmanaged", "hold"];

/// Keys that stand in a provider's block and are none of its fields, where the block is an account's own.
pub const IN_OWN_BLOCK: &[&str] = &["hold", "read_only"];

/// The same in a block that accounts share.
pub const IN_SHARED_BLOCK: &[&str] = &["read_only"];
