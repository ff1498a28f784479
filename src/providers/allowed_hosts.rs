//! Where credentials may go: to a vendor's own hosts, and to what the environment names. One rule for every provider,
//! asked after each has read its settings.

use super::Provider;
use crate::model::address::{Address, AddressError};
use crate::model::{Diagnostic, Diagnostics, Env, Node, Settings};

/// The address in an environment variable, if it is set. What is wrong with it is reported, and never shown: it may
/// hold a password.
pub fn from_environment(variable: &str, env: &Env, out: &mut Diagnostics) -> Option<Address> {
    let address = Address::parse(env.plain(variable)?);
    address.map_err(|why| out.push(not_an_address(variable, why))).ok()
}

fn not_an_address(variable: &str, why: AddressError) -> Diagnostic {
    let help = match why {
        AddressError::NotPlain => {
            "write it like https://proxy.example or http://127.0.0.1:8126, without user, password or query"
        }
        AddressError::Clear => "write https://; http:// is for 127.0.0.1 and localhost",
    };
    Diagnostic::nowhere(format!("{variable} is {why}")).help(help)
}

/// Reports settings that would send credentials elsewhere. A config comes with a pull request, so it names no other
/// host.
pub fn check(provider: &dyn Provider, settings: &Settings, block: Option<&Node>, env: &Env, out: &mut Diagnostics) {
    // Where there is no address, what is wrong has been said.
    let is_allowed = |base: &str| base.is_empty() || is_own(provider, base) || is_of_environment(provider, base, env);
    settings.bases().filter(|base| !is_allowed(base)).for_each(|base| out.push(elsewhere(provider, base, block)));
}

fn elsewhere(provider: &dyn Provider, base: &str, block: Option<&Node>) -> Diagnostic {
    let variable = provider.meta().hosts.variable;
    let own = Address::parse(base)
        .ok()
        .filter(|address| (provider.meta().hosts.is_own)(&address.host))
        .map(|address| address.host);
    let title = format!("{} is no host of {}'s", shown(base), provider.name());
    let help = match own {
        Some(host) => format!("write `{host}` alone, without a path or a port"),
        None => {
            format!(
                "keys go to {} only; another host goes into the environment, as {variable}",
                provider.meta().hosts.names
            )
        }
    };
    let wrong = match block {
        Some(block) => Diagnostic::error(place_of(block, base), title).label("the keys would be sent there"),
        None => Diagnostic::nowhere(title),
    };
    wrong.help(help)
}

fn is_own(provider: &dyn Provider, base: &str) -> bool {
    Address::parse(base).is_ok_and(|address| {
        (provider.meta().hosts.is_own)(&address.host) && address.base == Address::of_host(&address.host)
    })
}

fn is_of_environment(provider: &dyn Provider, base: &str, env: &Env) -> bool {
    env.plain(provider.meta().hosts.variable)
        .and_then(|text| Address::parse(text).ok())
        .is_some_and(|address| address.base == base)
}

/// The value in the block that names the host, else the whole block.
fn place_of(block: &Node, base: &str) -> crate::model::Place {
    let names = |node: &&Node| {
        node.text().and_then(|text| Address::parse(text).ok()).is_some_and(|address| address.base == base)
    };
    block.entries().iter().map(|entry| &entry.node).find(names).map_or_else(|| block.place(), Node::place)
}

fn shown(base: &str) -> &str {
    base.strip_prefix("https://").unwrap_or(base)
}
