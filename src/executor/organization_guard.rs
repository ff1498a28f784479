//! The guard against keys of another organization than the config is for. What is read beside it is `observe`'s.

use std::collections::BTreeMap;

use crate::model::plan::VendorError;
use crate::model::{Error, ReadClient, Settings};
use crate::providers::{self, Organization};

/// Compares the organization of the keys with the one the config is for, wherever it names one.
///
/// # Errors
/// It is another one, or it cannot be told.
pub async fn check_organization(
    client: &dyn ReadClient,
    settings: &BTreeMap<&'static str, Settings>,
) -> Result<(), Error> {
    for (name, settings) in settings {
        let (Some((wanted, _)), Some(provider)) = (&settings.organization, providers::named(name)) else {
            continue;
        };
        let Organization { name: found, public_id } =
            provider.organization(client).await.map_err(|error| cannot_tell(name, error))?;
        if *wanted != found && *wanted != public_id {
            let message = format!("the keys belong to {found} ({public_id}), but the config is for {wanted}");
            let hint = "run with the keys of that organization; nothing was read or changed";
            return Err(Error::refused(message).hint(hint));
        }
    }
    Ok(())
}

fn cannot_tell(provider: &str, error: VendorError) -> Error {
    let hint = match error {
        VendorError::NoAnswer(_) => "can this machine reach the vendor?",
        _ => "are the keys valid, and is it their site?",
    };
    Error::failed(format!("cannot tell which {provider} organization the keys belong to")).because(error).hint(hint)
}
