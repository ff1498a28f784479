//! The block that a dialect has under `providers:`, and the variables beside it: which site, which organization, which
//! keys.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::sites;
use crate::model::address::Address;
use crate::model::schema::{Block, Text, View};
use crate::model::settings::{Credential, Protocol};
use crate::model::{Diagnostic, Diagnostics, EndpointConfig, Env, Node, Place, Settings};
use crate::providers::{allowed_hosts, check_settings};
use crate::schema;

/// The variables that hold the keys.
pub const CREDENTIALS: &[&str] = &["DD_API_KEY", "DD_APP_KEY"];

/// Variables with keys of Datadog's that this heeler does not log in with: the names that Datadog's clients and its
/// Terraform provider know besides.
pub const PERSONAL_CREDENTIALS: &[&str] =
    &["DD_BEARER_TOKEN", "DATADOG_BEARER_TOKEN", "DATADOG_API_KEY", "DATADOG_APP_KEY"];

/// The headers the keys are sent in, in the same order.
const HEADERS: &[&str] = &["dd-api-key", "dd-application-key"];

/// Datadog's own hosts, for people.
pub const OWN_HOSTS: &str = "the API of one of Datadog's sites";

/// The variable that may name another.
pub const HOST_VARIABLE: &str = "DD_HOST";

schema! {
    /// Which Datadog, and whose.
    pub SettingsBlock [] {
        /// Datadog's site, such as `datadoghq.eu`; or leave it to DD_SITE. There is no default.
        site: Text [legal_values: &sites::NAMES],
        /// Name or public id of the organization this config is meant for; other keys are refused.
        organization: Text [pattern: "."],
    }
}

/// Reads the block together with DD_SITE and DD_HOST. What is wrong with them is reported; the rest can still be
/// checked.
pub fn read(provider: &'static str, block: Option<&Node>, env: &Env, out: &mut Diagnostics) -> Settings {
    let fits = block.and_then(|block| check_settings(provider, SettingsBlock::SCHEMA, block, out));
    let written = fits.as_ref().map(View::of);
    let site = site(provider, block, written, env, out);
    let via = allowed_hosts::from_environment(HOST_VARIABLE, env, out).map(|address| address.base);
    out.extend(via.as_deref().and_then(path_of_api).map(names_path_of_api));
    let own = || if site.is_empty() { String::new() } else { Address::of_host(&format!("api.{site}")) };
    let base = via.clone().unwrap_or_else(own);
    let organization = written.and_then(|block| block.get(SettingsBlock::organization));
    if let Some(empty) = organization.filter(|organization| organization.value.is_empty()) {
        out.push(
            Diagnostic::error(empty.place(), "an empty organization")
                .label("would guard nothing")
                .help("write its name or public id, or leave the key out"),
        );
    }
    let organization = organization.map(|organization| (organization.value.to_owned(), organization.place()));
    let endpoint = EndpointConfig {
        base,
        host_variable: HOST_VARIABLE,
        protocol: Protocol::Json,
        credentials: HEADERS
            .iter()
            .zip(CREDENTIALS)
            .map(|(header, variable)| Credential { header, scheme: None, variable })
            .collect(),
        headers: vec![
            ("accept", "application/json"),
            ("x-datadog-managed-by", "iac"),
            ("dd-aws-api-call-source", "heeler"),
        ],
        // Its answers say.
        limit: None,
    };
    Settings { provider, endpoint, services: BTreeMap::new(), login: None, site, via, organization }
}

/// The path of the API at the end of an address, such as `/api/v2`: every request would have it twice. A proxy may have a
/// path of its own.
fn path_of_api(base: &str) -> Option<&'static str> {
    ["/api/v1", "/api/v2", "/api"].into_iter().find(|path| base.ends_with(path))
}

fn names_path_of_api(path: &str) -> Diagnostic {
    Diagnostic::nowhere(format!("{HOST_VARIABLE} ends with {path}, which is the path of the API and not of a host")).help(
        format!("write it without {path}, like https://proxy.example or http://127.0.0.1:8126: heeler adds the path of each request"),
    )
}

/// What a first config says: the site of the environment. The sandbox stands at none, so there the first of all.
pub fn beginning(env: &Env, pretend: bool) -> Value {
    // One that is none is said to be the variable's.
    let set = env.plain("DD_SITE").filter(|set| sites::sites().any(|known| known == *set));
    match set.or(sites::sites().next().filter(|_| pretend)) {
        Some(site) => json!({ "site": site }),
        None => json!({}),
    }
}

/// The site of the block or of DD_SITE; nothing where they disagree or are both missing.
fn site(
    provider: &str,
    block: Option<&Node>,
    written: Option<View<'_, SettingsBlock>>,
    env: &Env,
    out: &mut Diagnostics,
) -> String {
    let written = written.and_then(|written| written.get(SettingsBlock::site));
    let place = written.map(|site| site.place());
    let site = match (written.map(|site| site.value.to_owned()), env.plain("DD_SITE")) {
        (Some(written), Some(set)) if written != set => {
            let title = format!("the config says site {written}, but DD_SITE says {set}");
            let wrong = place.map_or_else(
                || Diagnostic::nowhere(&title),
                |place| Diagnostic::error(place, &title).label("written here"),
            );
            let is_unknown = !sites::sites().any(|known| known == set);
            let unknown = || match sites::guessed(set) {
                Some(guess) => format!("`{set}` is not a Datadog site, did you mean `{guess}`? else "),
                None => format!("`{set}` is not a Datadog site: "),
            };
            let unknown = if is_unknown { unknown() } else { String::new() };
            let help = "unset DD_SITE, or run with the keys and the site this config is meant for";
            out.push(wrong.help(format!("{unknown}{help}")));
            return String::new();
        }
        (Some(site), _) => site,
        (None, Some(site)) => site.to_owned(),
        // What stands there is no map, and that has been said.
        (None, None) if block.is_some_and(|block| !block.is_map()) => return String::new(),
        (None, None) => {
            let title = "no Datadog site: there is no default";
            let wrong = block.map_or_else(
                || Diagnostic::nowhere(title),
                |block| Diagnostic::error(block.place(), title).label("has no `site`"),
            );
            let known = sites::sites().collect::<Vec<_>>().join(", ");
            let wrong = wrong.help(format!(
                "set DD_SITE, or write `providers: {{ {provider}: {{ site: datadoghq.eu }} }}`; the sites: {known}"
            ));
            out.push(wrong.if_all_is_read());
            return String::new();
        }
    };
    if !sites::sites().any(|known| known == site) {
        unknown_site(&site, place, out);
        return String::new();
    }
    site
}

/// The keys go wherever the site says, and a site is written in git: one that heeler does not know is refused.
fn unknown_site(site: &str, place: Option<Place>, out: &mut Diagnostics) {
    let known = || format!("the sites: {}", sites::sites().collect::<Vec<_>>().join(", "));
    let guess = sites::guessed(site).map_or_else(known, |guess| format!("did you mean `{guess}`?"));
    let title = format!("`{site}` is not a Datadog site");
    let wrong = match place {
        Some(place) => Diagnostic::error(place, title).label("the keys would be sent there"),
        None => Diagnostic::nowhere(format!("DD_SITE: {title}")),
    };
    out.push(wrong.help(format!("{guess} (another host goes into the environment, as {HOST_VARIABLE})")));
}

/// Whether a host is Datadog's own: that of a site's API.
pub fn is_own_host(host: &str) -> bool {
    host.strip_prefix("api.").is_some_and(|site| sites::sites().any(|known| known == site))
}
