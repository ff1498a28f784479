//! Law 16: what one run promises, a year of them keeps. Random histories of commits, pull requests, applies, people and
//! bad days are played in process on a paused clock; what must hold stands in `promises`. `HEELER_HISTORIES` is how
//! many, from the seed `HEELER_HISTORY` on; a history that fails is shrunk and printed.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test may stop where it stands

mod commands;
mod config;
mod dice;
#[path = "../support/folder.rs"]
mod folder;
mod history;
mod kept;
mod people;
mod play;
mod promises;
mod vendors;
mod views;

use history::{Step, of_seed};
use play::play;

/// A secret of some accounts, by the name of its variable.
pub const SECRET: (&str, &str) = ("HISTORY_SECRET", "s3cr3t-of-this-history");

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Leaves out steps as long as it still fails.
fn shrunk(mut steps: Vec<Step>) -> (Vec<Step>, String) {
    let fails = |steps: &[Step]| {
        std::panic::catch_unwind(|| play(steps)).unwrap_or_else(|_| Err("it panicked".to_owned())).err()
    };
    let mut why = fails(&steps).unwrap_or_else(|| "it fails only sometimes".to_owned());
    let mut width = steps.len() / 2;
    while width > 0 {
        let mut start = 0;
        while start < steps.len() {
            let mut fewer = steps.clone();
            fewer.drain(start..(start + width).min(steps.len()));
            match fails(&fewer) {
                Some(still) => (steps, why) = (fewer, still),
                None => start += width,
            }
        }
        width /= 2;
    }
    (steps, why)
}

fn must_keep(name: &str, steps: Vec<Step>) {
    let failed = std::panic::catch_unwind(|| play(&steps)).unwrap_or_else(|_| Err("it panicked".to_owned()));
    if failed.is_err() {
        let (steps, why) = shrunk(steps);
        let steps: String = steps.iter().map(|step| format!("    {step:?},\n")).collect();
        panic!("{name} breaks a promise: {why}\nthe history, as short as it gets:\n{steps}");
    }
}

#[test]
fn histories_keep_what_one_run_promises() {
    let first = number("HEELER_HISTORY", 1);
    for seed in first..first + number("HEELER_HISTORIES", 200) {
        must_keep(&format!("seed {seed}"), of_seed(seed));
    }
}

#[test]
fn histories_that_broke_a_promise_once_keep_it() {
    for (what, steps) in kept::all() {
        must_keep(what, steps);
    }
}
