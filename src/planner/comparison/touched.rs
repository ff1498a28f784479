//! Whether a change to the config is about one row: by what the two sides declare, remove or protect under its names.

use crate::model::plan::{UnreadPart, Unreadable};
use crate::model::{Desired, DesiredState, FixedAtCreation, Key};

/// Whether anything that is said of this row is another on one side.
pub fn touches(before: &DesiredState, after: &DesiredState, key: &Key) -> bool {
    let sides = [before, after];
    let [one, other] = sides.map(|side| side.entries.get(key).map(|desired| said(desired)));
    if one != other {
        return true;
    }
    let names: Vec<&str> =
        sides.into_iter().filter_map(|side| side.entries.get(key)).flat_map(|desired| desired.names()).collect();
    let names = if names.is_empty() { vec![key.name.as_str()] } else { names };
    let protected = |side: &DesiredState| names.iter().any(|name| side.protect.contains_key(*name));
    removed(before, key.provider, &names) != removed(after, key.provider, &names)
        || protected(before) != protected(after)
}

/// Whether a change of the config is about any row of what could not be read.
pub fn touches_unread(before: &DesiredState, after: &DesiredState, unread: &Unreadable) -> bool {
    match &unread.part {
        UnreadPart::Provider => true,
        UnreadPart::Row(key) => touches(before, after, key),
        UnreadPart::Account(account) => {
            let declared = before.entries.values().chain(after.entries.values());
            let mut covered = declared.filter(|desired| unread.covers(&desired.key, desired.account.as_deref()));
            let removed = |side| removed(side, unread.provider, &[account]);
            covered.any(|desired| touches(before, after, &desired.key)) || removed(before) != removed(after)
        }
    }
}

/// What the entries of `removed:` that go by one of these names say of rows.
fn removed(side: &DesiredState, provider: &str, names: &[&str]) -> Vec<Option<String>> {
    let entries = side.tombstones.iter();
    let entries = entries.filter(|tombstone| names.contains(&tombstone.identity()) && tombstone.speaks_of(provider));
    entries.map(|tombstone| tombstone.id().map(str::to_owned)).collect()
}

/// All that an entry asks of a row.
fn said(desired: &Desired) -> (serde_json::Value, Vec<(&'static str, &str)>, Option<&str>) {
    let Desired { key: _, account, name: _, place: _, node, fixed, outputs: _, alias: _ } = desired;
    let fixed = fixed.iter().map(|FixedAtCreation { field, value, place: _ }| (*field, value.as_str())).collect();
    (node.json(), fixed, account.as_deref())
}
