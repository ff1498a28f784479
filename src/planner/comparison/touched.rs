//! Whether a change to the config is about one row: by what the two sides declare, remove or protect under its names.

use crate::model::{Desired, DesiredState, FixedAtCreation, Key, Node, Tombstone};

/// Whether anything that is said of this row is another on one side.
pub fn touches(before: &DesiredState, after: &DesiredState, key: &Key) -> bool {
    let sides = [before, after];
    let [one, other] = sides.map(|side| side.entries.get(key).map(|desired| said(desired)));
    if one != other {
        return true;
    }
    let names: Vec<&str> =
        sides.into_iter().filter_map(|side| side.entries.get(key)).flat_map(|desired| desired.names()).collect();
    let names = if names.is_empty() { own_names(key) } else { names };
    let removed = |side: &DesiredState| {
        let entries = side.tombstones.iter().filter(|tombstone| {
            names.contains(&tombstone.identity()) && tombstone.speaks_of_kind(key.provider, key.kind)
        });
        let said = |tombstone: &Tombstone| {
            let block = tombstone.block(key.provider).map(Node::json);
            (tombstone.id().map(str::to_owned), block)
        };
        entries.map(said).collect::<Vec<_>>()
    };
    let protected = |side: &DesiredState| names.iter().any(|name| side.protect.contains_key(*name));
    let held = |side: &DesiredState| side.holds.contains_key(key);
    removed(before) != removed(after) || protected(before) != protected(after) || held(before) != held(after)
}

/// What a row that no entry declares goes by: its identity, and the AWS account in it.
fn own_names(key: &Key) -> Vec<&str> {
    std::iter::once(key.name.as_str()).chain(key.account()).collect()
}

/// All that an entry asks of a row.
fn said(desired: &Desired) -> (serde_json::Value, Vec<(&'static str, &str)>, Option<&str>) {
    let Desired { key: _, account, name: _, place: _, node, fixed, outputs: _, alias: _ } = desired;
    let fixed = fixed.iter().map(|FixedAtCreation { field, value, place: _ }| (*field, value.as_str())).collect();
    (node.json(), fixed, account.as_deref())
}
