//! `heeler completions`: for shells.

use clap::{Args as ClapArgs, CommandFactory};
use clap_complete::Shell;

use crate::commands::process::console::Console;
use crate::commands::{Cli, Exit};

/// Print completions for a shell
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  heeler completions bash > /etc/bash_completion.d/heeler
  heeler completions zsh > \"${fpath[1]}/_heeler\"")]
pub struct Args {
    /// Which shell
    shell: Shell,
}

/// Runs it.
pub fn run(args: &Args, console: &Console) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "heeler", &mut script);
    console.product(&String::from_utf8_lossy(&script));
    Exit::Done
}
