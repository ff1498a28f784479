//! Floor 2: files in, [`DesiredState`] out, or every mistake in every file.
//!
//! Text becomes nodes, each layer is checked by itself, layers are merged, and the merged account is checked for what
//! only it can show. Nothing here reaches a vendor.

pub mod account;
pub mod account_identity;
pub mod account_lookup;
pub mod accounts;
pub mod defaults_and_profiles;
pub mod document;
pub mod edit;
pub mod entries;
pub mod explain;
pub mod files;
pub mod hidden_secrets;
pub mod hold;
pub mod json_schema;
pub mod keys;
pub mod limits;
pub mod map_or_list;
pub mod merge_layers;
pub mod odd_characters;
mod one_provider_per_backend;
pub mod read_only;
pub mod reason;
pub mod removed;
pub mod rules;
pub mod settings;
pub mod symlinks;
pub mod unmanaged_paths;
pub mod unmerged_additions;
pub mod unused_vars;
pub mod value_formats;
pub mod vars;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

use crate::model::diagnostic::{Repeat, any_error};
use crate::model::diagnostic_list::{capped, joined};
use crate::model::node::tree_builder::MAX_NODES_OF_RUN;
use crate::model::{DesiredState, Diagnostic, Diagnostics, Env, LowerLayers, Node, Place, Sources, Tombstone};
use crate::planner::protected;
use crate::providers;
use crate::render::escape_untrusted::escaped_line;

/// A config that may be planned.
#[derive(Clone)]
pub struct Loaded {
    /// What it asks for.
    pub desired: DesiredState,
    /// Where everything was written.
    pub sources: Sources,
    /// The layers below the accounts, as they were written.
    pub layers: LowerLayers,
    /// Accounts by what people call them.
    pub directory: account_lookup::Directory,
    /// Worth knowing.
    pub warnings: Diagnostics,
    /// How many files were read.
    pub files: usize,
    /// How many entries `accounts:` has.
    pub accounts: usize,
}

impl Loaded {
    /// The warnings, values that only accounts that hold them may keep, and ids under `protect` that no entry names.
    /// What is live is not known offline, so this is for `validate` alone: plan and drift look.
    pub fn offline_warnings(&self) -> Diagnostics {
        let removed: BTreeSet<&str> = self.desired.tombstones.iter().map(Tombstone::identity).collect();
        let label = "no entry names it; plan tells whether it is live";
        let unnamed = protected::unnamed(&self.desired, |id| !removed.contains(id), label);
        capped(self.warnings.iter().chain(&self.desired.doubtful).cloned().chain(unnamed).collect())
    }
}

/// A config that may not.
pub struct Invalid {
    /// Where everything was written.
    pub sources: Sources,
    /// Every mistake, and whatever else is worth knowing.
    pub diagnostics: Diagnostics,
}

/// A line for each mistake: `FILE:LINE:COLUMN: what is wrong (what stands there)`.
impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the config is invalid")?;
        for Diagnostic { title, label, place, .. } in self.diagnostics.iter().filter(|found| found.is_error()) {
            let at = place.map(|place| self.sources.locate(place));
            let at = at.map_or_else(String::new, |at| format!("{}:{}:{}: ", at.file, at.line, at.column));
            let label = if label.is_empty() { String::new() } else { format!(" ({label})") };
            write!(f, "\n{}", escaped_line(&format!("{at}{title}{label}")))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Invalid {}

/// Reads, merges and checks.
///
/// # Errors
/// Every mistake in every file.
pub fn load(paths: &[PathBuf], env: &Env) -> Result<Loaded, Box<Invalid>> {
    let mut out = Diagnostics::new();
    let texts = files::read(paths, env, &mut out);
    load_texts(texts, env, out)
}

/// The same for texts that are in memory already; `out` holds what went wrong while they were read.
///
/// # Errors
/// Every mistake in every text.
pub fn load_texts(texts: Vec<files::Text>, env: &Env, mut out: Diagnostics) -> Result<Loaded, Box<Invalid>> {
    let mut sources = Sources::default();
    let files = texts.len();
    let all_read = !any_error(&out);
    let (roots, all_parsed) = parse(texts, &mut sources, &mut out);
    let document = document::gather(&roots, all_read && all_parsed, &mut sources, &mut out);
    let layers = defaults_and_profiles::read(&document, &mut out);
    let accounts = accounts::read(&document, &layers, &mut out);
    let tombstones = removed::read(&document, &accounts, &mut out);
    let settings = settings::read(&document, &accounts, &tombstones, env, &mut out);
    let read_only = settings::read_only(&document, &mut out);
    let mut layers = LowerLayers { has_defaults: document.defaults.is_some(), ..layers.as_written() };
    let entries = entries::entries(&accounts, &settings, &mut layers.stacks, &mut out);
    let holds = hold::by_row(&accounts, &read_only, &entries);
    odd_characters::check(&roots, &mut out);
    if !document.is_misread {
        unused_vars::warn(&document, &mut out);
    }
    let mut doubtful: Diagnostics =
        joined(out.extract_if(.., |found| matches!(found.repeat, Repeat::OfNewValue { .. })).collect());
    if any_error(&out) {
        out.extend(doubtful);
        return Err(Box::new(Invalid { diagnostics: tidy(out, &document, &accounts, &sources), sources }));
    }
    name_concerned(&mut doubtful, &document, &accounts);
    let out = tidy(out, &document, &accounts, &sources);
    let named = accounts.iter().flat_map(account::Account::names).map(str::to_owned).collect();
    let tombstoned = tombstones.iter().map(Tombstone::identity).map(str::to_owned).collect();
    let partitions = entries::partitions(&accounts, &settings);
    let directory = account_lookup::Directory::of(&accounts, &tombstones, layers.profiles.keys());
    let desired = DesiredState {
        settings,
        left_out: BTreeMap::new(),
        entries,
        holds,
        read_only,
        tombstones,
        exclusive: document.exclusive,
        named,
        doubtful,
        partitions,
        tombstoned,
        alias_example: providers::alias_example(),
        protect: document.protect,
        limits: document.limits,
        confirm: document.confirm,
    };
    Ok(Loaded { desired, sources, layers, directory, warnings: out, files, accounts: accounts.len() })
}

/// The files that could be read, and whether all of them could.
fn parse(texts: Vec<files::Text>, sources: &mut Sources, out: &mut Diagnostics) -> (Vec<Node>, bool) {
    let mut roots = Vec::new();
    let mut whole = true;
    let mut room = MAX_NODES_OF_RUN;
    for files::Text { name, text } in texts {
        let file = sources.add(&name, String::new());
        let (root, wrong) = Node::parse_within(&text, file, &mut room);
        if root.is_none() && !wrong.is_empty() {
            whole = false;
            hidden_secrets::hide_in_text(&text, file, sources);
        }
        root.iter().for_each(|root| hidden_secrets::hide(root, sources));
        roots.extend(root);
        out.extend(wrong);
        sources.fill(file, text);
    }
    (roots, whole)
}

/// Makes one of what was found twice, says whom it concerns, orders it by place, and leaves out what is too much for
/// one run.
fn tidy(
    found: Diagnostics,
    document: &document::Document,
    accounts: &[account::Account],
    sources: &Sources,
) -> Diagnostics {
    let mut found = joined(found);
    found.sort_by_cached_key(|diagnostic| {
        let place = diagnostic.place.map(|place| (sources.name(place).clone(), place));
        (!diagnostic.comes_first, place, diagnostic.severity)
    });
    let mut found = capped(found);
    name_concerned(&mut found, document, accounts);
    found
}

/// Says of each whom it concerns.
fn name_concerned(found: &mut Diagnostics, document: &document::Document, accounts: &[account::Account]) {
    for diagnostic in found {
        let Some(place) = diagnostic.place else { continue };
        match reached(place, document) {
            // An account's own entry says whose it is.
            None if diagnostic.reach.accounts() == 1 => diagnostic.reach.forget_accounts(),
            None => {}
            Some(reaches) if diagnostic.reach.accounts() == 0 => {
                let concerned =
                    accounts.iter().filter(|account| reaches(account)).filter_map(|account| account.names().next());
                concerned.for_each(|account| diagnostic.reach.add(account));
            }
            Some(_) => {}
        }
    }
}

type Reaches<'a> = Box<dyn Fn(&account::Account) -> bool + 'a>;

/// Which accounts a place in `defaults` or in a profile reaches; nothing for other places.
fn reached(place: Place, document: &document::Document) -> Option<Reaches<'_>> {
    let covers = |node: &&Node| node.place().covers_use_of(place);
    if let Some(defaults) = document.defaults.as_ref().filter(covers) {
        let block = defaults
            .entries()
            .iter()
            .find(|entry| covers(&&entry.node) || entry.key_place == place)
            .map(|entry| &*entry.key);
        let provider = block.and_then(providers::named).map(|provider| provider.name());
        return Some(Box::new(move |account| provider.is_none_or(|name| account.blocks.contains_key(name))));
    }
    let profile = document.profiles.iter().find(|profile| covers(&&profile.node))?;
    Some(Box::new(move |account| account.profiles.iter().any(|name| **name == *profile.key)))
}
