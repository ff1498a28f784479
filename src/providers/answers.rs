//! What every dialect says in the same words of an answer that makes no sense.

use serde_json::error::Category;

use crate::model::plan::VendorError;

/// An answer that makes no sense.
pub fn unreadable(what: &str, error: &serde_json::Error) -> VendorError {
    // Serde's own words quote the answer, and an answer may repeat a secret.
    let why = match error.classify() {
        Category::Data => "it has another form than expected",
        Category::Eof => "it ends in the middle",
        Category::Io | Category::Syntax => "it is not JSON",
    };
    VendorError::Unreadable(format!("{what} cannot be read: {why} (line {}, column {})", error.line(), error.column()))
}
