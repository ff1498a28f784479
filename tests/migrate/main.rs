//! `heeler migrate` on the built binary: what it prints takes over what others manage, changes nothing, and says what
//! means something else.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may stop where it stands

#[path = "../support/mod.rs"]
mod support;

mod fixtures;
mod odd;
mod older;
mod older_resources;
mod released;
mod sensitive;
mod state;
mod states;
