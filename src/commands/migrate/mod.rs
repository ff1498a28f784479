//! `heeler migrate`: accounts that something else manages, as a config that manages them from now on. It holds a
//! `ReadClient` only.

mod migration;
mod origin;
mod report;
mod takeover;
mod terraform;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args as ClapArgs;

use super::Exit;
use super::import::import_files::Folder;
use super::import::{left_out, shown};
use crate::commands::arguments::flags::{Paths, Selection};
use crate::commands::arguments::written_config::WrittenConfig;
use crate::commands::import::{unproved_error, written_in_full};
use crate::commands::process::console::Console;
use crate::config::{Loaded, load_texts};
use crate::importer::takeover::{ManagedElsewhere, undeclared};
use crate::importer::{self, ImportInput, Imported, Layout, LeftOutRow};
use crate::model::{Desired, Diagnostics, Env, Error, Key, ResourceSelection};
use crate::providers;
use crate::render::{self, counted};
use crate::run::Snapshot;
use migration::Migration;
use report::MigrationReport;
use takeover::{Takeover, is_about};

/// Print what Terraform or an older API manages as a config, and what Terraform is to forget: read-only
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  terraform show -json | heeler migrate --terraform -
  heeler migrate --terraform state.json --write heeler/
                                     files: the config, and terraform-removed.tf
  heeler migrate v1/ > heeler.yaml   blocks of an older API as blocks of its
                                     successor
  heeler migrate > heeler.yaml       what the older API lists, where there is no
                                     config

The values are the live ones, of the fields that are managed now. Where the source says something else, a comment says so. With \
--terraform, PATH is the config that is there already: accounts that it declares are not written again.

Nothing is printed unless a plan of it against the live listing is empty. With --offline nobody is asked, and nothing is proved.

Exit codes:
  0  printed, or nothing to migrate
  1  not everything could be read, or a plan of it would not be empty
  4  the keys are another organization's
  5  the config is invalid")]
pub struct Args {
    #[command(flatten)]
    paths: Paths,
    #[command(flatten)]
    selection: Selection,
    /// Take over what a state manages: the output of `terraform show -json`; `-` is stdin; repeatable
    #[arg(long, value_name = "FILE")]
    terraform: Vec<PathBuf>,
    /// Ask nobody: write what the source says, and prove nothing; needs no keys
    #[arg(long, conflicts_with = "sandbox")]
    offline: bool,
    #[command(flatten)]
    written: WrittenConfig,
}

/// Runs it.
///
/// # Errors
/// The state, the config, the keys, the vendor or a file stands in the way.
pub fn run(args: &Args, env: &Env, console: &Console) -> Result<Exit, Error> {
    let WrittenConfig { flat, write, split } = &args.written;
    let Some(job) = migration::find(args, env, console)? else {
        console.product(
            "# Nothing to migrate: nothing here manages an account in words that a provider of heeler takes over.\n",
        );
        return Ok(Exit::Done);
    };
    let folder = write.as_deref().map(|path| Folder::ready(path, &job.session, split.as_ref())).transpose()?;
    let only = args.selection.only(&[job.run().config()])?;
    let (taking, believed) = takeover::take(
        &job.adopters,
        &job.resources,
        job.origin,
        only.as_ref(),
        job.snapshot.as_ref().map(Snapshot::providers),
    );
    let mut selected = only.iter().flat_map(ResourceSelection::iter);
    let rows = taking.rows_by_name();
    if let Some(unknown) = selected.find(|selected| !is_about(&rows, selected)) {
        let what = if unknown.kind.is_some() || unknown.identity.is_some() { "resource" } else { "account" };
        return Err(Error::usage(format!("--only {unknown}: nothing that is migrated is about this {what}"))
            .hint("--only takes AWS account ids, or an access key that stands for one"));
    }
    let imported = importer::import(&ImportInput {
        texts: &job.session.texts,
        beginning: &job.session.beginning,
        loaded: job.run().config(),
        env,
        snapshots: job.snapshot.as_ref().map_or(&believed, Snapshot::providers),
        only: None,
        adopted: Some(&taking.managed),
        flat: *flat,
        layout: folder.as_ref().map_or(Layout::One, |folder| folder.layout.clone()),
    });
    let imported = imported.map_err(|unproved| {
        console.problem(&shown(&unproved, job.run().is_sandboxed()));
        unproved_error()
    })?;
    let handed = handed(&imported, &taking, &job, env);
    hand_over(imported, &taking, &handed, &job, folder.as_ref(), console)
}

/// The rows that a config declares with what is new.
fn handed(imported: &Imported, taking: &Takeover, job: &Migration, env: &Env) -> BTreeSet<Key> {
    let texts = job.session.texts.iter().chain(&imported.texts).cloned().collect();
    let Ok(loaded) = load_texts(texts, env, Diagnostics::new()) else { return BTreeSet::new() };
    let backend = |key: &Key| providers::named(key.provider).map(|provider| provider.backend());
    let declared = loaded.desired.entries.values().flat_map(|desired| desired.keys());
    let declared: BTreeSet<_> = declared.map(|key| (backend(&key), key.name)).collect();
    taking.managed.keys().filter(|key| declared.contains(&(backend(key), key.name.clone()))).cloned().collect()
}

/// Everything that gets no entry, and why.
fn left_rows(
    imported: &Imported,
    taking: &Takeover,
    handed: &BTreeSet<Key>,
    deposed: &[LeftOutRow],
) -> Vec<LeftOutRow> {
    let mut rows: Vec<LeftOutRow> = taking.left.iter().chain(&imported.left).cloned().collect();
    let said: BTreeSet<Key> = rows.iter().flat_map(|row| row.keys.iter().cloned()).collect();
    let unsaid = taking.managed.keys().filter(|key| !handed.contains(*key) && !said.contains(*key));
    let why = "the config has it under `removed:`, or no place for it";
    rows.extend(unsaid.map(|key| LeftOutRow::of(key, &imported.names, why)));
    rows.extend(deposed.iter().cloned());
    rows
}

/// Prints the product, or writes the files, and says what it is.
fn hand_over(
    mut imported: Imported,
    taking: &Takeover,
    handed: &BTreeSet<Key>,
    job: &Migration,
    folder: Option<&Folder>,
    console: &Console,
) -> Result<Exit, Error> {
    let Migration { origin, resources, adopters: _, session: _, by_hand, states, deposed, snapshot } = job;
    let said =
        MigrationReport { origin: *origin, taking, resources, handed, proved: snapshot.is_some(), by_hand, states };
    let deposed = report::deposed(deposed, snapshot.as_ref().map(Snapshot::providers));
    let rows = left_rows(&imported, taking, handed, &deposed);
    let in_part = in_part(taking, job.run().config());
    let left = format!("{}{}", left_out(&rows), said.in_part(&in_part, &imported.names));
    if let Some(first) = imported.texts.first_mut() {
        first.text = format!("{}{}", said.head(), first.text);
    }
    let mut warnings = said.warnings(&imported, &in_part);
    warnings.extend(deposed.iter().map(LeftOutRow::to_string));
    let nothing =
        if imported.texts.is_empty() { "# Nothing to write: no account that is left is undeclared.\n" } else { "" };
    match folder {
        Some(folder) => {
            match imported.texts.last_mut() {
                Some(last) => last.text.push_str(&left),
                None => console.product(&format!("{nothing}{left}")),
            }
            imported.texts.extend(said.files(&rows));
            folder.can_split(&imported)?;
            let written = if imported.texts.is_empty() { Vec::new() } else { folder.write(&imported.texts, "")? };
            written.iter().for_each(|path| {
                console.product(&format!(
                    "wrote {}\n",
                    render::escape_untrusted::escaped_line(&path.display().to_string())
                ))
            });
        }
        None => {
            let texts = imported.texts.iter().map(|text| text.text.as_str()).collect::<Vec<_>>().join("\n");
            console.product(&format!("{nothing}{texts}{left}{}", said.commands()));
        }
    }
    let mark = if job.run().is_sandboxed() && snapshot.is_some() { " (sandbox)" } else { "" };
    let proof = if snapshot.is_some() {
        "Planned against the live listing: no changes."
    } else {
        "Not planned against anything (--offline)."
    };
    let profiles =
        if imported.profiles > 0 { format!(" with {}", counted(imported.profiles, "profile")) } else { String::new() };
    let missing = if rows.is_empty() {
        String::new()
    } else {
        format!(" Left out: {}, named at the end.", counted(rows.len(), "row"))
    };
    if let Some(unproved) = &imported.unfolded {
        console.problem(&written_in_full(unproved, job.run().is_sandboxed()));
    }
    let warnings = report::warned(warnings);
    console.problem(&format!(
        "{warnings}Migrated {}{profiles}. {proof}{missing}{mark}\n",
        counted(imported.accounts, "account")
    ));
    Ok(if taking.hidden { Exit::Failed } else { Exit::Done })
}

/// Accounts that the config declares already, and what of each is managed elsewhere and not there.
fn in_part(taking: &Takeover, loaded: &Loaded) -> Vec<(Key, Vec<String>)> {
    let mut declared = BTreeMap::<Key, &Arc<Desired>>::new();
    for desired in loaded.desired.entries.values() {
        for key in desired.keys() {
            declared.entry(key).or_insert(desired);
        }
    }
    let fields = |(key, told): (&Key, &ManagedElsewhere)| {
        let fields = undeclared(providers::named(key.provider)?.block(), told, &declared.get(key)?.node);
        (!fields.is_empty()).then(|| (key.clone(), fields))
    };
    taking.managed.iter().filter_map(fields).collect()
}
