//! The kinds of rows that Cloudcraft has.

use super::NAME;
use super::account::SHAPE;
use crate::model::{Kind, Unique};

/// An AWS account that a user of Cloudcraft added. Nothing says that a role may be added once only, so a second create
/// is taken to make a second row. The external id belongs to the user who adds accounts, and outlives them.
pub static ACCOUNT: Kind = Kind {
    provider: NAME,
    vendor: "Cloudcraft",
    name: "account",
    noun: ("Cloudcraft account", "Cloudcraft accounts"),
    block_path: &[],
    schema: || &SHAPE,
    unique: Unique::NotEnforced,
    delete_consequence: |_| "takes the account out of Cloudcraft; it stops no collection, and the external id stays",
    outputs: &[],
    deleted_after: &[],
};

/// One that Cloudcraft took over from elsewhere: it can never be changed from here, and no entry can ask for it. It is
/// of a kind of its own, so that it is in nobody's way.
pub static TAKEN_OVER: Kind = Kind {
    provider: NAME,
    vendor: "Cloudcraft",
    name: "foreign account",
    noun: ("Cloudcraft account of elsewhere", "Cloudcraft accounts of elsewhere"),
    block_path: &[],
    schema: || &SHAPE,
    unique: Unique::NotEnforced,
    delete_consequence: |_| "takes the account out of Cloudcraft",
    outputs: &[],
    deleted_after: &[],
};
