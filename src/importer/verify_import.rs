//! The proof: the result, together with the config there is, planned against the listing it came from. Nothing may be
//! planned or refused for what is new, and nothing may become of the rest that would not have become of it anyway.

use std::collections::{BTreeMap, BTreeSet};

use super::account_draft::Draft;
use super::{ImportInput, Unproved};
use crate::config::files::Text;
use crate::config::{Loaded, load_texts};
use crate::model::limits::Confirm;
use crate::model::plan::{Refusal, UnreadPart};
use crate::model::{Action, Diagnostics, Key, Plan};
use crate::planner::{self, ConfirmMode, PlanInput};

/// Proves it.
///
/// # Errors
/// It is no valid config, or its plan is not empty.
pub fn prove(drafts: &[Draft], texts: &[Text], input: &ImportInput<'_>) -> Result<(), Unproved> {
    let all = input.texts.iter().chain(texts).cloned().collect();
    let loaded = load_texts(all, input.env, Diagnostics::new()).map_err(Unproved::Invalid)?;
    let fresh: BTreeSet<&Key> = drafts.iter().flat_map(|draft| &draft.keys).collect();
    let (before, mut after) = (plan(input.loaded, input), plan(&loaded, input));
    let known: BTreeMap<&Key, &Action> = before.actions.iter().map(|action| (&action.key, action)).collect();
    let anyway = |action: &Action| {
        known.get(&action.key).is_some_and(|known| !fresh.contains(&action.key) && known.changes().eq(action.changes()))
    };
    after.actions.retain(|action| !anyway(action));
    let refused_anyway = |refusal: &Refusal| before.refusals.iter().any(|known| known.is_alike(refusal));
    after.refusals.retain(|refusal| !refused_anyway(refusal));
    after.diagnostics.retain(|found| found.is_error() && !before.diagnostics.contains(found));
    let all_there = fresh.iter().all(|key| loaded.desired.entries.contains_key(*key));
    after.read_only.retain(|row| fresh.contains(&row.key));
    let is_fresh = |part: &UnreadPart| matches!(part, UnreadPart::Row(key) if fresh.contains(key));
    after.unreadable.retain(|unread| is_fresh(&unread.part));
    if all_there
        && after.unreadable.is_empty()
        && after.read_only.is_empty()
        && after.actions.is_empty()
        && after.refusals.is_empty()
        && after.diagnostics.is_empty()
    {
        return Ok(());
    }
    Err(Unproved::Differs(Box::new(Plan {
        unmanaged: Vec::new(),
        obsolete_tombstones: Vec::new(),
        limit_checks: Vec::new(),
        ..after
    })))
}

fn plan(loaded: &Loaded, input: &ImportInput<'_>) -> Plan {
    planner::plan(&PlanInput {
        desired: &loaded.desired,
        snapshots: input.snapshots,
        sources: &loaded.sources,
        only: None,
        confirm: &Confirm::default(),
        confirm_mode: ConfirmMode::AtMost,
        approved: None,
        resend_secrets: false,
    })
}
