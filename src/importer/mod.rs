//! Floor 3: what is live, as a config, and the proof that it is. Texts and snapshots go in, texts come out; no I/O.
//!
//! The rows nobody declares become drafts ([`classify_rows`]), what a config cannot say is left out of them
//! ([`unrepresentable`]), they are folded and written ([`layers`], [`config_yaml`]), and the result is planned against
//! the very listing it came from ([`verify_import`]); where the folded form fails, every account is written in full
//! ([`proved_config`]).

pub mod accept;
pub mod account_draft;
pub mod account_names;
pub mod classify_rows;
pub mod config_yaml;
pub mod declared_rows;
pub mod layers;
pub mod left_out_row;
pub mod left_unmanaged;
pub mod live_entries;
pub mod managed_values;
pub mod note;
pub mod output_files;
pub mod proved_config;
pub mod row_reader;
pub mod tags;
pub mod takeover;
pub mod unrepresentable;
pub mod verify_import;

pub use classify_rows::fresh;
pub use left_out_row::LeftOutRow;
pub use left_unmanaged::LeftUnmanaged;
pub use note::Note;
pub use output_files::{Layout, SplitBy};

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::config::files::Text;
use crate::config::{Invalid, Loaded};
use crate::model::lower_layers::Blocks;
use crate::model::node::vars::Vars;
use crate::model::yaml::Line;
use crate::model::{Env, Plan, ResourceNames, ResourceSelection};
use crate::planner::ProviderSnapshot;
use crate::providers;
use account_draft::Schemas;
use layers::{ExistingConfig, Layer};
use proved_config::ProvedConfig;

/// Everything an import is made of.
pub struct ImportInput<'a> {
    /// The config as it was read; nothing if there is none yet.
    pub texts: &'a [Text],
    /// What a config begins with that does not exist yet.
    pub beginning: &'a [Line],
    /// The config, or that beginning.
    pub loaded: &'a Loaded,
    /// The environment.
    pub env: &'a Env,
    /// What the vendors list.
    pub snapshots: &'a BTreeMap<&'static str, ProviderSnapshot>,
    /// Only these accounts, if given.
    pub only: Option<&'a ResourceSelection>,
    /// What somebody else manages, if only that is wanted.
    pub adopted: Option<&'a takeover::Managed>,
    /// Whether nothing is folded.
    pub flat: bool,
    /// What is written where.
    pub layout: Layout,
}

/// A config for what nobody declared, proved.
#[derive(Debug, Default)]
pub struct Imported {
    /// Whatever is to be written.
    pub texts: Vec<Text>,
    /// How many accounts are new in it.
    pub accounts: usize,
    /// How many profiles.
    pub profiles: usize,
    /// How many declared accounts it shows as they are live.
    pub accepted: usize,
    /// The keys of the tags that they have.
    pub tag_keys: BTreeSet<String>,
    /// What nobody manages of new accounts, since nothing is live in it.
    pub unmanaged: LeftUnmanaged,
    /// What is wrong with the folded form, where every account is written in full in its place.
    pub unfolded: Option<Unproved>,
    /// Rows that were left out, and why.
    pub left: Vec<LeftOutRow>,
    /// What is said above its entries.
    pub notes: Vec<Note>,
    /// How rows are named for people.
    pub names: ResourceNames,
}

/// Why a config is not handed out.
pub enum Unproved {
    /// The result is no valid config.
    Invalid(Box<Invalid>),
    /// Planned against the listing it came from, it would change something, or be refused.
    Differs(Box<Plan>),
}

/// What is wrong, without the texts that it is in.
impl fmt::Debug for Unproved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unproved::Invalid(invalid) => f.debug_tuple("Invalid").field(&invalid.diagnostics).finish(),
            Unproved::Differs(plan) => f.debug_tuple("Differs").field(plan).finish(),
        }
    }
}

/// Imports.
///
/// # Errors
/// The result would not plan empty.
pub fn import(input: &ImportInput<'_>) -> Result<Imported, Unproved> {
    let named = input.snapshots.keys().filter_map(|name| providers::named(name));
    let schemas: Schemas = named.map(|provider| (provider.name(), provider.block())).collect();
    let names = names(input);
    let classify_rows::Rows { mut drafts, declared, mut left } = classify_rows::sort(input, &names);
    unrepresentable::drop_unrepresentable(&mut drafts, input, &schemas, &mut left, &names);
    let existing = existing(input);
    account_names::give(&mut drafts, &schemas, &name_fields(&schemas), &existing);
    input.adopted.iter().for_each(|managed| takeover::names(&mut drafts, managed));
    let accounts = drafts.len();
    let ProvedConfig { texts, profiles, tag_keys, unmanaged, unfolded } =
        proved_config::write(&drafts, &existing, &schemas, input)?;
    let (accepted, of_accepted) = live_entries::accept(&declared, input, &schemas)?.unzip();
    let notes = drafts.into_iter().flat_map(|draft| draft.notes).chain(of_accepted.into_iter().flatten()).collect();
    Ok(Imported {
        accounts,
        profiles,
        accepted: declared.len(),
        tag_keys,
        unmanaged,
        unfolded,
        left,
        notes,
        names,
        texts: texts.into_iter().chain(accepted).collect(),
    })
}

/// How rows are named: what is declared and what is live has to be told apart.
fn names(input: &ImportInput<'_>) -> ResourceNames {
    let live = input.snapshots.values().filter_map(|snapshot| snapshot.result.as_ref().ok());
    let live = live.flat_map(|found| found.rows.keys());
    ResourceNames::each_with_kind(input.loaded.desired.entries.keys().chain(live))
}

/// The fields that an account's name fills.
fn name_fields(schemas: &Schemas) -> account_names::NameFields {
    schemas.keys().filter_map(|name| Some((*name, providers::named(name)?.meta().name_field?))).collect()
}

/// The config that the new entries are added to.
fn existing(input: &ImportInput<'_>) -> ExistingConfig {
    let Loaded { desired, layers, .. } = input.loaded;
    let layer = |name: Option<&String>, blocks: &Blocks| Layer {
        partition: layers.partitions.get(&name.cloned()).cloned(),
        vars: layers.vars.get(&name.cloned()).map_or_else(BTreeMap::new, Vars::texts),
        blocks: blocks.clone(),
    };
    ExistingConfig {
        defaults: layer(None, &layers.defaults),
        profiles: layers.profiles.iter().map(|(name, blocks)| (name.clone(), layer(Some(name), blocks))).collect(),
        names: desired.entries.values().filter_map(|desired| desired.name.clone()).collect(),
        open: !layers.has_defaults && desired.entries.is_empty(),
    }
}

/// The name of a variable for an account's secret.
fn variable(provider: &str, field: &str, identity: &str) -> String {
    let words = format!("{provider}_{field}_{identity}").to_uppercase();
    words.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

/// Whose rows a provider's are.
fn backend(provider: &str) -> Option<&'static str> {
    providers::named(provider).map(|provider| provider.backend())
}
