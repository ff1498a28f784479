//! What AWS itself says of ids of accounts and access keys, ARNs, partitions, regions and trust policies, whoever the vendor is.

pub mod access_key_id;
pub mod account_id;
pub mod arn;
pub mod partition;
pub mod region;
pub mod trust_policy;

pub use arn::{Arn, Role};
