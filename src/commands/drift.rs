//! `heeler drift`: does live still match? It holds a `ReadClient` only, so it cannot put anything right.

use std::sync::Arc;

use clap::Args as ClapArgs;

use super::Exit;
use crate::commands::arguments::expect::Expected;
use crate::commands::arguments::flags::{ConfigSelection, Confirmed, Reports};
use crate::commands::loading::connect::{ConnectFlags, connect};
use crate::commands::output::overwrite_guard::Inputs;
use crate::commands::output::reporter::Reporter;
use crate::commands::process::console::Console;
use crate::commands::process::runtime::runtime;
use crate::model::{Drift, Env, Error, Plan, WriteClient};
use crate::planner::ConfirmMode;
use crate::planner::drift::drift;
use crate::render;
use crate::render::escape_untrusted::escaped_line;
use crate::render::style::{CHANGED, paint};
use crate::run::{Connection, ReadPurpose, Snapshot};

/// Say whether what is live still matches: read-only, for cron
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  heeler drift --sandbox heeler/             try it: no keys, no network
  heeler drift heeler/ --strict              unmanaged accounts count too
  heeler drift heeler/ --health              and what the vendor says does not
                                             work
  heeler drift heeler/ --only 210000000003   one account, at every provider
  heeler drift heeler/ --json drift.json     for scripts; `heeler schema plan`
                                             describes it

An account is changed, missing (declared, not live), lingering (live, although `removed:` names it) or unmanaged (live, and no entry names it). \
Limits play no part. The same drift has the same fingerprint, so send an alert only when the fingerprint is a new one.

Exit codes:
  0  in sync
  1  no drift was found, but not everything that is declared could be read
  2  drift
  4  the keys are another organization's
  5  the config is invalid")]
pub struct Args {
    #[command(flatten)]
    config: ConfigSelection,
    #[command(flatten)]
    reports: Reports,
    /// Unmanaged accounts count as drift
    #[arg(long)]
    strict: bool,
    /// Show what the vendor says does not work, such as a role it may not assume. It does not count as drift
    #[arg(long)]
    health: bool,
}

/// Runs it.
///
/// # Errors
/// The config, the keys, the organization or a file stands in the way.
pub fn run(args: &Args, env: &Env, console: &Console) -> Result<Exit, Error> {
    runtime()?.block_on(run_within(args, env, console, None))
}

/// The same within a runtime.
///
/// # Errors
/// As for [`run`].
pub async fn run_within(
    args: &Args,
    env: &Env,
    console: &Console,
    client: Option<&Arc<dyn WriteClient>>,
) -> Result<Exit, Error> {
    let inputs = Inputs::config(&args.config.paths).and_world(&args.config.selection, &args.config.paths);
    let reporter = Reporter::new("drift", &args.reports, &inputs, env, console)?;
    reporter.close(drift_of(args, env, client, &reporter).await)
}

async fn drift_of(
    args: &Args,
    env: &Env,
    client: Option<&Arc<dyn WriteClient>>,
    reporter: &Reporter<'_>,
) -> Result<Exit, Error> {
    let Args { config, reports, strict, health } = args;
    let flags = ConnectFlags {
        config,
        confirmed: &Confirmed::default(),
        confirm_mode: ConfirmMode::NoLimits,
        expected: &Expected::Anything,
        beside: None,
        trust: reports.json.is_some(),
        client,
    };
    let (connection, options) = connect(&flags, env, reporter)?;
    let snapshot = read(&connection, *health, reporter).await?;
    let planned = snapshot.plan(&options);
    let (plan, view) = (planned.plan(), reporter.view(&planned));
    let drift = drift(plan, *strict, &planned.run().addressee_digested());
    let sources = &planned.run().config().sources;
    let invalid = reporter.plan_diagnostics(&planned);
    if invalid {
        reporter.markdown(|| render::markdown::invalid("drift", &plan.diagnostics, sources, &reporter.links))?;
    } else {
        reporter.text(&render::drift::drift(&view, &drift, &config.words()));
        reporter.markdown(|| render::markdown::drift(&view, &drift))?;
    }
    reporter.json(&render::json::drift_document(&view, &drift, sources))?;
    reporter.outputs(&render::github::drift_outputs(&view, &drift))?;
    Ok(status(plan, &drift, invalid))
}

async fn read(connection: &Connection, health: bool, reporter: &Reporter<'_>) -> Result<Snapshot, Error> {
    let mut snapshot = connection.read_for(ReadPurpose::Compare).await?;
    if health {
        for (provider, error) in connection.read_health_issues(&mut snapshot).await {
            let words = format!("{provider} does not say what does not work: {error}");
            reporter.problem(&format!("{} {}\n", paint(CHANGED, "warning:"), escaped_line(&words)));
        }
    }
    Ok(snapshot)
}

/// What drifted weighs more than what could not be read, which must not hide it. What apply would refuse is drift like
/// any other.
fn status(plan: &Plan, drift: &Drift, invalid: bool) -> Exit {
    let endings = [(invalid, Exit::Invalid), (drift.any(), Exit::Pending), (!plan.all_rows_read(), Exit::Failed)];
    endings.into_iter().find(|(is_so, _)| *is_so).map_or(Exit::Done, |(_, exit)| exit)
}
