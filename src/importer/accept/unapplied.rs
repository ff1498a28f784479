//! Layers that most of the accounts that follow them contradict: most likely somebody has edited such a layer, and nobody
//! has applied that yet.

use std::collections::{BTreeMap, BTreeSet};

use super::{Unfollowed, layers_of};
use crate::config::Loaded;
use crate::model::{Desired, Key, Op, Plan, Source};

/// A line of a layer that most accounts that follow it differ from.
#[derive(Debug)]
pub struct Unapplied {
    /// The field.
    pub field: String,
    /// Where the layer says it.
    pub source: Source,
    /// How many rows follow it.
    pub following: usize,
    /// How many of those differ from it in this field.
    pub differing: usize,
    /// How many of those would say the field for themselves from now on.
    pub pinned: usize,
}

/// Of the lines that fields no longer follow, those that at least two accounts differ from, and half of all that follow
/// them. `plan` is that of the whole config, whatever was selected.
pub fn unapplied(loaded: &Loaded, plan: &Plan, unfollowed: &[Unfollowed]) -> Vec<Unapplied> {
    let mut lines = BTreeMap::<(&str, &Source, &str), BTreeSet<&Key>>::new();
    for Unfollowed { key, field, sources } in unfollowed {
        for source in sources {
            lines.entry((field, source, key.kind.name)).or_default().insert(key);
        }
    }
    let one = |((field, source, kind), keys): ((&str, &Source, &str), BTreeSet<&Key>)| {
        let path: Vec<&str> = field.split('.').collect();
        let follows = |desired: &&Desired| {
            let said = path.iter().try_fold(&desired.node, |node, key| node.get(key));
            said.is_some_and(|said| layers_of(&loaded.sources, said).contains(source))
        };
        let rows = loaded.desired.entries.values().map(|desired| &**desired);
        let rows = rows.filter(|desired| {
            desired.key.kind.name == kind && keys.iter().any(|key| key.provider == desired.key.provider)
        });
        let following: BTreeSet<&Key> = rows.filter(follows).map(|desired| &desired.key).collect();
        let differs = |key: &&&Key| is_different(plan, key, field);
        let differing = following.iter().filter(differs).count();
        let is_most = differing >= 2 && 2 * differing >= following.len();
        is_most.then(|| Unapplied {
            field: field.to_owned(),
            source: source.clone(),
            following: following.len(),
            differing,
            pinned: keys.len(),
        })
    };
    lines.into_iter().filter_map(one).collect()
}

/// Whether a plan would change a field of a row, or anything below it.
fn is_different(plan: &Plan, key: &Key, field: &str) -> bool {
    let is_below =
        |path: &str| path.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
    let updates = plan.actions.iter().chain(plan.withheld()).filter(|action| matches!(action.op, Op::Update { .. }));
    updates
        .filter(|action| action.key == *key)
        .any(|action| action.changes().any(|change| is_below(&change.path.to_string())))
}
