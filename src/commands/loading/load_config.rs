//! The config of a run, with what is wrong with it said on every report.

use crate::commands::arguments::config_paths;
use crate::commands::arguments::flags::Paths;
use crate::commands::output::reporter::Reporter;
use crate::model::{Env, Error};
use crate::run::Run;

/// Reads the config, or says everything that is wrong with it.
///
/// # Errors
/// There is none, or it is invalid.
pub fn load(paths: &Paths, env: &Env, reporter: &Reporter<'_>) -> Result<Run, Error> {
    let paths = config_paths::paths(paths)?;
    match Run::load(&paths, env) {
        Ok(run) => {
            reporter.diagnostics(&run.config().warnings, &run.config().sources);
            Ok(run)
        }
        Err(invalid) => {
            reporter.diagnostics(&invalid.diagnostics, &invalid.sources);
            reporter.invalid(&invalid.diagnostics, &invalid.sources);
            Err(Error::invalid_config())
        }
    }
}
