//! `--base`: the config before the change, read beside the one with it.

use std::path::PathBuf;

use crate::commands::arguments::flags::ProviderSelection;
use crate::commands::output::reporter::Reporter;
use crate::commands::process::exit::is_refused;
use crate::config::{Invalid, Loaded, symlinks};
use crate::model::{Env, Error, ResourceSelection};
use crate::planner::base_comparison::touched::touches_unread;
use crate::planner::base_comparison::{BaseComparisonInput, ConfigSide, compare, refuses_nothing_new};
use crate::providers;
use crate::render::PlanView;
use crate::render::counted;
use crate::render::escape_untrusted::escaped_line;
use crate::render::style::{CHANGED, FAINT, paint};
use crate::run::{Planned, Run, Snapshot};

/// The config before the change.
pub struct Base {
    named: String,
    /// Nothing if it is invalid: the change that repairs it must not be blocked.
    run: Option<Run>,
}

impl Base {
    /// Reads it, if it is asked for.
    ///
    /// # Errors
    /// A path that is not there.
    pub fn read(
        paths: &[PathBuf],
        providers: &ProviderSelection,
        env: &Env,
        reporter: &Reporter<'_>,
    ) -> Result<Option<Self>, Error> {
        if paths.is_empty() {
            return Ok(None);
        }
        if let Some(missing) = paths.iter().find(|path| !path.exists()) {
            let hint = "name the config before the change, such as the target branch checked out beside this one; or leave --base out";
            let message = format!("--base {}: there is no such file or folder", missing.display());
            return Err(Error::usage(message).hint(hint));
        }
        let named = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" ");
        match load(paths, env) {
            Ok(mut run) => {
                // A provider that only the change uses may be selected.
                let _ = providers.narrow(&mut run);
                Ok(Some(Base { named, run: Some(run) }))
            }
            Err(invalid) => {
                reporter.problem(&nothing_compared(&named, &invalid));
                Ok(Some(Base { named, run: None }))
            }
        }
    }

    /// What it asks for, if it is valid.
    pub fn config(&self) -> Option<&Loaded> {
        self.run.as_ref().map(Run::config)
    }

    /// Whether the change is about a row that could not be read.
    pub fn touches_unread(&self, planned: &Planned) -> bool {
        let Some(config) = self.config() else { return false };
        planned.plan().unread().any(|unread| touches_unread(&config.desired, &planned.run().config().desired, unread))
    }

    /// Adds to the view what the change does, or that it cannot be told; whether all that is refused was refused
    /// before. The plan is one that was made from this snapshot.
    pub fn compare(self, snapshot: &Snapshot, view: &mut PlanView<'_>, only: Option<&ResourceSelection>) -> bool {
        let Base { named, run } = self;
        let Some(run) = run else {
            view.uncompared = Some(named);
            return false;
        };
        let backends = providers::ALL.iter().map(|provider| (provider.name(), provider.backend())).collect();
        let blocks = providers::ALL.iter().map(|provider| (provider.name(), provider.block())).collect();
        let (before, after) = (side(run.config()), side(snapshot.run().config()));
        let sides = BaseComparisonInput {
            base: &named,
            before,
            after,
            snapshots: snapshot.providers(),
            backends: &backends,
            blocks: &blocks,
            only,
        };
        let planned_before = sides.plan_before();
        view.base_comparison = Some(compare(&sides, &planned_before, view.plan));
        is_refused(view.plan) && refuses_nothing_new(&sides, &planned_before, view.plan)
    }
}

/// The environment is that of the change: what it says may contradict the base, which is then read without it.
fn load(paths: &[PathBuf], env: &Env) -> Result<Run, Box<Invalid>> {
    let without = env.only(&symlinks::CI);
    Run::load(paths, env).or_else(|invalid| Run::load(paths, &without).map_err(|_| invalid))
}

fn side(config: &Loaded) -> ConfigSide<'_> {
    let Loaded { desired, sources, layers, directory: _, warnings: _, files: _, accounts: _ } = config;
    ConfigSide { desired, layers, sources }
}

fn nothing_compared(named: &str, invalid: &Invalid) -> String {
    let errors = invalid.diagnostics.iter().filter(|found| found.is_error()).count();
    let why = format!(
        "the config at --base is invalid, so nothing is compared ({}: {})",
        escaped_line(named),
        counted(errors, "error")
    );
    let help = format!("see what is wrong with it: heeler validate {}", escaped_line(named));
    format!("{} {why}\n{} {help}\n", paint(CHANGED, "warning:"), paint(FAINT, "do:"))
}
