//! The layers below the accounts as they were written, before they are merged, and which of them each account stands on.

use std::collections::BTreeMap;

use super::key::Key;
use super::node::Node;
use super::node::vars::{VarUse, Vars};
use super::path::Path;
use super::source::Place;

/// Blocks by provider, before any merging.
pub type Blocks = BTreeMap<&'static str, Node>;

/// Layers 1 and 2, and what stands on them.
#[derive(Debug, Clone, Default)]
pub struct LowerLayers {
    /// Layer 1.
    pub defaults: Blocks,
    /// Layer 2, by name.
    pub profiles: BTreeMap<String, Blocks>,
    /// What they say of the partition: each profile by its name, `defaults` without one.
    pub partitions: BTreeMap<Option<String>, String>,
    /// Their variables: each profile's by its name, those of `defaults` without one.
    pub vars: BTreeMap<Option<String>, Vars>,
    /// Whether `defaults` is written at all.
    pub has_defaults: bool,
    /// Rows whose account lists profiles or leaves something alone; all others stand on `defaults` only.
    pub stacks: BTreeMap<Key, LayersOfAccount>,
}

/// What one account says of the layers below it.
#[derive(Debug, Clone, Default)]
pub struct LayersOfAccount {
    /// The profiles it lists, in its order.
    pub profiles: Vec<String>,
    /// What it takes out of the layers below, as paths in the provider's block, and where it says so.
    pub unmanaged: Vec<(Path, Place)>,
    /// The variables of its layers, the nearest layer first.
    pub vars: Vec<Vars>,
    /// Where variables were filled in.
    pub uses: Vec<VarUse>,
    /// Lists that some layer adds to, as paths in the provider's block.
    pub added: Vec<Path>,
}
