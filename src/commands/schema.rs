//! `heeler schema`: JSON Schemas, of the config for editors, and of the JSON that plan, apply, drift and explain write;
//! and the reference of the config, for people.

use clap::{Args as ClapArgs, ValueEnum};

use super::Exit;
use crate::commands::process::console::Console;
use crate::config;
use crate::render::{config_reference, json};

/// Print what the config may say, for editors or for people; or the JSON Schema of the reports
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  heeler schema > heeler.schema.json
  heeler schema plan > plan.schema.json
  heeler schema explain > explain.schema.json
  heeler schema reference | less                 every key of the config

In an editor with the YAML language server, begin a config with
  # yaml-language-server: $schema=./heeler.schema.json")]
pub struct Args {
    /// What to print
    #[arg(value_enum, default_value_t = Which::Config)]
    which: Which,
}

/// What to print.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Which {
    /// The JSON Schema of the config
    Config,
    /// The JSON Schema of `plan --json`, `apply --json` and `drift --json`
    Plan,
    /// The JSON Schema of `explain --json`
    Explain,
    /// Every key of the config, as Markdown
    Reference,
}

/// Runs it.
pub fn run(args: &Args, console: &Console) -> Exit {
    let text = match args.which {
        Which::Config => format!("{:#}\n", config::json_schema::config()),
        Which::Plan => format!("{:#}\n", json::schema::<json::Document>()),
        Which::Explain => format!("{:#}\n", json::schema::<json::ExplainDocument>()),
        Which::Reference => config_reference::page(&config::json_schema::config()),
    };
    console.product(&text);
    Exit::Done
}
