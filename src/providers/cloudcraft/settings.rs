//! The block `providers: cloudcraft:` and the variables beside it: where, and with which key.

use std::collections::BTreeMap;

use std::time::Duration;

use super::NAME;
use crate::model::address::Address;
use crate::model::schema::Block;
use crate::model::settings::{Credential, Protocol, RateLimit};
use crate::model::{Diagnostics, EndpointConfig, Env, Node, Settings};
use crate::providers::{allowed_hosts, check_settings};
use crate::schema;

/// The variable that holds the key.
pub const CREDENTIALS: &[&str] = &["CLOUDCRAFT_API_KEY"];

/// The header the key is sent in.
const HEADERS: &[&str] = &["authorization"];

const SITE: &str = "api.cloudcraft.co";

/// Cloudcraft's own host, for people.
pub const OWN_HOSTS: &str = SITE;

/// The variable that may name another. Cloudcraft's SDKs take a bare host there, so that is one as well.
pub const HOST_VARIABLE: &str = "CLOUDCRAFT_HOST";

/// 20 requests in 10 s by its OpenAPI; a minute to wait by its help page.
const LIMIT: RateLimit = RateLimit { requests: 20, period: Duration::from_secs(10), pause: Duration::from_secs(60) };

schema! {
    /// Nothing has to be said there: one Cloudcraft serves all. Its GovCloud instance is an address in the environment.
    pub SettingsBlock [] {}
}

/// Reads the block together with CLOUDCRAFT_HOST.
pub fn read(block: Option<&Node>, env: &Env, out: &mut Diagnostics) -> Settings {
    if let Some(block) = block {
        check_settings(NAME, SettingsBlock::SCHEMA, block, out);
    }
    let via = allowed_hosts::from_environment(HOST_VARIABLE, env, out).map(|address| address.base);
    let endpoint = EndpointConfig {
        base: via.clone().unwrap_or_else(|| Address::of_host(SITE)),
        host_variable: HOST_VARIABLE,
        protocol: Protocol::Json,
        credentials: vec![Credential { header: HEADERS[0], scheme: Some("Bearer"), variable: CREDENTIALS[0] }],
        headers: vec![("accept", "application/json")],
        limit: Some(LIMIT),
    };
    Settings {
        provider: NAME,
        endpoint,
        services: BTreeMap::new(),
        login: None,
        site: SITE.to_owned(),
        via,
        organization: None,
    }
}

/// Whether a host is Cloudcraft's own.
pub fn is_own_host(host: &str) -> bool {
    host == SITE
}
