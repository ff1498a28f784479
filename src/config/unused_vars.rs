//! Variables that no provider's block mentions.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Document;
use super::vars::KEY;
use crate::model::diagnostic::Tally;
use crate::model::node::Entry;
use crate::model::node::vars::is_var_name;
use crate::model::{Diagnostic, Diagnostics, Node};
use crate::providers;

/// Warns of variables that no provider block mentions, each name once. What a profile mentions that nobody lists counts
/// as mentioned: files are shared.
pub fn warn(document: &Document, out: &mut Diagnostics) {
    let lower = document.defaults.iter().chain(document.profiles.iter().map(|profile| &profile.node));
    let layers = lower.map(|layer| (layer, None)).chain(document.accounts.iter().map(|entry| {
        let account = entry.get("aws_account_id").and_then(Node::text);
        (entry, account)
    }));
    let mut set = layers.clone().flat_map(|(layer, account)| vars_of(layer).map(move |var| (var, account))).peekable();
    if set.peek().is_none() {
        return;
    }
    let mut mentioned = BTreeSet::new();
    let blocks = layers.flat_map(|(layer, _)| layer.entries()).filter(|entry| providers::named(&entry.key).is_some());
    blocks.for_each(|block| block.node.mentioned_vars(&mut mentioned));
    let mut found = BTreeMap::<&str, Diagnostic>::new();
    for (var, account) in set.filter(|(var, _)| !mentioned.contains(&*var.key)) {
        let found = found.entry(&var.key).or_insert_with(|| {
            Diagnostic::warning(var.key_place, format!("nothing uses the variable `{}`", var.key))
                .label(format!("no provider's block says `${{vars.{}}}`", var.key))
                .help("use it in a text of a provider's block, or take it out")
        });
        account.into_iter().for_each(|account| found.reach.add(account));
    }
    let mut tally = Tally::of_warnings();
    for warning in found.into_values() {
        if let Some(place) = warning.place {
            tally.push(place, out, || warning);
        }
    }
}

fn vars_of(layer: &Node) -> impl Iterator<Item = &Entry> {
    layer.get(KEY).into_iter().flat_map(Node::entries).filter(|var| is_var_name(&var.key))
}
