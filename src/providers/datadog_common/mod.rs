//! What Datadog's dialects share and none of them may own: one organization with its sites, keys, refusals and
//! health, and one vocabulary in two spellings. No vendor's folder is known here.

pub mod catalogs;
pub mod errors;
pub mod health;
pub mod identity;
pub mod migrate_v1_to_v2;
pub mod namespaces;
pub mod organization;
pub mod regions;
pub mod settings;
pub mod sites;

/// What comes of deleting an account, through whichever of the APIs.
pub const ACCOUNT_DELETE_CONSEQUENCE: &str = "stops all collection from this account; an external id is lost for good";
