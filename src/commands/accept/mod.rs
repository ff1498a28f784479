//! `heeler accept`: live values of differing fields, taken into the config's text. It holds a `ReadClient` only; what it
//! writes are files of the config.

mod diff;
mod fields;
mod files;
mod outcome;

use clap::Args as ClapArgs;

use super::Exit;
use crate::commands::arguments::expect::Expected;
use crate::commands::arguments::flags::{ConfigSelection, Confirmed, ProviderSelection, Reports};
use crate::commands::loading::connect::{ConnectFlags, connect};
use crate::commands::output::overwrite_guard::Inputs;
use crate::commands::output::reporter::Reporter;
use crate::commands::process::console::Console;
use crate::commands::process::runtime::runtime;
use crate::config::Invalid;
use crate::model::aws::account_id::is_account_id;
use crate::model::{Env, Error};
use crate::planner::ConfirmMode;
use crate::run::Run;
use fields::FieldSelection;
use outcome::Outcome;

/// Take what is live into the config: show the edit of the account's entry, or write it
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  heeler accept heeler/ --only 210000000003   show what would be edited
  heeler accept heeler/ --only 210000000003 --write
                                              edit the file
  heeler accept heeler/ --only 210000000003 --field account_tags
                                              one field, by the name that plan
                                              shows
  heeler accept heeler/ --only '210000000003 wavefront.ec2'
                                              one resource

It takes fields that the config manages and that differ, and edits only the account's own entry: comments, order and \
layout stay. Where the live list has all that the layers below say, only what is missing is added, with `KEY+`; else the \
list is written out, and a note says which layer it no longer follows.

Before anything is shown as done, the edited config is planned against the same listing: the plan for these fields is \
empty, and what is declared of everything else is as before. Where the vendor requires one field \
for another, and only the other is managed, both are declared, and a note says so.

It never takes authentication. Nothing is written unless everything that differs can be taken; `--field` takes fields by \
themselves. What is behind an alias, an anchor, a text of several lines or brackets over several lines is left to you: \
the YAML to paste is shown, and the entries of other accounts are written all the same.

Exit codes:
  0  shown, written, or nothing differs
  1  not everything can be taken; the last line says what was written
  4  authentication differs, the account is refused, or the keys are another
     organization's; nothing was written
  5  the config is invalid")]
pub struct Args {
    #[command(flatten)]
    config: ConfigSelection,
    /// Only these fields, and what is below them, as plan names them: metrics_config.enabled
    #[arg(long, value_name = "PATH", value_delimiter = ',')]
    field: Vec<String>,
    /// Edit the files of the config
    #[arg(long)]
    write: bool,
}

/// Runs it.
///
/// # Errors
/// The config, the keys, the organization or a file stands in the way.
pub fn run(args: &Args, env: &Env, console: &Console) -> Result<Exit, Error> {
    let reports = Reports { json: None, markdown: None, github: false };
    let inputs = Inputs::config(&args.config.paths).and_world(&args.config.selection, &args.config.paths);
    let reporter = Reporter::new("accept", &reports, &inputs, env, console)?;
    reporter.close(runtime()?.block_on(accept(args, env, &inputs, &reporter)))
}

async fn accept(args: &Args, env: &Env, inputs: &Inputs, reporter: &Reporter<'_>) -> Result<Exit, Error> {
    let Args { config, field, write } = args;
    if config.selection.only.is_empty() {
        let named = config.paths.paths.iter().filter_map(|path| path.to_str()).find(|word| is_account_id(word));
        let hint = match named {
            Some(id) => format!("an account is named as `--only {id}`"),
            None => "name an account that plan shows: `heeler accept --only 210000000003`".to_owned(),
        };
        return Err(Error::usage("accept needs --only: whose live values are to be taken?").hint(hint));
    }
    let flags = ConnectFlags {
        config,
        confirmed: &Confirmed::default(),
        confirm_mode: ConfirmMode::NoLimits,
        expected: &Expected::Anything,
        beside: None,
        trust: false,
        client: None,
    };
    let (connection, options) = connect(&flags, env, reporter)?;
    let fields = FieldSelection::read(field, connection.run().config(), options.only.as_ref())?;
    let snapshot = connection.read().await?;
    let planned = snapshot.plan(&options);
    if reporter.plan_diagnostics(&planned) {
        return Ok(Exit::Invalid);
    }
    let (accepted, proof) = snapshot
        .accept(&planned, &|key, path| fields.selects(key, path), |texts| load_again(texts, &config.providers, env));
    let outcome = Outcome { planned: &planned, fields: &fields, accepted: &accepted, proof: &proof };
    let exit = outcome.show(reporter);
    if *write && outcome.may_be_written(exit) {
        files::write(&accepted.files, inputs)?;
        reporter.problem(&outcome.written());
    } else {
        reporter.problem(&outcome.not_written(exit));
    }
    Ok(exit)
}

/// The edited texts as a config, with the same providers left out.
fn load_again(texts: Vec<(String, String)>, providers: &ProviderSelection, env: &Env) -> Result<Run, Box<Invalid>> {
    let mut run = Run::of_texts(texts, env)?;
    // What was in use before still is, or the proof says so.
    let _ = providers.narrow(&mut run);
    Ok(run)
}
