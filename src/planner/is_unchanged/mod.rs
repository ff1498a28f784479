//! Whether a live row is unchanged by what is asked for: the quick answer, for the rows of a plan that stay as they are.
//!
//! The row is compared while its text is read, and no value is made of it: reading ends with an error at the first
//! difference. What is not called unchanged here is compared by [`diff`](super::diff); what is, [`diff`](super::diff) would
//! not change.

mod live_block;
mod live_values;
mod texts;
mod unchanged_blocks;

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use self::live_block::LiveBlock;
use self::live_values::{ok_if, reads};
use self::texts::{Text, Unmanaged};
pub(super) use self::unchanged_blocks::UnchangedBlocks;
use crate::model::{Desired, Observed};

/// Whether a comparison would find neither a change nor a value that cannot be read. Secrets are not compared.
/// What is found of blocks that accounts share goes into `unchanged`.
pub(super) fn is_unchanged(desired: &Desired, row: &Observed, unchanged: &mut UnchangedBlocks) -> bool {
    let shape = desired.schema();
    let block = LiveBlock { node: &desired.node, schema: &shape.block, fixed: &desired.fixed, unchanged };
    shape.to_yaml_form.is_none() && can_be_read(row) && reads(row.row.get(), Within { steps: shape.pointer, block })
}

/// Whether a comparison could read the row, as deep as it is nested: here each block is read by itself.
fn can_be_read(row: &Observed) -> bool {
    /// What a reader of JSON values follows.
    const MAX_DEPTH: usize = 127;
    let text = row.row.get();
    let opened = text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count();
    opened <= MAX_DEPTH || serde_json::from_str::<Value>(text).is_ok()
}

/// The block below these fields, each of which stands once in the one before.
struct Within<'a, 'h> {
    steps: &'a [&'a str],
    block: LiveBlock<'a, 'h>,
}

impl<'de> DeserializeSeed<'de> for Within<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, live: D) -> Result<(), D::Error> {
        if self.steps.is_empty() { self.block.deserialize(live) } else { live.deserialize_map(self) }
    }
}

impl<'de> Visitor<'de> for Within<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object around a row's fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut live: A) -> Result<(), A::Error> {
        let Some((step, steps)) = self.steps.split_first() else { return ok_if(false) };
        // It is taken where it stands first.
        let mut block = Some(self.block);
        while let Some(is_step) = live.next_key_seed(Text(|name: &str| name == *step))? {
            if !is_step {
                live.next_value_seed(Unmanaged)?;
                continue;
            }
            match block.take() {
                Some(block) => live.next_value_seed(Within { steps, block })?,
                None => return ok_if(false),
            }
        }
        ok_if(block.is_none())
    }
}
