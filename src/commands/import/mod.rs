//! `heeler import`: live state as YAML for what the config does not declare. It holds a `ReadClient` only.

pub mod first_config;
pub mod import_files;
pub mod import_session;
pub mod new_files;

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::Exit;
use crate::commands::arguments::config_paths::usual_place;
use crate::commands::arguments::flags::ConfigSelection;
use crate::commands::arguments::written_config::WrittenConfig;
use crate::commands::process::console::Console;
use crate::commands::process::runtime::runtime;
use crate::importer::{self, ImportInput, Imported, LeftOutRow, LeftUnmanaged, Note, Unproved};
use crate::model::suggestion::listed;
use crate::model::{Env, Error};
use crate::render::style::{CHANGED, paint};
use crate::render::{self, PlanView, counted, yaml};
use crate::run::Run;
use import_files::Folder;
use import_session::{ImportSession, are_known};

/// Print live accounts that the config does not declare, as YAML: read-only
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  heeler import --sandbox=world.json          try it: no keys, no network
  heeler import > heeler.yaml                 the first config, from the keys
                                              that are set
  heeler import --write heeler/               the same as files: what all share,
                                              and the accounts
  heeler import --write heeler/ --split by=team
                                              a file for the accounts of each
                                              team
  heeler import heeler/ > heeler/new.yaml     accounts that came since; a
                                              comment, if none did
  heeler import heeler/ --only 210000000003   a declared account as it is live
                                              now

With no config yet, it reads the providers whose keys are set. Where two APIs list the same accounts, it reads the newer one. To import through \
the other, begin with a config whose `providers:` names that one alone.

What many accounts share goes into `defaults` and profiles; where tags with a common key differ, `vars` say how. Fields that hold nothing are \
left out, and so are ids that the vendor makes up: they stay unmanaged. Secrets cannot be read: they become references.

Nothing is printed unless a plan of it against the same listing is empty. If it is empty only with every account written in full, as with `--flat`, \
that is printed, with a warning.

Exit codes:
  0  printed, or nothing to import
  1  not everything could be read, or a plan of it would not be empty
  4  the keys are another organization's
  5  the config is invalid")]
pub struct Args {
    #[command(flatten)]
    config: ConfigSelection,
    #[command(flatten)]
    written: WrittenConfig,
}

/// Runs it.
///
/// # Errors
/// The config, the keys, the vendor or a file stands in the way.
pub fn run(args: &Args, env: &Env, console: &Console) -> Result<Exit, Error> {
    let Args { config, written: WrittenConfig { flat, write, split } } = args;
    let ConfigSelection { paths, selection, providers } = config;
    let split = split.as_ref();
    let mut session = ImportSession::open(paths, selection, providers, env, console)?;
    let folder = write.as_deref().map(|path| Folder::ready(path, &session, split)).transpose()?;
    let only = selection.only(&[session.connection.run().config()])?;
    let snapshot = runtime()?.block_on(session.read_new(only.as_ref()))?;
    are_known(only.as_ref(), &snapshot)?;
    let run = snapshot.run();
    let imported = importer::import(&ImportInput {
        texts: &session.texts,
        beginning: &session.beginning,
        loaded: run.config(),
        env,
        snapshots: snapshot.providers(),
        only: only.as_ref(),
        adopted: None,
        flat: *flat,
        layout: folder.as_ref().map_or(importer::Layout::One, |folder| folder.layout.clone()),
    });
    let imported = imported.map_err(|unproved| {
        console.problem(&shown(&unproved, run.is_sandboxed()));
        unproved_error()
    })?;
    let config_read = if paths.paths.is_empty() && session.beginning.is_empty() { usual_place().ok() } else { None };
    hand_over(&imported, &Destination { folder: folder.as_ref(), config_read }, run, console)
}

/// Where the product goes, and which config it is new to.
struct Destination<'a> {
    folder: Option<&'a Folder>,
    /// The config in its usual place, where it was read and nobody named it.
    config_read: Option<Vec<PathBuf>>,
}

/// Prints the product, or writes the files, and says what it is.
fn hand_over(imported: &Imported, to: &Destination<'_>, run: &Run, console: &Console) -> Result<Exit, Error> {
    let Destination { folder, config_read } = to;
    let Imported { texts, accounts, profiles, accepted, unmanaged, unfolded, left, notes, tag_keys: _, names: _ } =
        imported;
    let missing = if left.is_empty() {
        String::new()
    } else {
        format!(" Left out: {}, named at the end.", counted(left.len(), "row"))
    };
    let left = left_out(left);
    let mark = if run.is_sandboxed() { " (sandbox)" } else { "" };
    let unselected: Vec<&str> = run.config().desired.left_out.keys().copied().collect();
    if !unselected.is_empty() {
        console.problem(&format!("left out: {} (--provider)\n", unselected.join(", ")));
    }
    if texts.is_empty() {
        let read = config_read.iter().flatten().map(|path| format!(" The config that was read: ./{}.", path.display()));
        let read: String = read.collect();
        console.product(&format!("# Nothing to import: no live account is undeclared.{read}\n{left}"));
        return Ok(Exit::Done);
    }
    match folder {
        Some(_) if *accepted > 0 => {
            let message = "--write with --only of a declared account would declare it twice";
            let hint = "print it without --write, and put the values where the account is declared";
            return Err(Error::usage(message).hint(hint));
        }
        Some(folder) => {
            folder.can_split(imported)?;
            let written = folder.write(texts, &left)?;
            written.iter().for_each(|path| {
                console.product(&format!(
                    "wrote {}\n",
                    render::escape_untrusted::escaped_line(&path.display().to_string())
                ))
            });
        }
        None => console
            .product(&format!("{}{left}", texts.iter().map(|text| text.text.as_str()).collect::<Vec<_>>().join("\n"))),
    }
    if let Some(unproved) = unfolded {
        console.problem(&written_in_full(unproved, run.is_sandboxed()));
    }
    if let Some(words) = fields_left_out(notes) {
        console.problem(&format!("{} {words}\n", paint(CHANGED, "warning:")));
    }
    if *accounts > 0 && console.undelivered().is_none() {
        let profiles = if *profiles > 0 { format!(" with {}", counted(*profiles, "profile")) } else { String::new() };
        console.problem(&format!(
            "Imported {}{profiles}. Planned against the same listing: no changes.{missing}{mark}\n",
            counted(*accounts, "account")
        ));
        console.problem(&left_unmanaged(unmanaged));
    }
    Ok(Exit::Done)
}

/// What nobody manages of the new accounts, and what to write to have it managed; nothing if that is nothing.
fn left_unmanaged(unmanaged: &LeftUnmanaged) -> String {
    if unmanaged.accounts == 0 {
        return String::new();
    }
    let places: Vec<String> =
        unmanaged.places.iter().map(|(place, accounts)| format!("{place} ({accounts})")).collect();
    let taking_out = match unmanaged.taking_out {
        0 => String::new(),
        number => format!("; in {} under `unmanaged:`", counted(number, "account")),
    };
    let have = if unmanaged.accounts == 1 { "has" } else { "have" };
    format!(
        "{} {have} fields in which nothing is live, and they are left unmanaged: in {}{taking_out}.\nWhat comes there later, such as in the UI, is no drift. To manage such a field, write it in the entry, `[]` for a list that stays empty, and take it off `unmanaged:`.\n",
        counted(unmanaged.accounts, "account"),
        listed(places.iter().map(String::as_str))
    )
}

/// How many fields of accounts are noted as left out, since a config cannot say what is live there; nothing if none
/// are.
pub fn fields_left_out(notes: &[Note]) -> Option<String> {
    let of_note = |note: &Note| if let Note::LeftOut { fields, why: _ } = note { fields.len() } else { 0 };
    let fields: usize = notes.iter().map(of_note).sum();
    let (is, it) = if fields == 1 { ("is", "it is") } else { ("are", "they are") };
    (fields > 0).then(|| {
        format!(
            "{} {is} left out, since a config cannot say what is live there; {it} noted above the account",
            counted(fields, "field")
        )
    })
}

/// Rows that are not in the product, as comments.
pub fn left_out(left: &[LeftOutRow]) -> String {
    if left.is_empty() {
        return String::new();
    }
    let rows = left.iter().map(|row| yaml::comment(&format!("  {row}"), 0)).collect::<String>();
    format!("\n{}{rows}", yaml::comment("Left out:", 0))
}

/// What was imported would not plan empty; the difference has been shown.
pub fn unproved_error() -> Error {
    Error::failed("a plan of the result is not empty, so it is not handed out")
        .hint("please report it, with the difference above; `--only` imports the other accounts meanwhile")
}

/// What is wrong with the folded form, and that every account is written in full in its place.
pub fn written_in_full(unproved: &Unproved, sandbox: bool) -> String {
    format!(
        "{}{} with profiles and `defaults` a plan of the result is not empty, so every account is written in full, as with `--flat`
do: please report it, with the difference above; what is written is right
",
        shown(unproved, sandbox),
        paint(CHANGED, "warning:")
    )
}

/// The difference that stands in the way.
pub fn shown(unproved: &Unproved, sandbox: bool) -> String {
    match unproved {
        Unproved::Invalid(invalid) => render::diagnostics::diagnostics(&invalid.diagnostics, &invalid.sources),
        Unproved::Differs(plan) => {
            render::text::plan(&PlanView::new(plan, Vec::new(), sandbox, String::new()), "import")
        }
    }
}
