//! What an entry of `removed:` may say to Wavefront alone.

use crate::model::Node;
use crate::model::schema::{Bool, View};
use crate::schema;

schema! {
    /// What an entry of `removed:` may say to Wavefront alone.
    pub DeleteOptions [] {
        /// Delete for good. An integration goes to Wavefront's trash otherwise.
        skip_trash: Bool,
    }
}

/// Whether a tombstone's own block asks for a delete that cannot be undone.
pub fn skips_trash(said: Option<&Node>) -> bool {
    said.and_then(|said| View::<DeleteOptions>::of(said).value(DeleteOptions::skip_trash)) == Some(true)
}
