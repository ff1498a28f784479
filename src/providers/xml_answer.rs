//! XML answers, read into the structs of a dialect.

use serde::de::DeserializeOwned;

use crate::model::plan::VendorError;

/// The value that an answer says: elements are fields, in whatever order, and a field that is a list takes every
/// element of its name, be it one or none. Attributes and namespaces are passed over.
///
/// # Errors
/// It makes no sense, or ends early.
pub fn parsed<T: DeserializeOwned>(what: &str, body: &[u8]) -> Result<T, VendorError> {
    let unreadable = |why: String| VendorError::Unreadable(format!("{what} cannot be read: {why}"));
    let text = std::str::from_utf8(body).map_err(|error| unreadable(error.to_string()))?;
    quick_xml::de::from_str(text).map_err(|error| unreadable(error.to_string()))
}
