//! A vendor's address as people write it, read once, and by the rules by which it is connected to.

use thiserror::Error;
use url::{Host, Url};

/// Scheme and host, perhaps a port and a path, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// As requests begin, without a trailing slash.
    pub base: String,
    /// The host alone, in lower case.
    pub host: String,
    /// The host, and the port where one is named.
    pub authority: String,
    /// Whether it is this machine.
    pub is_loopback: bool,
}

/// Why a text is no address. The text is not repeated: it may hold a password by mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AddressError {
    /// It is no URL of these parts.
    #[error("not a plain URL: scheme, host, perhaps a port and a path, and nothing else")]
    NotPlain,
    /// It would send keys in the clear.
    #[error("http, and not this machine: keys would be sent in the clear")]
    Clear,
}

impl Address {
    /// Reads one; without a scheme it is https.
    ///
    /// # Errors
    /// It is no plain URL, or is http to another machine.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        // What a parser of URLs would forgive or take apart is refused before.
        let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"@?#\\".contains(c);
        let full = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let rest = full.split_once("://").map_or("", |(_, rest)| rest);
        if !full.chars().all(plain) || rest.contains("//") || rest.starts_with('/') {
            return Err(AddressError::NotPlain);
        }
        let url = Url::parse(&full).map_err(|_| AddressError::NotPlain)?;
        let host = url.host().ok_or(AddressError::NotPlain)?;
        let is_loopback = match &host {
            Host::Domain(name) => *name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        match url.scheme() {
            "https" => {}
            "http" if is_loopback => {}
            "http" => return Err(AddressError::Clear),
            _ => return Err(AddressError::NotPlain),
        }
        let host = host.to_string();
        let authority = url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
        Ok(Address { base: url.as_str().trim_end_matches('/').to_owned(), host, authority, is_loopback })
    }

    /// The address of a host by itself, with TLS.
    pub fn of_host(host: &str) -> String {
        format!("https://{host}")
    }
}
