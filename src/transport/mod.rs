//! Floor 1: HTTP to vendors. Credentials, timeouts, retries, rate limits and redaction live here and nowhere else.

mod account_session;
mod answer;
pub mod authorize;
pub mod connect;
pub mod credentials;
pub mod http;
mod not_the_vendor;
pub mod open_error;
mod protocol;
pub mod rate_limit;
mod redaction;
mod renewal;
pub mod retry;
pub mod timeouts;
pub mod tls_errors;
pub mod unreached;

pub use http::Http;
