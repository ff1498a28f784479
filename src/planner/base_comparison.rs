//! A config before and after a change to it: what the change does, apart from what was pending already.
//!
//! Both are planned from one reading. What the base would do is only compared with: it is never shown, and nothing
//! confirms it.

mod leaves;
mod shadowed;
pub mod touched;
mod weakened;

use std::collections::{BTreeMap, BTreeSet};

use super::{ConfirmMode, ProviderSnapshot, plan};
use crate::model::base_comparison::Origin;
use crate::model::limits::{Confirm, LimitCheck};
use crate::model::plan::Refusal;
use crate::model::schema::BlockSchema;
use crate::model::{
    Action, ActionId, BaseComparison, Desired, DesiredState, Key, LowerLayers, Op, Plan, ResourceSelection, Sources,
};

/// One of the two configs.
#[derive(Clone, Copy)]
pub struct ConfigSide<'a> {
    /// What it asks for.
    pub desired: &'a DesiredState,
    /// Its layers below the accounts.
    pub layers: &'a LowerLayers,
    /// Where things were written.
    pub sources: &'a Sources,
}

/// Everything a comparison is made of.
pub struct BaseComparisonInput<'a> {
    /// The config before the change, as it was named.
    pub base: &'a str,
    /// The config before the change.
    pub before: ConfigSide<'a>,
    /// The config with the change.
    pub after: ConfigSide<'a>,
    /// What the vendors list, by provider.
    pub snapshots: &'a BTreeMap<&'static str, ProviderSnapshot>,
    /// Whose rows each provider's are; providers may share a backend.
    pub backends: &'a BTreeMap<&'static str, &'static str>,
    /// What may stand in each provider's block.
    pub blocks: &'a BTreeMap<&'static str, &'static BlockSchema>,
    /// Only these accounts and resources, if given.
    pub only: Option<&'a ResourceSelection>,
}

impl BaseComparisonInput<'_> {
    fn selects(&self, desired: &Desired) -> bool {
        self.only.is_none_or(|only| only.has_desired(desired))
    }

    /// What the config before the change would do, to compare with.
    pub fn plan_before(&self) -> Plan {
        let ConfigSide { desired, layers: _, sources } = self.before;
        let (confirm, exactness) = (&Confirm::default(), ConfirmMode::Exact);
        let (snapshots, only) = (self.snapshots, self.only);
        plan(&super::PlanInput {
            desired,
            snapshots,
            sources,
            only,
            confirm,
            confirm_mode: exactness,
            approved: None,
            resend_secrets: false,
        })
    }
}

/// Compares the plans of both configs, which are made from the same readings.
pub fn compare(sides: &BaseComparisonInput<'_>, before: &Plan, after: &Plan) -> BaseComparison {
    BaseComparison {
        base: sides.base.to_owned(),
        weakened: weakened::weakened(sides, before, after),
        shadowed: shadowed::shadowed(sides),
        origins: origins(before, after),
    }
}

/// Whether all that the plan of the config with the change refuses was refused before it, and just so: what the change
/// asks otherwise of a refused row is refused anew.
pub fn refuses_nothing_new(sides: &BaseComparisonInput<'_>, before: &Plan, after: &Plan) -> bool {
    let known: BTreeMap<&Key, Vec<&Refusal>> = before.refusals.iter().fold(BTreeMap::new(), |mut known, refusal| {
        known.entry(&refusal.key).or_insert_with(Vec::new).push(refusal);
        known
    });
    let is_known = |refusal: &Refusal| {
        known.get(&refusal.key).into_iter().flatten().any(|old| old.is_alike(refusal))
            && !touched::touches(sides.before.desired, sides.after.desired, &refusal.key)
    };
    // The same accounts: as many others are others, and nobody has looked at them.
    let exceeded = |check: &LimitCheck| {
        let known_before = before.accounts_against(check.name);
        let mut counted = after.accounts_against(check.name).into_iter().filter(|(at, _)| *at == check.provider);
        counted.all(|account| known_before.contains(&account))
            && before.limit_checks.iter().any(|known| {
                known.refused.is_some()
                    && known.name == check.name
                    && known.provider == check.provider
                    && known.limit >= check.limit
            })
    };
    after.refusals.iter().all(is_known)
        && after.limit_checks.iter().filter(|check| check.refused.is_some()).all(exceeded)
}

fn origins(before: &Plan, after: &Plan) -> Vec<Origin> {
    let known: BTreeMap<ActionId, &Action> = before.actions.iter().map(|action| (action.id(), action)).collect();
    after
        .actions
        .iter()
        .map(|action| known.get(&action.id()).map_or(Origin::ThisChange, |pending| origin(action, pending)))
        .collect()
}

/// Judged field by field: the same field, from the same value to the same value.
fn origin(action: &Action, pending: &Action) -> Origin {
    match (&action.op, &pending.op) {
        // What comes of a delete may be another: one out of the trash is for good.
        (Op::Delete { consequence, .. }, Op::Delete { consequence: known, .. }) => {
            if consequence == known {
                Origin::Pending
            } else {
                Origin::ThisChange
            }
        }
        (Op::Create { .. }, Op::Create { .. }) | (Op::Update { .. }, Op::Update { .. }) => {
            let leaves_more = action.left_to_vendor() != pending.left_to_vendor();
            let known: BTreeMap<_, _> = pending.changes().map(|change| (&change.path, &change.change)).collect();
            let alike = action.changes().filter(|change| known.get(&change.path) == Some(&&change.change));
            let pending: BTreeSet<_> = alike.map(|change| change.path.clone()).collect();
            match pending.len() {
                0 => Origin::ThisChange,
                alike if alike == action.changes().count() && !leaves_more => Origin::Pending,
                _ => Origin::Both { pending },
            }
        }
        (Op::Create { .. } | Op::Update { .. } | Op::Delete { .. }, _) => Origin::ThisChange,
    }
}
