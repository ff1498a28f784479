//! `heeler apply`: do it, verify it, report it.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args as ClapArgs;

use crate::commands::Exit;
use crate::commands::arguments::expect::Expected;
use crate::commands::arguments::flags::{ConfigSelection, Confirmed, Reports};
use crate::commands::arguments::previous_report::PreviousReport;
use crate::commands::loading::connect::{ConnectFlags, connect_to_write};
use crate::commands::output::apply_progress::ApplyProgress;
use crate::commands::output::overwrite_guard::Inputs;
use crate::commands::output::reporter::Reporter;
use crate::commands::process::console::Console;
use crate::commands::process::error::shown;
use crate::commands::process::exit::{applied, endings};
use crate::commands::process::runtime::runtime;
use crate::commands::process::signals;
use crate::config::symlinks;
use crate::executor::interrupt::{Interrupt, Stop, interrupt};
use crate::model::{Env, Error, Report, WriteClient};
use crate::planner::ConfirmMode;
use crate::render::{self, PlanView};
use crate::run::{Applied, ApplyOptions, NotApplied, PlanOptions, Planned};

/// Do what plan shows, prove it with a final listing, report it
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  heeler apply --sandbox heeler/                 a rehearsal: no keys, no
                                                 network
  heeler apply heeler/ --json applied.json       the report, with new external
                                                 ids
  heeler apply heeler/ --confirm-disruptive 31   so many, or fewer, whatever the
                                                 limit
  heeler apply heeler/ --expect plan.json        only what that plan contains;
                                                 repeatable
  heeler apply heeler/ --provider datadog        the other providers are left
                                                 out
  heeler apply heeler/ --only 390000000001 --resend-secrets
                                                 a secret whose value is a new
                                                 one

An account is read again before it is updated or deleted; one that has changed since the plan is skipped and shown. Before a delete the whole \
account is saved to disk. To resume a run, run apply again.

Exit codes:
  0  converged: a final listing shows no difference
  1  failed, and nothing was changed
  3  partly applied; run it again to go on
  4  refused by a limit or a rule
  5  the config is invalid")]
pub struct Args {
    #[command(flatten)]
    config: ConfigSelection,
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
pub fn run(args: &Args, env: &Env, console: &Console) -> Result<Exit, Error> {
    runtime()?.block_on(run_within(args, env, console, None, &interrupt()))
}

/// The same within a runtime. Whoever holds the first of the two can stop it, as a signal does.
///
/// # Errors
/// As for [`run`].
pub async fn run_within(
    args: &Args,
    env: &Env,
    console: &Console,
    client: Option<&Arc<dyn WriteClient>>,
    stop: &(Stop, Interrupt),
) -> Result<Exit, Error> {
    if args.config.selection.sandbox.is_some() && args.reports.github {
        let message =
            "apply --sandbox --github: nothing real would be applied, and the step would be green all the same";
        let hint = "leave one of them out; `heeler sandbox` on a port takes an apply with --github";
        return Err(Error::usage(message).hint(hint));
    }
    let expected: Vec<PathBuf> = args.expect.iter().map(PathBuf::from).collect();
    let inputs = Inputs::config(&args.config.paths)
        .and("--expect", &expected)
        .and("--after", args.after.as_slice())
        .and_world(&args.config.selection, &args.config.paths);
    let reporter = Reporter::new("apply", &args.reports, &inputs, env, console)?;
    reporter.close(open_and_apply(args, env, client, &reporter, stop).await)
}

async fn open_and_apply(
    args: &Args,
    env: &Env,
    client: Option<&Arc<dyn WriteClient>>,
    reporter: &Reporter<'_>,
    stop: &(Stop, Interrupt),
) -> Result<Exit, Error> {
    let Args { config, reports, confirmed, expect, after, jobs, resend_secrets } = args;
    let expected = Expected::of(expect)?;
    expected.files().iter().chain(after).try_for_each(|path| symlinks::check_named(path, env))?;
    let after = PreviousReport::of(after.as_deref())?;
    let flags = ConnectFlags {
        config,
        confirmed,
        confirm_mode: ConfirmMode::AtMost,
        expected: &expected,
        beside: None,
        trust: reports.json.is_some(),
        client,
    };
    let (connection, options, client) = connect_to_write(&flags, env, reporter)?;
    let options = PlanOptions { resend_secrets: *resend_secrets, ..options };
    let planned = connection.read().await?.plan(&options);
    let view = reporter.view(&planned);
    let run = ApplyRun { planned: &planned, view: &view, expected: &expected, client: client.as_ref(), reporter };
    run.apply(*jobs, &after, env, stop).await
}

/// One apply of a plan.
struct ApplyRun<'a> {
    planned: &'a Planned,
    view: &'a PlanView<'a>,
    expected: &'a Expected,
    client: &'a dyn WriteClient,
    reporter: &'a Reporter<'a>,
}

impl ApplyRun<'_> {
    async fn apply(
        &self,
        jobs: usize,
        after: &PreviousReport,
        env: &Env,
        (stop, interrupt): &(Stop, Interrupt),
    ) -> Result<Exit, Error> {
        let ApplyRun { planned, view, expected, client: _, reporter } = self;
        reporter.plan_outputs(view)?;
        let invalid = reporter.plan_diagnostics(planned);
        if !invalid {
            reporter.text(&render::text::plan(view, "apply"));
        }
        let mut watch = ApplyProgress::new(view, planned, reporter);
        let unexpected = expected.contradicts(&view.digest);
        if invalid || view.plan.is_refused() || unexpected.is_some() {
            return self.refused(&watch, invalid, unexpected);
        }
        if !view.sandbox {
            secrets_are_set(planned, env)?;
        }
        watch.write_so_far()?;
        watch.begin();
        let options = ApplyOptions {
            jobs,
            observer: &watch,
            interrupt: interrupt.clone(),
            withheld: after.withheld(view.plan),
            all_or_nothing: expected.is_whole(),
        };
        tokio::select! {
            exit = self.to_the_end(&watch, &options) => exit,
            never = pass_signals_on(stop, reporter) => match never {},
        }
    }

    /// Says why nothing is done of a plan that is invalid, over a limit, or not the one that was reviewed.
    fn refused(&self, watch: &ApplyProgress<'_>, invalid: bool, unexpected: Option<&str>) -> Result<Exit, Error> {
        let ApplyRun { view, reporter, planned, .. } = self;
        watch.write(None)?;
        if let Some(expected) = unexpected {
            reporter.problem(&render::report::unexpected(view, expected));
        }
        reporter.text(&render::report::refused(view));
        let (diagnostics, sources) = (&view.plan.diagnostics, &planned.run().config().sources);
        reporter.markdown(|| match invalid {
            true => render::markdown::invalid("apply", diagnostics, sources, &reporter.links),
            false => render::markdown::refused(
                view,
                unexpected.map(|expected| render::report::unexpected_words(view, expected)).as_deref(),
            ),
        })?;
        Ok(Exit::first_of(endings(view.plan).into_iter().chain(unexpected.map(|_| Exit::Refused))))
    }

    async fn to_the_end(&self, watch: &ApplyProgress<'_>, options: &ApplyOptions<'_>) -> Result<Exit, Error> {
        let ApplyRun { planned, view, client, reporter, .. } = self;
        let ended = planned.apply(*client, options).await;
        watch.end();
        match ended {
            Ok(Applied { report, managed }) => {
                if report.wrote() {
                    reporter.has_written();
                }
                watch.ended_with(&report.outcomes, managed);
                Ok(self.told(watch, &report))
            }
            Err(NotApplied::Moved(moved)) => {
                watch.write(None)?;
                reporter.problem(&render::report::moved(&view.plan.names, &moved.iter().collect::<Vec<_>>()));
                reporter.text(&render::report::refused(view));
                reporter.markdown(|| {
                    render::markdown::refused(
                        view,
                        Some(&render::report::moved_words(&view.plan.names, &moved.iter().collect::<Vec<_>>())),
                    )
                })?;
                Ok(Exit::Refused)
            }
            Err(NotApplied::Invalid | NotApplied::OverLimit | NotApplied::WithoutLimits) => {
                Ok(Exit::first_of(endings(view.plan)))
            }
        }
    }

    /// Says how it ended, everywhere. What was done is done: a report that cannot be written is said, and counts, but
    /// stops nothing.
    fn told(&self, watch: &ApplyProgress<'_>, report: &Report) -> Exit {
        let ApplyRun { view, reporter, .. } = self;
        let deleted = watch.deleted_file();
        reporter.text(&render::report::status(view, report, deleted.as_deref()));
        let reported = reporter.markdown(|| render::markdown::applied(view, report, deleted.as_deref()));
        let told = reporter.outputs(&render::github::apply_outputs(view.plan, report));
        let unwritten: Vec<Error> =
            [watch.write(Some(report)), reported, told].into_iter().filter_map(Result::err).collect();
        unwritten.iter().for_each(|error| reporter.problem(&shown(error)));
        let unwritten = (!unwritten.is_empty()).then(|| reporter.undelivered());
        Exit::first_of([applied(view.plan, report)].into_iter().chain(unwritten))
    }
}

/// Passes every Ctrl-C, SIGTERM and SIGHUP on; never comes back.
async fn pass_signals_on(stop: &Stop, reporter: &Reporter<'_>) -> Infallible {
    loop {
        signals::stop_signal().await;
        reporter.problem(match stop.now() {
            1 => "stopping: no new writes; what is under way has 5 s. Once more stops at once.\n",
            _ => "stopping at once\n",
        });
    }
}

/// All the secrets that will be sent, before anything is.
fn secrets_are_set(planned: &Planned, env: &Env) -> Result<(), Error> {
    let unset: Vec<String> = planned.secret_variables().into_iter().filter(|name| env.secret(name).is_none()).collect();
    if unset.is_empty() {
        return Ok(());
    }
    let secrets = if unset.len() == 1 { ("a secret", "is") } else { ("secrets", "are") };
    let message = format!("{} that apply would send {} not set: {}", secrets.0, secrets.1, unset.join(", "));
    Err(Error::failed(message).hint("set what is missing in the environment of this run; nothing was changed"))
}
