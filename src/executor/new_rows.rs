//! Rows of creates that somebody else has made since the plan was made: one more listing per provider, whatever the
//! number of creates.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use crate::model::{Action, Desired, Observation, Observed, Op, Plan, ReadClient};
use crate::planner::comparable;
use crate::planner::lists_as_sets::canonical;
use crate::providers::{self, Scope};

/// A create, and what it makes.
type Create<'a> = (&'a Action, &'a Desired);

/// The creates whose row is live by now, or of which that cannot be told.
pub async fn appeared<'a>(plan: &'a Plan, client: &dyn ReadClient) -> Vec<&'a Action> {
    let mut creates = BTreeMap::<&'static str, Vec<Create<'a>>>::new();
    for action in &plan.actions {
        if let Op::Create { desired, .. } = &action.op {
            creates.entry(action.key.provider).or_default().push((action, desired));
        }
    }
    let found = join_all(creates.into_iter().map(|(provider, creates)| at_provider(provider, creates, client))).await;
    found.into_iter().flatten().collect()
}

async fn at_provider<'a>(name: &str, creates: Vec<Create<'a>>, client: &dyn ReadClient) -> Vec<&'a Action> {
    // What is to be brought back is looked for among the deleted ones too.
    let brought_back = creates.iter().filter(|(action, _)| action.recovers().is_some());
    let scope = Scope {
        declared: brought_back.map(|(_, desired)| *desired).collect(),
        accounts: creates.iter().filter_map(|(_, desired)| desired.account.as_deref()).collect(),
        with_catalogs: false,
    };
    let observation = match providers::named(name) {
        Some(provider) => provider.observe(client, &scope).await.ok(),
        None => None,
    };
    let stands = |(action, desired): &Create<'_>| {
        observation.as_ref().is_some_and(|found| is_still_to_be_made(action, desired, found))
    };
    creates.into_iter().filter(|create| !stands(create)).map(|(action, _)| action).collect()
}

fn is_still_to_be_made(action: &Action, desired: &Desired, found: &Observation) -> bool {
    let account = desired.account.as_deref();
    let is_live = desired.keys().any(|key| found.rows.contains_key(&key) || found.is_unread(&key, account));
    let names = || std::iter::once(action.key.name.as_str()).chain(desired.alias.as_deref());
    let is_live = is_live || found.isolated.iter().any(|row| row.may_be(action.key.kind) && row.goes_by(names()));
    !is_live && action.recovers().is_none_or(|row| is_as_planned(action, row, desired, found))
}

/// Whether a deleted row is still the one that would be brought back, and holds what it held.
fn is_as_planned(action: &Action, row: &Observed, desired: &Desired, found: &Observation) -> bool {
    found.trash.get(&action.key).is_some_and(|now| {
        let holds = || comparable(now, desired.schema()).ok().map(|held| canonical(&held));
        now.id == row.id && holds().as_ref() == action.held_in_trash()
    })
}
