//! What approves what: creates as a whole and to their end, files that cannot approve, providers that are left out, and
//! limits.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may stop where it stands

#[path = "../support/mod.rs"]
mod support;

mod creates;
mod files;
mod hold;
mod limits;
mod provider;
mod read_only;
