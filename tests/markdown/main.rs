//! Comments for pull requests: what they look like, that they always fit and name all that is destroyed, and that
//! nothing foreign in them becomes markup. They are read back by another program's reader of GitHub's Markdown.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod fleet;
mod hostile;
#[path = "../support/in_process.rs"]
mod in_process;
mod planted;
mod reader;
mod shown;
mod sizes;
mod told;
