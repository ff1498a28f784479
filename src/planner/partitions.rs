//! An account is in one partition. What the config leaves out is read off live rows; what contradicts them is refused, at every provider.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Reading;
use crate::model::{DesiredState, Observed};

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

/// The one partition that all live rows of an account name, if they name one.
fn agreed(account: &str, readings: &BTreeMap<&'static str, Reading>) -> Option<&'static str> {
    let of_account = |row: &&Observed| row.account.as_deref() == Some(account);
    let told: BTreeSet<&str> = rows(readings).filter(of_account).filter_map(|row| row.partition).collect();
    told.first().copied().filter(|_| told.len() == 1)
}

fn rows<'a>(readings: &'a BTreeMap<&'static str, Reading>) -> impl Iterator<Item = &'a Observed> {
    readings.values().filter_map(|reading| reading.result.as_ref().ok()).flat_map(|observation| observation.rows.values())
}

/// The config with the partitions that entries leave out filled in from live rows. An entry that cannot be in the partition its rows
/// are in stays as it is; so does one whose rows disagree.
pub fn settled<'a>(desired: &'a DesiredState, readings: &BTreeMap<&'static str, Reading>) -> Cow<'a, DesiredState> {
    let mut settled = Cow::Borrowed(desired);
    for account in Otherwise::of(desired, readings).0.into_keys() {
        let elsewhere = desired.partitions.get(account).and_then(|partition| partition.elsewhere.as_ref());
        let (Some(elsewhere), Some(told)) = (elsewhere, agreed(account, readings)) else { continue };
        let Ok(entries) = elsewhere.rows_in(told) else { continue };
        let settled = settled.to_mut();
        settled.entries.retain(|_, desired| desired.account.as_deref() != Some(account));
        settled.entries.extend(entries.into_iter().map(|desired| (desired.key.clone(), Arc::new(desired))));
        settled.partitions.entry(account.to_owned()).and_modify(|partition| told.clone_into(&mut partition.name));
    }
    settled
}
