//! Why there is no client, and what to do about it.

use std::path::Path;

use super::credentials::CredentialError;
use crate::model::Error;

/// Keys are missing or unusable.
pub fn cannot_log_in(provider: &str, error: CredentialError) -> Error {
    Error::failed(format!("cannot log in to {provider}")).because(error).hint(
        "set the variables in the environment of this run, or name the other providers with --provider; to try heeler without keys, add --sandbox",
    )
}

/// The file with the certificates of authorities that an environment variable names is none.
pub fn no_certificates(variable: &str, path: &Path, why: &str) -> Error {
    Error::failed(format!("cannot set up HTTPS: {variable} names {}, which {why}", path.display()))
        .hint("name a file of certificates in PEM form, or unset the variable to use the system's")
}

/// No TLS client.
pub fn no_https(error: reqwest::Error) -> Error {
    Error::failed("cannot set up HTTPS").because(error).hint(
        "heeler needs the system's CA certificates: install the package ca-certificates, or set SSL_CERT_FILE to a bundle",
    )
}
