//! An account is in one partition. What the config leaves out is read off live rows; what contradicts them is refused, at every provider.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Reading;
use crate::model::{Desired, DesiredState, Observed};

/// Live rows that say their account is in another partition than the config does.
#[derive(Debug, Default)]
pub struct Otherwise<'a>(BTreeMap<&'a str, Vec<(&'static str, &'a Observed)>>);

impl<'a> Otherwise<'a> {
    /// All of them, by account.
    pub fn of(desired: &DesiredState, readings: &'a BTreeMap<&'static str, Reading>) -> Self {
        let mut found = BTreeMap::<&str, Vec<_>>::new();
        for row in rows(readings) {
            let (Some(account), Some(told)) = (row.account.as_deref(), row.partition) else { continue };
            if desired.partitions.get(account).is_some_and(|partition| partition.name != told) {
                found.entry(account).or_default().push((told, row));
            }
        }
        Otherwise(found)
    }

    /// The first row that contradicts what the config says of this account, and what it says.
    pub fn about(&self, account: Option<&str>) -> Option<(&'static str, &'a Observed)> {
        self.0.get(account?)?.first().copied()
    }
}

/// Every partition that live rows name, of accounts that one of them contradicts the config about.
fn told<'a>(desired: &DesiredState, readings: &'a BTreeMap<&'static str, Reading>) -> BTreeMap<&'a str, BTreeSet<&'static str>> {
    let mut told: BTreeMap<&str, BTreeSet<&str>> = Otherwise::of(desired, readings).0.into_keys().map(|account| (account, BTreeSet::new())).collect();
    if told.is_empty() {
        return told;
    }
    for row in rows(readings) {
        let known = row.account.as_deref().and_then(|account| told.get_mut(account));
        known.into_iter().for_each(|known| known.extend(row.partition));
    }
    told
}

/// Accounts whose live rows name several partitions, and which. No entry can be about all of such an account.
pub fn disputed<'a>(readings: &'a BTreeMap<&'static str, Reading>) -> BTreeMap<&'a str, BTreeSet<&'static str>> {
    let mut named = BTreeMap::<&str, BTreeSet<&'static str>>::new();
    for (account, partition) in rows(readings).filter_map(|row| Some((row.account.as_deref()?, row.partition?))) {
        named.entry(account).or_default().insert(partition);
    }
    named.retain(|_, partitions| partitions.len() > 1);
    named
}

/// Every row that can be changed from here: nobody could put right what others say.
fn rows<'a>(readings: &'a BTreeMap<&'static str, Reading>) -> impl Iterator<Item = &'a Observed> {
    let read = readings.values().filter_map(|reading| reading.result.as_ref().ok());
    read.flat_map(|observation| observation.rows.values()).filter(|row| row.foreign.is_none())
}

/// The config with the partitions that entries leave out filled in from live rows. An entry that cannot be in the partition its rows
/// are in stays as it is; so does one whose rows disagree.
pub fn settled<'a>(desired: &'a DesiredState, readings: &BTreeMap<&'static str, Reading>) -> Cow<'a, DesiredState> {
    let moved = told(desired, readings).into_iter().filter_map(|(account, told)| {
        let elsewhere = desired.partitions.get(account)?.elsewhere.as_ref()?;
        let told = told.first().filter(|_| told.len() == 1)?;
        Some((account, (*told, elsewhere.rows_in(told).ok()?)))
    });
    let moved: BTreeMap<&str, (&str, Vec<Desired>)> = moved.collect();
    if moved.is_empty() {
        return Cow::Borrowed(desired);
    }
    let mut settled = desired.clone();
    settled.entries.retain(|_, desired| desired.account.as_deref().is_none_or(|account| !moved.contains_key(account)));
    for (account, (told, entries)) in moved {
        settled.entries.extend(entries.into_iter().map(|desired| (desired.key.clone(), Arc::new(desired))));
        settled.partitions.entry(account.to_owned()).and_modify(|partition| told.clone_into(&mut partition.name));
    }
    Cow::Owned(settled)
}
