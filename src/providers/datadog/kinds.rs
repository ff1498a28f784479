//! The kinds of rows that Datadog's v2 API has.

use super::NAME;
use super::account::SHAPE;
use crate::model::{Kind, Unique};
use crate::providers::datadog_common::ACCOUNT_DELETE_CONSEQUENCE;

/// An AWS account integration. A second create of an account answers 409.
pub static ACCOUNT: Kind = Kind {
    provider: NAME,
    vendor: "Datadog",
    name: "account",
    noun: ("Datadog account", "Datadog accounts"),
    block_path: &[],
    schema: || &SHAPE,
    unique: Unique::EnforcedByVendor,
    delete_consequence: |_| ACCOUNT_DELETE_CONSEQUENCE,
    outputs: &[],
    deleted_after: &[],
};
