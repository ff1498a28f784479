//! A tombstone for an account that is not live, where one that is live, and that nobody names, has nearly its id. Most
//! likely the other one is meant, and stays.

use std::collections::BTreeSet;

use super::PlanInput;
use super::protected::is_near;
use crate::model::suggestion::listed;
use crate::model::{Diagnostic, Tombstone};

/// Tombstones of a run whose ids are compared with those of all live accounts.
const MAX_COMPARED: usize = 100;

/// What is odd about such a tombstone, at its place; nothing if no such account is live, or if so many were looked at
/// `before` that it would take long.
pub(super) fn mistyped(input: &PlanInput<'_>, tombstone: &Tombstone, before: usize) -> Option<Diagnostic> {
    if before >= MAX_COMPARED {
        return None;
    }
    let id = tombstone.identity();
    let read = input.snapshots.iter().filter(|(provider, _)| tombstone.speaks_of(provider));
    let rows = read.filter_map(|(_, snapshot)| snapshot.result.as_ref().ok()).flat_map(|found| found.rows.values());
    let rows = rows.filter(|row| tombstone.names_account() && tombstone.speaks_of_kind(row.key.provider, row.key.kind));
    let near = rows.filter_map(|row| row.account.as_deref());
    let near: BTreeSet<&str> = near.filter(|other| is_near(other, id) && !input.desired.mentions(other)).collect();
    (!near.is_empty()).then(|| {
        let (is, one) = if near.len() == 1 { ("is", "that account") } else { ("are", "one of those") };
        let title = format!("account {id} is removed and not live, but {} {is}", listed(near.iter().copied()));
        Diagnostic::warning(tombstone.place(), title)
            .label("one slip apart, and nothing declares or removes it")
            .help(format!("if {one} is meant, correct the id; else take this entry out"))
    })
}
