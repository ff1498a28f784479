//! The outer shape of a config: which keys stand at the top of a file, and which of them may stand in one file only.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::account_identity::identity;
use super::keys::{ACCOUNT_KEYS, REPEATABLE, SINGLETONS};
use super::limits::{confirm, limits};
use super::map_or_list::{list, map};
use crate::model::check::no_value;
use crate::model::diagnostic::{Tally, brief, did_you_mean};
use crate::model::limits::{Confirm, Limits};
use crate::model::node::Entry;
use crate::model::node::yaml_errors::{TERRAFORM, is_terraform};
use crate::model::source::Layer;
use crate::model::tombstone::Exclusive;
use crate::model::{Diagnostic, Diagnostics, Node, Place, Sources};
use crate::providers;

/// The format this version reads.
pub const VERSION: u64 = 1;

/// Everything of all files, by what it is.
#[derive(Default)]
pub struct Document {
    /// Blocks under `providers:`.
    pub providers: Option<Node>,
    /// Layer 1.
    pub defaults: Option<Node>,
    /// Layer 2, by name.
    pub profiles: Vec<Entry>,
    /// Where each profile was first declared.
    pub profile_places: HashMap<Arc<str>, Place>,
    /// Layer 3.
    pub accounts: Vec<Node>,
    /// Tombstones.
    pub removed: Vec<Node>,
    /// Accounts never deleted.
    pub protect: BTreeMap<String, Place>,
    /// How far one apply may go.
    pub limits: Limits,
    /// What may go further.
    pub confirm: Confirm,
    /// Present only under `ownership: exclusive`.
    pub exclusive: Option<Exclusive>,
    /// Whether a file could not be read, or a key at its top is not known: what seems to be missing may stand there.
    pub is_misread: bool,
}

/// Sorts the top-level keys of every file. `whole` says whether every file could be read.
pub fn gather(roots: &[Node], whole: bool, sources: &mut Sources, out: &mut Diagnostics) -> Document {
    let mut document = Document { is_misread: !whole, ..Document::default() };
    let mut first = BTreeMap::<&str, &Entry>::new();
    let mut no_config = false;
    for root in roots.iter().filter(|root| !root.is_null()) {
        if !root.is_map() {
            document.is_misread = true;
            out.push(no_map(root));
            continue;
        }
        let mut unknown = Tally::default();
        no_config |= !root.entries().is_empty() && root.entries().iter().all(|entry| !is_known(&entry.key));
        for entry in root.entries() {
            if !is_known(&entry.key) {
                document.is_misread = true;
                unknown.push(entry.key_place, out, || unknown_key(entry));
            } else if entry.node.is_null() {
                let help = if entry.key.as_ref() == "accounts" {
                    "write `accounts: []`, or leave the key out"
                } else {
                    "leave the key out"
                };
                out.push(no_value(entry, help));
            } else if let Some(earlier) = first.get(&*entry.key).filter(|_| SINGLETONS.contains(&&*entry.key)) {
                out.push(
                    Diagnostic::error(entry.key_place, format!("`{}` stands in two files", entry.key))
                        .label("again here")
                        .also(earlier.key_place, "first here")
                        .help("keep it in one file: there is one for the whole config"),
                );
            } else {
                first.insert(&entry.key, entry);
                document.take(entry, sources, out);
            }
        }
    }
    // Of a file that is something else altogether, that has been said.
    if whole && !no_config && roots.iter().all(|root| root.is_map() || root.is_null()) && !first.contains_key("version")
    {
        missing_version(roots, sources, out);
    }
    document
}

fn no_map(root: &Node) -> Diagnostic {
    let wrong =
        Diagnostic::error(root.place(), "a config is a map of keys").label(format!("this is {}", root.describe()));
    let are_accounts = root.items().iter().any(|item| item.get("aws_account_id").is_some());
    wrong.help(match () {
        () if root.text().is_some_and(is_terraform) => TERRAFORM,
        () if are_accounts => "write `version: 1`, `providers:` and `accounts:` above it",
        () => "begin with `version: 1`, then `providers:`, `accounts:` and so on",
    })
}

fn missing_version(roots: &[Node], sources: &Sources, out: &mut Diagnostics) {
    const HELP: &str = "write `version: 1` at the top of one file";
    let mut keys = roots.iter().flat_map(Node::entries).peekable();
    let Some(first) = keys.peek().map(|entry| entry.key_place) else {
        let names = sources.names();
        if let Some(name) = names.first() {
            let title = match names.len() - 1 {
                0 => format!("{name} says nothing"),
                1 => format!("{name} and 1 other file say nothing"),
                others => format!("{name} and {others} other files say nothing"),
            };
            out.push(
                Diagnostic::error(Place::new(0, 0..0), title)
                    .label("empty, or comments only")
                    .help(format!("{HELP}, then `providers:` and `accounts:`")),
            );
        }
        return;
    };
    // It may be there under a misspelt name, and that has been said.
    let misspelt = |entry: &Entry| top_guess(&entry.key).is_some_and(|guess| guess.contains("`version`"));
    if !keys.take(100).any(misspelt) {
        out.push(Diagnostic::error(first, "`version` is missing").label("the config begins here").help(HELP));
    }
}

fn is_known(key: &str) -> bool {
    SINGLETONS.contains(&key) || REPEATABLE.contains(&key)
}

fn top_guess(word: &str) -> Option<String> {
    did_you_mean(word, SINGLETONS.iter().chain(REPEATABLE).copied()).filter(|_| !is_known(word))
}

fn unknown_key(entry: &Entry) -> Diagnostic {
    let word = &*entry.key;
    if providers::named(word).is_some() {
        let wrong =
            Diagnostic::error(entry.key_place, format!("`{word}` stands under an account, or under `providers:`"));
        let is_world = entry.node.is_list() || entry.node.get("data").is_some();
        return wrong.label("not at the top of a file").help(match is_world {
            true => "if this file is a world for the sandbox, name it so: `--sandbox=FILE`",
            false => "put it into an entry of `accounts:`, under `defaults:` or under `providers:`",
        });
    }
    let known = SINGLETONS.iter().chain(REPEATABLE).copied().collect::<Vec<_>>().join(", ");
    let elsewhere = match word {
        "vars" => Some("put it into `defaults:`, a profile or an entry of `accounts:`".to_owned()),
        _ if ACCOUNT_KEYS.contains(&word) => Some("put it into an entry of `accounts:`, after a dash".to_owned()),
        "data" => Some("if this is what a vendor lists, `heeler import` writes a config from it".to_owned()),
        "resource" | "module" | "variable" | "terraform" | "locals" | "provider" | "output" => {
            Some(TERRAFORM.to_owned())
        }
        _ => top_guess(word),
    };
    let help = elsewhere.map_or_else(|| format!("known here: {known}"), |help| format!("{help} (known here: {known})"));
    Diagnostic::error(entry.key_place, format!("unknown key `{}`", brief(word)))
        .label("nothing is known under this name")
        .help(help)
}

impl Document {
    fn take(&mut self, entry: &Entry, sources: &mut Sources, out: &mut Diagnostics) {
        let node = &entry.node;
        match &*entry.key {
            "version" => version(node, out),
            // What is no map stays, so that nothing is said to be missing in it.
            "providers" => self.providers = map(entry, out).or_else(|| Some(node.clone())),
            "ownership" => self.exclusive = ownership(node, out),
            "limits" => self.limits = limits(node, out),
            "confirm" => self.confirm = confirm(node, out),
            "defaults" => {
                sources.mark(node.place(), Layer::Defaults);
                self.defaults = map(entry, out);
            }
            "profiles" => self.take_profiles(entry, sources, out),
            "accounts" => self.accounts.extend(list(entry, out)),
            "removed" => self.removed.extend(list(entry, out)),
            "protect" => self.take_protected(entry, out),
            _ => {}
        }
    }

    fn take_protected(&mut self, entry: &Entry, out: &mut Diagnostics) {
        let mut wrong = Tally::default();
        for item in list(entry, out) {
            match identity(&item, "an entry of `protect`") {
                Ok(identity) => drop(self.protect.entry(identity).or_insert(item.place())),
                Err(found) => wrong.push(item.place(), out, || *found),
            }
        }
    }

    fn take_profiles(&mut self, entry: &Entry, sources: &mut Sources, out: &mut Diagnostics) {
        let mut twice = Tally::default();
        for profile in map(entry, out).iter().flat_map(|profiles| profiles.entries().to_vec()) {
            sources.mark(profile.node.place(), Layer::Profile(profile.key.clone()));
            match self.profile_places.get(&profile.key) {
                Some(first) => twice.push(profile.key_place, out, || {
                    Diagnostic::error(profile.key_place, format!("profile `{}` is declared twice", brief(&profile.key)))
                        .label("again here")
                        .also(*first, "first here")
                        .help("give one of them another name")
                }),
                None => {
                    self.profile_places.insert(profile.key.clone(), profile.key_place);
                    self.profiles.push(profile);
                }
            }
        }
    }
}

fn version(node: &Node, out: &mut Diagnostics) {
    if node.text().is_none_or(|text| text != VERSION.to_string()) {
        let wrong = Diagnostic::error(node.place(), "a version this heeler does not read")
            .label(format!("this heeler reads version {VERSION}"));
        out.push(wrong.help("write `version: 1`, or use a newer heeler"));
    }
}

fn ownership(node: &Node, out: &mut Diagnostics) -> Option<Exclusive> {
    if node.text().is_none_or(|text| text != "declared" && text != "exclusive") {
        let wrong =
            Diagnostic::error(node.place(), "`ownership` is `declared` or `exclusive`").label("neither of them");
        out.push(
            wrong.help("`declared` (the default) leaves alone what no entry names; `exclusive` plans to delete it"),
        );
    }
    Exclusive::read(node)
}
