//! Rows of a complete listing, in either dialect.

use std::collections::BTreeMap;

use crate::model::plan::VendorError;
use crate::model::{Key, Observed};

/// Rows by key.
///
/// # Errors
/// Two live rows under one identity, both named.
pub fn by_key(rows: Vec<Observed>) -> Result<BTreeMap<Key, Observed>, VendorError> {
    let mut known = BTreeMap::<Key, Observed>::new();
    for row in rows {
        if let Some(first) = known.get(&row.key) {
            let message = format!("two live rows for AWS account {}: {} and {}; delete one of them in Datadog", row.key.name, first.id, row.id);
            return Err(VendorError::Unreadable(message));
        }
        known.insert(row.key.clone(), row);
    }
    Ok(known)
}
