//! Floor 1: deciding. Pure, and without knowledge of any vendor: what it needs to know of a schema is a [`RowSchema`].
//!
//! Desired and observed go in, a [`Plan`] comes out, in the order it will run: updates, creates, deletes.

mod already_held;
pub mod approval;
mod catalogs;
pub mod comparison;
mod decide;
pub mod declared_names;
mod delete_order;
pub mod deletes;
pub mod describe_row;
pub mod diff;
pub mod digest;
pub mod disruptive_and_costly;
pub mod drift;
mod element_sources;
mod empty_selection;
mod grandfathered_values;
mod held_values;
pub mod isolation;
pub mod limits;
pub mod lists_as_sets;
mod live_forms;
mod missing_fields;
mod mistyped_tombstone;
pub mod partitions;
pub mod protected;
pub mod recheck;
pub mod refusals;
pub mod selectable;
mod shared_findings;
mod tombstoned_rows;
mod unmanaged;
pub mod unmet_needs;
mod vendor_additions;
pub mod verify_apply;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use decide::{Known, decide, hold_deletes, hold_one};
use isolation::Isolation;
use partitions::PartitionConflicts;
use shared_findings::SharedFindings;
use unmanaged::{list_isolated, list_unmanaged};

use crate::model::diagnostic::capped;
use crate::model::limits::Confirm;
use crate::model::plan::{RowCounts, UnreadPart, Unreadable, VendorError};
use crate::model::{
    Action, DesiredState, Diagnostic, Observation, Observed, Op, Plan, ResourceNames, ResourceSelection, RowSchema,
    Sources, json_errors,
};

/// One provider as it was read.
pub struct ProviderSnapshot {
    /// Whose rows they are; providers may share a backend.
    pub backend: &'static str,
    /// Everything, or why not.
    pub result: Result<Observation, VendorError>,
}

/// How exactly a confirmed number must be met.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ConfirmMode {
    /// `plan`: the number itself.
    #[default]
    Exact,
    /// `apply`: that or fewer, since it may be a resume.
    AtMost,
    /// `drift`: nothing will be done, so no limit is asked.
    NoLimits,
}

/// Everything a plan is made of.
pub struct PlanInput<'a> {
    /// What git asks for.
    pub desired: &'a DesiredState,
    /// What the vendors list, by provider.
    pub snapshots: &'a BTreeMap<&'static str, ProviderSnapshot>,
    /// Where things were written.
    pub sources: &'a Sources,
    /// Only these accounts and resources, if given.
    pub only: Option<&'a ResourceSelection>,
    /// Numbers confirmed on the command line; they win over those in git.
    pub confirm: &'a Confirm,
    /// How exactly.
    pub confirm_mode: ConfirmMode,
    /// Only what these plans contain, if any were named.
    pub approved: Option<&'a approval::Approved>,
    /// Send every declared secret again.
    pub resend_secrets: bool,
}

impl PlanInput<'_> {
    /// Whether `--only` leaves this live row in.
    fn selects(&self, row: &Observed) -> bool {
        self.only.is_none_or(|only| only.has_row(row))
    }
}

/// Decides what to do.
pub fn plan(input: &PlanInput<'_>) -> Plan {
    match partitions::settled(input.desired, input.snapshots) {
        Cow::Borrowed(_) => plan_settled(input),
        Cow::Owned(desired) => plan_settled(&PlanInput { desired: &desired, ..*input }),
    }
}

fn plan_settled(input: &PlanInput<'_>) -> Plan {
    let mut plan = Plan::default();
    let mut known = Known {
        otherwise: PartitionConflicts::of(input.desired, input.snapshots),
        findings: SharedFindings::of(input.desired),
    };
    let (mut updates, mut creates) = (Vec::new(), Vec::new());
    let isolation = Isolation::of(input);
    plan.left_out = input.desired.left_out.iter().map(|(provider, left_out)| (*provider, left_out.why)).collect();
    plan.names = resource_names(input);
    plan.selected_only = input.only.is_some();
    count_and_note_unreadable(input, &mut plan);
    list_isolated(input, &mut plan);
    for desired in
        input.desired.entries.values().filter(|desired| input.only.is_none_or(|only| only.has_desired(desired)))
    {
        if let Some(hold) = input.desired.holds.get(&desired.key) {
            hold_one(input, &isolation, desired, hold, &known.otherwise, &mut plan);
            continue;
        }
        match decide(input, &isolation, desired, &known.otherwise, Some(&mut known.findings), &mut plan) {
            Some(action @ Action { op: Op::Create { .. }, .. }) => creates.push(action),
            Some(action) => updates.push(action),
            None => {}
        }
    }
    plan.diagnostics.extend(known.findings.diagnostics());
    // An account's own entry says whose it is.
    let own = |found: &&mut Diagnostic| found.place.is_some_and(|place| input.sources.locate(place).layer.is_none());
    plan.diagnostics.iter_mut().filter(own).for_each(|found| found.reach.forget_accounts());
    plan.diagnostics = capped(std::mem::take(&mut plan.diagnostics));
    plan.actions.append(&mut updates);
    plan.actions.append(&mut unmet_needs::in_order(creates));
    deletes::plan_deletes(input, &isolation, &mut plan);
    hold_deletes(input, &mut plan);
    delete_order::settle(input, &mut plan);
    list_unmanaged(input, &mut plan);
    protected::check(input, &mut plan);
    empty_selection::check(input, &mut plan);
    if let Some(approved) = input.approved {
        approval::hold_back(approved, &mut plan, input.sources);
    }
    unmet_needs::settle(&mut plan);
    if input.confirm_mode != ConfirmMode::NoLimits {
        limits::check(input, &mut plan);
    }
    plan
}

/// How rows are named: what is declared and what is live has to be told apart.
fn resource_names(input: &PlanInput<'_>) -> ResourceNames {
    let live = input.snapshots.values().filter_map(|snapshot| snapshot.result.as_ref().ok());
    let live = live.flat_map(|observation| observation.rows.keys());
    // Declared ones are there already.
    let live = live.filter(|key| !input.desired.entries.contains_key(*key));
    ResourceNames::of(input.snapshots.len(), input.desired.entries.keys().chain(live))
}

fn count_and_note_unreadable(input: &PlanInput<'_>, plan: &mut Plan) {
    for (provider, snapshot) in input.snapshots {
        let declared = input.desired.entries.keys().filter(|key| key.provider == *provider).count();
        match &snapshot.result {
            Ok(observation) => {
                plan.row_counts.insert(
                    provider,
                    RowCounts { declared, live: observation.rows.len() + observation.isolated.len() },
                );
            }
            Err(error) => {
                plan.row_counts.insert(provider, RowCounts { declared, live: 0 });
                plan.unreadable.push(Unreadable { provider, part: UnreadPart::Provider, error: error.clone() });
            }
        }
    }
}

/// The part of a row that is compared, in YAML's spelling.
///
/// # Errors
/// The row is not the JSON it must be.
pub fn comparable(observed: &Observed, shape: &RowSchema) -> Result<Value, VendorError> {
    let wrong = |why: String| VendorError::Unreadable(format!("the row of {} cannot be read: {why}", observed.key));
    let text = observed.row.get();
    let mut row: Value =
        serde_json::from_str(text).map_err(|error| wrong(json_errors::why(text.as_bytes(), &error)))?;
    for field in shape.pointer {
        row = row.get_mut(*field).map(Value::take).ok_or_else(|| wrong(format!("it has no `{field}`")))?;
    }
    let row = match shape.to_yaml_form {
        Some(to_yaml_form) => to_yaml_form(row),
        None => row,
    };
    if row.is_object() { Ok(row) } else { Err(wrong("it is not an object".to_owned())) }
}
