//! The laws: what must hold for every world and every config, over every provider.
//!
//! Configs are generated from each provider's own JSON Schema, so a new attribute is under every law the day it is
//! added. The number of cases follows `PROPTEST_CASES`, where a law has no variable of its own; law 12 has
//! `HEELER_DELAYS`.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test may stop where it stands

mod accept;
mod accept_every_field;
mod commands;
mod corruption;
mod faults;
#[path = "../support/folder.rs"]
mod folder;
mod generate;
mod harness;
mod honest;
mod import;
#[path = "../support/in_process.rs"]
mod in_process;
mod inputs;
mod is_unchanged;
mod isolation;
mod kinds;
mod layered;
mod mess;
mod once;
mod order;
mod running;
mod schema_leaves;
mod shown;
mod shuffle;
mod trouble;
mod vendors;
mod vigilance;
mod wired;
mod written;
