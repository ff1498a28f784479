//! From arguments to what a command works with: the config, the config before a change, and a connection.

pub mod base_config;
pub mod connect;
pub mod load_config;
