//! heeler's commands within a test, as the binary runs them: words and an environment in; an exit code, what was
//! printed, and files out.

use clap::Parser;
use heeler::commands::console::Console;
use heeler::commands::{CommandError, Exit, apply, drift, import, migrate, plan, validate};
use heeler::executor::interrupt::{Interrupt, Stop};
use heeler::model::Env;

#[derive(Parser)]
enum Cli {
    Validate(validate::Args),
    Plan(plan::Args),
    Apply(apply::Args),
    Drift(drift::Args),
    Import(import::Args),
    Migrate(migrate::Args),
}

/// What became of a run.
#[derive(Debug)]
pub struct Ended {
    pub exit: Exit,
    /// What it printed, on either stream.
    pub printed: String,
}

fn parsed<'a>(words: impl IntoIterator<Item = &'a str>) -> Cli {
    Cli::parse_from(std::iter::once("heeler").chain(words))
}

fn ended(result: Result<Exit, CommandError>, console: &Console) -> Ended {
    let exit = result.unwrap_or_else(|error| {
        console.problem(&error.shown());
        error.exit()
    });
    Ended { exit, printed: console.collected() }
}

/// Runs a command to its end.
pub fn run<'a>(words: impl IntoIterator<Item = &'a str>, env: &Env) -> Ended {
    let console = Console::collecting();
    let result = match parsed(words) {
        Cli::Validate(args) => validate::run(&args, env, &console),
        Cli::Plan(args) => plan::run(&args, env, &console),
        Cli::Apply(args) => apply::run(&args, env, &console),
        Cli::Drift(args) => drift::run(&args, env, &console),
        Cli::Import(args) => import::run(&args, env, &console),
        Cli::Migrate(args) => migrate::run(&args, env, &console),
    };
    ended(result, &console)
}

/// Plans or applies on a runtime that is there; whoever holds `stop` can stop an apply, as a signal does.
pub async fn run_within<'a>(words: impl IntoIterator<Item = &'a str>, env: &Env, stop: &(Stop, Interrupt)) -> Ended {
    let console = Console::collecting();
    let result = match parsed(words) {
        Cli::Plan(args) => plan::run_within(&args, env, &console).await,
        Cli::Apply(args) => apply::run_within(&args, env, &console, stop).await,
        Cli::Validate(_) | Cli::Drift(_) | Cli::Import(_) | Cli::Migrate(_) => {
            panic!("these have a runtime of their own")
        }
    };
    ended(result, &console)
}
