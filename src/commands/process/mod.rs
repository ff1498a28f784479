//! The process around a command: its streams, its signals, its runtime, and how it ends. Nothing here knows what a command
//! does.

pub mod console;
pub mod error;
pub mod exit;
pub mod runtime;
pub mod signals;
