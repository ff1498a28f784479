//! Drafts as files of a config, each form of them proved before it is handed out: folded, or every account in full where
//! the folded form is wrong.

use std::collections::BTreeSet;

use super::account_draft::{Draft, Schemas};
use super::layers::ExistingConfig;
use super::left_unmanaged::LeftUnmanaged;
use super::output_files::build_files;
use super::{ImportInput, Unproved, config_yaml, verify_import};
use crate::config::files::Text;

/// Files that would plan empty, and what they hold.
#[derive(Debug, Default)]
pub struct ProvedConfig {
    /// The files; none if there is no draft.
    pub texts: Vec<Text>,
    /// How many profiles are new in them.
    pub profiles: usize,
    /// The keys of the tags that the accounts have.
    pub tag_keys: BTreeSet<String>,
    /// What nobody manages of them, since nothing is live in it.
    pub unmanaged: LeftUnmanaged,
    /// What is wrong with the folded form, where every account is written in full in its place.
    pub unfolded: Option<Unproved>,
}

/// Writes drafts folded unless the input wants them flat. Folding only saves text: where it went wrong, what is live can
/// still be handed out in full.
///
/// # Errors
/// Not even in full would they plan empty.
pub fn write(
    drafts: &[Draft],
    existing: &ExistingConfig,
    schemas: &Schemas,
    input: &ImportInput<'_>,
) -> Result<ProvedConfig, Unproved> {
    let write = |flat| write_as(drafts, existing, schemas, input, flat);
    match write(input.flat) {
        Err(folded) if !input.flat => Ok(ProvedConfig { unfolded: Some(folded), ..write(true)? }),
        proved => proved,
    }
}

/// Writes drafts in one form.
fn write_as(
    drafts: &[Draft],
    existing: &ExistingConfig,
    schemas: &Schemas,
    input: &ImportInput<'_>,
    flat: bool,
) -> Result<ProvedConfig, Unproved> {
    if drafts.is_empty() {
        return Ok(ProvedConfig::default());
    }
    let parts = config_yaml::write(drafts, existing, schemas, flat);
    let profiles = parts.groups;
    let tags = parts.entries.iter().flat_map(|entry| &entry.tags);
    let tag_keys = tags.filter_map(|tag| Some(tag.split_once(':')?.0.to_owned())).collect();
    let unmanaged = LeftUnmanaged::of(drafts, &parts.entries, schemas);
    let texts = build_files(parts, input.beginning, &input.layout);
    verify_import::prove(drafts, &texts, input)?;
    Ok(ProvedConfig { texts, profiles, tag_keys, unmanaged, unfolded: None })
}
