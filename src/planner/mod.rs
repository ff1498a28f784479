//! Floor 1: deciding. Pure, and without knowledge of any vendor: what it needs to know of a schema is a [`RowSchema`].
//!
//! Desired and observed go in, a [`Plan`] comes out, in the order it will run: updates, creates, deletes.

pub mod approval;
pub mod base_comparison;
mod catalogs;
mod comparable;
mod complete_observations;
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
mod is_unchanged;
pub mod isolation;
pub mod limits;
pub mod lists_as_sets;
pub mod live_forms;
mod live_values;
mod missing_fields;
mod mistyped_tombstone;
pub mod partitions;
mod plan_input;
pub mod protected;
mod provider_snapshot;
pub mod recheck;
pub mod refusals;
mod rows_on_hold;
pub mod selectable;
mod shared_findings;
mod tombstoned_rows;
mod unmanaged;
pub mod unmet_needs;
mod vendor_additions;
pub mod verify_apply;

use std::borrow::Cow;

pub use comparable::comparable;
pub use plan_input::{ConfirmMode, PlanInput};
pub use provider_snapshot::ProviderSnapshot;

use decide::{Known, Shared, decide};
use is_unchanged::UnchangedBlocks;
use isolation::Isolation;
use partitions::PartitionConflicts;
use rows_on_hold::{hold_deletes, hold_one};
use shared_findings::SharedFindings;
use unmanaged::{list_isolated, list_unmanaged};

use crate::model::diagnostic_list::capped;
use crate::model::plan::{RowCounts, UnreadPart, Unreadable};
use crate::model::{Action, Diagnostic, Op, Plan, ResourceNames};

/// Decides what to do.
pub fn plan(input: &PlanInput<'_>) -> Plan {
    match partitions::fill_partitions(input.desired, input.snapshots) {
        Cow::Borrowed(_) => plan_with_partitions(input),
        Cow::Owned(desired) => plan_with_partitions(&PlanInput { desired: &desired, ..*input }),
    }
}

fn plan_with_partitions(input: &PlanInput<'_>) -> Plan {
    let mut plan = Plan::default();
    let otherwise = PartitionConflicts::of(input.desired, input.snapshots);
    let known = Known { isolation: Isolation::of(input), otherwise };
    let mut shared =
        Shared { findings: SharedFindings::of(input.desired), unchanged_blocks: UnchangedBlocks::default() };
    let (mut updates, mut creates) = (Vec::new(), Vec::new());
    plan.left_out = input.desired.left_out.iter().map(|(provider, left_out)| (*provider, left_out.why)).collect();
    plan.names = resource_names(input);
    plan.selected_only = input.only.is_some();
    count_and_note_unreadable(input, &mut plan);
    list_isolated(input, &mut plan);
    for desired in
        input.desired.entries.values().filter(|desired| input.only.is_none_or(|only| only.has_desired(desired)))
    {
        if let Some(hold) = input.desired.holds.get(&desired.key) {
            hold_one(input, &known, desired, hold, &mut plan);
            continue;
        }
        match decide(input, &known, desired, Some(&mut shared), &mut plan) {
            Some(action @ Action { op: Op::Create { .. }, .. }) => creates.push(action),
            Some(action) => updates.push(action),
            None => {}
        }
    }
    plan.diagnostics.extend(shared.findings.diagnostics());
    // An account's own entry says whose it is.
    let own = |found: &&mut Diagnostic| found.place.is_some_and(|place| input.sources.locate(place).layer.is_none());
    plan.diagnostics.iter_mut().filter(own).for_each(|found| found.reach.forget_accounts());
    plan.diagnostics = capped(std::mem::take(&mut plan.diagnostics));
    plan.actions.append(&mut updates);
    plan.actions.append(&mut unmet_needs::in_order(creates));
    deletes::plan_deletes(input, &known.isolation, &mut plan);
    hold_deletes(input, &mut plan);
    delete_order::order_deletes(input, &mut plan);
    list_unmanaged(input, &mut plan);
    protected::check(input, &mut plan);
    empty_selection::check(input, &mut plan);
    if let Some(approved) = input.approved {
        approval::hold_back(approved, &mut plan, input.sources);
    }
    unmet_needs::propagate_unmet_needs(&mut plan);
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
