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
        let rows = readings.values().filter_map(|reading| reading.result.as_ref().ok()).flat_map(|observation| observation.rows.values());
        for row in rows {
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

    /// The one partition that all these rows name.
    fn agreed(rows: &[(&'static str, &Observed)]) -> Option<&'static str> {
        let names: BTreeSet<&str> = rows.iter().map(|(told, _)| *told).collect();
        names.first().copied().filter(|_| names.len() == 1)
    }
}

/// The config with the partitions that entries leave out filled in from live rows. An entry that cannot be in the partition its rows
/// are in stays as it is; so does one whose rows disagree.
pub fn settled<'a>(desired: &'a DesiredState, readings: &BTreeMap<&'static str, Reading>) -> Cow<'a, DesiredState> {
    let mut settled = Cow::Borrowed(desired);
    for (account, rows) in Otherwise::of(desired, readings).0 {
        let elsewhere = desired.partitions.get(account).and_then(|partition| partition.elsewhere.as_ref());
        let (Some(elsewhere), Some(told)) = (elsewhere, Otherwise::agreed(&rows)) else { continue };
        let Ok(entries) = elsewhere.rows_in(told) else { continue };
        let settled = settled.to_mut();
        settled.entries.retain(|_, desired| desired.account.as_deref() != Some(account));
        settled.entries.extend(entries.into_iter().map(|desired| (desired.key.clone(), Arc::new(desired))));
        settled.partitions.entry(account.to_owned()).and_modify(|partition| told.clone_into(&mut partition.name));
    }
    settled
}
