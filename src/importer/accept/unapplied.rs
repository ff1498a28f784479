//! Layers that most of the accounts that follow them contradict: most likely somebody has edited such a layer, and nobody
//! has applied that yet.

use std::collections::{BTreeMap, BTreeSet};

use super::{Unfollowed, layers_of};
use crate::config::Loaded;
use crate::model::{Action, Desired, Key, Op, Plan, Source};

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
    let mut lines = BTreeMap::<(&str, &Source, &str, &str), usize>::new();
    for Unfollowed { key: Key { provider, kind, name: _ }, field, sources } in unfollowed {
        sources.iter().for_each(|source| *lines.entry((field, source, provider, kind.name)).or_default() += 1);
    }
    let one = |((field, source, provider, kind), pinned): ((&str, &Source, &str, &str), usize)| {
        let path: Vec<&str> = field.split('.').collect();
        let follows = |desired: &&Desired| {
            let said = path.iter().try_fold(&desired.node, |node, key| node.get(key));
            said.is_some_and(|said| layers_of(&loaded.sources, said).contains(source))
        };
        let rows = loaded.desired.entries.values().map(|desired| &**desired);
        let rows = rows.filter(|Desired { key, .. }| (key.provider, key.kind.name) == (provider, kind));
        let following: BTreeSet<&Key> = rows.filter(follows).map(|desired| &desired.key).collect();
        let differing = differing(plan, field).intersection(&following).count();
        let is_most = differing >= 2 && 2 * differing >= following.len();
        let (field, source, following) = (field.to_owned(), source.clone(), following.len());
        is_most.then_some(Unapplied { field, source, following, differing, pinned })
    };
    lines.into_iter().filter_map(one).collect()
}

/// The rows in which a plan would update a field, or anything below it.
fn differing<'a>(plan: &'a Plan, field: &str) -> BTreeSet<&'a Key> {
    let is_below =
        |path: &str| path.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
    let updates = plan.actions.iter().chain(plan.withheld()).filter(|action| matches!(action.op, Op::Update { .. }));
    let differs = |action: &&Action| action.changes().any(|change| is_below(&change.path.to_string()));
    updates.filter(differs).map(|action| &action.key).collect()
}
