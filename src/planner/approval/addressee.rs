//! Whom a run addresses, and in what two runs do not address the same.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Whom a run addresses: what a plan and an apply must have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressee {
    /// Whether it is the sandbox.
    pub sandbox: bool,
    /// Each provider's address.
    pub providers: BTreeMap<String, Address>,
}

/// Where one provider is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Address {
    /// The URL that requests go to, or `sandbox`.
    pub base: String,
    /// The vendor's site.
    pub site: String,
    /// The organization that the config is for, where it says.
    #[serde(default)]
    pub organization: Option<String>,
    /// Where its services are that have an address of their own.
    #[serde(default)]
    pub services: BTreeMap<String, String>,
}

/// In what two addressees are not the same.
#[derive(Debug, Clone, Copy)]
pub(super) enum Difference<'a> {
    /// One of them is the sandbox, and the other the vendors themselves.
    Sandbox,
    /// Where this provider is, which both address.
    Provider(&'a str),
}

impl Addressee {
    /// In words, as far as a difference goes.
    pub(super) fn words(&self, difference: Difference<'_>) -> String {
        let provider = match (difference, self.sandbox) {
            (Difference::Sandbox, true) => return "the sandbox".to_owned(),
            (Difference::Sandbox, false) => return "the vendors themselves".to_owned(),
            (Difference::Provider(provider), _) => provider,
        };
        let Some(Address { base, site, organization, services }) = self.providers.get(provider) else {
            return format!("no {provider}");
        };
        let services: String = services.iter().map(|(name, base)| format!(", {name} at {base}")).collect();
        let site = if base.contains(site.as_str()) { String::new() } else { format!(" ({site})") };
        let organization =
            organization.as_ref().map_or_else(|| "an organization it does not name".to_owned(), Clone::clone);
        format!("{provider} at {base}{site}{services}, {organization}")
    }

    /// In what another one is not the same, if that is so.
    pub(super) fn difference<'a>(&self, other: &'a Addressee) -> Option<Difference<'a>> {
        if self.sandbox != other.sandbox {
            return Some(Difference::Sandbox);
        }
        let differs =
            |(name, theirs): &(&String, &Address)| self.providers.get(*name).is_some_and(|ours| ours != *theirs);
        other.providers.iter().find(differs).map(|(name, _)| Difference::Provider(name))
    }
}
