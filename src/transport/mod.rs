//! Floor 1: the door to the real world. Credentials, patience, pacing and redaction live here and nowhere else.

pub mod credentials;
pub mod distrust;
mod elsewhere;
pub mod gate;
pub mod http;
pub mod limits;
pub mod pace;
pub mod patience;
pub mod persist;
pub mod window;

pub use http::Http;
