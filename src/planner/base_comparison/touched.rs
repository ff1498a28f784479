//! Whether a change to the config is about one row: by what the two sides declare, remove or protect under its names.

use serde_json::Value;

use crate::model::plan::{UnreadPart, Unreadable};
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
    let is_meant = |tombstone: &Tombstone| {
        names.contains(&tombstone.identity()) && tombstone.speaks_of_kind(key.provider, key.kind)
    };
    let removed = |side| removed(side, key.provider, is_meant);
    let protected = |side: &DesiredState| names.iter().any(|name| side.protect.contains_key(*name));
    let held = |side: &DesiredState| side.holds.get(key).map(|hold| hold.cause.clone());
    removed(before) != removed(after) || protected(before) != protected(after) || held(before) != held(after)
}

/// Whether a change of the config is about any row of what could not be read.
pub fn touches_unread(before: &DesiredState, after: &DesiredState, unread: &Unreadable) -> bool {
    match &unread.part {
        UnreadPart::Provider => true,
        UnreadPart::Row(key) => touches(before, after, key),
        UnreadPart::Account(account) => {
            let is_meant =
                |tombstone: &Tombstone| tombstone.identity() == account && tombstone.speaks_of(unread.provider);
            let removed = |side| removed(side, unread.provider, is_meant);
            let declared = before.entries.values().chain(after.entries.values());
            let mut covered = declared.filter(|desired| unread.covers(&desired.key, desired.account.as_deref()));
            covered.any(|desired| touches(before, after, &desired.key)) || removed(before) != removed(after)
        }
    }
}

/// What entries of `removed:` say to this provider.
fn removed(
    side: &DesiredState,
    provider: &str,
    is_meant: impl Fn(&Tombstone) -> bool,
) -> Vec<(Option<String>, Option<Value>)> {
    let entries = side.tombstones.iter().filter(|tombstone| is_meant(tombstone));
    let said = |tombstone: &Tombstone| (tombstone.id().map(str::to_owned), tombstone.block(provider).map(Node::json));
    entries.map(said).collect()
}

/// What a row that no entry declares goes by: its identity, and the AWS account in it.
fn own_names(key: &Key) -> Vec<&str> {
    std::iter::once(key.name.as_str()).chain(key.account()).collect()
}

/// All that an entry asks of a row.
fn said(desired: &Desired) -> (Value, Vec<(&'static str, &str)>, Option<&str>) {
    let Desired { key: _, account, name: _, place: _, node, fixed, outputs: _, alias: _ } = desired;
    let fixed = fixed.iter().map(|FixedAtCreation { field, value, place: _ }| (*field, value.as_str())).collect();
    (node.json(), fixed, account.as_deref())
}
