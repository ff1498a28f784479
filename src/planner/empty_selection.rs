//! What `--only` selects where nothing is declared, removed or live: most likely mistyped.

use super::PlanInput;
use super::complete_observations::complete_observations;
use super::selectable::Selectable;
use crate::model::diagnostic::Severity;
use crate::model::{Diagnostic, Plan, ResourceSelection, SelectedResource};

/// Warns of each. What was not read may hold it, so then nothing is said.
pub fn check(input: &PlanInput<'_>, plan: &mut Plan) {
    let Some(observations) = complete_observations(input) else { return };
    let desired = input.desired;
    let selected = input.only.into_iter().flat_map(ResourceSelection::iter);
    // It may be at a provider that this run leaves out, or in an account whose block names no row.
    let may_be_elsewhere = |selected: &SelectedResource| match selected.kind.is_none() && selected.identity.is_none() {
        true => desired.named.contains(&selected.account),
        false => !desired.left_out.is_empty(),
    };
    let mut doubtful = selected.filter(|selected| !may_be_elsewhere(selected)).peekable();
    if doubtful.peek().is_none() {
        return;
    }
    let rows = observations.iter().flat_map(|found| found.rows.values().chain(found.trash.values()));
    let there = Selectable::of(desired, rows, observations.iter().flat_map(|found| &found.isolated));
    plan.diagnostics.extend(doubtful.filter(|selected| !there.has(selected)).map(warning));
}

fn warning(selected: &SelectedResource) -> Diagnostic {
    let found = Diagnostic::nowhere(format!("--only {selected}: nothing is declared, removed or live under it"));
    Diagnostic { severity: Severity::Warning, ..found.help("is it mistyped? nothing was planned for it") }
}
