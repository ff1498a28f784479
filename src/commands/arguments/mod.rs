//! What a command line says: flags that several commands share, and what their values mean. Nothing is read from a vendor
//! here, and nothing is written.

pub mod cli_suggestions;
pub mod config_paths;
pub mod expect;
pub mod explained_field;
pub mod flags;
pub mod only;
pub mod previous_report;
pub mod written_config;
