//! Reports as Markdown, for a comment.

use std::path::Path;

use super::{Links, Scene, counted, diagnostics, report, text};
use crate::model::{Action, Diagnostic, Drift, Report, Sources};

const MOST: usize = 60_000;

/// A plan.
pub fn plan(scene: &Scene<'_>) -> String {
    let plan = scene.plan;
    if plan.actions.is_empty() && plan.refusals.is_empty() && plan.is_complete() && scene.comparison.as_ref().is_none_or(|c| c.given_up.is_empty()) {
        return format!("heeler plan: no changes. {} already match.\n", counted(plan.unchanged, "account"));
    }
    fenced(&text::plan(scene, "plan"))
}

/// A plan that apply may not do.
pub fn refused(scene: &Scene<'_>, expected: Option<&str>) -> String {
    fenced(&(text::plan(scene, "apply") + &expected.map_or(String::new(), |digest| report::unexpected(scene, digest))))
}

/// A plan approved as a whole that no longer fits.
pub fn moved(scene: &Scene<'_>, moved: &[&Action]) -> String {
    fenced(&(text::plan(scene, "apply") + &report::moved(moved)))
}

/// What apply did.
pub fn applied(scene: &Scene<'_>, report: &Report, deleted: Option<&Path>) -> String {
    fenced(&(text::plan(scene, "apply") + &report::ending(scene, report, deleted)))
}

/// Drift.
pub fn drift(scene: &Scene<'_>, drift: &Drift) -> String {
    fenced(&super::drift::drift(scene, drift))
}

/// A config that is invalid.
pub fn invalid(command: &str, list: &[Diagnostic], sources: &Sources, _links: &Links) -> String {
    format!("### heeler {command}: the config is invalid\n\n{}", fenced(&diagnostics::diagnostics(list, sources)))
}

/// A run that could not do its work.
pub fn failed(command: &str, words: &str, hint: Option<&str>) -> String {
    format!("### heeler {command}: failed\n\n{}", fenced(&format!("{words}\n{}\n", hint.unwrap_or_default())))
}

fn fenced(text: &str) -> String {
    let plain = anstream::adapter::strip_str(text).to_string();
    let cut = (0..=plain.len().min(MOST - 200)).rev().find(|at| plain.is_char_boundary(*at)).unwrap_or_default();
    format!("``````text\n{}\n``````\n", &plain[..cut])
}
