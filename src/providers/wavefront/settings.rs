//! The block `providers: wavefront:` and the variables beside it: which cluster, which token.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::NAME;
use crate::model::check::check;
use crate::model::settings::Credential;
use crate::model::{Diagnostic, Diagnostics, Endpoint, Env, Node, Settings};

/// The variable that holds the token.
pub const CREDENTIALS: &[&str] = &["WAVEFRONT_TOKEN"];

/// The header it is sent in.
pub const HEADERS: &[&str] = &["authorization"];

/// What may stand under `providers: wavefront:`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// The cluster, such as `acme.wavefront.com`; or leave it to WAVEFRONT_ADDRESS. There is no default.
    #[allow(dead_code)]
    address: Option<String>,
}

/// An address as it was understood.
#[derive(Debug, PartialEq, Eq)]
struct Address {
    /// Host, and port if one was given.
    host: String,
    /// Scheme and host.
    base: String,
    /// Whether it is this machine.
    is_loopback: bool,
}

/// Reads the block together with WAVEFRONT_ADDRESS. What is wrong with them is reported; the rest can still be checked.
pub fn read(block: Option<&Node>, env: &Env, out: &mut Diagnostics) -> Settings {
    let node = block.and_then(|block| check::<Block>(NAME, block, out).and(block.get("address")));
    let written = node.and_then(|node| {
        let address = address(node.text()?);
        if address.is_none() {
            out.push(Diagnostic::error(node.place(), "not the address of a cluster").label("the token would be sent there").help(FORM));
        }
        Some(address)
    });
    let set = env.plain("WAVEFRONT_ADDRESS").map(|text| {
        let address = address(text);
        // It may hold a password by mistake, so it is not shown.
        if address.is_none() {
            out.push(Diagnostic::nowhere("WAVEFRONT_ADDRESS is not the address of a cluster").help(FORM));
        }
        address
    });
    let (site, base, via) = match (written, set) {
        (Some(None), _) | (_, Some(None)) => (String::new(), String::new(), None),
        (Some(Some(written)), Some(Some(set))) if set.is_loopback => (written.host, set.base.clone(), Some(set.base)),
        (Some(Some(written)), Some(Some(set))) if written.host != set.host => {
            let title = format!("the config says address {}, but WAVEFRONT_ADDRESS says {}", written.host, set.host);
            let wrong = node.map_or_else(|| Diagnostic::nowhere(&title), |node| Diagnostic::error(node.place(), &title).label("written here"));
            out.push(wrong.help("unset WAVEFRONT_ADDRESS, or run with the token and the address this config is meant for"));
            (String::new(), String::new(), None)
        }
        (Some(Some(address)), _) | (None, Some(Some(address))) => (address.host, address.base, None),
        (None, None) => {
            let title = "no Wavefront cluster: there is no default";
            let wrong = block.map_or_else(|| Diagnostic::nowhere(title), |block| Diagnostic::error(block.place(), title).label("has no `address`"));
            out.push(wrong.help("write `providers: { wavefront: { address: acme.wavefront.com } }`, or set WAVEFRONT_ADDRESS"));
            (String::new(), String::new(), None)
        }
    };
    let credentials = vec![Credential { header: HEADERS[0], scheme: Some("Bearer"), variable: CREDENTIALS[0] }];
    // No limit is published for these requests.
    let endpoint = Endpoint { base, credentials, headers: vec![("accept", "application/json")], limit: None };
    Settings { provider: NAME, endpoint, site, via, organization: None }
}

/// What a first config says: the cluster of WAVEFRONT_ADDRESS, unless that is this machine's. The sandbox stands nowhere.
pub fn beginning(env: &Env, pretend: bool) -> Value {
    let set = env.plain("WAVEFRONT_ADDRESS").and_then(address).filter(|address| !address.is_loopback).map(|address| address.host);
    match set.or_else(|| pretend.then(|| "sandbox.wavefront.com".to_owned())) {
        Some(host) => json!({ "address": host }),
        None => json!({}),
    }
}

const FORM: &str = "write a host such as `acme.wavefront.com`, or its full URL; `http://` only for this machine, and no user, path or query";

/// A host, or a URL of nothing but scheme, host and port. Without TLS only this machine may be addressed: the token goes along.
fn address(text: &str) -> Option<Address> {
    let trimmed = text.trim().trim_end_matches('/');
    let (scheme, host) = match trimmed.split_once("://") {
        Some((scheme, host)) => (scheme, host),
        None => ("https", trimmed),
    };
    let legal = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
    if host.is_empty() || !host.chars().all(legal) || !host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[') {
        return None;
    }
    let is_loopback = is_loopback(host);
    let is_safe = scheme == "https" || (scheme == "http" && is_loopback);
    is_safe.then(|| Address { host: host.to_owned(), base: format!("{scheme}://{host}"), is_loopback })
}

fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
