//! What a vendor said, translated by its dialect.

use thiserror::Error;

use super::client::Failure;

/// What a vendor said, translated by its dialect.
#[derive(Debug, Clone, Error)]
pub enum VendorError {
    /// It is there already.
    #[error("{0}")]
    Exists(String),
    /// It is not there, or not any more.
    #[error("{0}")]
    Gone(String),
    /// The keys may not do this.
    #[error("{0}")]
    Denied(String),
    /// The request is refused; the paths name the fields it is about, if the vendor says.
    #[error("{message}")]
    Invalid {
        /// The vendor's words.
        message: String,
        /// The fields they are about.
        fields: Vec<String>,
    },
    /// Refused for now: asked again in a moment, the vendor may well accept it. Certainly not done. Holds what it comes
    /// to in the end.
    #[error("{0}")]
    NotYet(Box<VendorError>),
    /// The answer makes no sense, so nothing may be concluded from it.
    #[error("{0}")]
    Unreadable(String),
    /// Too many requests, after all the waiting: certainly not done.
    #[error("{0}")]
    Limited(String),
    /// The vendor is failing.
    #[error("{0}")]
    Failing(String),
    /// No answer at all.
    #[error(transparent)]
    NoAnswer(#[from] Failure),
}

impl VendorError {
    /// The end of a delete: what is gone already is done too.
    ///
    /// # Errors
    /// Any other refusal.
    pub fn gone_is_done(answer: Result<(), VendorError>) -> Result<(), VendorError> {
        match answer {
            Err(VendorError::Gone(_)) => Ok(()),
            other => other,
        }
    }

    /// Whether the request may have been done although no answer says so.
    pub fn is_lost(&self) -> bool {
        match self {
            VendorError::NoAnswer(Failure::Lost { .. } | Failure::Withheld { .. } | Failure::NotTheVendor { .. })
            | VendorError::Failing(_)
            | VendorError::Unreadable(_) => true,
            VendorError::NoAnswer(
                Failure::NotSent { .. } | Failure::NotAuthorized { .. } | Failure::Limited { .. },
            )
            | VendorError::Exists(_)
            | VendorError::Gone(_)
            | VendorError::Denied(_)
            | VendorError::Limited(_)
            | VendorError::NotYet(_)
            | VendorError::Invalid { .. } => false,
        }
    }
}
