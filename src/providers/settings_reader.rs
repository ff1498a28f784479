//! The part of a provider that reads its own block under `providers:`, together with the environment.

use serde_json::Value;

use crate::model::{Diagnostics, Env, Node, Settings};

/// Reads a provider's settings.
pub trait SettingsReader: Send + Sync {
    /// Reads the provider's own block under `providers:`, if there is one, together with the environment. What is wrong
    /// is reported.
    fn settings(&self, block: Option<&Node>, env: &Env, out: &mut Diagnostics) -> Settings;

    /// What a first config says under `providers:`, going by the environment. `pretend` is for the sandbox, which
    /// stands at no site.
    fn settings_template(&self, env: &Env, pretend: bool) -> Value {
        let (_, _) = (env, pretend);
        Value::Object(serde_json::Map::new())
    }
}
