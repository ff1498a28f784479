//! Where the result of a command goes: text, JSON, Markdown, GitHub, and the guard that keeps outputs from destroying
//! inputs.

pub mod apply_progress;
pub mod github;
pub mod overwrite_guard;
pub mod reporter;
