//! Reading every provider in use, side by side with the guard that asks whose the keys are.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::{join_all, try_join};

use super::organization_guard::check_organization;
use crate::model::plan::VendorError;
use crate::model::{DesiredState, Error, Key, Observation, ReadClient};
use crate::planner::ProviderSnapshot;
use crate::providers::{self, Provider, Scope};

/// What a reading is for: it decides what the vendors' published lists of legal values are needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadPurpose {
    /// A plan to be applied: values that are new must be known to be legal, so a provider counts as not read if one of the
    /// lists in use could not be read.
    Plan,
    /// Comparing what is declared with what is live: where a list could not be read, only those rows count as not read
    /// that name values out of it; the provider does if that is so of all of them.
    Compare,
    /// Proving what was done: the values were sent and taken, so no list is read.
    Proof,
}

/// Reads every provider in use, and asks at the same time whose the keys are. What was read with the keys of another
/// organization is dropped unseen.
///
/// # Errors
/// The keys belong to another organization than the config is for, or it cannot be told.
pub async fn observe_checked(
    client: &dyn ReadClient,
    desired: &DesiredState,
    purpose: ReadPurpose,
) -> Result<BTreeMap<&'static str, ProviderSnapshot>, Error> {
    let snapshots = async { Ok(observe(client, desired, purpose).await) };
    try_join(check_organization(client, &desired.settings), snapshots).await.map(|((), snapshots)| snapshots)
}

/// Reads every provider in use. One that cannot be read does not keep the others from being read.
pub async fn observe(
    client: &dyn ReadClient,
    desired: &DesiredState,
    purpose: ReadPurpose,
) -> BTreeMap<&'static str, ProviderSnapshot> {
    let in_use = providers::ALL.iter().copied().filter(|provider| desired.settings.contains_key(provider.name()));
    join_all(in_use.map(|provider| observe_one(client, desired, purpose, provider))).await.into_iter().collect()
}

/// Reads of these rows also what is usually read only where it is declared. A provider where that fails counts as not
/// read.
pub async fn observe_unmanaged(
    client: &dyn ReadClient,
    rows: &BTreeSet<Key>,
    snapshots: &mut BTreeMap<&'static str, ProviderSnapshot>,
) {
    let snapshot = snapshots.iter_mut().filter_map(|(name, snapshot)| Some((providers::named(name)?, snapshot)));
    join_all(snapshot.map(|(provider, snapshot)| async move {
        let own: BTreeSet<Key> = rows.iter().filter(|key| key.provider == provider.name()).cloned().collect();
        if let (Ok(found), false) = (&mut snapshot.result, own.is_empty())
            && let Err(error) = provider.observe_unmanaged(client, &own, found).await
        {
            snapshot.result = Err(error);
        }
    }))
    .await;
}

/// Reads health issues, where a provider lists them elsewhere. A provider that does not answer is named; its snapshot
/// stands.
pub async fn ask_health(
    client: &dyn ReadClient,
    snapshots: &mut BTreeMap<&'static str, ProviderSnapshot>,
) -> Vec<(&'static str, VendorError)> {
    let mut silent = Vec::new();
    for (name, snapshot) in snapshots {
        let (Some(provider), Ok(observation)) = (providers::named(name), &mut snapshot.result) else { continue };
        match provider.health_issues(client).await {
            Ok(told) => observation.note_health_issues(told),
            Err(error) => silent.push((*name, error)),
        }
    }
    silent
}

async fn observe_one(
    client: &dyn ReadClient,
    desired: &DesiredState,
    purpose: ReadPurpose,
    provider: &'static dyn Provider,
) -> (&'static str, ProviderSnapshot) {
    let name = provider.name();
    let scope = Scope { with_catalogs: purpose != ReadPurpose::Proof, ..Scope::of(desired, name) };
    let result = provider.observe(client, &scope).await;
    let result = match purpose {
        ReadPurpose::Plan => result.and_then(Observation::with_all_catalogs),
        // Where every row needs a list that could not be read, nothing is known of any, and that is said once.
        ReadPurpose::Compare => result.and_then(|found| match found.judges_any(&scope.declared) {
            true => Ok(found),
            false => found.with_all_catalogs(),
        }),
        ReadPurpose::Proof => result,
    };
    if let Ok(observation) = &result {
        tracing::info!("{name}: {} declared, {} live", scope.declared.len(), observation.rows.len());
    }
    (name, ProviderSnapshot { backend: provider.backend(), result })
}
