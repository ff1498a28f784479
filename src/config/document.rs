//! The outer shape of a config: which keys stand at the top of a file, and which of them may stand in one file only.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::check::check;
use crate::model::desired::{Confirm, Limits};
use crate::model::diagnostic::did_you_mean;
use crate::model::node::Entry;
use crate::model::source::Layer;
use crate::model::tombstone::Exclusive;
use crate::model::{Diagnostic, Diagnostics, Node, Place, Sources};
use crate::providers;

/// Keys that stand in one file only.
pub const SINGLETONS: &[&str] = &["version", "providers", "ownership", "limits", "confirm", "defaults"];
/// Keys that may stand in each file.
pub const REPEATABLE: &[&str] = &["protect", "profiles", "accounts", "removed"];
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
}

/// How many accounts one apply may touch.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitsBlock {
    /// Accounts created; 25 unless said otherwise.
    creates: Option<usize>,
    /// Accounts deleted; 3 unless said otherwise.
    deletes: Option<usize>,
    /// Accounts with updates that stop or can break collection; 20 unless said otherwise.
    removals: Option<usize>,
}

/// This change may exceed a limit, by exactly so much.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmBlock {
    /// Exact number of accounts created.
    creates: Option<usize>,
    /// Exact number of accounts deleted.
    deletes: Option<usize>,
    /// Exact number of accounts with updates that stop or can break collection.
    removals: Option<usize>,
    /// Why, for people.
    #[allow(dead_code)]
    reason: Option<String>,
}

/// Sorts the top-level keys of every file. `whole` says whether every file could be read.
pub fn gather(roots: &[Node], whole: bool, sources: &mut Sources, out: &mut Diagnostics) -> Document {
    let mut document = Document::default();
    let mut first = BTreeMap::<&str, &Entry>::new();
    for root in roots {
        if !root.is_map() {
            let wrong = Diagnostic::error(root.place(), "a config is a map of keys").label(format!("this is {}", root.describe()));
            out.push(wrong.help("begin with `version: 1`, then `providers:`, `accounts:` and so on"));
            continue;
        }
        for entry in root.entries() {
            if entry.node.is_null() {
                out.push(null(
                    entry,
                    if entry.key.as_ref() == "accounts" { "write `accounts: []`, or leave the key out" } else { "leave the key out" },
                ));
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
    let all_maps = roots.iter().all(Node::is_map);
    if whole && all_maps && !first.contains_key("version") {
        let place = roots.iter().flat_map(|root| root.entries().first()).map(|entry| entry.key_place).next();
        let wrong = place.map_or_else(
            || Diagnostic::nowhere("the config says nothing"),
            |place| Diagnostic::error(place, "`version` is missing").label("the config begins here"),
        );
        out.push(wrong.help("write `version: 1` at the top of one file"));
    }
    document
}

impl Document {
    fn take(&mut self, entry: &Entry, sources: &mut Sources, out: &mut Diagnostics) {
        let node = &entry.node;
        match &*entry.key {
            "version" => version(node, out),
            "providers" => self.providers = map(entry, out),
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
            "protect" => {
                for item in list(entry, out) {
                    if let Some(identity) = identity(&item, "an entry of `protect`", out) {
                        self.protect.entry(identity).or_insert(item.place());
                    }
                }
            }
            world if providers::named(world).is_some() => {
                let wrong = Diagnostic::error(entry.key_place, format!("`{world}` stands under an account, or under `providers:`"));
                out.push(wrong.label("not at the top of a file").help("if this file is a world for the sandbox, name it so: `--sandbox=FILE`"));
            }
            unknown => {
                let known = SINGLETONS.iter().chain(REPEATABLE).copied();
                let list = known.clone().collect::<Vec<_>>().join(", ");
                let help =
                    did_you_mean(unknown, known).map_or_else(|| format!("known here: {list}"), |guess| format!("{guess} (known here: {list})"));
                out.push(Diagnostic::error(entry.key_place, format!("unknown key `{unknown}`")).label("nothing is known under this name").help(help));
            }
        }
    }

    fn take_profiles(&mut self, entry: &Entry, sources: &mut Sources, out: &mut Diagnostics) {
        for profile in map(entry, out).iter().flat_map(|profiles| profiles.entries().to_vec()) {
            sources.mark(profile.node.place(), Layer::Profile(profile.key.clone()));
            match self.profiles.iter().find(|known| known.key == profile.key) {
                Some(known) => out.push(
                    Diagnostic::error(profile.key_place, format!("profile `{}` is declared twice", profile.key))
                        .label("again here")
                        .also(known.key_place, "first here")
                        .help("give one of them another name"),
                ),
                None => self.profiles.push(profile),
            }
        }
    }
}

/// An identity as `protect`, `removed` and `accounts` name it: quoted, and if it is all digits, twelve of them.
pub fn identity(node: &Node, what: &str, out: &mut Diagnostics) -> Option<String> {
    let Some(text) = node.text().filter(|_| !node.is_null()) else {
        out.push(
            Diagnostic::error(node.place(), format!("{what} is {}", node.describe()))
                .label("an account id belongs here")
                .help("write twelve digits in quotes: `\"210000000003\"`"),
        );
        return None;
    };
    let digits = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let numeric = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '_' || c == '-' || c == '.');
    if node.is_plain() && numeric {
        let bare: String = text.chars().filter(char::is_ascii_digit).collect();
        let help = if bare.len() == 12 { format!("quote it: `\"{bare}\"`") } else { "write twelve digits in quotes".to_owned() };
        out.push(Diagnostic::error(node.place(), "an unquoted account id").label("YAML reads this as a number, and eats leading zeros").help(help));
        return None;
    }
    if numeric && !(digits && text.len() == 12) {
        let bare: String = text.chars().filter(char::is_ascii_digit).collect();
        let (label, help) = match bare.len() {
            12 => ("something stands between the digits".to_owned(), format!("write `\"{bare}\"`")),
            found => (format!("{found} digits"), "an AWS account id is twelve digits".to_owned()),
        };
        out.push(Diagnostic::error(node.place(), "not an AWS account id").label(label).help(help));
        return None;
    }
    let access_key =
        text.strip_prefix("AKIA").is_some_and(|rest| rest.len() >= 12 && rest.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()));
    if !digits && !access_key {
        let wrong = Diagnostic::error(node.place(), "not an AWS account id").label("not twelve digits");
        out.push(wrong.help("write the account's id in quotes, such as `\"210000000003\"`; names are for people and identify nothing"));
        return None;
    }
    Some(text.to_owned())
}

/// `key:` with nothing after it.
pub fn null(entry: &Entry, help: &str) -> Diagnostic {
    Diagnostic::error(entry.key_place, format!("`{}` is explicitly nothing", entry.key)).label("null, or nothing after the colon").help(help)
}

fn version(node: &Node, out: &mut Diagnostics) {
    if node.text().is_none_or(|text| text != VERSION.to_string()) {
        let wrong = Diagnostic::error(node.place(), "a version this heeler does not read").label(format!("this heeler reads version {VERSION}"));
        out.push(wrong.help("write `version: 1`, or use a newer heeler"));
    }
}

fn ownership(node: &Node, out: &mut Diagnostics) -> Option<Exclusive> {
    if node.text().is_none_or(|text| text != "declared" && text != "exclusive") {
        let wrong = Diagnostic::error(node.place(), "`ownership` is `declared` or `exclusive`").label("neither of them");
        out.push(wrong.help("`declared` (the default) leaves alone what no entry names; `exclusive` plans to delete it"));
    }
    Exclusive::read(node)
}

fn limits(node: &Node, out: &mut Diagnostics) -> Limits {
    let LimitsBlock { creates, deletes, removals } = check(node, out).unwrap_or_default();
    let usual = Limits::default();
    Limits { creates: creates.unwrap_or(usual.creates), deletes: deletes.unwrap_or(usual.deletes), removals: removals.unwrap_or(usual.removals) }
}

fn confirm(node: &Node, out: &mut Diagnostics) -> Confirm {
    let ConfirmBlock { creates, deletes, removals, reason: _ } = check(node, out).unwrap_or_default();
    let written = |field: &str, number: Option<usize>| Some((number?, node.get(field).map(Node::place)));
    Confirm { creates: written("creates", creates), deletes: written("deletes", deletes), removals: written("removals", removals) }
}

fn map(entry: &Entry, out: &mut Diagnostics) -> Option<Node> {
    if entry.node.is_map() {
        return Some(entry.node.clone());
    }
    out.push(wrong_kind(entry, "a map of keys"));
    None
}

fn list(entry: &Entry, out: &mut Diagnostics) -> Vec<Node> {
    if !entry.node.is_list() {
        out.push(wrong_kind(entry, "a list"));
    }
    entry.node.items().to_vec()
}

fn wrong_kind(entry: &Entry, wanted: &str) -> Diagnostic {
    Diagnostic::error(entry.key_place, format!("`{}` has the wrong type", entry.key))
        .label(format!("this is {}, but {wanted} belongs here", entry.node.describe()))
        .help(format!("write {wanted}"))
}
