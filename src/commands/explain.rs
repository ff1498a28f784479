//! `heeler explain`: an account as its layers come to, each value with the layer and the line that says it. It reads the
//! config and nothing else.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use crate::commands::Exit;
use crate::commands::arguments::config_paths;
use crate::commands::arguments::explained_field;
use crate::commands::arguments::flags::{Paths, Reports};
use crate::commands::arguments::only;
use crate::commands::output::overwrite_guard::Inputs;
use crate::commands::output::reporter::Reporter;
use crate::commands::process::console::Console;
use crate::config::explain::Explainable;
use crate::config::files::Text;
use crate::config::{Invalid, Loaded};
use crate::model::explanation::Explanation;
use crate::model::node::vars::PREFIX;
use crate::model::{Env, Error, ResourceSelection};
use crate::render;
use crate::run::Run;

/// Say where each value of an account comes from: its layer, file and line; offline
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  heeler explain 210000000003 heeler/         everything, by id
  heeler explain data-prod account_tags heeler/
                                              one field, by name: each element
                                              with its layer
  heeler explain data-prod vars.team          a variable, and what hides it
  heeler explain profile:canary aws_regions heeler/
                                              of all that list a profile
  heeler explain --all account_tags heeler/   of every account; and which
                                              of them a layer does not reach
  heeler explain data-prod heeler/ --json -   for scripts; `heeler schema
                                              explain` describes it

Each line is one value, or one element of a list: the field, its value, the layer that says it (`account` is the \
account's own entry) and where it was written. A value that is too long for its column stands below its line.

Exit codes:
   0  done
   5  the config is invalid
  64  there is no such account or field")]
pub struct Args {
    /// Which account, as --only takes it: an id, a name, or profile:NAME. Left out with --all
    #[arg(value_name = "ACCOUNT")]
    account: Option<String>,
    /// Which field, as plan shows it: all of it if left out. Then files, or folders of *.yaml [default: ./heeler.yaml,
    /// else ./heeler/]
    #[arg(value_name = "FIELD] [PATH")]
    rest: Vec<String>,
    /// Explain every account
    #[arg(long)]
    all: bool,
    /// Write the result as JSON; `-` is stdout, in place of text
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// What was asked for, word by word.
struct Asked {
    account: Option<String>,
    field: Option<String>,
    paths: Paths,
}

/// Runs it.
///
/// # Errors
/// The config is missing or invalid, or has no such account; or there is no such field.
pub fn run(args: &Args, env: &Env, console: &Console) -> Result<Exit, Error> {
    let asked = asked(args)?;
    let reports = Reports { json: args.json.clone(), markdown: None, github: false };
    let reporter = Reporter::new("explain", &reports, &Inputs::config(&asked.paths), env, console)?;
    let result = explained(&asked, env, &reporter);
    reporter.close(result)
}

/// Tells accounts, fields and paths apart: what is there, or looks like a file, is a path.
fn asked(args: &Args) -> Result<Asked, Error> {
    let Args { account, rest, all, json: _ } = args;
    let mut words: Vec<&String> = account.iter().chain(rest).collect();
    let account = if *all || words.is_empty() { None } else { Some(words.remove(0).clone()) };
    let field = match words.first() {
        Some(first) if !is_path(first) => Some(words.remove(0).clone()),
        _ => None,
    };
    if account.as_deref().is_none_or(|account| account.trim().is_empty() || is_written_as_path(account)) && !all {
        let hint = "write `heeler explain ACCOUNT PATH`, with an account's id or name, or `heeler explain --all PATH`";
        return Err(Error::usage("explain whom? No account is named").hint(hint));
    }
    Ok(Asked { account, field, paths: Paths { paths: words.into_iter().map(PathBuf::from).collect() } })
}

fn is_path(word: &str) -> bool {
    is_written_as_path(word) || Path::new(word).exists()
}

/// By its end alone: an account may be called like a folder that is here.
fn is_written_as_path(word: &str) -> bool {
    word.ends_with(".yaml") || word.ends_with(".yml") || word.ends_with('/')
}

fn explained(asked: &Asked, env: &Env, reporter: &Reporter<'_>) -> Result<Exit, Error> {
    let paths = config_paths::paths(&asked.paths)?;
    let run = match Run::load(&paths, env) {
        Ok(run) => run,
        Err(invalid) => {
            let Invalid { sources, diagnostics } = *invalid;
            reporter.diagnostics(&diagnostics, &sources);
            reporter.invalid(&diagnostics, &sources);
            return Err(Error::invalid_config());
        }
    };
    let config = run.config();
    let selection = asked.account.iter().cloned().collect::<Vec<_>>();
    let selection = only::read_after("", &selection, &[config])?;
    let wanted = selection.as_ref().map(|selection| names(selection, config)).transpose()?;
    let is_wanted = |name: &str| wanted.as_ref().is_none_or(|wanted| wanted.contains(name));
    let texts = config.sources.files().map(|(name, text)| Text { name: name.to_owned(), text: text.to_owned() });
    let explainable = Explainable::read(texts.collect());
    let managed = || explainable.providers(is_wanted).into_iter().collect::<Vec<_>>();
    let field = asked.field.as_ref().map(|field| explained_field::read(field, &managed())).transpose()?;
    let mut accounts = explainable.explain(is_wanted, field.as_deref());
    if let Some(selection) = &selection {
        accounts.iter_mut().for_each(|account| narrow(account, selection));
    }
    reporter.json(&render::json::explain_document(&accounts))?;
    reporter.text(&render::explain::text(&accounts, field.as_deref()));
    Ok(Exit::Done)
}

/// The names that selected accounts go by in the config.
fn names(selection: &ResourceSelection, config: &Loaded) -> Result<BTreeSet<String>, Error> {
    let desired = &config.desired;
    let mut names = BTreeSet::new();
    let (by_name, removed) = (desired.entries_by_name(), desired.tombstones_by_name());
    for selected in selection.iter() {
        let alone = ResourceSelection::from_iter([selected.clone()]);
        let account = selected.account.as_str();
        let rows = by_name.get(account).into_iter().flatten().filter(|row| alone.has_desired(row));
        let of_rows: Vec<String> = rows.flat_map(|row| row.names().map(str::to_owned).collect::<Vec<_>>()).collect();
        if of_rows.is_empty() && !desired.named.contains(&selected.account) {
            let tombstone = removed.get(account).and_then(|tombstones| tombstones.first());
            let hint = match tombstone.map(|tombstone| config.sources.locate(tombstone.place())) {
                Some(at) => format!("it stands under `removed:` ({}:{}): nothing is declared of it", at.file, at.line),
                None => "an account is explained that stands under `accounts:`".to_owned(),
            };
            return Err(Error::usage(format!("no entry of the config is about {selected}")).hint(hint));
        }
        names.insert(selected.account.clone());
        names.extend(of_rows);
    }
    Ok(names)
}

/// Leaves out what is said to other providers than those that were selected.
fn narrow(account: &mut Explanation, selection: &ResourceSelection) {
    let kinds: Vec<_> = selection.iter().filter_map(|selected| selected.kind.as_ref()).collect();
    if kinds.is_empty() || kinds.len() < selection.iter().count() {
        return;
    }
    let is_meant = |path: &str| kinds.iter().any(|kind| kind.is_of(path.split('.').next().unwrap_or(path)));
    account.values.retain(|value| is_meant(&value.path));
    account.unmanaged.retain(|cut| is_meant(&cut.path));
    account.not_written.retain(|held| is_meant(held.provider));
    let used: BTreeSet<String> = account.values.iter().flat_map(|value| value.vars.clone()).collect();
    account.vars.retain(|var| var.path.strip_prefix(PREFIX).is_some_and(|name| used.contains(name)));
}
