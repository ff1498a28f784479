//! Floor 2: the emulator. It answers what the vendors would answer, out of tables in memory, and forgets them at exit.
//!
//! What a vendor answers is in that vendor's own folder in `vendors/`; the rest is what all vendors share. A request
//! comes in by `client` in process, and by `http_server` over HTTP. What befalls requests of any vendor: which meets what is
//! in `faults`, what becomes of its answer in `spoiled_answers`, what took effect and does not show yet in
//! `late_effects`.

mod backend;
pub mod client;
pub mod faults;
pub mod faults_spec;
pub mod http_server;
mod late_effects;
mod rate_limits;
mod request_log;
mod spoiled_answers;
pub mod table;
pub mod vendor_emulator;
pub mod vendors;
pub mod world;
mod world_rows;

pub use client::Sandbox;
pub use faults::{Fault, Faults, LateReply};
pub use faults_spec::FaultsError;
pub use request_log::Logged;
pub use table::{Behavior, ExternalIds, Patch, Table};
pub use vendor_emulator::VendorEmulator;
pub use world::{World, WorldError};
