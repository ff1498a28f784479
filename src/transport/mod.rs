//! Floor 1: the door to the real world. Credentials, patience and redaction live here and nowhere else.

pub mod credentials;
pub mod http;
pub mod patience;

pub use http::Http;
