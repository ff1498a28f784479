//! `heeler plan`: what apply would do. It holds the narrow door only, so it cannot do it.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::base::Base;
use super::console::Console;
use super::flags::{Confirmed, Paths, Reports, Selection};
use super::session::{Opening, Session, endings, runtime};
use super::watch::write_json;
use super::{CommandError, Exit};
use crate::model::Env;
use crate::planner::Exactness;
use crate::render;

/// Show what apply would do: read-only, for pull requests
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  heeler plan --sandbox examples/configs/quickstart
  heeler plan heeler/ --detailed-exitcode        exit 2 if anything would change
  heeler plan heeler/ --only 210000000003        one account, at every provider
  heeler plan heeler/ --json plan.json           for scripts; `heeler schema plan` describes it
  heeler plan heeler/ --base ../main/heeler      what this change does, apart from what was pending

In the plan: `-` deletes, `!` can stop collection, `~` changes, `+` creates.
`(defaults, line 16)` says which layer a value is from.

Exit codes:
  0  computed                             4  refused by a limit or a rule
  1  not everything could be read         5  the config is invalid
  2  changes, with --detailed-exitcode")]
pub struct Args {
    #[command(flatten)]
    paths: Paths,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    reports: Reports,
    #[command(flatten)]
    confirmed: Confirmed,
    /// The config before the change, such as the target branch checked out elsewhere; repeatable. Says what is pending already, and
    /// first what this change no longer declares, protects or limits
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
pub fn run(args: &Args, env: &Env, console: &Console) -> Result<Exit, CommandError> {
    let Args { paths, selection, reports, confirmed, base, detailed_exitcode: _ } = args;
    let base = Base::read(base, env, console)?;
    let opening = Opening { paths, selection, confirmed, exactness: Exactness::Exact, trust: reports.json.is_some() };
    let session = Session::open_beside(base.as_ref().map(Base::config), &opening, env, console)?;
    let readings = runtime()?.block_on(session.read())?;
    let plan = session.plan_of(&readings, false);
    let mut scene = session.scene(&plan);
    scene.comparison = base.map(|base| base.compare(&session, &readings, &plan));
    drop(readings);
    let invalid = session.say_diagnostics(&plan, console);
    if !invalid && !args.reports.json_on_stdout() {
        console.product(&render::text::plan(&scene, "plan"));
    }
    if args.reports.json.is_some() {
        let document = render::json::document(&scene, "plan", &session.config.sources, None);
        write_json(&args.reports, &document, console)?;
    }
    let pending = (args.detailed_exitcode && !plan.actions.is_empty()).then_some(Exit::Pending);
    Ok(Exit::first_of(endings(&plan).into_iter().chain(pending)))
}
