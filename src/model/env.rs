//! The environment as it was at start: names to values, never shown; and the client that reaches the vendors in place of
//! the usual one, where whoever runs this program as a library sets one.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use super::client::WriteClient;

/// A snapshot of environment variables. Its `Debug` shows names only, since any value may be a key.
#[derive(Clone, Default)]
pub struct Env {
    variables: BTreeMap<String, SecretString>,
    injected_client: Option<Arc<dyn WriteClient>>,
}

impl Env {
    /// The process's own environment; variables that are not UTF-8 are left out.
    pub fn of_process() -> Self {
        let utf8 =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        utf8.collect()
    }

    /// The same without any variable but these.
    pub fn only(&self, names: &[&str]) -> Self {
        let kept = self.variables.iter().filter(|(name, _)| names.contains(&name.as_str()));
        Env {
            variables: kept.map(|(name, value)| (name.clone(), value.clone())).collect(),
            injected_client: self.injected_client.clone(),
        }
    }

    /// The same where the vendors are reached this way, and neither through the network nor in a sandbox of the run's
    /// own.
    pub fn with_client(self, client: Arc<dyn WriteClient>) -> Self {
        Env { injected_client: Some(client), ..self }
    }

    /// How the vendors are reached, if not as usual.
    pub fn injected_client(&self) -> Option<&Arc<dyn WriteClient>> {
        self.injected_client.as_ref()
    }

    /// A variable that is no secret, such as `DD_SITE`. One that is empty or blank counts as unset.
    pub fn plain(&self, name: &str) -> Option<&str> {
        self.secret(name).map(ExposeSecret::expose_secret)
    }

    /// A variable that is a secret. One that is empty or blank counts as unset.
    pub fn secret(&self, name: &str) -> Option<&SecretString> {
        self.variables.get(name).filter(|value| !value.expose_secret().trim().is_empty())
    }
}

impl FromIterator<(String, String)> for Env {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        let variables = pairs.into_iter().map(|(name, value)| (name, SecretString::from(value))).collect();
        Env { variables, injected_client: None }
    }
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}
