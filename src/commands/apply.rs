//! `heeler apply`: do it, verify it, report it.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use tokio::time::Instant;

use super::apply_progress::ApplyProgress;
use super::console::Console;
use super::expect::Expected;
use super::flags::{Confirmed, Paths, ProviderSelection, Reports, Selection};
use super::output_safety::Inputs;
use super::previous_report::PreviousReport;
use super::reporter::Reporter;
use super::session::{Session, SessionOptions, endings, runtime};
use super::{CommandError, Exit, signals};
use crate::config::symlinks;
use crate::executor::interrupt::{Interrupt, Stop, interrupt};
use crate::executor::{ExecContext, KnownBeforeRun, execute_knowing, preflight};
use crate::model::plan::Managed;
use crate::model::{Change, Env, Plan, Proof, Report, Status, WriteClient};
use crate::planner::ConfirmMode;
use crate::planner::proof::proof;
use crate::render::{self, PlanView};

/// Do what plan shows, prove it with a final listing, report it
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  heeler apply --sandbox heeler/                 a rehearsal: no keys, no network
  heeler apply heeler/ --json applied.json       the report, with new external ids
  heeler apply heeler/ --confirm-disruptive 31   exactly so many are meant, whatever the limit
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
    /// Do only what was reviewed: a plan's digest (all or nothing), the JSON of a plan (what it does not contain is
    /// held back), or `none` (everything is held back)
    #[arg(long, value_name = "DIGEST|FILE")]
    expect: Vec<String>,
    /// The JSON report of the last apply: what that run sent without an answer is not sent again before it must have
    /// shown
    #[arg(long, value_name = "FILE")]
    after: Option<PathBuf>,
    /// How many accounts may be under way at once, at each vendor that takes writes side by side
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=64))]
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
    runtime()?.block_on(run_within(args, env, console, &interrupt()))
}

/// The same within a runtime. Whoever holds the first of the two can stop it, as a signal does.
///
/// # Errors
/// As for [`run`].
pub async fn run_within(
    args: &Args,
    env: &Env,
    console: &Console,
    stop: &(Stop, Interrupt),
) -> Result<Exit, CommandError> {
    if args.selection.sandbox.is_some() && args.reports.github {
        return Err(CommandError::PretendApply);
    }
    let expected: Vec<PathBuf> = args.expect.iter().map(PathBuf::from).collect();
    let inputs = Inputs::config(&args.paths)
        .and("--expect", &expected)
        .and("--after", args.after.as_slice())
        .and_world(&args.selection, &args.paths);
    let reporter = Reporter::new("apply", &args.reports, &inputs, env, console)?;
    reporter.close(open_and_apply(args, env, &reporter, stop).await)
}

async fn open_and_apply(
    args: &Args,
    env: &Env,
    reporter: &Reporter<'_>,
    stop: &(Stop, Interrupt),
) -> Result<Exit, CommandError> {
    let Args { paths, selection, providers, reports, confirmed, expect, after, jobs: _, resend_secrets } = args;
    let expected = Expected::of(expect)?;
    expected.files().iter().chain(after).try_for_each(|path| symlinks::check_named(path, env))?;
    let after = PreviousReport::of(after.as_deref())?;
    let opening = SessionOptions {
        paths,
        selection,
        providers,
        confirmed,
        expected: &expected,
        exactness: ConfirmMode::AtMost,
        trust: reports.json.is_some(),
    };
    let (mut session, client) = Session::open_wide(&opening, env, reporter)?;
    session.resend_secrets(*resend_secrets);
    apply(args, &Given { expected, after, env, stop }, &session, client.as_ref(), reporter).await
}

/// What a run is given besides its arguments.
struct Given<'a> {
    expected: Expected,
    after: PreviousReport,
    env: &'a Env,
    stop: &'a (Stop, Interrupt),
}

async fn apply(
    args: &Args,
    given: &Given<'_>,
    session: &Session,
    client: &dyn WriteClient,
    reporter: &Reporter<'_>,
) -> Result<Exit, CommandError> {
    let Given { expected, after, env, stop: (stop, interrupt) } = given;
    let listed = Instant::now();
    let plan = session.plan().await?;
    let beforehand = KnownBeforeRun { listed: Some(listed), withheld: after.withheld(&plan) };
    let view = session.plan_view(&plan, reporter);
    reporter.plan_outputs(&view)?;
    let invalid = session.say_diagnostics(&plan, reporter);
    if !invalid {
        reporter.text(&render::text::plan(&view, "apply"));
    }
    let mut watch = ApplyProgress::new(&view, session, reporter);
    let unexpected = expected.contradicts(&view.digest);
    if invalid || plan.is_refused() || unexpected.is_some() {
        watch.write(None)?;
        if let Some(expected) = unexpected {
            reporter.problem(&render::report::unexpected(&view, expected));
        }
        reporter.text(&render::report::refused(&view));
        reporter.markdown(&match invalid {
            true => render::markdown::invalid("apply", &plan.diagnostics, &session.config.sources, &reporter.links),
            false => render::markdown::refused(
                &view,
                unexpected.map(|expected| render::report::unexpected_words(&view, expected)).as_deref(),
            ),
        })?;
        return Ok(Exit::first_of(endings(&plan).into_iter().chain(unexpected.map(|_| Exit::Refused))));
    }
    if !session.sandbox {
        secrets_are_set(&plan, env)?;
    }
    watch.write_so_far()?;
    watch.begin();
    let run = Run { args, expected, session, client, reporter, view: &view, beforehand, interrupt: interrupt.clone() };
    tokio::select! {
        exit = run.to_the_end(&watch) => exit,
        never = told_to_stop(stop, reporter) => match never {},
    }
}

/// One apply of a plan that may be done.
struct Run<'a> {
    args: &'a Args,
    expected: &'a Expected,
    session: &'a Session,
    client: &'a dyn WriteClient,
    reporter: &'a Reporter<'a>,
    view: &'a PlanView<'a>,
    beforehand: KnownBeforeRun,
    interrupt: Interrupt,
}

impl Run<'_> {
    async fn to_the_end(&self, watch: &ApplyProgress<'_>) -> Result<Exit, CommandError> {
        let Run { args, expected, session, client, reporter, view, beforehand, interrupt } = self;
        let plan = view.plan;
        let (settings, sources) = (&session.config.desired.settings, &session.config.sources);
        let context = ExecContext {
            client: *client,
            settings,
            sources,
            jobs: args.jobs,
            observer: watch,
            interrupt: interrupt.clone(),
        };
        if expected.is_whole() {
            let moved = preflight(plan, &context).await;
            if !moved.is_empty() {
                watch.end();
                watch.write(None)?;
                reporter.problem(&render::report::moved(&view.plan.names, &moved));
                reporter.text(&render::report::refused(view));
                reporter.markdown(&render::markdown::refused(
                    view,
                    Some(&render::report::moved_words(&view.plan.names, &moved)),
                ))?;
                return Ok(Exit::Refused);
            }
        }
        let outcomes = execute_knowing(plan, &context, beforehand).await;
        watch.end();
        let report = Report { outcomes, proof: Proof::NotNeeded };
        if report.wrote() {
            reporter.has_written();
        }
        let (proof, managed) = if report.has_something_to_prove() {
            prove(session, plan, interrupt).await
        } else {
            (Proof::NotNeeded, None)
        };
        let report = report.proved(plan, proof);
        watch.ended_with(&report.outcomes, managed);
        Ok(self.told(watch, &report))
    }

    /// Says how it ended, everywhere. What was done is done: a report that cannot be written is said, and counts, but
    /// stops nothing.
    fn told(&self, watch: &ApplyProgress<'_>, report: &Report) -> Exit {
        let Run { view, reporter, .. } = self;
        let deleted = watch.deleted_file();
        reporter.text(&render::report::status(view, report, deleted.as_deref()));
        let reported = reporter.markdown(&render::markdown::applied(view, report, deleted.as_deref()));
        let told = reporter.outputs(&render::github::apply_outputs(view.plan, report));
        let unwritten: Vec<CommandError> =
            [watch.write(Some(report)), reported, told].into_iter().filter_map(Result::err).collect();
        unwritten.iter().for_each(|error| reporter.problem(&error.shown()));
        let unwritten = (!unwritten.is_empty()).then(|| reporter.undelivered());
        Exit::first_of([exit(view.plan, report)].into_iter().chain(unwritten))
    }
}

/// One more listing, planned without any approval. Answers also whom the config manages, if everything was listed.
async fn prove(session: &Session, plan: &Plan, interrupt: &Interrupt) -> (Proof, Option<Vec<Managed>>) {
    if interrupt.is_on() {
        return (Proof::Stopped, None);
    }
    let mut left = tokio::select! {
        left = session.plan_unapproved() => left,
        () = interrupt.grace_is_over() => return (Proof::Stopped, None),
    };
    let managed = std::mem::take(&mut left.managed);
    let managed = left.unreadable.is_empty().then_some(managed);
    (proof(plan, left), managed)
}

/// Passes every Ctrl-C, SIGTERM and SIGHUP on; never comes back.
async fn told_to_stop(stop: &Stop, reporter: &Reporter<'_>) -> Infallible {
    loop {
        signals::told_to_stop().await;
        reporter.problem(match stop.now() {
            1 => "stopping: no new writes; what is under way has 5 s. Once more stops at once.\n",
            _ => "stopping at once\n",
        });
    }
}

fn exit(plan: &Plan, report: &Report) -> Exit {
    let proved = report.has_converged(plan);
    let mut endings = endings(plan);
    endings.extend((!plan.held_back.is_empty()).then_some(Exit::Refused));
    endings.extend((report.wrote() && !proved).then_some(Exit::Partial));
    let moved = report.outcomes.iter().any(|outcome| matches!(outcome.status, Status::Stale(_)));
    endings.extend(moved.then_some(Exit::Refused));
    endings.extend((!report.is_proved() || !plan.all_rows_read()).then_some(Exit::Failed));
    Exit::first_of(endings)
}

/// All the secrets that will be sent, before anything is.
fn secrets_are_set(plan: &Plan, env: &Env) -> Result<(), CommandError> {
    let names = plan.actions.iter().flat_map(|action| action.changes()).filter_map(|change| match &change.change {
        Change::Secret { env } => Some(env.clone()),
        Change::Set { .. } | Change::Elements { .. } | Change::Output { .. } => None,
    });
    let unset: BTreeSet<String> = names.filter(|name| env.secret(name).is_none()).collect();
    if unset.is_empty() { Ok(()) } else { Err(CommandError::SecretsUnset(unset.into_iter().collect())) }
}
