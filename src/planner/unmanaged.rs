//! Rows that nothing is done to: isolated ones, and live ones that no entry declares.

use std::collections::BTreeSet;

use super::PlanInput;
use super::declared_names::{DeclaredNames, Handled};
use crate::model::plan::Unmanaged;
use crate::model::{Isolated, Plan};

/// Isolated rows, and whether the config says anything under their names.
pub(super) fn list_isolated(input: &PlanInput<'_>, plan: &mut Plan) {
    let desired = input.desired;
    let declared: BTreeSet<&str> = desired.entries.values().flat_map(|desired| desired.names()).collect();
    let removed = desired.tombstones.iter().map(|tombstone| tombstone.identity());
    let named: BTreeSet<&str> = declared.into_iter().chain(removed).collect();
    for observation in input.snapshots.values().filter_map(|snapshot| snapshot.result.as_ref().ok()) {
        for row in &observation.isolated {
            let names = || row.names.iter().map(String::as_str).chain(row.account.as_deref());
            if input.only.is_none_or(|only| only.may_have(row)) {
                let named = names().any(|name| named.contains(name));
                plan.isolated.push(Isolated { named, ..row.clone() });
            }
        }
    }
    plan.isolated.sort_by(|a, b| a.order().cmp(&b.order()));
}

/// Live accounts that no entry of their backend declares, and no action deletes.
pub(super) fn list_unmanaged(input: &PlanInput<'_>, plan: &mut Plan) {
    let refused = plan.refusals.iter().map(|refusal| &refusal.key);
    let read_only = plan.read_only.iter().map(|held| &held.key);
    let acted_on = plan.actions.iter().map(|action| &action.key).chain(refused).chain(read_only);
    let mut listed = Handled::default();
    for key in acted_on {
        let backend = input.snapshots.get(key.provider).map(|snapshot| snapshot.backend);
        backend.into_iter().for_each(|backend| listed.take_key(backend, key));
    }
    let declared = DeclaredNames::of(input);
    for snapshot in input.snapshots.values() {
        let Ok(observation) = &snapshot.result else { continue };
        for (key, row) in &observation.rows {
            if declared.has(snapshot, row) || !input.selects(row) {
                continue;
            }
            if listed.take(snapshot.backend, row) {
                let named = row.names().any(|name| input.desired.mentions(name));
                plan.unmanaged.push(Unmanaged {
                    key: key.clone(),
                    id: row.id.clone(),
                    account: row.account.clone(),
                    not_manageable: row.not_manageable,
                    named,
                });
            }
        }
    }
    plan.unmanaged.sort_by(|a, b| a.key.by_account().cmp(&b.key.by_account()));
}
