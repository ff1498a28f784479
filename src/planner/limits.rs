//! Limits: how many accounts one run may create, delete, disrupt or update at each provider, and what confirms more. An
//! account counts once per limit and provider. What is confirmed is the number at all providers together, which is the
//! one that every output shows.

use std::collections::BTreeMap;

use super::{ConfirmMode, PlanInput};
use crate::model::limits::{Limit, LimitCheck, LimitName, Share};
use crate::model::{Desired, DesiredState, Diagnostic, Place, Plan};

/// Counts what the plan does against the limits.
pub fn check(input: &PlanInput<'_>, plan: &mut Plan) {
    let fleets = fleets(input.desired);
    // A part of what is planned may be within a limit that all of it exceeds.
    let whole = input.only.is_none() && plan.all_rows_read() && plan.left_out.is_empty() && plan.held_back.is_empty();
    for name in LimitName::ALL {
        let written = input.desired.confirm.0.get(&name).copied();
        let confirmed = input.confirm.number(name).or(written.map(|(number, _)| number));
        let by_provider = plan.accounts_by_provider(name);
        let all = by_provider.values().sum();
        let asked =
            Asked { name, all, several: input.snapshots.len() > 1, confirmed, confirm_mode: input.confirm_mode };
        let mut exceeded = false;
        for provider in input.snapshots.keys() {
            let fleet = fleets.get(provider).copied().unwrap_or_default();
            let Some(limit) = input.desired.limits.at(name, fleet.writable) else { continue };
            let used = by_provider.get(provider).copied().unwrap_or_default();
            exceeded |= used > limit.most;
            let refused = asked.refused(provider, fleet, used, limit);
            plan.limit_checks.push(LimitCheck { name, provider, used, limit: limit.most, refused });
        }
        if let (false, Some((number, Some(place))), true) = (exceeded, written, whole) {
            plan.diagnostics.push(leftover_confirm(name, number, all, place));
        }
    }
}

/// How many accounts the config declares at each provider, and how many of them a limit is a share of.
pub fn fleets(desired: &DesiredState) -> BTreeMap<&'static str, Fleet> {
    let mut accounts = BTreeMap::<_, BTreeMap<&str, bool>>::new();
    for Desired { key, account, node, .. } in desired.entries.values().map(AsRef::as_ref) {
        let is_written = !desired.holds.contains_key(key) && !node.entries().is_empty();
        let known = accounts.entry(key.provider).or_default();
        *known.entry(account.as_deref().unwrap_or(&key.name)).or_default() |= is_written;
    }
    let fleet = |known: BTreeMap<&str, bool>| Fleet {
        writable: known.values().filter(|is_written| **is_written).count(),
        declared: known.len(),
    };
    accounts.into_iter().map(|(provider, known)| (provider, fleet(known))).collect()
}

/// The accounts that are declared at one provider.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fleet {
    /// Those that something may be written to. A limit is a share of them: on hold or read only nothing is written, nor
    /// is it where an entry says no field.
    pub writable: usize,
    /// All of them.
    declared: usize,
}

impl Fleet {
    fn third(self) -> String {
        let what = if self.writable == self.declared { "declared" } else { "that can be written" };
        format!(" (a third of the {} accounts {what})", self.writable)
    }

    fn least(self) -> String {
        let accounts = match (self.writable, self.writable == self.declared) {
            (1, true) => "account is declared",
            (_, true) => "accounts are declared",
            (1, false) => "account can be written",
            (_, false) => "accounts can be written",
        };
        format!(" (the least there is: {} {accounts})", self.writable)
    }
}

/// What a plan asks of one limit.
struct Asked {
    name: LimitName,
    /// Accounts at all providers together.
    all: usize,
    /// Whether there is more than one provider.
    several: bool,
    confirmed: Option<usize>,
    confirm_mode: ConfirmMode,
}

impl Asked {
    fn refused(&self, provider: &str, fleet: Fleet, used: usize, limit: Limit) -> Option<String> {
        let Asked { name, all, several, confirmed, confirm_mode } = *self;
        let meant = |number| number == all || (confirm_mode == ConfirmMode::AtMost && all < number);
        if used <= limit.most || confirmed.is_some_and(meant) {
            return None;
        }
        let (word, noun) = (name.word(), name.noun());
        let at = if several { format!(" at {provider}") } else { String::new() };
        let together = if several { " at all providers together" } else { "" };
        let share = match limit.share {
            None => String::new(),
            Some(Share::Third) => fleet.third(),
            Some(Share::Least) => fleet.least(),
        };
        let most = limit.most;
        Some(match confirmed {
            Some(number) => format!(
                "{all} {noun} are planned{together}, but {number} are confirmed; confirm {all} (`confirm: {{ {word}: {all} }}` or `--confirm-{word} {all}`)"
            ),
            None => format!(
                "{noun} planned{at}: {used}, limit: {most}{share}; if they are all meant, confirm the exact number{together}: `confirm: {{ {word}: {all} }}` in the config, or `--confirm-{word} {all}`"
            ),
        })
    }
}

fn leftover_confirm(name: LimitName, number: usize, used: usize, place: Place) -> Diagnostic {
    let name = name.noun();
    let (title, label) = match used {
        0 => (format!("{name} are confirmed ({number}), but none are planned"), "has done its work"),
        _ => (
            format!("{name} are confirmed ({number}), but the {used} planned are within the limit"),
            "confirms nothing",
        ),
    };
    Diagnostic::warning(place, title).label(label).help("delete it, so that it cannot confirm anything else")
}
