//! What an entry of `removed:` may say to Wavefront alone.

use serde_json::json;

use crate::model::Node;
use crate::model::schema::Bool;
use crate::schema;

schema! {
    /// What an entry of `removed:` may say to Wavefront alone.
    pub Removal [] {
        /// Delete for good. An integration goes to Wavefront's trash otherwise.
        skip_trash: Bool,
    }
}

/// Whether a tombstone's own block asks for a delete that cannot be undone.
pub fn skips_trash(said: Option<&Node>) -> bool {
    said.and_then(|said| said.get("skip_trash")).is_some_and(|node| node.json() == json!(true))
}
