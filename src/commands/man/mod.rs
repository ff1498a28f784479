//! `heeler man`: manual pages, for packages and for whoever installed heeler without one.

mod page;

use std::fs;
use std::path::PathBuf;

use clap::{Args as ClapArgs, CommandFactory};

use crate::commands::files::atomic_files::write_text;
use crate::commands::files::own_reports::Product;
use crate::commands::output::overwrite_guard::{self, Inputs, Output};
use crate::commands::process::console::Console;
use crate::commands::process::error::cannot_write;
use crate::commands::{Cli, Exit};
use crate::model::Error;

/// Write manual pages: heeler(1), and one for each command
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  heeler man --dir ~/.local/share/man/man1   then: man heeler, man heeler-plan
  heeler man --dir man/man1 && man -M man heeler-plan")]
pub struct Args {
    /// The folder they are put in; made if it is not there
    #[arg(long, value_name = "FOLDER")]
    dir: PathBuf,
}

/// Runs it.
///
/// # Errors
/// A page cannot be written.
pub fn run(args: &Args, console: &Console) -> Result<Exit, Error> {
    let pages = pages().into_iter().map(|(command, name)| (args.dir.join(format!("{name}.1")), command));
    let pages: Vec<(PathBuf, clap::Command)> = pages.collect();
    let outputs: Vec<_> =
        pages.iter().map(|(path, _)| Output { flag: "--dir", path, product: Some(Product::Page) }).collect();
    overwrite_guard::check(&outputs, &Inputs::default())?;
    fs::create_dir_all(&args.dir).map_err(|error| cannot_write(&args.dir, error))?;
    for (path, command) in pages {
        let written = page::page(command).and_then(|page| write_text(&path, &page));
        written.map_err(|error| cannot_write(&path, error))?;
    }
    console.problem(&format!("manual pages are in {}\n", args.dir.display()));
    Ok(Exit::Done)
}

/// Every command that has a page, and the page's name.
fn pages() -> Vec<(clap::Command, String)> {
    let mut root = Cli::command();
    root.build(); // gives every command the flags that all have
    let commands: Vec<clap::Command> = root.get_subcommands().cloned().collect();
    let named = commands.into_iter().map(|command| {
        let name = format!("heeler-{}", command.get_name());
        (command.display_name(name.clone()), name)
    });
    std::iter::once((root.clone(), "heeler".to_owned())).chain(named).collect()
}
