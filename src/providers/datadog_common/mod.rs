//! What Datadog's dialects share and none of them may own: one organization with its sites, keys and refusals, and one
//! backend of accounts, which each of them shows in its own form. No vendor's folder is known here.

pub mod backend;
pub mod errors;
pub mod event_bridge;
pub mod health;
pub mod namespaces;
pub mod organization;
pub mod regions;
pub mod settings;
pub mod sites;
pub mod v1_to_v2;

/// What comes of deleting an account, through whichever of the APIs.
pub const ACCOUNT_DELETE_CONSEQUENCE: &str = "stops all collection from this account; an external id is lost for good";
