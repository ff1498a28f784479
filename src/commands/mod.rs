//! Floor 5: the command line. Beside this file stands one file or folder per subcommand: its arguments and what it does, in
//! words of the floors below. What several of them share is in `arguments`, `loading`, `output`, `files` and `process`.

pub mod accept;
pub mod apply;
pub mod arguments;
pub mod completions;
pub mod drift;
pub mod explain;
pub mod files;
pub mod import;
pub mod loading;
pub mod man;
pub mod migrate;
pub mod output;
pub mod plan;
pub mod process;
pub mod sandbox;
pub mod schema;
pub mod validate;

use std::ffi::OsString;
use std::sync::Arc;

use clap::{CommandFactory, Parser, Subcommand};

use crate::executor::interrupt::{Interrupt, Stop};
use crate::model::{Env, Error, WriteClient};
use crate::render::style::{BAD, paint};
use process::console::Console;
use process::error::shown;
pub use process::exit::Exit;

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "heeler", version, about = ABOUT, long_about = LONG_ABOUT, after_help = EXAMPLES, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: arguments::flags::Global,
}

const ABOUT: &str = "Keep AWS integrations where git says they belong";

const LONG_ABOUT: &str = "\
heeler keeps AWS integrations where git says they belong.

The desired state is YAML: one file, or a folder of them. `plan` shows what `apply` would do; `apply` does it, proves it with a final \
listing, and reports it; `drift` says whether live still matches. What no entry names is left alone; nothing is deleted but by an entry under `removed:`, \
or under `ownership: exclusive`.

Keys come from the environment: DD_API_KEY and DD_APP_KEY, CLOUDCRAFT_API_KEY, WAVEFRONT_TOKEN. So do addresses: DD_SITE or WAVEFRONT_ADDRESS, where the config \
does not say them; DD_HOST and CLOUDCRAFT_HOST (a full URL) for proxies and emulators.";

const EXAMPLES: &str = "\
Examples:
  heeler import --write heeler/          what is live, as a config to begin with
  heeler plan heeler/                    what would change
  heeler plan --sandbox=world.json       try it: no keys, no network
  heeler validate heeler/                check a folder of YAML, offline
  heeler plan heeler/ --json plan.json   the same for scripts
  heeler apply heeler/                   do it, and prove it
  heeler drift heeler/                   does live still match? for cron
  heeler schema > heeler.schema.json     completion and checks in your editor

Exit codes:
   0  done
   1  failed, and nothing was changed
   2  drift; with plan --detailed-exitcode: there are changes
   3  partly applied; run it again to go on
   4  refused by a limit or a rule
   5  the config is invalid
  64  wrong usage";

/// What to do.
#[derive(Debug, Subcommand)]
enum Command {
    Validate(validate::Args),
    Plan(plan::Args),
    Apply(apply::Args),
    Drift(drift::Args),
    Explain(explain::Args),
    Import(import::Args),
    Accept(accept::Args),
    Migrate(migrate::Args),
    Schema(schema::Args),
    Sandbox(sandbox::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Runs the command that `args` asks for. Everything the process needs from outside comes in as arguments.
pub fn run(args: impl IntoIterator<Item = OsString>, env: &Env) -> Exit {
    let console = Console::new();
    match parsed(args, &console) {
        Ok(cli) => {
            cli.global.set_up();
            process::signals::survive_sigxfsz();
            ended(cli.command.run(env, &console), &console)
        }
        Err(exit) => exit,
    }
}

/// The same with what is printed going to this console; colours, logging and signals of the process stay as they are.
pub fn run_on(console: &Console, args: impl IntoIterator<Item = OsString>, env: &Env) -> Exit {
    match parsed(args, console) {
        Ok(cli) => ended(cli.command.run(env, console), console),
        Err(exit) => exit,
    }
}

/// As [`run_on`], for plan, apply and drift on a runtime that is there; the other commands make one of their own. Whoever
/// holds `stop` can stop an apply, as a signal does; a `client` is used in place of the network and of a sandbox of the
/// run's own.
pub async fn run_within(
    console: &Console,
    args: impl IntoIterator<Item = OsString>,
    env: &Env,
    client: Option<&Arc<dyn WriteClient>>,
    stop: &(Stop, Interrupt),
) -> Exit {
    let result = match parsed(args, console).map(|cli| cli.command) {
        Ok(Command::Plan(args)) => plan::run_within(&args, env, console, client).await,
        Ok(Command::Apply(args)) => apply::run_within(&args, env, console, client, stop).await,
        Ok(Command::Drift(args)) => drift::run_within(&args, env, console, client).await,
        Ok(other) => other.run(env, console),
        Err(exit) => return exit,
    };
    ended(result, console)
}

impl Command {
    fn run(&self, env: &Env, console: &Console) -> Result<Exit, Error> {
        match self {
            Command::Validate(args) => validate::run(args, env, console),
            Command::Plan(args) => plan::run(args, env, console),
            Command::Apply(args) => apply::run(args, env, console),
            Command::Drift(args) => drift::run(args, env, console),
            Command::Explain(args) => explain::run(args, env, console),
            Command::Import(args) => import::run(args, env, console),
            Command::Accept(args) => accept::run(args, env, console),
            Command::Migrate(args) => migrate::run(args, env, console),
            Command::Schema(args) => Ok(schema::run(args, console)),
            Command::Sandbox(args) => sandbox::run(args, env, console),
            Command::Man(args) => man::run(args, console),
            Command::Completions(args) => Ok(completions::run(args, console)),
        }
    }
}

/// The command line, or how a run ends that has none.
fn parsed(args: impl IntoIterator<Item = OsString>, console: &Console) -> Result<Cli, Exit> {
    let args = arguments::cli_suggestions::help_at_the_end(args.into_iter().collect());
    Cli::try_parse_from(&args).map_err(|error| unparsed(error, &args, console))
}

/// How a command ended; an error is said.
fn ended(result: Result<Exit, Error>, console: &Console) -> Exit {
    let exit = result.unwrap_or_else(|error| {
        console.problem(&shown(&error));
        error.kind().into()
    });
    delivered(exit, console)
}

/// Help, the version, or what is wrong with the command line.
fn unparsed(error: clap::Error, args: &[OsString], console: &Console) -> Exit {
    if let Some(answer) = arguments::cli_suggestions::answer(&error, args) {
        console.problem(&format!("{} {answer}\n", paint(BAD, "error:")));
        return Exit::Usage;
    }
    delivered(said_by_clap(&arguments::cli_suggestions::without_guesses(error, &Cli::command()), console), console)
}

/// A result that is not on stdout as a whole is a failure, and said.
fn delivered(exit: Exit, console: &Console) -> Exit {
    let Some(error) = console.undelivered() else { return exit };
    let error = Error::failed(format!("cannot write to stdout: {error}"))
        .hint("what was printed is not complete: do not use it; is the disk full?");
    console.problem(&shown(&error));
    exit.and(Exit::Failed)
}

/// Help that was asked for, or what is wrong with the command line.
fn said_by_clap(error: &clap::Error, console: &Console) -> Exit {
    let text = error.render().ansi().to_string();
    if error.use_stderr() {
        console.problem(&text);
        Exit::Usage
    } else {
        console.product(&text);
        Exit::Done
    }
}
