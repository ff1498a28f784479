//! The laws: what must hold for every world and every config, over every provider.
//!
//! Configs are generated from each provider's own JSON Schema, so a new attribute is under every law the day it is added. The
//! number of cases follows `PROPTEST_CASES`.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test may stop where it stands

mod corruption;
mod faults;
mod generate;
mod harness;
mod honest;
mod import;
mod isolation;
mod kinds;
mod mess;
mod once;
mod running;
mod shown;
mod vigilance;
