//! What could not be read: a provider, an account, or one row.

use super::key::Key;
use super::vendor_error::VendorError;

/// A part of what a provider has, without a complete reading.
#[derive(Debug, Clone)]
pub struct Unreadable {
    /// The provider.
    pub provider: &'static str,
    /// What of it.
    pub part: UnreadPart,
    /// What happened.
    pub error: VendorError,
}

/// Which part of what a provider has could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnreadPart {
    /// All of it: there is no listing.
    Provider,
    /// All rows in one AWS account, which has an endpoint of its own that could not be entered.
    Account(String),
    /// One row.
    Row(Key),
}

impl Unreadable {
    /// A row that could not be read.
    pub fn row(key: Key, error: VendorError) -> Self {
        Unreadable { provider: key.provider, part: UnreadPart::Row(key), error }
    }

    /// Whether nothing of the provider was read.
    pub fn is_whole_provider(&self) -> bool {
        self.part == UnreadPart::Provider
    }

    /// Whether this row is among what could not be read; `account` is its AWS account, where known.
    pub fn covers(&self, key: &Key, account: Option<&str>) -> bool {
        self.provider == key.provider
            && match &self.part {
                UnreadPart::Provider => true,
                UnreadPart::Account(own) => account == Some(own.as_str()),
                UnreadPart::Row(own) => own == key,
            }
    }
}
