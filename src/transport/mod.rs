//! Floor 1: HTTP to vendors. Credentials, timeouts, retries, rate limits and redaction live here and nowhere else.

pub mod credentials;
pub mod http;
mod not_the_vendor;
pub mod quota_window;
pub mod rate_limit_headers;
pub mod rate_limit_state;
pub mod rate_limiter;
pub mod retry;
pub mod timeouts;
pub mod tls_errors;

pub use http::Http;
