//! `limits:` and `confirm:`: how many accounts one apply may touch, and what confirms more.

use crate::model::check::check;
use crate::model::limits::{Confirm, LimitName, Limits};
use crate::model::schema::{At, Attribute, Block, Count, Text, View};
use crate::model::{Diagnostic, Diagnostics, Node};
use crate::schema;

schema! {
    /// How many accounts one apply may touch at each provider. What is left out is as said here, or a third of the
    /// accounts declared at the provider if that is less: but at least 5, of deletes at least 1.
    pub LimitsBlock [] {
        /// Accounts created; 25 unless said otherwise.
        creates: Count,
        /// Accounts deleted; 3 unless said otherwise.
        deletes: Count,
        /// Accounts with updates that stop or can break collection; 20 unless said otherwise.
        disruptive: Count,
        /// Accounts of which more is collected; 20 unless said otherwise.
        costly: Count,
        /// Accounts updated; no limit unless said otherwise.
        updates: Count,
    }

    /// This change may exceed a limit, by exactly so much. The numbers are those of all providers together, and a plan
    /// that is refused says them.
    pub ConfirmBlock [] {
        /// Exact number of accounts created.
        creates: Count,
        /// Exact number of accounts deleted.
        deletes: Count,
        /// Exact number of accounts with updates that stop or can break collection.
        disruptive: Count,
        /// Exact number of accounts of which more is collected.
        costly: Count,
        /// Exact number of accounts updated.
        updates: Count,
        /// Why, for people.
        reason: Text,
    }
}

/// Reads `limits:`; what it leaves out is as usual.
pub fn limits(node: &Node, out: &mut Diagnostics) -> Limits {
    let fits = check("limits", LimitsBlock::SCHEMA, &renamed(node, out), out);
    let limit = |name: LimitName| Some((name, number(fits.as_ref()?, limit_field(name))?.0));
    Limits(LimitName::ALL.into_iter().filter_map(limit).collect())
}

/// Reads `confirm:`, each number with its place.
pub fn confirm(node: &Node, out: &mut Diagnostics) -> Confirm {
    let fits = check("confirm", ConfirmBlock::SCHEMA, &renamed(node, out), out);
    let confirmed = |name: LimitName| {
        let (number, found) = number(fits.as_ref()?, confirm_field(name))?;
        Some((name, (number, Some(found.place()))))
    };
    Confirm(LimitName::ALL.into_iter().filter_map(confirmed).collect())
}

fn limit_field(name: LimitName) -> Attribute<LimitsBlock, Count> {
    match name {
        LimitName::Creates => LimitsBlock::creates,
        LimitName::Deletes => LimitsBlock::deletes,
        LimitName::Disruptive => LimitsBlock::disruptive,
        LimitName::Costly => LimitsBlock::costly,
        LimitName::Updates => LimitsBlock::updates,
    }
}

fn confirm_field(name: LimitName) -> Attribute<ConfirmBlock, Count> {
    match name {
        LimitName::Creates => ConfirmBlock::creates,
        LimitName::Deletes => ConfirmBlock::deletes,
        LimitName::Disruptive => ConfirmBlock::disruptive,
        LimitName::Costly => ConfirmBlock::costly,
        LimitName::Updates => ConfirmBlock::updates,
    }
}

fn number<B: Block>(fits: &Node, field: Attribute<B, Count>) -> Option<(usize, At<'_, u64>)> {
    let found = View::of(fits).get(field)?;
    Some((usize::try_from(found.value).ok()?, found))
}

/// `disruptive` was called `removals` at first; who wrote that is told.
fn renamed(node: &Node, out: &mut Diagnostics) -> Node {
    const OLD: &str = "removals";
    let Some(old) = node.entry(OLD).filter(|_| node.entry("disruptive").is_none()) else { return node.clone() };
    let said = Diagnostic::warning(old.key_place, "`removals` is called `disruptive` now").label("the old name");
    out.push(said.help("write `disruptive`"));
    node.with_key(OLD, "disruptive")
}
