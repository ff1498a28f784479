//! What people type from habit: flags and commands that other tools have, answered in a line instead of a guess.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Flags, and what there is instead.
const FLAGS: &[(&[&str], &str)] = &[
    (
        &["--force", "-force"],
        "there is no --force: a limit is exceeded by its exact number, with --confirm-deletes N or `confirm:` in the config, and no rule is skipped",
    ),
    (&["-json", "-markdown"], "flags have two dashes and their files are named: heeler plan --json plan.json"),
    (
        &["-out", "--out", "--output", "-o"],
        "a plan is kept as --json FILE, and `heeler apply --expect FILE` does only what is in it",
    ),
    (&["-target", "--target"], "one account is chosen by its id: --only 210000000003; one vendor by --provider"),
    (&["-destroy", "--destroy"], DESTROY),
    (&["-detailed-exitcode"], "flags have two dashes: heeler plan --detailed-exitcode"),
    (
        &["-no-color", "--no-color", "--no-colour"],
        "colours are switched off by --color never, or NO_COLOR=1 in the environment",
    ),
    (
        &["-refresh-only", "--refresh-only"],
        "what is live is read by every run: `heeler drift` compares it with the config",
    ),
    (
        &["-var", "--var", "-var-file", "--var-file"],
        "there are no variables: what accounts share stands under `defaults` and `profiles`",
    ),
    (&["--dry-run", "--dryrun"], "there is no --dry-run: `heeler plan` shows what apply would do, and changes nothing"),
    (
        &["--yes", "-y", "--auto-approve", "-auto-approve", "--approve"],
        "there is no --yes: apply never asks; what it may do is said by `limits` in the config and by --expect",
    ),
    (
        &["-f", "--file", "--filename", "-c", "--config"],
        "the config is named without a flag: heeler plan heeler.yaml, or a folder; without one it is ./heeler.yaml, else ./heeler/",
    ),
];

/// Commands, and what there is instead.
const COMMANDS: &[(&[&str], &str)] = &[
    (
        &["init", "new"],
        "there is no init: `heeler import --write heeler/` begins a config with what is live, and nothing is kept beside it",
    ),
    (&["destroy", "delete", "rm"], DESTROY),
    (
        &["diff", "preview", "show"],
        "`heeler plan` shows what apply would do, and `heeler drift` whether what is live still matches",
    ),
    (
        &["refresh", "state", "status"],
        "there is no state: every run reads what is live, and `heeler drift` compares it with the config",
    ),
    (&["check", "lint", "test"], "`heeler validate` checks the config, without a network"),
    (&["version"], "the version is shown by `heeler --version`"),
];

const DESTROY: &str =
    "there is no destroy: an account goes by an entry under `removed:` in the config, shown by plan and done by apply";

/// `heeler help COMMAND` as `heeler COMMAND --help`.
pub fn help_at_the_end(mut args: Vec<OsString>) -> Vec<OsString> {
    if args.get(1).is_some_and(|word| word == "help") {
        args.remove(1);
        args.push("--help".into());
    }
    args
}

/// The answer to a command line that cannot be understood, if it is one of those.
pub fn answer(error: &clap::Error, args: &[OsString]) -> Option<&'static str> {
    let of = |table: &[(&[&str], &'static str)], word: &str| {
        table.iter().find(|(words, _)| words.contains(&word)).map(|(_, answer)| *answer)
    };
    match error.kind() {
        ErrorKind::InvalidSubcommand => of(COMMANDS, text(error, ContextKind::InvalidSubcommand)?),
        ErrorKind::UnknownArgument => {
            let unknown = text(error, ContextKind::InvalidArg)?;
            // Of a word with one dash clap names the first letter.
            let named = args
                .iter()
                .skip(1)
                .filter_map(|word| word.to_str())
                .map(|word| word.split('=').next().unwrap_or_default());
            named.filter(|word| word.starts_with(unknown)).find_map(|word| of(FLAGS, word))
        }
        _ => None,
    }
}

/// The same error with the nearest command as the only guess, and without the advice to pass a flag off as a path.
pub fn without_guesses(mut error: clap::Error, cli: &clap::Command) -> clap::Error {
    error.remove(ContextKind::Suggested);
    let Some(word) = text(&error, ContextKind::InvalidSubcommand).map(str::to_owned) else { return error };
    let names = cli.get_subcommands().map(clap::Command::get_name);
    let near = names.map(|name| (strsim::osa_distance(&word, name), name)).filter(|(slips, _)| *slips <= 2);
    error.remove(ContextKind::SuggestedSubcommand);
    if let Some((_, name)) = near.min() {
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![name.to_owned()]));
    }
    error
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.split(['=', ' ']).next().unwrap_or_default()),
        _ => None,
    }
}
