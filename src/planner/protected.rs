//! Ids under `protect` that protect nothing: most likely mistyped.

use std::collections::BTreeSet;

use super::PlanInput;
use super::complete_observations::complete_observations;
use crate::model::diagnostic::Tally;
use crate::model::{DesiredState, Diagnostic, Diagnostics, Plan};

/// Warns of each that no entry names and no vendor lists. What was not read may list it, so then nothing is said.
pub fn check(input: &PlanInput<'_>, plan: &mut Plan) {
    let Some(observations) = complete_observations(input) else { return };
    let rows = observations.iter().flat_map(|observation| observation.rows.values().chain(observation.trash.values()));
    let isolated = observations.iter().flat_map(|observation| &observation.isolated);
    let isolated = isolated.flat_map(|row| row.names.iter().chain(&row.account).map(String::as_str));
    let live: BTreeSet<&str> = rows.flat_map(|row| row.names()).chain(isolated).collect();
    let selected = |id: &str| input.only.is_none_or(|only| only.names(id));
    plan.diagnostics.extend(unnamed(
        input.desired,
        |id| !live.contains(id) && selected(id),
        "no entry names it, and it is not live",
    ));
}

/// A warning for each protected id that no entry names and that `counts`.
pub fn unnamed(desired: &DesiredState, counts: impl Fn(&str) -> bool, label: &str) -> Diagnostics {
    // Looking for the id that was meant goes over all of them.
    const MAX_GUESSES: usize = 100;
    let unnamed = desired.protect.iter().filter(|(id, _)| !desired.named.contains(*id) && counts(id));
    let (mut warnings, mut tally) = (Diagnostics::new(), Tally::of_warnings());
    for (at, (id, place)) in unnamed.enumerate() {
        let near = |known: &&String| is_near(known, id);
        let help = match desired.named.iter().filter(|_| at < MAX_GUESSES).find(near) {
            Some(meant) => format!("did you mean `\"{meant}\"`? else take it off `protect:`"),
            None => "correct it, or take it off `protect:`".to_owned(),
        };
        let title = format!("`protect` names account {id}, which is not declared");
        tally.push(*place, &mut warnings, || Diagnostic::warning(*place, title).label(label).help(help));
    }
    warnings
}

/// Whether two ids differ by one digit, or by two neighbours that have changed places. Most differ by more, which is
/// cheaply seen.
pub(super) fn is_near(a: &str, b: &str) -> bool {
    a.len() == b.len()
        && a.bytes().zip(b.bytes()).filter(|(a, b)| a != b).count() <= 2
        && strsim::osa_distance(a, b) == 1
}
