//! What AWS itself says of account ids, ARNs, partitions, regions and trust policies, whoever the vendor is.

pub mod account_id;
pub mod arn;
pub mod partition;
pub mod region;
pub mod trust_policy;

pub use arn::{Arn, Role};
