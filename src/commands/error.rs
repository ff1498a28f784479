//! Why a command could not do its work, what to do about it, and which exit code it means.

use std::error::Error;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use thiserror::Error as ThisError;

use super::Exit;
use super::output_safety::Overwrite;
use crate::config::symlinks::Link;
use crate::executor::GuardError;
use crate::model::plan::VendorError;
use crate::providers;
use crate::render::escape_terminal::escaped_line;
use crate::render::style::{BAD, FAINT, paint};
use crate::sandbox::WorldError;
use crate::transport::OpenError;

/// Why a file is not what Terraform prints of a state.
#[derive(Debug, ThisError)]
pub enum NotAState {
    /// Another tool keeps it, whose accounts are taken over without a state.
    #[error("it is a state of Pulumi's")]
    Pulumi,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl<T: Into<String>> From<T> for NotAState {
    fn from(why: T) -> Self {
        NotAState::Other(why.into())
    }
}

/// Why a command could not do its work.
#[derive(Debug, ThisError)]
pub enum CommandError {
    /// No config was named, and none is in its usual place.
    #[error("no config: neither ./heeler.yaml nor ./heeler/ is here, and no PATH was given")]
    NoConfig,
    /// The config is invalid; everything about it has been said.
    #[error("the config is invalid")]
    Invalid,
    /// `--only` names an account that the config does not.
    #[error("--only {0}: no entry of the config names this account")]
    UnknownOnly(String),
    /// `import --only` names an account that is neither declared nor live.
    #[error("--only {0}: no account of this id is declared or live")]
    UnknownLive(String),
    /// `migrate --only` names an account that is not migrated.
    #[error("--only {0}: nothing that is migrated is about this account")]
    UnknownMigrated(String),
    /// `migrate --offline` with neither a state nor a config.
    #[error("--offline, but neither --terraform nor a config: there is nothing to migrate from")]
    OfflineListing,
    /// A state cannot be read.
    #[error("cannot read {}", .0.display())]
    ReadState(PathBuf, #[source] std::io::Error),
    /// A file is not what Terraform prints of a state.
    #[error("{} is not what `terraform show -json` prints: {}", .0.display(), .1)]
    NoState(PathBuf, NotAState),
    /// There is no config, and no provider whose keys are set.
    #[error("no config, and no provider's keys are set: there is nothing to import from")]
    NoProvider,
    /// A provider cannot be read to the end.
    #[error("cannot read {0}, so nothing is imported")]
    Unread(&'static str, #[source] VendorError),
    /// What was imported would not plan empty; the difference has been shown.
    #[error("a plan of the result is not empty, so it is not handed out")]
    Unproved,
    /// `import --write` would declare an account a second time.
    #[error("--write with --only of a declared account would declare it twice")]
    WriteDeclared,
    /// `import --write` into a folder with YAML of its own.
    #[error("{} is not part of the config that was read, but would be one config with what is written", .0.display())]
    Stranger(PathBuf),
    /// `--base` names what is not there.
    #[error("--base {}: there is no such file or folder", .0.display())]
    NoBase(PathBuf),
    /// `--provider` names one that the config does not use.
    #[error("--provider {0}: the config does not use it (it uses {1})")]
    UnusedProvider(String, String),
    /// `--expect` was given several digests, or a digest or `none` beside something else.
    #[error("--expect takes `none`, one digest, or any number of plan files, and no mixture of them")]
    MixedExpectations,
    /// Two reports want stdout.
    #[error("--json - and --markdown - cannot both have stdout")]
    TwoProducts,
    /// A file that must not be written over.
    #[error("{flag} {}", path.display())]
    Overwrites {
        /// What asked for it.
        flag: String,
        /// Which file.
        path: PathBuf,
        /// Why it must not.
        #[source]
        why: Overwrite,
    },
    /// What was printed did not get through.
    #[error("cannot write to stdout: {0}")]
    Undelivered(String),
    /// A pretend apply in a workflow.
    #[error("apply --sandbox --github: nothing real would be applied, and the step would be green all the same")]
    PretendApply,
    /// A plan file cannot be read.
    #[error("cannot read {}", .0.display())]
    ReadPlan(PathBuf, #[source] std::io::Error),
    /// The report that `--after` names cannot be read.
    #[error("cannot read {}", .0.display())]
    ReadReport(PathBuf, #[source] std::io::Error),
    /// The file that `--after` names is no report of an apply.
    #[error("--after {}: it is not the JSON of `heeler apply --json`", .0.display())]
    NoReport(PathBuf),
    /// The client cannot be made.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The keys may not be used with this config.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// A world where a config is expected.
    #[error("{} is a world, or is not there, and stands where a config is named", .0.display())]
    WorldAsConfig(PathBuf),
    /// A report where a config is expected.
    #[error("{} is a report of heeler's, and stands where a config is named", .0.display())]
    ReportAsConfig(PathBuf),
    /// A link that is not followed.
    #[error(transparent)]
    Link(#[from] Link),
    /// The world cannot be read.
    #[error(transparent)]
    World(#[from] WorldError),
    /// Secrets that apply would send are not set.
    #[error("{} that apply would send {} not set: {}", if .0.len() == 1 { "a secret" } else { "secrets" }, if .0.len() == 1 { "is" } else { "are" }, .0.join(", "))]
    SecretsUnset(Vec<String>),
    /// A file cannot be written.
    #[error("cannot write {}", .0.display())]
    Write(PathBuf, #[source] std::io::Error),
    /// The sandbox cannot listen.
    #[error("cannot listen on {0}")]
    Listen(String, #[source] std::io::Error),
    /// There is no runtime to run on.
    #[error("cannot start")]
    Runtime(#[source] std::io::Error),
}

impl CommandError {
    /// The exit code it means.
    pub fn exit(&self) -> Exit {
        match self {
            CommandError::UnknownLive(_)
            | CommandError::UnknownMigrated(_)
            | CommandError::OfflineListing
            | CommandError::NoProvider
            | CommandError::WriteDeclared => Exit::Usage,
            CommandError::Unread(..) | CommandError::Unproved | CommandError::Stranger(_) => Exit::Failed,
            CommandError::NoConfig
            | CommandError::UnknownOnly(_)
            | CommandError::NoBase(_)
            | CommandError::UnusedProvider(..)
            | CommandError::MixedExpectations
            | CommandError::TwoProducts
            | CommandError::Overwrites { .. }
            | CommandError::WorldAsConfig(_)
            | CommandError::ReportAsConfig(_)
            | CommandError::PretendApply
            | CommandError::ReadReport(..)
            | CommandError::NoReport(_)
            | CommandError::ReadPlan(..) => Exit::Usage,
            CommandError::Invalid => Exit::Invalid,
            CommandError::Guard(GuardError::WrongOrganization { .. }) => Exit::Refused,
            CommandError::Open(_)
            | CommandError::Guard(GuardError::Unknown { .. })
            | CommandError::Link(_)
            | CommandError::World(_)
            | CommandError::ReadState(..)
            | CommandError::NoState(..)
            | CommandError::SecretsUnset(_)
            | CommandError::Write(..)
            | CommandError::Undelivered(_)
            | CommandError::Listen(..)
            | CommandError::Runtime(_) => Exit::Failed,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            CommandError::NoConfig => no_config(Path::new("examples/configs/quickstart")),
            CommandError::Invalid | CommandError::World(_) => return None,
            CommandError::Runtime(_) => {
                "heeler needs a dozen open files and a thread: does a limit of this shell (`ulimit -a`) forbid them?".to_owned()
            }
            CommandError::UnknownOnly(_) => "--only takes ids of accounts that stand under `accounts:` or `removed:`".to_owned(),
            CommandError::UnknownLive(_) => "--only takes AWS account ids, or the key where a vendor knows an account by its key only".to_owned(),
            CommandError::UnknownMigrated(_) => "--only takes AWS account ids, or an access key that stands for one".to_owned(),
            CommandError::OfflineListing => "name a state with --terraform, or a config; or leave --offline out".to_owned(),
            CommandError::ReadState(..) => "write it with `terraform show -json > state.json`".to_owned(),
            CommandError::NoState(_, NotAState::Pulumi) => "run `heeler import`: it takes over what is live, without a state".to_owned(),
            CommandError::NoState(..) => "run `terraform show -json > state.json` where the configuration is, and name that file".to_owned(),
            CommandError::NoProvider => format!("set {}; to try it without keys, add --sandbox=WORLD", keys()),
            CommandError::Unread(_, VendorError::Denied(_)) => "may the application key read this integration?".to_owned(),
            CommandError::Unread(..) => "nothing was changed; run it again".to_owned(),
            CommandError::Unproved => "please report it, with the difference above; `--only` imports the other accounts meanwhile".to_owned(),
            CommandError::WriteDeclared => "print it without --write, and put the values where the account is declared".to_owned(),
            CommandError::Stranger(_) => "name the config as PATH, or write into a folder without YAML".to_owned(),
            CommandError::NoBase(_) => {
                "name the config before the change, such as the target branch checked out beside this one; or leave --base out".to_owned()
            }
            CommandError::UnusedProvider(..) => "name providers that have a block in the config".to_owned(),
            CommandError::MixedExpectations => "name the plan files only: they approve per field change".to_owned(),
            CommandError::TwoProducts => "write one of them to a file".to_owned(),
            CommandError::Overwrites { .. } => "nothing was read, sent or written; name another file".to_owned(),
            CommandError::Undelivered(_) => "what was printed is not complete: do not use it; is the disk full?".to_owned(),
            CommandError::PretendApply => "leave one of them out; `heeler sandbox` on a port takes an apply with --github".to_owned(),
            CommandError::ReadPlan(..) => "is it the file that `heeler plan --json FILE` wrote? a digest is 64 hexadecimal digits".to_owned(),
            CommandError::WorldAsConfig(path) => format!("a world follows an equals sign, and must be there: --sandbox={}", path.display()),
            CommandError::ReportAsConfig(path) => {
                format!("to do what a plan contains, and nothing else, name the config and `heeler apply --expect {}`", path.display())
            }
            CommandError::Link(link) => link.help().to_owned(),
            CommandError::ReadReport(..) | CommandError::NoReport(_) => {
                "name the file that `heeler apply --json FILE` wrote in the last run, or leave --after out; nothing was read or changed".to_owned()
            }
            CommandError::Open(error) => error.hint().to_owned(),
            CommandError::Guard(GuardError::WrongOrganization { .. }) => {
                "run with the keys of that organization; nothing was read or changed".to_owned()
            }
            CommandError::Guard(GuardError::Unknown { source: VendorError::NoAnswer(_), .. }) => "can this machine reach the vendor?".to_owned(),
            CommandError::Guard(GuardError::Unknown { .. }) => "are the keys valid, and is it their site?".to_owned(),
            CommandError::SecretsUnset(_) => "set what is missing in the environment of this run; nothing was changed".to_owned(),
            CommandError::Write(_, error) => unwritten(error.kind()).to_owned(),
            CommandError::Listen(..) => "name a free port on this machine, such as --listen 127.0.0.1:8126".to_owned(),
        })
    }

    /// The message, its causes, and what to do, as shown.
    pub fn shown(&self) -> String {
        if matches!(self, CommandError::Invalid) {
            return String::new();
        }
        let hint =
            self.hint().map_or(String::new(), |hint| format!("\n{} {}", paint(FAINT, "do:"), escaped_line(&hint)));
        format!("{} {}{hint}\n", paint(BAD, "error:"), escaped_line(&self.words()))
    }

    /// The message and its causes.
    pub fn words(&self) -> String {
        let mut words = self.to_string();
        let mut cause = self.source();
        while let Some(inner) = cause {
            words = format!("{words}: {inner}");
            cause = inner.source();
        }
        words
    }
}

/// What to look at where a file cannot be written.
fn unwritten(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound | ErrorKind::NotADirectory => "is the folder there?",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "may the file, and the folder around it, be written?"
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "is there room on the disk, and within quota and `ulimit -f`?"
        }
        _ => "what the system says is above: is it a limit of this shell (`ulimit -a`), or of the disk?",
    }
}

/// How to begin. The example is for whoever stands in heeler's own repository; a binary comes without it.
fn no_config(example: &Path) -> String {
    match example.is_dir() {
        true => format!("try it on an example: heeler plan --sandbox {}", example.display()),
        false => "name a file or a folder of *.yaml; to begin one with what is live, set the keys and run `heeler import > heeler.yaml`".to_owned(),
    }
}

/// The variables that hold keys, provider by provider.
fn keys() -> String {
    let mut keys: Vec<String> = providers::ALL.iter().map(|provider| provider.credentials().join(" and ")).collect();
    keys.dedup();
    keys.join(", or ")
}
