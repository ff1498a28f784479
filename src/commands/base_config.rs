//! `--base`: the config before the change, read beside the one with it.

use std::path::PathBuf;

use super::CommandError;
use super::flags::ProviderSelection;
use super::reporter::Reporter;
use super::session::{Session, Snapshots, is_refused};
use crate::config::{self, Invalid, Loaded, symlinks};
use crate::model::{Env, Plan};
use crate::planner::comparison::touched::touches;
use crate::planner::comparison::{Side, Sides, compare, refuses_nothing_new};
use crate::providers;
use crate::render::PlanView;
use crate::render::counted;
use crate::render::escape_terminal::escaped_line;
use crate::render::style::{CHANGED, FAINT, paint};

/// The config before the change.
pub struct Base {
    named: String,
    /// Nothing if it is invalid: the change that repairs it must not be blocked.
    config: Option<Loaded>,
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
    ) -> Result<Option<Self>, CommandError> {
        if paths.is_empty() {
            return Ok(None);
        }
        if let Some(missing) = paths.iter().find(|path| !path.exists()) {
            return Err(CommandError::NoBase(missing.clone()));
        }
        let named = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" ");
        match load(paths, env) {
            Ok(mut config) => {
                // A provider that only the change uses may be selected.
                let _ = providers.narrow(&mut config.desired);
                Ok(Some(Base { named, config: Some(config) }))
            }
            Err(invalid) => {
                reporter.problem(&nothing_compared(&named, &invalid));
                Ok(Some(Base { named, config: None }))
            }
        }
    }

    /// What it asks for, if it is valid.
    pub fn config(&self) -> Option<&Loaded> {
        self.config.as_ref()
    }

    /// Whether the change is about a row that could not be read.
    pub fn touches_unread(&self, session: &Session, plan: &Plan) -> bool {
        let Some(config) = &self.config else { return false };
        plan.unread().any(|key| touches(&config.desired, &session.config.desired, key))
    }

    /// Adds to the view what the change does, or that it cannot be told; whether all that is refused was refused
    /// before. The plan is that of the session's config, from the same snapshots.
    pub fn compare(self, session: &Session, snapshots: &Snapshots, view: &mut PlanView<'_>) -> bool {
        let Base { named, config } = self;
        let Some(config) = config else {
            view.uncompared = Some(named);
            return false;
        };
        let backends = providers::ALL.iter().map(|provider| (provider.name(), provider.backend())).collect();
        let blocks = providers::ALL.iter().map(|provider| (provider.name(), provider.block())).collect();
        let (before, after) = (side(&config), side(&session.config));
        let sides = Sides {
            base: &named,
            before,
            after,
            snapshots,
            backends: &backends,
            blocks: &blocks,
            only: session.only.as_ref(),
        };
        view.comparison = Some(compare(&sides, view.plan));
        is_refused(view.plan) && refuses_nothing_new(&sides, view.plan)
    }
}

/// The environment is that of the change: what it says may contradict the base, which is then read without it.
fn load(paths: &[PathBuf], env: &Env) -> Result<Loaded, Box<Invalid>> {
    let without = env.only(&symlinks::CI);
    config::load(paths, env).or_else(|invalid| config::load(paths, &without).map_err(|_| invalid))
}

fn side(config: &Loaded) -> Side<'_> {
    let Loaded { desired, sources, layers, warnings: _, files: _, accounts: _ } = config;
    Side { desired, layers, sources }
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
