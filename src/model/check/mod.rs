//! Checking a node against its schema: every mistake in it, each at its own place, in one pass.
//!
//! `walk` finds them; `remedy` says what to write instead of a value, `key_remedy` instead of a key.

mod additions;
mod container_remedy;
mod key_remedy;
mod messages;
mod remedy;
pub mod spelling;
mod spot;
mod text_forms;
mod valid_part;
mod walk;

pub use self::additions::Additions;
pub use self::messages::no_value;
use self::spot::Spot;
use self::valid_part::Fit;
use self::walk::Check;
pub use self::walk::Outside;
use super::diagnostic::{Diagnostics, Tally};
use super::node::Node;
use super::schema::BlockSchema;

/// Checks `node`, which stands under the key `name`, and reports all that does not fit. Returns what fits, if anything
/// does.
pub fn check(name: &str, schema: &BlockSchema, node: &Node, out: &mut Diagnostics) -> Option<Node> {
    check_knowing(name, schema, node, &Outside { beside: &[], elsewhere: &|_| None }, Additions::Unknown, out)
}

/// The same where an unknown key may belong somewhere else, and `KEY+` may add to lists.
pub fn check_knowing(
    name: &str,
    schema: &BlockSchema,
    node: &Node,
    outside: &Outside<'_>,
    additions: Additions,
    out: &mut Diagnostics,
) -> Option<Node> {
    let mut check =
        Check { root: schema, outside, additions, in_row: false, path: Vec::new(), tally: Tally::default(), out };
    let spot = Spot { name, key_place: node.place(), is_item: false };
    let fit = if node.is_map() { check.block(&spot, schema, node) } else { check.no_block(&spot, schema, node) };
    match fit {
        Fit::Whole => Some(node.clone()),
        Fit::Part(part) => Some(part),
        Fit::Nothing => None,
    }
}
