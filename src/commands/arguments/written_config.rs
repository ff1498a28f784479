//! How and where import and migrate write a config.

use std::path::PathBuf;

use clap::Args;

use crate::importer::SplitBy;

/// How a config is written that did not exist before.
#[derive(Debug, Args)]
pub struct WrittenConfig {
    /// Write every account out in full, without defaults and profiles
    #[arg(long)]
    pub flat: bool,
    /// Write files into this folder instead of stdout; no file that is there is ever overwritten
    #[arg(long, value_name = "DIR")]
    pub write: Option<PathBuf>,
    /// With --write, a file for the accounts of each value of a tag, such as by=team, or of each profile: by=profile
    #[arg(long, value_name = "by=TAG", requires = "write")]
    pub split: Option<SplitBy>,
}
