//! `limits:` and `confirm:`: how many accounts one apply may touch, and what confirms more.

use crate::model::check::check;
use crate::model::desired::{Confirm, Limits};
use crate::model::schema::{Attribute, Block, Count, Text, View};
use crate::model::{Diagnostic, Diagnostics, Node};
use crate::schema;

schema! {
    /// How many accounts one apply may touch.
    pub LimitsBlock [] {
        /// Accounts created; 25 unless said otherwise.
        creates: Count,
        /// Accounts deleted; 3 unless said otherwise.
        deletes: Count,
        /// Accounts with updates that stop or can break collection; 20 unless said otherwise.
        disruptive: Count,
    }

    /// This change may exceed a limit, by exactly so much.
    pub ConfirmBlock [] {
        /// Exact number of accounts created.
        creates: Count,
        /// Exact number of accounts deleted.
        deletes: Count,
        /// Exact number of accounts with updates that stop or can break collection.
        disruptive: Count,
        /// Why, for people.
        reason: Text,
    }
}

/// Reads `limits:`; what it leaves out is as usual.
pub fn limits(node: &Node, out: &mut Diagnostics) -> Limits {
    let usual = Limits::default();
    let Some(fits) = check("limits", LimitsBlock::SCHEMA, &renamed(node, out), out) else { return usual };
    let limit = |field: Attribute<LimitsBlock, Count>, usual: usize| {
        View::of(&fits).value(field).and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usual)
    };
    Limits {
        creates: limit(LimitsBlock::creates, usual.creates),
        deletes: limit(LimitsBlock::deletes, usual.deletes),
        disruptive: limit(LimitsBlock::disruptive, usual.disruptive),
    }
}

/// Reads `confirm:`, each number with its place.
pub fn confirm(node: &Node, out: &mut Diagnostics) -> Confirm {
    let fits = check("confirm", ConfirmBlock::SCHEMA, &renamed(node, out), out);
    let number = |field: Attribute<ConfirmBlock, Count>| {
        let found = View::of(fits.as_ref()?).get(field)?;
        Some((usize::try_from(found.value).ok()?, Some(found.place())))
    };
    Confirm {
        creates: number(ConfirmBlock::creates),
        deletes: number(ConfirmBlock::deletes),
        disruptive: number(ConfirmBlock::disruptive),
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
