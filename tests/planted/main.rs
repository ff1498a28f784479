//! Planted things that must not come out again, on the built binary at its most talkative.
//!
//! Secrets: in the environment, in mistakes of the config, in answers that repeat requests. Characters that a terminal
//! acts on, that reorder a line or that nobody sees, and commands to a CI runner: in every string a vendor or a config
//! can bring. (`tests/support/secrecy.rs` plants keys in refusals.)
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod hostile;
mod repeated;
mod runner;
mod secrets;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;

use support::{Folder, Run};

/// Everything a run left for people and scripts: stdout, stderr, and every file in its folder that was not there
/// before.
fn left_behind(folder: &Folder, run: &Run, before: &[String]) -> BTreeMap<String, String> {
    let mut left = BTreeMap::from([("stdout".to_owned(), run.out.clone()), ("stderr".to_owned(), run.err.clone())]);
    for name in folder.names().into_iter().filter(|name| !before.contains(name)) {
        left.insert(name.clone(), fs::read_to_string(folder.path(&name)).unwrap());
    }
    left
}
