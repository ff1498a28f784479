//! `heeler validate`: parse, merge, check; every error at once; no network.

use clap::Args as ClapArgs;

use super::console::Console;
use super::flags::Paths;
use super::{CommandError, Exit, session};
use crate::config::Loaded;
use crate::model::Env;
use crate::render::counted;

/// Check the config, offline: every mistake in every file, in one run
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  heeler validate                        ./heeler.yaml, else ./heeler/
  heeler validate shared.yaml gov/       several paths are one config

Exit codes: 0 valid, 5 invalid.")]
pub struct Args {
    #[command(flatten)]
    paths: Paths,
}

/// Runs it.
///
/// # Errors
/// The config is missing or invalid.
pub fn run(args: &Args, env: &Env, console: &Console) -> Result<Exit, CommandError> {
    let loaded = session::load(&args.paths, env, &|text| console.product(text))?;
    let Loaded { desired, sources: _, warnings, files, accounts, layers: _, has_defaults: _ } = loaded;
    let tombstones = if desired.tombstones.is_empty() { String::new() } else { format!(", {}", counted(desired.tombstones.len(), "tombstone")) };
    let warnings = if warnings.is_empty() { String::new() } else { format!(", {}", counted(warnings.len(), "warning")) };
    console.product(&format!("Valid: {} in {}{tombstones}{warnings}.\n", counted(accounts, "account"), counted(files, "file")));
    Ok(Exit::Done)
}
