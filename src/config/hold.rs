//! `hold:` on an account entry, or in one of its blocks: what differs there is shown and never written.
//!
//! It is for what is known to be odd: an account that is suspended, a row that cannot be told from others. Past its
//! date there is a warning, and it still holds: nothing is written because a day has come.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::account::Account;
use super::reason::blank_reason;
use crate::model::check::{check, no_value};
use crate::model::desired::HoldCause;
use crate::model::schema::{At, Block, Text, View};
use crate::model::{Desired, Diagnostic, Diagnostics, Hold, Key, Node, Place};
use crate::{providers, schema};
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

/// The key, in an entry and in a block.
pub const KEY: &str = "hold";

schema! {
    /// Shown and never written; no effect on exit codes, limits and digest.
    pub HoldBlock [] {
        /// Why, for people.
        reason: Text [required, pattern: "\\S"],
        /// The last day, as `"2027-03-01"`; after it there is a warning.
        until: Text [pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", examples: &["2027-03-01"]],
    }
}

/// What an entry holds, by provider: its block's own `hold`, or the entry's.
pub fn read(entry: &Node, out: &mut Diagnostics) -> BTreeMap<&'static str, Hold> {
    let whole = one(entry, out);
    let mut holds = BTreeMap::new();
    for provider in providers::ALL.iter().map(|provider| provider.name()) {
        let own = entry.get(provider).filter(|block| block.is_map()).and_then(|block| one(block, out));
        holds.extend(own.or_else(|| whole.clone()).map(|hold| (provider, hold)));
    }
    holds
}

/// An entry without what is held, as the other checks know it.
pub fn without(entry: &Node) -> Node {
    let holds = |node: &Node| node.entry(KEY).is_some();
    let whole = if holds(entry) { entry.without(&[KEY]) } else { entry.clone() };
    let names = providers::ALL.iter().map(|provider| provider.name());
    names.filter(|name| entry.get(name).is_some_and(holds)).fold(whole, |entry, name| entry.without(&[name, KEY]))
}

/// The rows that are held, and those that are only looked at: of a provider, of a layer. A hold is silent, so it is
/// before the others.
pub fn by_row(
    accounts: &[Account],
    read_only: &BTreeMap<&'static str, Place>,
    entries: &BTreeMap<Key, Arc<Desired>>,
) -> BTreeMap<Key, Hold> {
    let held = accounts.iter().filter(|account| !account.holds.is_empty() || !account.read_only.is_empty());
    let held: BTreeMap<Place, &Account> = held.map(|account| (account.facts.place, account)).collect();
    if held.is_empty() && read_only.is_empty() {
        return BTreeMap::new();
    }
    let hold = |Desired { key, place, .. }: &Desired| at(held.get(place).copied(), read_only, key.provider);
    entries.iter().filter_map(|(key, desired)| Some((key.clone(), hold(desired)?))).collect()
}

/// Why nothing is written to the rows of an account at a provider, if so. `read_only` are the providers that are only
/// looked at as a whole.
pub fn at(account: Option<&Account>, read_only: &BTreeMap<&'static str, Place>, provider: &str) -> Option<Hold> {
    let own = account.and_then(|account| account.holds.get(provider)).cloned();
    let looked_at = || read_only.get(provider).or_else(|| account?.read_only.get(provider));
    own.or_else(|| Some(Hold { cause: HoldCause::ReadOnly, place: *looked_at()? }))
}

fn one(node: &Node, out: &mut Diagnostics) -> Option<Hold> {
    let entry = node.entry(KEY)?;
    if entry.node.is_null() {
        out.push(no_value(entry, "leave the key out"));
        return None;
    }
    let fits = check(KEY, HoldBlock::SCHEMA, &entry.node, out)?;
    let hold = View::of(&fits);
    let reason = hold.value(HoldBlock::reason)?.to_owned();
    if let Some(wrong) = blank_reason(&entry.node) {
        out.push(wrong);
        return None;
    }
    let until = match hold.get(HoldBlock::until) {
        Some(until) => Some(date(until, out)?),
        None => None,
    };
    let past = until.is_some_and(|until| Timestamp::now().to_zoned(TimeZone::UTC).date() > until);
    if past {
        let title = format!("a hold that was to end on {}", until.map(|until| until.to_string()).unwrap_or_default());
        let wrong = Diagnostic::warning(entry.key_place, title).label("it still holds: nothing is written here");
        out.push(wrong.help("take it out to have what differs put right, or give it a later date"));
    }
    let cause = HoldCause::Hold { reason, until: until.map(|until| until.to_string()), past };
    Some(Hold { cause, place: entry.key_place })
}

fn date(until: At<'_, &str>, out: &mut Diagnostics) -> Option<Date> {
    let date = until.value.parse::<Date>().ok().filter(|_| until.value.len() == 10);
    if date.is_none() {
        out.push(
            Diagnostic::error(until.place(), "not a date")
                .label("a hold ends on a day")
                .help("write it as `until: \"2027-03-01\"`"),
        );
    }
    date
}
