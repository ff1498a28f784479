//! Terraform: what a state holds, and what it is to forget.

mod address;
pub mod release;
pub mod state;
mod state_encoding;

pub use state::{State, read};
