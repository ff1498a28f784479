//! Flags that several commands share.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use tracing_subscriber::EnvFilter;

use crate::commands::arguments::only;
use crate::commands::files::same_file::FileId;
use crate::commands::process::console::Log;
use crate::config::Loaded;
use crate::model::desired::LeftOutReason;
use crate::model::limits::{Confirm, LimitName};
use crate::model::{Env, Error, ResourceSelection};
use crate::providers;
use crate::run::Run;

/// Flags of every command.
#[derive(Debug, Args)]
pub struct Global {
    /// Whether to colour the output; auto looks at the terminal, NO_COLOR and CLICOLOR
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,
    /// Say more on stderr; twice: every request
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
}

/// When to colour.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

impl Global {
    /// Sets colour and logging for this process.
    pub fn set_up(&self) {
        let choice = match self.color {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
        let level = match self.verbose {
            0 => "heeler=warn",
            1 => "heeler=info",
            2 => "heeler=debug",
            _ => "heeler=trace",
        };
        let ansi = matches!(
            anstream::AutoStream::choice(&std::io::stderr()),
            anstream::ColorChoice::Always | anstream::ColorChoice::AlwaysAnsi
        );
        let log =
            tracing_subscriber::fmt().with_env_filter(EnvFilter::new(level)).with_writer(Log::default).with_ansi(ansi);
        // In tests several commands run in one process; the first one's logging stays.
        let _ = log.with_target(false).without_time().log_internal_errors(false).try_init();
    }
}

/// Which config, which accounts and world, and which providers: what commands that ask vendors begin with.
#[derive(Debug, Args)]
pub struct ConfigSelection {
    /// Where the config is.
    #[command(flatten)]
    pub paths: Paths,
    /// Which accounts, which world.
    #[command(flatten)]
    pub selection: Selection,
    /// Which providers.
    #[command(flatten)]
    pub providers: ProviderSelection,
}

impl ConfigSelection {
    /// The words by which another command names the same config in the same world, as a shell takes them, each with a
    /// space before it.
    pub fn words(&self) -> String {
        let world = self.selection.sandbox.as_ref().map(|world| match world.is_empty() {
            true => "--sandbox".to_owned(),
            false => format!("--sandbox={}", shell_word(&world.to_string_lossy())),
        });
        let paths = self.paths.paths.iter().map(|path| shell_word(&path.to_string_lossy()));
        world.into_iter().chain(paths).map(|word| format!(" {word}")).collect()
    }
}

/// A word as a shell takes it: in quotes, if there is anything in it that means something to a shell.
fn shell_word(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "._/-:=@%+,".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

/// Where the config is.
#[derive(Debug, Args)]
pub struct Paths {
    /// Files, or folders of *.yaml; together they are one config [default: ./heeler.yaml, else ./heeler/]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// Which accounts, which world.
#[derive(Debug, Args)]
pub struct Selection {
    /// Only these AWS accounts at every provider, by id or name, or all that list a profile: "profile:NAME"; or single
    /// resources as plan names them: "210000000001 wavefront.ec2". Several stand with commas between them; a comma that
    /// belongs to a name is written `\,`. Everything is still checked and read
    #[arg(long, value_name = "ACCOUNT")]
    pub only: Vec<String>,
    /// Run against the embedded emulator: no keys, no network. Without WORLD: world.json beside the config, else an
    /// empty organization
    #[arg(long, value_name = "WORLD", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub sandbox: Option<OsString>,
}

impl Selection {
    /// What is selected, if anything was named; names and profiles are those of these configs.
    ///
    /// # Errors
    /// Something is no account, no profile, and no name of a resource.
    pub fn only(&self, configs: &[&Loaded]) -> Result<Option<ResourceSelection>, Error> {
        only::read(&self.only, configs)
    }
}

/// Which providers of the config.
#[derive(Debug, Default, Args)]
pub struct ProviderSelection {
    /// Only these providers: the others are left out, and need no keys
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = provider_names())]
    provider: Vec<String>,
}

impl ProviderSelection {
    /// Whether it names this provider, or none at all.
    pub fn selects(&self, name: &str) -> bool {
        self.provider.is_empty() || self.provider.iter().any(|selected| selected == name)
    }

    /// Leaves all but the selected providers out of this run.
    ///
    /// # Errors
    /// A selected one is not in use.
    pub fn narrow(&self, run: &mut Run) -> Result<(), Error> {
        let used: Vec<&'static str> = run.config().desired.settings.keys().copied().collect();
        if let Some(unused) = self.provider.iter().find(|name| !used.contains(&name.as_str())) {
            let used = if used.is_empty() { "none".to_owned() } else { used.join(", ") };
            let message = format!("--provider {unused}: the config does not use it (it uses {used})");
            return Err(Error::usage(message).hint("name providers that have a block in the config"));
        }
        run.leave_out(|name| !self.selects(name), LeftOutReason::NotSelected);
        Ok(())
    }
}

fn provider_names() -> PossibleValuesParser {
    PossibleValuesParser::new(providers::ALL.iter().map(|provider| provider.name()))
}

/// Numbers that exceed a limit and are meant.
#[derive(Debug, Default, Args)]
pub struct Confirmed {
    /// N creates are meant, whatever the limit: plan wants exactly N, apply takes N or fewer
    #[arg(long, value_name = "N")]
    confirm_creates: Option<usize>,
    /// N deletes are meant, whatever the limit: plan wants exactly N, apply takes N or fewer
    #[arg(long, value_name = "N")]
    confirm_deletes: Option<usize>,
    /// N accounts with disruptive updates (!) are meant, whatever the limit: plan wants exactly N, apply takes N or fewer
    #[arg(long, alias = "confirm-removals", value_name = "N")]
    confirm_disruptive: Option<usize>,
    /// N accounts of which more is collected ($) are meant, whatever the limit: plan wants exactly N, apply takes N or fewer
    #[arg(long, value_name = "N")]
    confirm_costly: Option<usize>,
    /// N accounts with updates are meant, whatever the limit: plan wants exactly N, apply takes N or fewer
    #[arg(long, value_name = "N")]
    confirm_updates: Option<usize>,
}

impl Confirmed {
    /// The numbers.
    pub fn confirm(&self) -> Confirm {
        let Confirmed { confirm_creates, confirm_deletes, confirm_disruptive, confirm_costly, confirm_updates } = *self;
        let given = |name: LimitName| {
            let number = match name {
                LimitName::Creates => confirm_creates,
                LimitName::Deletes => confirm_deletes,
                LimitName::Disruptive => confirm_disruptive,
                LimitName::Costly => confirm_costly,
                LimitName::Updates => confirm_updates,
            };
            Some((name, (number?, None)))
        };
        Confirm(LimitName::ALL.into_iter().filter_map(given).collect())
    }
}

/// Where the report goes besides stdout.
#[derive(Debug, Args)]
pub struct Reports {
    /// Write the result as JSON, which `heeler schema plan` describes; `-` is stdout, in place of text
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write the result as Markdown for a comment, at most 60,000 bytes; `-` is stdout, in place of text
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// In GitHub Actions: annotations, the step summary ($GITHUB_STEP_SUMMARY), and outputs ($GITHUB_OUTPUT)
    #[arg(long)]
    pub github: bool,
}

impl Reports {
    /// Where JSON goes, if anybody wants it.
    pub fn json_destination(&self, env: &Env) -> Option<Destination> {
        self.json.as_deref().map(|path| Destination::of(path, env))
    }

    /// Where Markdown goes, if anybody wants it.
    pub fn markdown_destination(&self, env: &Env) -> Option<Destination> {
        self.markdown.as_deref().map(|path| Destination::of(path, env))
    }

    /// Whether any report takes the place of text on stdout.
    pub fn take_stdout(&self) -> bool {
        [&self.json, &self.markdown].into_iter().flatten().any(|path| is_stream(path, "stdout", 1))
    }
}

/// Where a report goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// To stdout, in place of text.
    Stdout,
    /// To stderr.
    Stderr,
    /// Into what is no file of this run's own: a pipe, a device, the step's summary. It is added to what is there,
    /// once.
    Through(PathBuf),
    /// A file, which is replaced.
    File(PathBuf),
}

impl Destination {
    /// What a path stands for.
    fn of(path: &Path, env: &Env) -> Self {
        let goes_on =
            |name: &str| env.plain(name).is_some_and(|known| FileId::of_any(Path::new(known)) == FileId::of_any(path));
        if is_stream(path, "stdout", 1) {
            Destination::Stdout
        } else if is_stream(path, "stderr", 2) {
            Destination::Stderr
        } else if fs::metadata(path).is_ok_and(|data| !data.is_file() && !data.is_dir())
            || ["/dev/fd", "/proc"].iter().any(|folder| path.starts_with(folder))
            || goes_on("GITHUB_STEP_SUMMARY")
        {
            Destination::Through(path.to_path_buf())
        } else {
            Destination::File(path.to_path_buf())
        }
    }
}

/// Whether a path is one of the names of a stream of this process.
fn is_stream(path: &Path, name: &str, number: u8) -> bool {
    (number == 1 && path.as_os_str() == "-")
        || [format!("/dev/{name}"), format!("/dev/fd/{number}"), format!("/proc/self/fd/{number}")]
            .iter()
            .any(|known| path == Path::new(known))
}
