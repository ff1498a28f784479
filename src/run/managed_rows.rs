//! Managed live rows, and what their AWS side needs: role, external id, trust policy.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::Loaded;
use crate::model::plan::Managed;
use crate::model::{Desired, Key, Observed, ResourceSelection};
use crate::planner::ProviderSnapshot;
use crate::planner::comparable;
use crate::planner::partitions::fill_partitions;
use crate::providers;

/// Every managed live row that `--only` selects, with role, external id and trust policy where the vendor assumes a role.
pub fn managed(
    config: &Loaded,
    snapshots: &BTreeMap<&'static str, ProviderSnapshot>,
    only: Option<&ResourceSelection>,
) -> Vec<Managed> {
    let row = |(key, desired): (&Key, &Arc<Desired>)| {
        let row = snapshots.get(key.provider)?.result.as_ref().ok()?.rows.get(key)?;
        let selected = only.is_none_or(|only| only.has(key.kind, row.names().chain(desired.names())));
        managed_row(config, desired, row).filter(|_| selected)
    };
    fill_partitions(&config.desired, snapshots).entries.iter().filter_map(row).collect()
}

/// What the AWS side of one account needs.
pub fn managed_row(config: &Loaded, desired: &Desired, row: &Observed) -> Option<Managed> {
    let (Desired { key, account, name, .. }, shape) = (desired, desired.schema());
    let provider = providers::named(key.provider)?;
    let trust = provider.trust(config.desired.settings.get(key.provider)?, row);
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
