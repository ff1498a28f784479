//! The process: arguments and environment in, an exit code out.

use std::process::ExitCode;

use heeler::commands;
use heeler::model::Env;

fn main() -> ExitCode {
    ExitCode::from(commands::run(std::env::args_os(), &Env::of_process()).code())
}
