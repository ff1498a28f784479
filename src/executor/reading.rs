//! Reading: which organization the keys belong to, then every provider in use, side by side.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use thiserror::Error;

use crate::model::plan::VendorError;
use crate::model::{Desired, DesiredState, Key, Place, Reader, Settings};
use crate::planner::Reading;
use crate::providers::{self, Organization, Provider};

/// The keys may not be used with this config.
#[derive(Debug, Error)]
pub enum GuardError {
    /// They belong to somebody else.
    #[error("the keys belong to {found}, but the config is for {wanted}")]
    WrongOrganization {
        /// As the vendor says.
        found: String,
        /// As the config says.
        wanted: String,
        /// Where.
        place: Place,
    },
    /// It cannot be told whose they are.
    #[error("cannot tell which {provider} organization the keys belong to")]
    Unknown {
        /// The provider.
        provider: &'static str,
        /// Why.
        source: VendorError,
    },
}

/// Compares the organization of the keys with the one the config is for, wherever it names one, before anything else is read.
///
/// # Errors
/// It is another one, or it cannot be told.
pub async fn guard(door: &dyn Reader, settings: &BTreeMap<&'static str, Settings>) -> Result<(), GuardError> {
    for (name, settings) in settings {
        let (Some((wanted, place)), Some(provider)) = (&settings.organization, providers::named(name)) else { continue };
        let Organization { name: found, public_id } =
            provider.organization(door).await.map_err(|source| GuardError::Unknown { provider: name, source })?;
        if *wanted != found && *wanted != public_id {
            return Err(GuardError::WrongOrganization { found: format!("{found} ({public_id})"), wanted: wanted.clone(), place: *place });
        }
    }
    Ok(())
}

/// Reads every provider in use. One that cannot be read does not keep the others from being read.
pub async fn observe(door: &dyn Reader, desired: &DesiredState) -> BTreeMap<&'static str, Reading> {
    let in_use = providers::ALL.iter().copied().filter(|provider| desired.settings.contains_key(provider.name()));
    join_all(in_use.map(|provider| observe_one(door, desired, provider))).await.into_iter().collect()
}

/// Reads of these rows also what is usually read only where it is declared. A provider where that fails counts as not read.
pub async fn observe_rest(door: &dyn Reader, rows: &BTreeSet<Key>, readings: &mut BTreeMap<&'static str, Reading>) {
    let reading = readings.iter_mut().filter_map(|(name, reading)| Some((providers::named(name)?, reading)));
    join_all(reading.map(|(provider, reading)| async move {
        let own: BTreeSet<Key> = rows.iter().filter(|key| key.provider == provider.name()).cloned().collect();
        if let (Ok(found), false) = (&mut reading.result, own.is_empty())
            && let Err(error) = provider.observe_rest(door, &own, found).await
        {
            reading.result = Err(error);
        }
    }))
    .await;
}

/// Asks, where a provider tells elsewhere what does not work in its accounts. Whoever cannot be asked is named; the reading stands.
pub async fn diagnose(door: &dyn Reader, readings: &mut BTreeMap<&'static str, Reading>) -> Vec<(&'static str, VendorError)> {
    let mut silent = Vec::new();
    for (name, reading) in readings {
        let (Some(provider), Ok(observation)) = (providers::named(name), &mut reading.result) else { continue };
        match provider.ailments(door).await {
            Ok(told) => observation.note_ailments(told),
            Err(error) => silent.push((*name, error)),
        }
    }
    silent
}

async fn observe_one(door: &dyn Reader, desired: &DesiredState, provider: &'static dyn Provider) -> (&'static str, Reading) {
    let name = provider.name();
    let declared: Vec<&Desired> = desired.entries.values().filter(|desired| desired.key.provider == name).map(AsRef::as_ref).collect();
    let result = provider.observe(door, &declared).await;
    if let Ok(observation) = &result {
        tracing::info!("{name}: {} declared, {} live", declared.len(), observation.rows.len());
    }
    (name, Reading { backend: provider.backend(), parting: provider.parting(), enforces_unique: providers::enforces_unique(provider), result })
}
