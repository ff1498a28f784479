//! `heeler schema`: JSON Schemas, of the config for editors, and of the JSON that plan, apply and drift write.

use clap::{Args as ClapArgs, ValueEnum};

use super::Exit;
use super::console::Console;
use crate::config;
use crate::render::json;

/// Print a JSON Schema: of the config, for editors; or of the JSON that plan, apply and drift write
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  heeler schema > heeler.schema.json
  heeler schema plan > plan.schema.json

In an editor with the YAML language server, begin a config with
  # yaml-language-server: $schema=./heeler.schema.json")]
pub struct Args {
    /// Which schema
    #[arg(value_enum, default_value_t = Which::Config)]
    which: Which,
}

/// Which schema.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Which {
    /// Of the config
    Config,
    /// Of `plan --json`, `apply --json` and `drift --json`
    Plan,
}

/// Runs it.
pub fn run(args: &Args, console: &Console) -> Exit {
    let schema = match args.which {
        Which::Config => config::json_schema::config(),
        Which::Plan => json::schema(),
    };
    console.product(&format!("{schema:#}\n"));
    Exit::Done
}
