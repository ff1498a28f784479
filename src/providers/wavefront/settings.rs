//! The block `providers: wavefront:` and the variables beside it: which cluster, which token.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::NAME;
use crate::model::address::Address;
use crate::model::schema::{Block, Text, View};
use crate::model::settings::{Credential, Protocol};
use crate::model::{Diagnostic, Diagnostics, EndpointConfig, Env, Node, Settings};
use crate::providers::{allowed_hosts, check_settings};
use crate::schema;

/// The variable that holds the token.
pub const CREDENTIALS: &[&str] = &["WAVEFRONT_TOKEN"];

/// The header it is sent in.
const HEADERS: &[&str] = &["authorization"];

/// Wavefront's own hosts, for people.
pub const OWN_HOSTS: &str = "clusters of wavefront.com";

/// The variable that names the cluster, or another host.
pub const HOST_VARIABLE: &str = "WAVEFRONT_ADDRESS";

schema! {
    /// Which cluster.
    pub SettingsBlock [] {
        /// The cluster, such as `acme.wavefront.com`; or leave it to WAVEFRONT_ADDRESS. There is no default.
        address: Text [examples: &["acme.wavefront.com"]],
    }
}

/// Reads the block together with WAVEFRONT_ADDRESS. What is wrong with them is reported; the rest can still be checked.
pub fn read(block: Option<&Node>, env: &Env, out: &mut Diagnostics) -> Settings {
    let fits = block.and_then(|block| check_settings(NAME, SettingsBlock::SCHEMA, block, out));
    let node = fits.as_ref().and_then(|fits| View::of(fits).get(SettingsBlock::address));
    let written = node.map(|node| {
        let address = Address::parse(node.value).ok();
        if address.is_none() {
            out.push(
                Diagnostic::error(node.place(), "not the address of a cluster")
                    .label("the token would be sent there")
                    .help(FORM),
            );
        }
        address
    });
    let set = env.plain(HOST_VARIABLE).map(|_| allowed_hosts::from_environment(HOST_VARIABLE, env, out));
    let (site, base, via) = match (written, set) {
        (Some(None), _) | (_, Some(None)) => (String::new(), String::new(), None),
        // A proxy or an emulator on the way to the cluster that the config names.
        (Some(Some(written)), Some(Some(set))) if is_own_host(&written.host) && !is_own_host(&set.host) => {
            (written.authority, set.base.clone(), Some(set.base))
        }
        (Some(Some(written)), Some(Some(set))) if written.authority != set.authority => {
            let title =
                format!("the config says address {}, but {HOST_VARIABLE} says {}", written.authority, set.authority);
            let wrong = node.map_or_else(
                || Diagnostic::nowhere(&title),
                |node| Diagnostic::error(node.place(), &title).label("written here"),
            );
            out.push(wrong.help(format!(
                "unset {HOST_VARIABLE}, or run with the token and the address this config is meant for"
            )));
            (String::new(), String::new(), None)
        }
        (Some(Some(address)), _) | (None, Some(Some(address))) => (address.authority, address.base, None),
        // What stands there is no map, and that has been said.
        (None, None) if block.is_some_and(|block| !block.is_map()) => (String::new(), String::new(), None),
        (None, None) => {
            let title = "no Wavefront cluster: there is no default";
            let wrong = block.map_or_else(
                || Diagnostic::nowhere(title),
                |block| Diagnostic::error(block.place(), title).label("has no `address`"),
            );
            let wrong = wrong.help(format!(
                "set {HOST_VARIABLE}, or write `providers: {{ wavefront: {{ address: acme.wavefront.com }} }}`"
            ));
            out.push(wrong.if_all_is_read());
            (String::new(), String::new(), None)
        }
    };
    let credentials = vec![Credential { header: HEADERS[0], scheme: Some("Bearer"), variable: CREDENTIALS[0] }];
    // No limit is published for these requests.
    let endpoint = EndpointConfig {
        base,
        host_variable: HOST_VARIABLE,
        protocol: Protocol::Json,
        credentials,
        headers: vec![("accept", "application/json")],
        limit: None,
    };
    Settings { provider: NAME, endpoint, services: BTreeMap::new(), login: None, site, via, organization: None }
}

/// What a first config says: the cluster of WAVEFRONT_ADDRESS, unless that is a host that only the environment may
/// name. The sandbox stands nowhere.
pub fn beginning(env: &Env, pretend: bool) -> Value {
    let set = env
        .plain(HOST_VARIABLE)
        .and_then(|text| Address::parse(text).ok())
        .filter(|address| is_own_host(&address.host));
    match set.map(|address| address.host).or_else(|| pretend.then(|| "sandbox.wavefront.com".to_owned())) {
        Some(host) => json!({ "address": host }),
        None => json!({}),
    }
}

const FORM: &str =
    "write a host such as `acme.wavefront.com`, or its full URL; `http://` only for this machine, and no user or query";

/// Whether a host is one of Wavefront's clusters.
pub fn is_own_host(host: &str) -> bool {
    host.strip_suffix(".wavefront.com").is_some_and(|cluster| !cluster.is_empty())
}
