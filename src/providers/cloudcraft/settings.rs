//! The block `providers: cloudcraft:` and the variables beside it: where, and with which key.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::NAME;
use crate::model::check::check;
use crate::model::settings::{Credential, RateLimit};
use crate::model::{Diagnostic, Diagnostics, Endpoint, Env, Node, Settings};

/// The variable that holds the key.
pub const CREDENTIALS: &[&str] = &["CLOUDCRAFT_API_KEY"];

/// The header the key is sent in.
pub const HEADERS: &[&str] = &["authorization"];

const SITE: &str = "api.cloudcraft.co";

/// 20 requests in 10 s by its OpenAPI; a minute to wait by its help page.
const LIMIT: RateLimit = RateLimit { requests: 20, period: Duration::from_secs(10), pause: Duration::from_secs(60) };

/// Nothing has to be said there: one Cloudcraft serves all. Its GovCloud instance is an address in the environment.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settled {}

/// Reads the block together with CLOUDCRAFT_HOST.
pub fn read(block: Option<&Node>, env: &Env, out: &mut Diagnostics) -> Settings {
    if let Some(block) = block {
        check::<Settled>(NAME, block, out);
    }
    let via = env.plain("CLOUDCRAFT_HOST").and_then(|host| base(host, out));
    let endpoint = Endpoint {
        base: via.clone().unwrap_or_else(|| format!("https://{SITE}")),
        credentials: vec![Credential { header: HEADERS[0], scheme: Some("Bearer"), variable: CREDENTIALS[0] }],
        headers: vec![("accept", "application/json")],
        limit: Some(LIMIT),
    };
    Settings { provider: NAME, endpoint, site: SITE.to_owned(), via, organization: None }
}

/// CLOUDCRAFT_HOST as a URL without a trailing slash; its SDKs take a bare host. It may hold a password by mistake, so it is never shown.
fn base(host: &str, out: &mut Diagnostics) -> Option<String> {
    let (scheme, rest) = host.trim().split_once("://").unwrap_or(("https", host.trim()));
    let rest = rest.trim_end_matches('/');
    let bare = !rest.is_empty() && !rest.starts_with([':', '/']) && !rest.contains(['@', '?', '#', ' ', '\\']) && !rest.contains("//");
    if !bare || !matches!(scheme, "https" | "http") {
        let wrong = Diagnostic::nowhere("CLOUDCRAFT_HOST is not a plain URL: scheme, host, perhaps a port and a path, and nothing else");
        out.push(wrong.help("write it like https://proxy.example or http://127.0.0.1:8126, without user, password or query"));
        return None;
    }
    if scheme == "http" && !is_loopback(rest) {
        let wrong = Diagnostic::nowhere("CLOUDCRAFT_HOST is http, and not this machine: the key would be sent in the clear");
        out.push(wrong.help("write https://; http:// is for 127.0.0.1 and localhost"));
        return None;
    }
    Some(format!("{scheme}://{rest}"))
}

fn is_loopback(rest: &str) -> bool {
    let authority = rest.split('/').next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
