//! heeler's commands within a test, as the binary runs them: words and an environment in; an exit code, what was
//! printed, and files out.

use std::ffi::OsString;
use std::sync::Arc;

use heeler::commands::process::console::Console;
use heeler::commands::{self, Exit};
use heeler::executor::interrupt::{Interrupt, Stop};
use heeler::model::{Env, WriteClient};

/// What became of a run.
#[derive(Debug)]
pub struct Ended {
    pub exit: Exit,
    /// What it printed, on either stream.
    pub printed: String,
}

fn args<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<OsString> {
    std::iter::once("heeler").chain(words).map(OsString::from).collect()
}

/// Runs a command to its end.
pub fn run<'a>(words: impl IntoIterator<Item = &'a str>, env: &Env) -> Ended {
    let console = Console::collecting();
    let exit = commands::run_on(&console, args(words), env);
    Ended { exit, printed: console.collected() }
}

/// Plans or applies by this client on a runtime that is there; whoever holds `stop` can stop an apply, as a signal does.
pub async fn run_within<'a>(
    words: impl IntoIterator<Item = &'a str>,
    env: &Env,
    client: Arc<dyn WriteClient>,
    stop: &(Stop, Interrupt),
) -> Ended {
    let console = Console::collecting();
    let exit = commands::run_within(&console, args(words), env, Some(&client), stop).await;
    Ended { exit, printed: console.collected() }
}
