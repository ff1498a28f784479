//! Small tests of single parts: layers, differences, drift, diagnostics, YAML.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test may stop where it stands

mod additions;
mod by_account;
mod checks;
mod comparison;
mod comparison_deletes;
mod comparison_text;
mod diagnostics;
mod differences;
mod drift;
mod editors;
mod fingerprint;
mod fuzzing;
mod importing;
mod layers;
mod misread;
mod needs;
mod no_json;
mod observing;
mod shadowed;
mod vars;
mod worlds;
mod writing;
mod written_configs;
mod yaml;

use std::collections::BTreeMap;

use heeler::config::files::Text;
use heeler::config::{Invalid, Loaded, load_texts};
use heeler::model::limits::Confirm;
use heeler::model::{Env, Plan};
use heeler::planner::{self, ConfirmMode, PlanInput, ProviderSnapshot};

/// Loads texts under the names given.
fn load(texts: &[(&str, &str)]) -> Result<Loaded, Box<Invalid>> {
    let texts = texts.iter().map(|(name, text)| Text { name: (*name).to_owned(), text: (*text).to_owned() });
    load_texts(texts.collect(), &Env::default(), Vec::new())
}

/// Decides, with what apply takes for confirmed.
fn planned(config: &Loaded, snapshots: &BTreeMap<&'static str, ProviderSnapshot>) -> Plan {
    planner::plan(&PlanInput {
        desired: &config.desired,
        snapshots,
        sources: &config.sources,
        only: None,
        confirm: &Confirm::default(),
        confirm_mode: ConfirmMode::AtMost,
        approved: None,
        resend_secrets: false,
    })
}

/// What is wrong with the texts, as it is shown, without colour.
fn wrong(texts: &[(&str, &str)]) -> String {
    match load(texts) {
        Ok(loaded) => {
            let found = [loaded.warnings, loaded.desired.doubtful].concat();
            plain(&heeler::render::diagnostics::diagnostics(&found, &loaded.sources))
        }
        Err(invalid) => plain(&heeler::render::diagnostics::diagnostics(&invalid.diagnostics, &invalid.sources)),
    }
}

fn plain(styled: &str) -> String {
    anstream::adapter::strip_str(styled).to_string()
}
