//! `heeler validate`: parse, merge, check; every error at once; no network.

use clap::{Args as ClapArgs, ValueEnum};

use crate::commands::Exit;
use crate::commands::arguments::config_paths;
use crate::commands::arguments::flags::{Paths, Reports};
use crate::commands::output::overwrite_guard::Inputs;
use crate::commands::output::reporter::Reporter;
use crate::commands::process::console::Console;
use crate::config::{Invalid, Loaded};
use crate::model::diagnostic::counts;
use crate::model::{Diagnostic, Env, Error, Sources};
use crate::render::{self, counted};
use crate::run::Run;

/// Check the config, offline: every mistake in every file, in one run
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  heeler validate                    ./heeler.yaml, else ./heeler/
  heeler validate shared.yaml gov/   several paths are one config
  heeler validate --github           annotations on the lines of a pull request
  heeler validate --format sarif     for code scanning

Exit codes:
  0  valid
  5  invalid")]
pub struct Args {
    #[command(flatten)]
    paths: Paths,
    /// In GitHub Actions: annotations, the step summary ($GITHUB_STEP_SUMMARY), and outputs ($GITHUB_OUTPUT)
    #[arg(long)]
    github: bool,
    /// How mistakes are printed: `text` for people, `sarif` (SARIF 2.1.0) for code scanning
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How mistakes are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Sarif,
}

/// Runs it.
///
/// # Errors
/// The config is missing or invalid.
pub fn run(args: &Args, env: &Env, console: &Console) -> Result<Exit, Error> {
    let reports = Reports { json: None, markdown: None, github: args.github };
    let reporter = Reporter::new("validate", &reports, &Inputs::config(&args.paths), env, console)?;
    reporter.close(validate(args, env, console, &reporter))
}

fn validate(args: &Args, env: &Env, console: &Console, reporter: &Reporter<'_>) -> Result<Exit, Error> {
    match Run::load(&config_paths::paths(&args.paths)?, env) {
        Ok(run) => {
            let loaded = run.config();
            let warnings = loaded.offline_warnings();
            show(args.format, &warnings, &loaded.sources, console, reporter);
            if args.format == Format::Text {
                console.product(&valid(loaded, counts(&warnings).1));
            }
            Ok(Exit::Done)
        }
        Err(invalid) => {
            let Invalid { sources, diagnostics } = *invalid;
            show(args.format, &diagnostics, &sources, console, reporter);
            reporter.invalid(&diagnostics, &sources);
            Err(Error::invalid_config())
        }
    }
}

fn show(format: Format, list: &[Diagnostic], sources: &Sources, console: &Console, reporter: &Reporter<'_>) {
    console.product(&match format {
        Format::Text => render::diagnostics::diagnostics(list, sources),
        Format::Sarif => render::sarif::sarif(list, sources, &reporter.links),
    });
    if format == Format::Text {
        reporter.annotate(list, sources);
    }
}

fn valid(loaded: &Loaded, warnings: usize) -> String {
    let Loaded { desired, sources: _, layers: _, directory: _, warnings: _, files, accounts } = loaded;
    let tombstones = if desired.tombstones.is_empty() {
        String::new()
    } else {
        format!(", {}", counted(desired.tombstones.len(), "tombstone"))
    };
    let warnings = if warnings == 0 { String::new() } else { format!(", {}", counted(warnings, "warning")) };
    format!("Valid: {} in {}{tombstones}{warnings}.\n", counted(*accounts, "account"), counted(*files, "file"))
}
