//! heeler as a library within a test: a config from texts, a plan by a client, and the executor without anybody who
//! watches.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use heeler::config::Loaded;
use heeler::executor::interrupt::interrupt;
use heeler::executor::{ExecContext, KnownBeforeRun, ProgressObserver, execute};
use heeler::model::{Action, Env, Observed, Outcome, Plan, ReadClient, WriteClient};
use heeler::planner::ConfirmMode;
use heeler::run::{PlanOptions, Run};

/// Nobody watches, and what is deleted is kept nowhere.
pub struct Nobody;

impl ProgressObserver for Nobody {
    fn ended(&self, _: usize, _: &Action, _: &Outcome) {}

    fn keep(&self, _: usize, _: &Action, _: &Observed) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs a future to its end, with a paused clock.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(future)
}

/// A config that must load.
#[track_caller]
pub fn load(text: &str) -> Run {
    load_with(text, &Env::default()).unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"))
}

/// A config, or the titles of what is wrong with it.
pub fn load_with(text: &str, env: &Env) -> Result<Run, Vec<String>> {
    Run::of_texts([("heeler.yaml", text)], env)
        .map_err(|invalid| invalid.diagnostics.iter().map(|found| found.title.clone()).collect())
}

/// Reads and decides, with what apply takes for confirmed; nobody asks whose the keys are.
pub async fn plan(run: &Run, client: &dyn ReadClient) -> Plan {
    plan_with(run, client, PlanOptions::default()).await
}

/// The same with more options.
pub async fn plan_with(run: &Run, client: &dyn ReadClient, options: PlanOptions) -> Plan {
    let options = PlanOptions { confirm_mode: ConfirmMode::AtMost, ..options };
    run.read_unguarded(client).await.plan(&options).into_plan()
}

/// What the executor needs.
pub fn context<'a>(config: &'a Loaded, client: &'a dyn WriteClient, jobs: usize) -> ExecContext<'a> {
    let (settings, sources) = (&config.desired.settings, &config.sources);
    ExecContext { client, settings, sources, jobs, observer: &Nobody, interrupt: interrupt().1 }
}

/// Does a plan; nothing is proved.
pub async fn apply(run: &Run, client: &dyn WriteClient, plan: &Plan, jobs: usize) -> Vec<Outcome> {
    execute(plan, &context(run.config(), client, jobs), &KnownBeforeRun::default()).await
}
