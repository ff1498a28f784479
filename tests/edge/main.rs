//! The edges of a run, on the built binary: which files it may write, what becomes of a result that does not get
//! through, what it reads through links, whom it sends keys to, and what it says while it waits.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod access_keys;
mod answers;
#[cfg(target_os = "linux")]
mod delivered;
mod empty_names;
mod hosts;
mod links;
mod overwritten;
mod records;
#[path = "../support/mod.rs"]
mod support;
mod typed;
