//! The environment as it was at start: names to values, never shown.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// A snapshot of environment variables. Its `Debug` shows names only, since any value may be a key.
#[derive(Clone, Default)]
pub struct Env {
    variables: BTreeMap<String, SecretString>,
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
        Env { variables: kept.map(|(name, value)| (name.clone(), value.clone())).collect() }
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
        Env { variables }
    }
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}
