//! The kinds of rows that Datadog's v1 API has.

use super::NAME;
use super::account::SHAPE;
use crate::model::{Kind, Unique};
use crate::providers::datadog_common::ACCOUNT_DELETE_CONSEQUENCE;

/// An AWS account integration: the same row as v2's, so it has the same name. A second create of an account answers
/// 409.
pub static ACCOUNT: Kind = Kind {
    provider: NAME,
    vendor: "Datadog",
    name: "account",
    noun: ("Datadog v1 account", "Datadog v1 accounts"),
    block_path: &[],
    schema: || &SHAPE,
    unique: Unique::EnforcedByVendor,
    delete_consequence: |_| ACCOUNT_DELETE_CONSEQUENCE,
    outputs: &[],
    deleted_after: &[],
};
