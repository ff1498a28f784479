//! Blocks and lists that accounts share, such as those out of `defaults`, and how they look live: a text that was found
//! to hold one is not compared with it again.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use crate::model::Node;
use crate::model::schema::FieldSchema;

/// By what accounts share and by field: the live text that holds it, once it has come up twice.
#[derive(Default)]
pub struct UnchangedBlocks(HashMap<BlockKey, Option<Box<str>>, FxBuildHasher>);

/// What accounts share of a value, and its field.
type BlockKey = (usize, usize);

impl UnchangedBlocks {
    /// Whether this value has come up before, and under which key. Of one that never does again nothing is kept but that.
    /// All values that are asked for must live as long as this does.
    pub fn known(&mut self, node: &Node, field: &FieldSchema) -> Option<BlockKey> {
        let key = (node.shared()?, std::ptr::from_ref(field).addr());
        let comes_up_again = self.0.contains_key(&key);
        if !comes_up_again {
            self.0.insert(key, None);
        }
        comes_up_again.then_some(key)
    }

    /// Whether this live text is known to hold it.
    pub fn is_unchanged(&self, key: BlockKey, live: &str) -> bool {
        self.0.get(&key).is_some_and(|text| text.as_deref() == Some(live))
    }

    /// Remembers that this live text holds it.
    pub fn remember(&mut self, key: BlockKey, live: &str) {
        self.0.insert(key, Some(live.into()));
    }
}
