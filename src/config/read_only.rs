//! `read_only:` at a provider's settings or in a block of any layer: planned and shown, never written.
//!
//! The nearest layer that says it decides; `true` at the provider is for all of its rows, deletes included.

use crate::model::check::check;
use crate::model::node::Entry;
use crate::model::schema::{Block, Bool, View};
use crate::model::{Diagnostics, Node, Place};
use crate::schema;

/// The key, at a provider and in a block.
pub const KEY: &str = "read_only";

schema! {
    /// Planned and shown, never written.
    pub ReadOnlyBlock [] {
        /// With `true`: planned and shown, and never written.
        read_only: Bool,
    }
}

/// What a block says, and where.
pub fn read(block: &Node, out: &mut Diagnostics) -> Option<(bool, Place)> {
    let Entry { key_place, .. } = block.entry(KEY)?;
    let own = check("", ReadOnlyBlock::SCHEMA, &block.only(|key| key == KEY), out)?;
    let says = View::<ReadOnlyBlock>::of(&own).value(ReadOnlyBlock::read_only)?;
    Some((says, *key_place))
}

/// The block as the checks of its provider know it.
pub fn without(block: &Node) -> Node {
    if block.entry(KEY).is_some() { block.without(&[KEY]) } else { block.clone() }
}
