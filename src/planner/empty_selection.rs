//! What `--only` selects where nothing is declared, removed or live: most likely mistyped.

use std::collections::BTreeMap;

use super::PlanInput;
use super::protected::read_to_the_end;
use crate::model::diagnostic::Severity;
use crate::model::{
    Desired, DesiredState, Diagnostic, Isolated, Observation, Observed, Plan, ResourceSelection, SelectedResource,
    Tombstone,
};

/// Warns of each. What was not read may hold it, so then nothing is said.
pub fn check(input: &PlanInput<'_>, plan: &mut Plan) {
    let Some(observations) = read_to_the_end(input) else { return };
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
    let there = There::of(desired, &observations);
    plan.diagnostics.extend(doubtful.filter(|selected| !there.has(selected)).map(warning));
}

/// All that can be selected, by name.
struct There<'a> {
    declared: BTreeMap<&'a str, Vec<&'a Desired>>,
    removed: BTreeMap<&'a str, Vec<&'a Tombstone>>,
    live: BTreeMap<&'a str, Vec<&'a Observed>>,
    isolated: Vec<&'a Isolated>,
}

impl<'a> There<'a> {
    fn of(desired: &'a DesiredState, observations: &[&'a Observation]) -> Self {
        let mut live = BTreeMap::<&str, Vec<&Observed>>::new();
        for row in observations.iter().flat_map(|found| found.rows.values().chain(found.trash.values())) {
            row.names().for_each(|name| live.entry(name).or_default().push(row));
        }
        There {
            declared: desired.entries_by_name(),
            removed: desired.tombstones_by_name(),
            live,
            isolated: observations.iter().flat_map(|found| &found.isolated).collect(),
        }
    }

    fn has(&self, selected: &SelectedResource) -> bool {
        let only = ResourceSelection::from_iter([selected.clone()]);
        let account = selected.account.as_str();
        self.declared.get(account).into_iter().flatten().any(|entry| only.has_desired(entry))
            || self.removed.get(account).into_iter().flatten().any(|tombstone| only.has_tombstone(tombstone))
            || self.live.get(account).into_iter().flatten().any(|row| only.has_row(row))
            || self.isolated.iter().any(|row| only.may_have(row))
    }
}

fn warning(selected: &SelectedResource) -> Diagnostic {
    let found = Diagnostic::nowhere(format!("--only {selected}: nothing is declared, removed or live under it"));
    Diagnostic { severity: Severity::Warning, ..found.help("is it mistyped? nothing was planned for it") }
}
