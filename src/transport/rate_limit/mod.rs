//! When a request may go, so that a vendor's limit on the rate of requests is kept: the limiter that all workers of an
//! endpoint share, what it has counted, and what the headers of answers say of limits. Whether a request is sent again is
//! `retry`'s.

pub mod headers;
pub mod limiter_state;
pub mod quota_window;
pub mod rate_limiter;
