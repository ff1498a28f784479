//! Where a value stands.

use crate::model::source::Place;

/// Where a value stands, for messages.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    /// The key it stands under, directly or in a list.
    pub(super) name: &'a str,
    /// Where that key was written.
    pub(super) key_place: Place,
    /// Whether it is an item of a list.
    pub(super) is_item: bool,
}
