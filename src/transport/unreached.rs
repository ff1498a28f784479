//! Why a vendor was not reached, in words that name the host and say what to look at.

use std::error::Error;

use url::Url;

use super::answer::chain;
use crate::model::address::Address;
use crate::model::{EndpointConfig, Env};

/// Variables that name a proxy for HTTPS, the first that is set first.
const PROXIES: &[&str] = &["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// What to look at where nobody is reached at an address that no variable names.
const ONLINE: &str = "is this machine online, and the name right? where a proxy is needed, set HTTPS_PROXY";

/// What the library says before the system's words about a name.
const LOOKUP: &str = "failed to lookup address information: ";

/// The way to an endpoint, as far as people can mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The host, and the port where one is named.
    pub host: String,
    /// The variable that names the host, if it does; else it is the vendor's own, or the config names it.
    pub variable: Option<&'static str>,
    /// The path that requests go below, if there is one.
    pub path: Option<String>,
    /// The variable that names a proxy, and the proxy's host and port.
    pub proxy: Option<(&'static str, String)>,
}

impl Route {
    /// The way to this endpoint in this environment.
    pub fn new(config: &EndpointConfig, env: &Env) -> Self {
        let address = Address::parse(&config.base).ok();
        let is_loopback = address.as_ref().is_some_and(|address| address.is_loopback);
        let set = |name: &&'static str| Some((*name, env.plain(name)?));
        // What is on this machine is never asked through a proxy.
        let proxy = PROXIES.iter().find_map(set).filter(|_| !is_loopback);
        let path = Url::parse(&config.base).ok().map(|url| url.path().trim_end_matches('/').to_owned());
        Route {
            path: path.filter(|path| !path.is_empty()),
            host: address.map_or_else(|| config.base.clone(), |address| address.authority),
            variable: env.plain(config.host_variable).map(|_| config.host_variable),
            proxy: proxy.map(|(name, text)| (name, host_and_port(text))),
        }
    }

    /// Why nothing was sent: `error` is that of a connection that did not come about.
    pub fn unreached(&self, error: &(dyn Error + 'static)) -> String {
        let cause = chain(error);
        let Route { host, variable, path: _, proxy } = self;
        if let (Some((name, proxy)), Some(tunnel)) = (proxy, cause.strip_prefix("tunnel error: ")) {
            return match tunnel.strip_prefix("failed to create underlying connection: ") {
                Some(cause) => format!("the proxy {proxy} is not reached: {cause}; is {name} right?"),
                None => format!(
                    "the proxy {proxy} does not connect to {host}: {tunnel}; is {name} right, or does NO_PROXY lack the host?"
                ),
            };
        }
        let look_at = variable.map_or_else(|| ONLINE.to_owned(), |variable| format!("is {variable} right?"));
        let is_unknown = has_cause(error, "dns error");
        match is_unknown {
            true => format!("the host {host} is not found ({}); {look_at}", cause.trim_start_matches(LOOKUP)),
            false => format!("nobody answers at {host}: {cause}; {look_at}"),
        }
    }
}

/// Whether an error, or one that it came of, says just this.
fn has_cause(error: &(dyn Error + 'static), words: &str) -> bool {
    error.to_string() == words || error.source().is_some_and(|cause| has_cause(cause, words))
}

/// A proxy without what may be a secret: user and password.
fn host_and_port(text: &str) -> String {
    let full = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let parsed = Url::parse(&full).ok();
    let host = parsed.as_ref().and_then(Url::host_str);
    let port = parsed.as_ref().and_then(Url::port).map_or_else(String::new, |port| format!(":{port}"));
    host.map_or_else(|| "(no URL)".to_owned(), |host| format!("{host}{port}"))
}
