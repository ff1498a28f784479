//! `heeler apply`: do it, verify it, report it.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::console::Console;
use super::expect::Expected;
use super::flags::{Confirmed, Paths, ProviderSelection, Reports, Selection};
use super::outlets::Outlets;
use super::overwriting::Inputs;
use super::session::{Opening, Session, endings, runtime};
use super::watch::Watch;
use super::{CommandError, Exit, signals};
use crate::executor::interrupt::{Stop, interrupt};
use crate::executor::{Hands, execute, moved};
use crate::model::plan::{Refusal, Wish};
use crate::model::{Change, Ending, Env, Key, Plan, Proof, Report, Transport};
use crate::planner::Exactness;
use crate::render;

/// Do what plan shows, prove it with a final listing, report it
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  heeler apply --sandbox examples/configs/quickstart
  heeler apply heeler/ --json applied.json       the report, with new external ids
  heeler apply heeler/ --confirm-removals 31     exactly so many are meant, whatever the limit
  heeler apply heeler/ --expect plan.json        only what that plan contains; repeatable
  heeler apply heeler/ --provider datadog        the other providers are left out
  heeler apply heeler/ --only 390000000001 --resend-secrets

Before each update and delete the account is read again; one that moved is
skipped and shown. Before each delete the whole account is written to disk.
Running apply again is the resume.

Exit codes:
  0  converged and verified         3  partly applied
  1  failed, nothing was changed    4  refused by a limit or a rule
                                    5  the config is invalid")]
pub struct Args {
    #[command(flatten)]
    paths: Paths,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    providers: ProviderSelection,
    #[command(flatten)]
    reports: Reports,
    #[command(flatten)]
    confirmed: Confirmed,
    /// Do only what was reviewed: a plan's digest (all or nothing), the JSON of a plan (what it does not contain is held back), or
    /// `none` (everything is held back)
    #[arg(long, value_name = "DIGEST|FILE")]
    expect: Vec<String>,
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
    if args.selection.sandbox.is_some() && args.reports.github {
        return Err(CommandError::PretendApply);
    }
    let expected: Vec<PathBuf> = args.expect.iter().map(PathBuf::from).collect();
    let inputs = Inputs::config(&args.paths).and("--expect", &expected).and_world(&args.selection, &args.paths);
    let outlets = Outlets::new("apply", &args.reports, &inputs, env, console)?;
    outlets.close(open_and_apply(args, env, &outlets))
}

fn open_and_apply(args: &Args, env: &Env, outlets: &Outlets<'_>) -> Result<Exit, CommandError> {
    let Args { paths, selection, providers, reports, confirmed, expect, jobs: _, resend_secrets } = args;
    let expected = Expected::of(expect)?;
    let opening =
        Opening { paths, selection, providers, confirmed, expected: &expected, exactness: Exactness::AtMost, trust: reports.json.is_some() };
    let (mut session, door) = Session::open_wide(&opening, env, outlets)?;
    session.resend_secrets(*resend_secrets);
    runtime()?.block_on(apply(args, &expected, &session, door.as_ref(), env, outlets))
}

async fn apply(
    args: &Args,
    expected: &Expected,
    session: &Session,
    door: &dyn Transport,
    env: &Env,
    outlets: &Outlets<'_>,
) -> Result<Exit, CommandError> {
    let plan = session.plan().await?;
    let scene = session.scene(&plan, outlets);
    outlets.plan_outputs(&scene)?;
    let invalid = session.say_diagnostics(&plan, outlets);
    if !invalid {
        outlets.text(&render::text::plan(&scene, "apply"));
    }
    let mut watch = Watch::new(&scene, session, outlets);
    let unexpected = expected.contradicts(&scene.digest);
    if invalid || plan.is_refused() || unexpected.is_some() {
        watch.write(None)?;
        if let Some(expected) = unexpected {
            outlets.problem(&render::report::unexpected(&scene, expected));
        }
        outlets.text(&render::report::refused(&scene));
        outlets.markdown(&match invalid {
            true => render::markdown::invalid("apply", &plan.diagnostics, &session.config.sources, &outlets.links),
            false => render::markdown::refused(&scene, unexpected.map(|expected| render::report::unexpected_words(&scene, expected)).as_deref()),
        })?;
        return Ok(Exit::first_of(endings(&plan).into_iter().chain(unexpected.map(|_| Exit::Refused))));
    }
    if !session.sandbox {
        secrets_are_set(&plan, env)?;
    }
    watch.write_so_far()?;
    watch.begin();
    let (settings, sources) = (&session.config.desired.settings, &session.config.sources);
    let (stop, interrupt) = interrupt();
    let hands = Hands { door, settings, sources, jobs: args.jobs, witness: &watch, interrupt: interrupt.clone() };
    if expected.is_whole() {
        let moved = moved(&plan, &hands).await;
        if !moved.is_empty() {
            watch.end();
            watch.write(None)?;
            outlets.problem(&render::report::moved(&moved));
            outlets.text(&render::report::refused(&scene));
            outlets.markdown(&render::markdown::refused(&scene, Some(&render::report::moved_words(&moved))))?;
            return Ok(Exit::Refused);
        }
    }
    let outcomes = tokio::select! {
        outcomes = execute(&plan, &hands) => outcomes,
        never = told_to_stop(&stop, outlets) => match never {},
    };
    watch.end();
    let mut report = Report { outcomes, proof: Proof::NotNeeded };
    if report.has_something_to_prove() && !interrupt.is_on() {
        report.proof = prove(session, &plan).await;
    }
    if report.wrote() {
        outlets.has_written();
    }
    let deleted = watch.deleted_file();
    outlets.text(&render::report::ending(&scene, &report, deleted.as_deref()));
    let reported = outlets.markdown(&render::markdown::applied(&scene, &report, deleted.as_deref()));
    let told = outlets.outputs(&render::github::apply_outputs(&report));
    // What was done is done: a report that cannot be written is said, and counts, but stops nothing.
    let unwritten: Vec<CommandError> = [watch.write(Some(&report)), reported, told].into_iter().filter_map(Result::err).collect();
    unwritten.iter().for_each(|error| outlets.problem(&error.shown()));
    let unwritten = (!unwritten.is_empty()).then(|| outlets.undelivered());
    Ok(Exit::first_of([exit(&plan, &report)].into_iter().chain(unwritten)))
}

/// One more listing: the plan against it must be empty, and must refuse nothing that was not refused before.
async fn prove(session: &Session, plan: &Plan) -> Proof {
    let left = session.plan_again(false).await;
    // Of several rows one went by its id; the entry does not speak of the one that is left.
    let was_one_of_several = |refusal: &Refusal| matches!(refusal.wish, Wish::Delete { .. }) && plan.isolated.iter().any(|row| row.key() == refusal.key);
    let refused_before = |refusal: &Refusal| plan.refusals.iter().any(|known| known.key == refusal.key) || was_one_of_several(refusal);
    let unread_before = |key: &Key| plan.unread().any(|known| known == key);
    match left.unreadable.iter().find(|unreadable| !unreadable.key.as_ref().is_some_and(unread_before)) {
        Some(unreadable) => Proof::Unreadable(unreadable.error.to_string()),
        None if left.actions.is_empty() && left.refusals.iter().all(refused_before) => Proof::Converged,
        None => Proof::Differs(Box::new(left)),
    }
}

/// Passes every Ctrl-C and SIGTERM on; never comes back.
async fn told_to_stop(stop: &Stop, outlets: &Outlets<'_>) -> Infallible {
    loop {
        signals::told_to_stop().await;
        stop.now();
        outlets.problem("stopping: no new writes; what is under way has 5 s. Once more stops at once.\n");
    }
}

fn exit(plan: &Plan, report: &Report) -> Exit {
    let proved = report.is_proved() && plan.refusals.is_empty() && plan.held_back.is_empty() && plan.is_whole();
    let mut endings = endings(plan);
    endings.extend((!plan.held_back.is_empty()).then_some(Exit::Refused));
    endings.extend((report.wrote() && !proved).then_some(Exit::Partial));
    let moved = report.outcomes.iter().any(|outcome| matches!(outcome.ending, Ending::Stale(_)));
    endings.extend(moved.then_some(Exit::Refused));
    endings.extend((!report.is_proved() || !plan.is_whole()).then_some(Exit::Failed));
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
