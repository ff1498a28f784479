//! An account is in one partition. What the config leaves out is read off live rows; what contradicts them is refused,
//! at every provider.
//!
//! Rows that the account's own entries name tell it, whatever their ARN says of the partition. Only where none of those
//! is live do others of its rows: an unmanaged stray row contradicts nothing.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ProviderSnapshot;
use crate::model::{Desired, DesiredState, Hold, Key, Kind, Observed};

/// Live rows that say their account is in another partition than the config does.
#[derive(Debug, Default)]
pub struct PartitionConflicts<'a>(BTreeMap<&'a str, Vec<Telling<'a>>>);

impl<'a> PartitionConflicts<'a> {
    /// All of them, by account.
    pub fn of(desired: &DesiredState, snapshots: &'a BTreeMap<&'static str, ProviderSnapshot>) -> Self {
        let mut found = telling(desired, snapshots);
        for (account, rows) in &mut found {
            rows.retain(|(told, _)| desired.partitions.get(*account).is_some_and(|partition| partition.name != *told));
        }
        found.retain(|_, rows| !rows.is_empty());
        PartitionConflicts(found)
    }

    /// The first row that contradicts what the config says of this account, and what it says.
    pub fn about(&self, account: Option<&str>) -> Option<(&'static str, &'a Observed)> {
        self.0.get(account?)?.first().copied()
    }
}

/// A partition, and a row that tells it.
type Telling<'a> = (&'static str, &'a Observed);

/// The rows that tell the partition, of every account that one of its rows contradicts the config about.
fn telling<'a>(
    desired: &DesiredState,
    snapshots: &'a BTreeMap<&'static str, ProviderSnapshot>,
) -> BTreeMap<&'a str, Vec<Telling<'a>>> {
    let told = |row: &'a Observed| Some((row.account.as_deref()?, row.partition?));
    let contradicts = |(account, told): &(&str, &str)| {
        desired.partitions.get(*account).is_some_and(|partition| partition.name != *told)
    };
    let doubted: BTreeSet<&str> =
        rows(snapshots).filter_map(|(_, row)| told(row)).filter(contradicts).map(|(account, _)| account).collect();
    if doubted.is_empty() {
        return BTreeMap::new();
    }
    let own = OwnNames::of(desired, snapshots, &doubted);
    let mut telling = BTreeMap::<&str, (Vec<Telling<'_>>, Vec<Telling<'_>>)>::new();
    for (backend, row) in rows(snapshots) {
        let Some((account, told)) = told(row).filter(|(account, _)| doubted.contains(account)) else { continue };
        let (owned, others) = telling.entry(account).or_default();
        if own.has(backend, row) { owned } else { others }.push((told, row));
    }
    telling
        .into_iter()
        .map(|(account, (owned, others))| (account, if owned.is_empty() { others } else { owned }))
        .collect()
}

/// The names that entries give their rows, by backend and kind, without the partition that an ARN holds.
struct OwnNames(BTreeSet<(&'static str, &'static Kind, String)>);

impl OwnNames {
    fn of(
        desired: &DesiredState,
        snapshots: &BTreeMap<&'static str, ProviderSnapshot>,
        accounts: &BTreeSet<&str>,
    ) -> Self {
        let entries = desired
            .entries
            .values()
            .filter(|desired| desired.account.as_deref().is_some_and(|account| accounts.contains(account)));
        let names = entries.filter_map(|desired| Some((snapshots.get(desired.key.provider)?.backend, desired)));
        let own = |(backend, desired): (&'static str, &Arc<Desired>)| {
            let names = std::iter::once(desired.key.name.as_str()).chain(desired.alias.as_deref());
            names.map(|name| (backend, desired.key.kind, without_partition(name))).collect::<Vec<_>>()
        };
        OwnNames(names.flat_map(own).collect())
    }

    fn has(&self, backend: &'static str, row: &Observed) -> bool {
        row.own_names().any(|name| self.0.contains(&(backend, row.key.kind, without_partition(name))))
    }
}

/// A name without the partition, if it is an ARN.
fn without_partition(name: &str) -> String {
    let arn = name.strip_prefix("arn:").and_then(|rest| rest.split_once(':'));
    arn.map_or_else(|| name.to_owned(), |(_, rest)| format!("arn::{rest}"))
}

/// Accounts whose live rows name several partitions, and which. No entry can be about all of such an account.
pub fn disputed<'a>(
    snapshots: &'a BTreeMap<&'static str, ProviderSnapshot>,
) -> BTreeMap<&'a str, BTreeSet<&'static str>> {
    let mut named = BTreeMap::<&str, BTreeSet<&'static str>>::new();
    for (account, partition) in rows(snapshots).filter_map(|(_, row)| Some((row.account.as_deref()?, row.partition?))) {
        named.entry(account).or_default().insert(partition);
    }
    named.retain(|_, partitions| partitions.len() > 1);
    named
}

/// Every row that can be changed from here, with its backend: nobody could put right what others say.
fn rows<'a>(
    snapshots: &'a BTreeMap<&'static str, ProviderSnapshot>,
) -> impl Iterator<Item = (&'static str, &'a Observed)> {
    let read = snapshots.values().filter_map(|snapshot| Some((snapshot.backend, snapshot.result.as_ref().ok()?)));
    read.flat_map(|(backend, observation)| observation.rows.values().map(move |row| (backend, row)))
        .filter(|(_, row)| row.not_manageable.is_none())
}

/// The config with the partitions that entries leave out filled in from live rows. An entry that cannot be in the
/// partition its rows are in stays as it is; so does one whose rows disagree.
pub fn fill_partitions<'a>(
    desired: &'a DesiredState,
    snapshots: &BTreeMap<&'static str, ProviderSnapshot>,
) -> Cow<'a, DesiredState> {
    let moved = telling(desired, snapshots).into_iter().filter_map(|(account, rows)| {
        let elsewhere = desired.partitions.get(account)?.in_other_partition.as_ref()?;
        let told: BTreeSet<&'static str> = rows.into_iter().map(|(told, _)| told).collect();
        let told = told.first().filter(|_| told.len() == 1)?;
        Some((account, (*told, elsewhere.rows_in(told).ok()?)))
    });
    let moved: BTreeMap<&str, (&str, Vec<Desired>)> = moved.collect();
    if moved.is_empty() {
        return Cow::Borrowed(desired);
    }
    let mut filled = desired.clone();
    // A key may hold the partition, so what is held is carried over by the entry that holds it.
    let held = |(key, hold): (&Key, &Hold)| Some(((desired.entries.get(key)?.place, key.provider), hold.clone()));
    let held: BTreeMap<_, _> = desired.holds.iter().filter_map(held).collect();
    filled.entries.retain(|_, desired| desired.account.as_deref().is_none_or(|account| !moved.contains_key(account)));
    for (account, (told, entries)) in moved {
        let hold = |desired: &Desired| held.get(&(desired.place, desired.key.provider)).cloned();
        filled.holds.extend(entries.iter().filter_map(|desired| Some((desired.key.clone(), hold(desired)?))));
        filled.entries.extend(entries.into_iter().map(|desired| (desired.key.clone(), Arc::new(desired))));
        filled.partitions.entry(account.to_owned()).and_modify(|partition| told.clone_into(&mut partition.name));
    }
    Cow::Owned(filled)
}
