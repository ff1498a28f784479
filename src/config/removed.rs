//! Tombstones: the entries under `removed:`. The only way to ask for a delete under `ownership: declared`.

use std::collections::{HashMap, HashSet};

use super::account::Account;
use super::account_identity::identity;
use super::defaults_and_profiles::names_account_id;
use super::document::Document;
use super::reason::blank_reason;
use crate::model::check::spelling::{as_text, assignment};
use crate::model::check::{check, no_value};
use crate::model::diagnostic::{Tally, did_you_mean};
use crate::model::schema::{Block, List, Text};
use crate::model::{Diagnostic, Diagnostics, Kind, Node, Tombstone};
use crate::{providers, schema};

schema! {
    /// An account that shall go. What else may name one, and what may be said to one provider alone, the providers say.
    pub Removed [] {
        /// Twelve digits in quotes.
        aws_account_id: Text,
        /// Why, for people; shown in the plan.
        reason: Text [required, pattern: "\\S"],
        /// What the account was called, for people; shown in the plan.
        name: Text,
        /// Only this row is ever deleted; plan prints it.
        id: Text,
        /// Only at these providers, such as `wavefront`, or only these kinds of rows, such as `wavefront.ec2`; all of them
        /// if left out.
        from: List<Text>,
    }
}

/// Reads every tombstone.
pub fn read(document: &Document, accounts: &[Account], out: &mut Diagnostics) -> Vec<Tombstone> {
    let mut tombstones: Vec<Tombstone> = Vec::new();
    let mut same = HashMap::<String, Vec<usize>>::new();
    let declared: HashMap<&str, &Account> =
        accounts.iter().flat_map(|account| account.names().map(move |name| (name, account))).collect();
    let mut wrong = Tally::default();
    for entry in &document.removed {
        let Some(tombstone) = read_one(entry, &mut wrong, out) else { continue };
        if let Some(account) = declared.get(tombstone.identity()) {
            conflict(&tombstone, account, out);
        }
        let both = |other: &Tombstone, (provider, kind)| {
            other.speaks_of_kind(provider, kind) && tombstone.speaks_of_kind(provider, kind)
        };
        // Of three rows of one account two may go by their ids.
        let other_row = |other: &Tombstone| other.id().zip(tombstone.id()).is_some_and(|(theirs, own)| theirs != own);
        let overlaps = |other: &&Tombstone| {
            other.identity() == tombstone.identity() && !other_row(other) && every_kind().any(|kind| both(other, kind))
        };
        if let Some(earlier) = same
            .get(tombstone.identity())
            .and_then(|known| known.iter().map(|at: &usize| &tombstones[*at]).find(overlaps))
        {
            let wrong =
                Diagnostic::error(tombstone.place(), format!("account {} is removed twice", tombstone.identity()))
                    .label("again here");
            out.push(wrong.also(earlier.place(), "first here").help("keep one entry"));
        }
        same.entry(tombstone.identity().to_owned()).or_default().push(tombstones.len());
        tombstones.push(tombstone);
    }
    tombstones
}

fn read_one(entry: &Node, wrong: &mut Tally, out: &mut Diagnostics) -> Option<Tombstone> {
    let before = out.len();
    if !entry.is_map() {
        wrong.push(entry.place(), out, || {
            let wrong = Diagnostic::error(entry.place(), format!("an entry of `removed` is {}", entry.describe()))
                .label("a map of keys belongs here");
            let id = entry
                .text()
                .filter(|text| !entry.is_null() && assignment(text).is_none())
                .map_or("\"...\"".to_owned(), as_text);
            wrong.help(format!("write `- {{ aws_account_id: {id}, reason: ... }}`"))
        });
        return None;
    }
    out.extend(
        entry.entries().iter().filter(|known| known.node.is_null()).map(|known| no_value(known, "leave the key out")),
    );
    let others = providers::alias_keys();
    let named = entry.entry("aws_account_id").or_else(|| others.iter().find_map(|other| entry.entry(other)));
    match named {
        Some(named) if !named.node.is_null() => {
            out.extend(identity(&named.node, &format!("`{}`", named.key)).err().map(|wrong| *wrong))
        }
        Some(_) => {}
        // It may be there under a misspelt name, and that is said below.
        None if entry.entries().iter().any(|known| names_account_id(&known.key)) => {}
        None => {
            let place = entry.entries().first().map_or(entry.place(), |first| first.key_place);
            out.push(
                Diagnostic::error(place, "a tombstone without `aws_account_id`")
                    .label("this entry names no account")
                    .help("add `aws_account_id: \"...\"`"),
            );
        }
    }
    let speaking: Vec<_> = providers::ALL.iter().filter(|provider| provider.delete_options().is_some()).collect();
    let is_own = |key: &str| {
        key == "aws_account_id" || others.contains(&key) || speaking.iter().any(|provider| provider.name() == key)
    };
    let shared = entry.only(|key| !is_own(key) && entry.get(key).is_some_and(|node| !node.is_null()));
    check("", Removed::SCHEMA, &shared, out);
    out.extend(blank_reason(entry));
    for provider in &speaking {
        let block = entry.get(provider.name()).filter(|block| !block.is_null());
        if let Some((schema, block)) = provider.delete_options().zip(block) {
            check(provider.name(), schema, block, out);
        }
    }
    if let Some(from) = entry.entry("from").filter(|from| from.node.is_list() && from.node.items().is_empty()) {
        out.push(
            Diagnostic::error(from.node.place(), "`from` names no provider")
                .label("an empty list")
                .help("name providers, or kinds of their rows, or leave the key out for all of them"),
        );
    }
    let readable = out.len() == before;
    entry.get("from").map_or(&[][..], Node::items).iter().filter(|_| readable).for_each(|item| unknown_from(item, out));
    if out.len() > before {
        None
    } else {
        Tombstone::read(entry, &others, &speaking.iter().map(|provider| provider.name()).collect::<Vec<_>>())
    }
}

/// Everything that `from` may name: providers, and kinds of those that have several.
pub fn from_words() -> Vec<String> {
    let mut words: Vec<String> = providers::ALL.iter().map(|provider| provider.name().to_owned()).collect();
    words.extend(every_kind().map(|(_, kind)| kind.label()));
    let mut known = HashSet::new();
    words.retain(|word| known.insert(word.clone()));
    words
}

/// Every kind of row of every provider.
fn every_kind() -> impl Iterator<Item = (&'static str, &'static Kind)> {
    providers::ALL.iter().flat_map(|provider| provider.kinds().iter().map(|kind| (provider.name(), kind)))
}

fn unknown_from(item: &Node, out: &mut Diagnostics) {
    let name = item.text().unwrap_or_default();
    let (provider, kind) = name.split_once('.').map_or((name, None), |(provider, kind)| (provider, Some(kind)));
    let known = from_words();
    if known.iter().any(|known| known == name) {
        return;
    }
    let kinds = providers::named(provider).map(|provider| provider.kinds());
    let guess = did_you_mean(name, known.iter().map(String::as_str));
    let (title, label, help) = match (kinds, kind) {
        (Some(kinds), Some(kind)) => (
            format!("`{provider}` has no rows of kind `{kind}`"),
            "no such kind",
            format!("write {}", kinds.iter().map(|kind| format!("`{}`", kind.label())).collect::<Vec<_>>().join(", ")),
        ),
        _ => {
            (format!("unknown provider `{provider}`"), "no such provider", format!("known here: {}", known.join(", ")))
        }
    };
    out.push(Diagnostic::error(item.place(), title).label(label).help(guess.unwrap_or(help)));
}

fn conflict(tombstone: &Tombstone, account: &Account, out: &mut Diagnostics) {
    if let Some(held) = on_hold(tombstone, account) {
        return out.push(held);
    }
    // With an id it may mean the second of two rows of a declared account.
    if tombstone.id().is_some() {
        return;
    }
    let spoken_of = |declared: &str, block: &Node| {
        siblings(declared).any(|other| {
            other.kinds().iter().any(|kind| tombstone.speaks_of_kind(other.name(), kind) && declares(block, kind))
        })
    };
    if let Some((provider, _)) = account.blocks.iter().find(|(provider, block)| spoken_of(provider, block)) {
        out.push(
            Diagnostic::error(
                tombstone.place(),
                format!("account {} is declared and removed under {provider}", tombstone.identity()),
            )
            .label("removed here")
            .also(account.id_place, "declared here")
            .help("take out one of the two entries, or name the providers it goes from: `from: [...]`"),
        );
    }
}

/// What is wrong where nothing of what the tombstone speaks of may be written, a delete least of all: the account's
/// entry says `hold:`, or its block there does, or is `read_only`.
fn on_hold(tombstone: &Tombstone, account: &Account) -> Option<Diagnostic> {
    let is_meant = |provider: &str| siblings(provider).any(|other| tombstone.speaks_of(other.name()));
    let held =
        account.holds.iter().find(|(provider, _)| is_meant(provider)).map(|(_, hold)| (hold.place, "on hold", "hold"));
    let read_only = || account.read_only.iter().find(|(provider, _)| is_meant(provider));
    let (place, is, key) = held.or_else(|| read_only().map(|(_, place)| (*place, "read only", "read_only")))?;
    let wrong =
        Diagnostic::error(tombstone.place(), format!("account {} is removed while it is {is}", tombstone.identity()));
    let wrong = wrong.label("removed here").also(place, format!("{is} here"));
    Some(wrong.help(format!("nothing is deleted that is {is}: take `{key}` out first, or take this entry out")))
}

/// The providers that share this one's rows, itself among them.
fn siblings(provider: &str) -> impl Iterator<Item = &'static dyn providers::Provider> {
    let own = providers::named(provider).map(|provider| provider.backend());
    providers::ALL.iter().copied().filter(move |other| Some(other.backend()) == own)
}

/// Whether an account's block asks for a row of this kind.
fn declares(block: &Node, kind: &Kind) -> bool {
    kind.block_path.iter().try_fold(block, |node, field| node.get(field)).is_some()
}
