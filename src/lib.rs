//! heeler keeps AWS integrations where git says they belong.
//!
//! A module imports only from floors below its own; `tests/floors.rs` says so.
//!
//! ```text
//! 6  main.rs                                     the process
//! 5  commands/                                   one file per subcommand, exit codes, hints
//! 4  run/                                        from a config to a plan, and to what became of it
//! 3  executor/  importer/                        applies a plan · live state as config
//! 2  config/  sandbox/                           files in · the emulator, one folder per vendor
//! 1  planner/  render/  providers/  transport/   pure decisions · pure output · dialects · HTTP, auth, rate limits
//! 0  model/                                      plain values, and the two client traits
//! ```

pub mod model;

pub mod planner;
pub mod providers;
pub mod render;
pub mod transport;

pub mod config;
pub mod sandbox;

pub mod executor;
pub mod importer;

pub mod run;

pub mod commands;
