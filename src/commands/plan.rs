//! `heeler plan`: what apply would do. It holds a `ReadClient` only, so it cannot do it.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args as ClapArgs;

use super::Exit;
use crate::commands::arguments::expect::Expected;
use crate::commands::arguments::flags::{ConfigSelection, Confirmed, Reports};
use crate::commands::loading::base_config::Base;
use crate::commands::loading::connect::{ConnectFlags, connect};
use crate::commands::output::overwrite_guard::Inputs;
use crate::commands::output::reporter::Reporter;
use crate::commands::process::console::Console;
use crate::commands::process::exit::endings;
use crate::commands::process::runtime::runtime;
use crate::model::{Env, Error, WriteClient};
use crate::planner::ConfirmMode;
use crate::render;

/// Show what apply would do: read-only, for pull requests
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  heeler plan --sandbox heeler/               try it: no keys, no network
  heeler plan heeler/ --detailed-exitcode     exit 2 if anything would change
  heeler plan heeler/ --only 210000000003     one account, at every provider;
                                              its name does as well
  heeler plan heeler/ --only profile:canary   the accounts that list a profile
  heeler plan heeler/ --only '210000000003 wavefront.ec2'
                                              one resource, by the name that
                                              plan shows
  heeler plan heeler/ --json plan.json        for scripts; `heeler schema plan`
                                              describes it
  heeler plan heeler/ --markdown plan.md      for a comment on a pull request
  heeler plan heeler/ --base ../main/heeler   what this change does, apart from
                                              what was pending

In the plan: `-` deletes, `!` can disrupt monitoring, `$` costs more, `~` changes, `+` creates, `=` is only looked at. \
`(defaults, line 16)` says which layer a value is from.

Exit codes:
  0  computed, with changes or without
  1  a provider, or a row that the change touches, could not be read
  2  there are changes, with --detailed-exitcode
  4  refused by a limit or a rule
  5  the config is invalid")]
pub struct Args {
    #[command(flatten)]
    config: ConfigSelection,
    #[command(flatten)]
    reports: Reports,
    #[command(flatten)]
    confirmed: Confirmed,
    /// Compare with the config before the change, such as a checkout of the target branch; repeatable. What the change
    /// takes out of the config is shown first, and each action says whether it was pending before
    #[arg(long, value_name = "PATH")]
    base: Vec<PathBuf>,
    /// Exit 2 if there are changes
    #[arg(long)]
    detailed_exitcode: bool,
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
    let inputs = Inputs::config(&args.config.paths)
        .and("--base", &args.base)
        .and_world(&args.config.selection, &args.config.paths);
    let reporter = Reporter::new("plan", &args.reports, &inputs, env, console)?;
    reporter.close(plan(args, env, client, &reporter).await)
}

async fn plan(
    args: &Args,
    env: &Env,
    client: Option<&Arc<dyn WriteClient>>,
    reporter: &Reporter<'_>,
) -> Result<Exit, Error> {
    let Args { config, reports, confirmed, base, detailed_exitcode } = args;
    let base = Base::read(base, &config.providers, env, reporter)?;
    let flags = ConnectFlags {
        config,
        confirmed,
        confirm_mode: ConfirmMode::Exact,
        expected: &Expected::Anything,
        beside: base.as_ref().and_then(Base::config),
        trust: reports.json.is_some(),
        client,
    };
    let (connection, options) = connect(&flags, env, reporter)?;
    let snapshot = connection.read().await?;
    let planned = snapshot.plan(&options);
    let (plan, mut view) = (planned.plan(), reporter.view(&planned));
    let touched = base.as_ref().is_some_and(|base| base.touches_unread(&planned));
    let refused_before = base.is_some_and(|base| base.compare(&snapshot, &mut view, options.only.as_ref()));
    drop(snapshot);
    let sources = &planned.run().config().sources;
    if reporter.plan_diagnostics(&planned) {
        reporter.markdown(|| render::markdown::invalid("plan", &plan.diagnostics, sources, &reporter.links))?;
    } else {
        reporter.text(&render::text::plan(&view, "plan"));
        if refused_before {
            reporter.text("All that is refused was refused before this change; exit 4 is for what a change brings.\n");
        }
        reporter.markdown(|| render::markdown::plan(&view))?;
    }
    reporter.json(&render::json::document(&view, "plan", sources, None))?;
    reporter.plan_outputs(&view)?;
    let pending = (*detailed_exitcode && !plan.actions.is_empty()).then_some(Exit::Pending);
    let of_this_change = endings(plan).into_iter().filter(|exit| !(refused_before && *exit == Exit::Refused));
    Ok(Exit::first_of(of_this_change.chain(pending).chain(touched.then_some(Exit::Failed))))
}
