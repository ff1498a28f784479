//! Why there is no client, and what to do about it.

use std::path::PathBuf;

use thiserror::Error as ThisError;

use super::credentials::CredentialError;

/// The client cannot be made.
#[derive(Debug, ThisError)]
pub enum OpenError {
    /// Keys are missing or unusable.
    #[error("cannot log in to {provider}")]
    Credentials {
        /// The provider.
        provider: &'static str,
        /// Which.
        source: CredentialError,
    },
    /// The file with the certificates of authorities that the environment names is none.
    #[error("cannot set up HTTPS: {variable} names {}, which {why}", path.display())]
    Certificates {
        /// Which variable names it.
        variable: &'static str,
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// No TLS client.
    #[error("cannot set up HTTPS")]
    Client(#[source] reqwest::Error),
}

impl OpenError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            OpenError::Credentials { .. } => {
                "set the variables in the environment of this run, or name the other providers with --provider; to try heeler without keys, add --sandbox"
            }
            OpenError::Certificates { .. } => {
                "name a file of certificates in PEM form, or unset the variable to use the system's"
            }
            OpenError::Client(_) => {
                "heeler needs the system's CA certificates: install the package ca-certificates, or set SSL_CERT_FILE to a bundle"
            }
        }
    }
}
