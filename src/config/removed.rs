//! Tombstones: the entries under `removed:`. The only way to ask for a delete under `ownership: declared`.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::accounts::Account;
use super::document::{Document, identity};
use crate::model::check::{check, no_value};
use crate::model::diagnostic::{Tally, did_you_mean};
use crate::model::remedy::as_text;
use crate::model::{Diagnostic, Diagnostics, Node, Tombstone};
use crate::providers;

/// An account that shall go. What else may name one, and what may be said to one provider alone, the providers say.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub struct Removed {
    /// Twelve digits in quotes.
    aws_account_id: Option<String>,
    /// Why, for people; shown in the plan.
    reason: String,
    /// What the account was called, for people; shown in the plan.
    name: Option<String>,
    /// Only this row is ever deleted; plan prints it.
    id: Option<String>,
    /// Only at these providers; all of them if left out.
    from: Option<Vec<String>>,
}

/// Reads every tombstone.
pub fn read(document: &Document, accounts: &[Account], out: &mut Diagnostics) -> Vec<Tombstone> {
    let mut tombstones: Vec<Tombstone> = Vec::new();
    let mut same = HashMap::<String, Vec<usize>>::new();
    let declared: HashMap<&str, &Account> = accounts.iter().flat_map(|account| account.names().map(move |name| (name, account))).collect();
    let mut wrong = Tally::default();
    for entry in &document.removed {
        let Some(tombstone) = read_one(entry, &mut wrong, out) else { continue };
        // With an id it may mean the second of two rows of a declared account.
        if let (Some(account), None) = (declared.get(tombstone.identity()), tombstone.id()) {
            conflict(&tombstone, account, out);
        }
        let overlaps = |other: &&Tombstone| {
            other.identity() == tombstone.identity()
                && providers::ALL.iter().any(|provider| other.speaks_of(provider.name()) && tombstone.speaks_of(provider.name()))
        };
        if let Some(earlier) = same.get(tombstone.identity()).and_then(|known| known.iter().map(|at: &usize| &tombstones[*at]).find(overlaps)) {
            let wrong = Diagnostic::error(tombstone.place(), format!("account {} is removed twice", tombstone.identity())).label("again here");
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
            let wrong =
                Diagnostic::error(entry.place(), format!("an entry of `removed` is {}", entry.describe())).label("a map of keys belongs here");
            let id = entry.text().filter(|_| !entry.is_null()).map_or("\"...\"".to_owned(), as_text);
            wrong.help(format!("write `- {{ aws_account_id: {id}, reason: ... }}`"))
        });
        return None;
    }
    out.extend(entry.entries().iter().filter(|known| known.node.is_null()).map(|known| no_value(known, "leave the key out")));
    let others = providers::alias_keys();
    let named = entry.entry("aws_account_id").or_else(|| others.iter().find_map(|other| entry.entry(other)));
    match named {
        Some(named) if !named.node.is_null() => out.extend(identity(&named.node, &format!("`{}`", named.key)).err().map(|wrong| *wrong)),
        Some(_) => {}
        None => {
            let place = entry.entries().first().map_or(entry.place(), |first| first.key_place);
            out.push(
                Diagnostic::error(place, "a tombstone without `aws_account_id`")
                    .label("this entry names no account")
                    .help("add `aws_account_id: \"...\"`"),
            );
        }
    }
    let speaking: Vec<_> = providers::ALL.iter().filter(|provider| provider.removal_schema().is_some()).collect();
    let is_own = |key: &str| key == "aws_account_id" || others.contains(&key) || speaking.iter().any(|provider| provider.name() == key);
    check::<Removed>("", &entry.only(|key| !is_own(key) && entry.get(key).is_some_and(|node| !node.is_null())), out);
    let blocks = speaking.iter().filter_map(|provider| Some((provider, entry.get(provider.name())?)));
    blocks.filter(|(_, block)| !block.is_null()).for_each(|(provider, block)| provider.check_removal(block, out));
    if let Some(from) = entry.entry("from").filter(|from| from.node.is_list() && from.node.items().is_empty()) {
        out.push(
            Diagnostic::error(from.node.place(), "`from` names no provider")
                .label("an empty list")
                .help("name the providers, or leave the key out for all of them"),
        );
    }
    let readable = out.len() == before;
    for item in entry.get("from").map_or(&[][..], Node::items).iter().filter(|_| readable) {
        let name = item.text().unwrap_or_default();
        if providers::named(name).is_none() {
            let known = providers::ALL.iter().map(|provider| provider.name());
            let help = did_you_mean(name, known.clone()).unwrap_or_else(|| format!("providers: {}", known.collect::<Vec<_>>().join(", ")));
            out.push(Diagnostic::error(item.place(), format!("unknown provider `{name}`")).label("no such provider").help(help));
        }
    }
    if out.len() > before { None } else { Tombstone::read(entry, &others, &speaking.iter().map(|provider| provider.name()).collect::<Vec<_>>()) }
}

fn conflict(tombstone: &Tombstone, account: &Account, out: &mut Diagnostics) {
    let backend = |name: &str| providers::named(name).map(|provider| provider.backend());
    let spoken_of =
        |declared: &str| providers::ALL.iter().any(|other| Some(other.backend()) == backend(declared) && tombstone.speaks_of(other.name()));
    if let Some((provider, _)) = account.blocks.iter().find(|(provider, _)| spoken_of(provider)) {
        out.push(
            Diagnostic::error(tombstone.place(), format!("account {} is declared and removed under {provider}", tombstone.identity()))
                .label("removed here")
                .also(account.id_place, "declared here")
                .help("take out one of the two entries, or name the providers it goes from: `from: [...]`"),
        );
    }
}
