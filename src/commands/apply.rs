//! `heeler apply`: do it, verify it, report it.

use std::collections::BTreeSet;

use clap::Args as ClapArgs;

use super::console::Console;
use super::flags::{Confirmed, Paths, Reports, Selection};
use super::session::{Session, endings, runtime};
use super::watch::{Watch, write_json};
use super::{CommandError, Exit};
use crate::executor::{Hands, execute};
use crate::model::{Change, Ending, Env, Plan, Proof, Report};
use crate::planner::Exactness;
use crate::render;

/// Do what plan shows, prove it with a final listing, report it
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  heeler apply --sandbox examples/configs/quickstart
  heeler apply heeler/ --json applied.json       the report, with the external id of every new account
  heeler apply heeler/ --confirm-removals 31     exactly so many are meant, whatever the limit
  heeler apply heeler/ --only 390000000001 --resend-secrets

Before each update and delete the account is read again; one that moved is skipped and shown. Before each delete the whole account is
written to disk. Running apply again is the resume.

Exit codes: 0 converged and verified, 1 failed, nothing changed, 3 partly applied, 4 refused by a limit or a rule, 5 invalid config.")]
pub struct Args {
    #[command(flatten)]
    paths: Paths,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    reports: Reports,
    #[command(flatten)]
    confirmed: Confirmed,
    /// How many accounts may be under way at once
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=64))]
    jobs: usize,
    /// Send the secrets of the accounts in --only again; they are never compared
    #[arg(long, requires = "only")]
    resend_secrets: bool,
}

/// Runs it.
///
/// # Errors
/// The config, the keys, the organization or a file stands in the way; nothing was changed.
pub fn run(args: &Args, env: &Env, console: &Console) -> Result<Exit, CommandError> {
    let mut session = Session::open(&args.paths, &args.selection, &args.confirmed, Exactness::AtMost, env, console)?;
    session.resend_secrets(args.resend_secrets);
    runtime()?.block_on(apply(args, &session, env, console))
}

async fn apply(args: &Args, session: &Session, env: &Env, console: &Console) -> Result<Exit, CommandError> {
    let plan = session.plan().await?;
    let scene = session.scene(&plan);
    let text = !args.reports.json_on_stdout();
    let invalid = session.say_diagnostics(&plan, console);
    if text && !invalid {
        console.product(&render::text::plan(&scene, "apply"));
    }
    let mut watch = Watch::new(&scene, session, &args.reports);
    if invalid || plan.is_refused() {
        watch.write(None, console)?;
        return Ok(Exit::first_of(endings(&plan)));
    }
    if !session.sandbox {
        secrets_are_set(&plan, env)?;
    }
    if !args.reports.json_on_stdout() {
        watch.write(None, console)?;
    }
    watch.begin();
    let hands = Hands {
        door: session.door.as_ref(),
        settings: &session.config.desired.settings,
        sources: &session.config.sources,
        jobs: args.jobs,
        witness: &watch,
    };
    let outcomes = execute(&plan, &hands).await;
    watch.end();
    let mut report = Report { outcomes, proof: Proof::NotNeeded };
    if report.has_something_to_prove() {
        report.proof = prove(session).await;
    }
    if text {
        console.product(&render::report::ending(&scene, &report));
    }
    let document = render::json::document(&scene, "apply", &session.config.sources, Some(&watch.outcomes()), Some(&report));
    if args.reports.json.is_some() {
        write_json(&args.reports, &document, console)?;
    }
    Ok(exit(&plan, &report))
}

/// One more listing: the plan against it must be empty.
async fn prove(session: &Session) -> Proof {
    let left = session.plan_again(false).await;
    match left.unreadable.first() {
        Some(unreadable) => Proof::Unreadable(unreadable.error.to_string()),
        None if left.actions.is_empty() => Proof::Converged,
        None => Proof::Differs(Box::new(left)),
    }
}

fn exit(plan: &Plan, report: &Report) -> Exit {
    let proved = report.is_proved() && plan.refusals.is_empty() && plan.is_complete();
    let mut endings = endings(plan);
    endings.extend((report.wrote() && !proved).then_some(Exit::Partial));
    let moved = report.outcomes.iter().any(|outcome| matches!(outcome.ending, Ending::Stale(_)));
    endings.extend(moved.then_some(Exit::Refused));
    endings.extend((!report.is_proved()).then_some(Exit::Failed));
    Exit::first_of(endings)
}

/// All the secrets that will be sent, before anything is.
fn secrets_are_set(plan: &Plan, env: &Env) -> Result<(), CommandError> {
    let names = plan.actions.iter().flat_map(|action| action.changes()).filter_map(|change| match &change.change {
        Change::Secret { env } => Some(env.clone()),
        Change::Set { .. } | Change::Elements { .. } => None,
    });
    let unset: BTreeSet<String> = names.filter(|name| env.secret(name).is_none()).collect();
    if unset.is_empty() { Ok(()) } else { Err(CommandError::SecretsUnset(unset.into_iter().collect())) }
}
