//! `heeler man`: manual pages, for packages. Not in the help: people who have a package have them.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, CommandFactory};

use super::atomic_files::write_text;
use super::console::Console;
use super::error::cannot_write;
use super::output_safety::{self, Inputs, Output};
use super::own_reports::Product;
use super::{Cli, Exit};
use crate::model::Error;

/// Write manual pages: heeler.1, and one per command
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Example:
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
    output_safety::check(&outputs, &Inputs::default())?;
    fs::create_dir_all(&args.dir).map_err(|error| cannot_write(&args.dir, error))?;
    for (path, command) in pages {
        write(&path, command)?;
    }
    console.problem(&format!("manual pages are in {}\n", args.dir.display()));
    Ok(Exit::Done)
}

/// The pages and their names.
fn pages() -> Vec<(clap::Command, String)> {
    let root = Cli::command();
    let mut pages = vec![(root.clone(), "heeler".to_owned())];
    for command in root.get_subcommands().filter(|command| !command.is_hide_set()) {
        let name = format!("heeler-{}", command.get_name());
        pages.push((
            command
                .clone()
                .version(env!("CARGO_PKG_VERSION"))
                .bin_name(name.replacen('-', " ", 1))
                .display_name(name.clone()),
            name,
        ));
    }
    pages
}

fn write(path: &Path, command: clap::Command) -> Result<(), Error> {
    let mut page = Vec::new();
    let title = command.get_display_name().unwrap_or("heeler").to_owned();
    let source = concat!("heeler ", env!("CARGO_PKG_VERSION"));
    let rendered = clap_mangen::Man::new(command).title(title).source(source).manual("heeler").render(&mut page);
    rendered
        .and_then(|()| write_text(path, &as_typed(&String::from_utf8_lossy(&page))))
        .map_err(|error| cannot_write(path, error))
}

/// Examples and tables stand in the last part as they were typed: filled and justified they could be neither read nor
/// copied.
fn as_typed(page: &str) -> String {
    let Some((before, rest)) = page.split_once(".SH EXTRA\n") else { return page.to_owned() };
    let (extra, after) =
        rest.split_once("\n.SH ").map_or((rest, String::new()), |(extra, after)| (extra, format!("\n.SH {after}")));
    format!("{before}.SH NOTES\n.nf\n{}\n.fi{after}\n", extra.trim_end())
}
