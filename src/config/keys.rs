//! The keys of a config: at the top of a file, and in an account's entry.

/// Keys that stand in one file only.
pub const SINGLETONS: &[&str] = &["version", "providers", "ownership", "limits", "confirm", "defaults"];

/// Keys that may stand in each file.
pub const REPEATABLE: &[&str] = &["protect", "profiles", "accounts", "removed"];

/// Keys of an entry of `accounts`.
pub const ACCOUNT_KEYS: &[&str] = &["aws_account_id", "aws_partition", "name", "vars", "profiles", "unmanaged", "hold"];
