//! `limits:` and `confirm:`: how many accounts one apply may touch, and what confirms more.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::check::check;
use crate::model::desired::{Confirm, Limits};
use crate::model::{Diagnostic, Diagnostics, Node};

/// How many accounts one apply may touch.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitsBlock {
    /// Accounts created; 25 unless said otherwise.
    creates: Option<usize>,
    /// Accounts deleted; 3 unless said otherwise.
    deletes: Option<usize>,
    /// Accounts with updates that stop or can break collection; 20 unless said otherwise.
    disruptive: Option<usize>,
}

/// This change may exceed a limit, by exactly so much.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmBlock {
    /// Exact number of accounts created.
    creates: Option<usize>,
    /// Exact number of accounts deleted.
    deletes: Option<usize>,
    /// Exact number of accounts with updates that stop or can break collection.
    disruptive: Option<usize>,
    /// Why, for people.
    #[allow(dead_code)]
    reason: Option<String>,
}

/// Reads `limits:`; what it leaves out is as usual.
pub fn limits(node: &Node, out: &mut Diagnostics) -> Limits {
    let LimitsBlock { creates, deletes, disruptive } = check("limits", &renamed(node, out), out).unwrap_or_default();
    let usual = Limits::default();
    Limits {
        creates: creates.unwrap_or(usual.creates),
        deletes: deletes.unwrap_or(usual.deletes),
        disruptive: disruptive.unwrap_or(usual.disruptive),
    }
}

/// Reads `confirm:`, each number with its place.
pub fn confirm(node: &Node, out: &mut Diagnostics) -> Confirm {
    let node = &renamed(node, out);
    let ConfirmBlock { creates, deletes, disruptive, reason: _ } = check("confirm", node, out).unwrap_or_default();
    let written = |field: &str, number: Option<usize>| Some((number?, node.get(field).map(Node::place)));
    Confirm {
        creates: written("creates", creates),
        deletes: written("deletes", deletes),
        disruptive: written("disruptive", disruptive),
    }
}

/// `disruptive` was called `removals` at first; who wrote that is told.
fn renamed(node: &Node, out: &mut Diagnostics) -> Node {
    const OLD: &str = "removals";
    let Some(old) = node.entry(OLD).filter(|_| node.entry("disruptive").is_none()) else { return node.clone() };
    let said = Diagnostic::warning(old.key_place, "`removals` is called `disruptive` now").label("the old name");
    out.push(said.help("write `disruptive`"));
    node.with_key(OLD, "disruptive")
}
