//! Why a run could not do its work: one type for everything that ends a run, made where it goes wrong.
//!
//! What is wrong with a config is not this but a [`Diagnostic`](super::Diagnostic), and what a vendor refuses of one
//! account is the outcome of that account alone.

use std::error::Error as StdError;
use std::fmt;

/// What sort of end it is; it decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// What was asked for cannot be: wrong arguments.
    Usage,
    /// The config is invalid. Everything about it has been said where it was found.
    InvalidConfig,
    /// It must not be done.
    Refused,
    /// It did not work.
    Failed,
}

/// Why a run could not do its work, and what to do about it.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    hints: Vec<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error { kind, message: message.into(), hints: Vec::new(), source: None }
    }

    /// What was asked for cannot be.
    pub fn usage(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Usage, message)
    }

    /// The config is invalid, and everything about it has been said.
    pub fn invalid_config() -> Self {
        Error::new(ErrorKind::InvalidConfig, "the config is invalid")
    }

    /// It must not be done.
    pub fn refused(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Refused, message)
    }

    /// It did not work.
    pub fn failed(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Failed, message)
    }

    /// The same, and what to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same, and what it comes from. Its text follows the message.
    pub fn because(self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Error { source: Some(cause.into()), ..self }
    }

    /// What sort of end it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The message by itself.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it, each a sentence of its own.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// The message and its causes, as one line.
    pub fn with_causes(&self) -> String {
        let mut words = self.message.clone();
        let mut cause = self.source();
        while let Some(inner) = cause {
            words = format!("{words}: {inner}");
            cause = inner.source();
        }
        words
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}
