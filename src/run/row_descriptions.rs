//! What people know those live rows by that a plan deletes, or that no entry names.

use std::collections::BTreeMap;

use crate::config::Loaded;
use crate::model::plan::RefusedOp;
use crate::model::row_description::{Described, Descriptions};
use crate::model::{Observation, Observed, Op, Plan, RemoteId};
use crate::planner::ProviderSnapshot;
use crate::planner::describe_row::describe;

/// What people know those rows by that go, or that no entry names. An account's name in the config is its name at every
/// vendor.
pub fn descriptions(
    config: &Loaded,
    snapshots: &BTreeMap<&'static str, ProviderSnapshot>,
    plan: &Plan,
) -> Descriptions {
    let entries = config
        .desired
        .entries
        .values()
        .filter_map(|desired| Some((desired.account.as_deref()?, desired.name.as_deref()?)));
    let names: BTreeMap<&str, &str> = entries.collect();
    let observations = snapshots.values().filter_map(|snapshot| snapshot.result.as_ref().ok());
    let rows: BTreeMap<(&str, &RemoteId), &Observed> =
        observations.flat_map(rows_of).map(|row| ((row.key.provider, &row.id), row)).collect();
    let planned = plan.actions.iter().chain(&plan.held_back).chain(plan.withheld());
    let going = planned.filter(|action| matches!(action.op, Op::Delete { .. }));
    let going = going.filter_map(|action| Some((&action.key, action.row()?)));
    let refused = plan.refusals.iter().filter_map(|refusal| match &refusal.op {
        RefusedOp::Delete { row, .. } => Some((&refusal.key, row)),
        RefusedOp::Create { .. } | RefusedOp::Update { .. } => None,
    });
    let unmanaged = plan.unmanaged.iter().map(|row| (&row.key, &row.id));
    let mut descriptions = Descriptions::default();
    for (key, id) in going.chain(refused).chain(unmanaged) {
        let Some(row) = rows.get(&(key.provider, id)) else { continue };
        let described = describe(row, key.kind.schema());
        let named = row.account.as_deref().and_then(|account| names.get(account)).map(|name| (*name).to_owned());
        descriptions.add(key, id, Described { name: named.or(described.name), ..described });
    }
    descriptions
}

/// Every row that can be read; one of several that go by one name may be deleted too.
fn rows_of(observation: &Observation) -> impl Iterator<Item = &Observed> {
    observation.rows.values().chain(observation.isolated.iter().filter_map(|isolated| isolated.row.as_ref()))
}
