//! What is said of single live rows beside the plan: what the AWS side of managed ones needs, and what people know
//! others by.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::session::Snapshots;
use crate::config::Loaded;
use crate::model::described::{Described, Descriptions};
use crate::model::plan::{Managed, RefusedOp};
use crate::model::{Desired, Key, Observed, Op, Plan, RemoteId};
use crate::planner::described::describe;
use crate::planner::partitions::settled;
use crate::planner::{comparable, names_of};
use crate::providers;

/// Role, external id and trust policy of every managed live account that `--only` selects.
pub fn managed(config: &Loaded, snapshots: &Snapshots, only: Option<&BTreeSet<String>>) -> Vec<Managed> {
    let row = |(key, desired): (&Key, &Arc<Desired>)| {
        let row = snapshots.get(key.provider)?.result.as_ref().ok()?.rows.get(key)?;
        let selected = only.is_none_or(|only| row.names().chain(names_of(desired)).any(|name| only.contains(name)));
        managed_row(config, desired, row).filter(|_| selected)
    };
    settled(&config.desired, snapshots).entries.iter().filter_map(row).collect()
}

/// What the AWS side of one account needs.
pub fn managed_row(config: &Loaded, desired: &Desired, row: &Observed) -> Option<Managed> {
    let (Desired { key, account, name, .. }, shape) = (desired, desired.schema());
    let provider = providers::named(key.provider)?;
    let trust = provider.trust(config.desired.settings.get(key.provider)?, row)?;
    let partition = provider.partition(row, &comparable(row, shape).unwrap_or_default());
    Some(Managed {
        key: key.clone(),
        account: account.clone().or_else(|| row.account.clone()),
        name: name.clone(),
        partition,
        id: row.id.clone(),
        trust,
    })
}

/// What people know those rows by that go, or that no entry names. An account's name in the config is its name at every
/// vendor.
pub fn descriptions(config: &Loaded, snapshots: &Snapshots, plan: &Plan) -> Descriptions {
    let entries = config
        .desired
        .entries
        .values()
        .filter_map(|desired| Some((desired.account.as_deref()?, desired.name.as_deref()?)));
    let names: BTreeMap<&str, &str> = entries.collect();
    let rows: BTreeMap<(&str, &RemoteId), &Observed> = snapshots
        .values()
        .filter_map(|snapshot| snapshot.result.as_ref().ok())
        .flat_map(|observation| observation.rows.values().map(|row| ((row.key.provider, &row.id), row)))
        .collect();
    let going = plan.actions.iter().chain(&plan.held_back).filter(|action| matches!(action.op, Op::Delete { .. }));
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
