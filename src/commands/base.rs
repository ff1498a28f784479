//! `--base`: the config before the change, read beside the one with it.

use std::path::PathBuf;

use super::CommandError;
use super::outlets::Outlets;
use super::session::{Readings, Session};
use crate::config::{self, Invalid, Loaded};
use crate::model::{Comparison, Env, Plan};
use crate::planner::comparison::{Side, Sides, compare};
use crate::providers;
use crate::render::clean::clean;
use crate::render::counted;
use crate::render::style::{CHANGED, FAINT, paint};

/// The config before the change.
pub struct Base {
    named: String,
    config: Loaded,
}

impl Base {
    /// Reads it. There is none if it is not asked for, or is invalid: the change that repairs it must not be blocked.
    ///
    /// # Errors
    /// A path that is not there.
    pub fn read(paths: &[PathBuf], env: &Env, outlets: &Outlets<'_>) -> Result<Option<Self>, CommandError> {
        if paths.is_empty() {
            return Ok(None);
        }
        if let Some(missing) = paths.iter().find(|path| !path.exists()) {
            return Err(CommandError::NoBase(missing.clone()));
        }
        let named = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" ");
        match load(paths, env) {
            Ok(config) => Ok(Some(Base { named, config })),
            Err(invalid) => {
                outlets.problem(&nothing_compared(&named, &invalid));
                Ok(None)
            }
        }
    }

    /// What it asks for.
    pub fn config(&self) -> &Loaded {
        &self.config
    }

    /// What the change does. `plan` is that of the session's config, from the same readings.
    pub fn compare(&self, session: &Session, readings: &Readings, plan: &Plan) -> Comparison {
        let backends = providers::ALL.iter().map(|provider| (provider.name(), provider.backend())).collect();
        let (before, after) = (side(&self.config), side(&session.config));
        compare(&Sides { base: &self.named, before, after, readings, backends: &backends, only: session.only.as_ref() }, plan)
    }
}

/// The environment is that of the change: what it says may contradict the base, which is then read without it.
fn load(paths: &[PathBuf], env: &Env) -> Result<Loaded, Box<Invalid>> {
    config::load(paths, env).or_else(|invalid| config::load(paths, &Env::default()).map_err(|_| invalid))
}

fn side(config: &Loaded) -> Side<'_> {
    let Loaded { desired, sources, layers, warnings: _, files: _, accounts: _ } = config;
    Side { desired, layers, sources }
}

fn nothing_compared(named: &str, invalid: &Invalid) -> String {
    let errors = invalid.diagnostics.iter().filter(|found| found.is_error()).count();
    let why = format!("the config at --base is invalid, so nothing is compared ({}: {})", clean(named), counted(errors, "error"));
    let help = format!("see what is wrong with it: heeler validate {}", clean(named));
    format!("{} {why}\n{} {help}\n", paint(CHANGED, "warning:"), paint(FAINT, "do:"))
}
