//! What nobody manages of accounts that were imported, since nothing is live in it: what comes there later is no drift.

use std::collections::{BTreeMap, BTreeSet};

use super::account_draft::{Draft, Schemas};
use super::config_yaml::Entry;

/// Fields in which nothing is live, of all new accounts.
#[derive(Debug, Default)]
pub struct LeftUnmanaged {
    /// How many accounts have such a field.
    pub accounts: usize,
    /// How many accounts have such a field there: in this field of the provider's block, or below it.
    pub places: BTreeMap<String, usize>,
    /// How many accounts take such a field out of the layers below, with `unmanaged:`.
    pub taking_out: usize,
}

impl LeftUnmanaged {
    /// Those of drafts and of the entries that were made of them, in the same order.
    pub fn of(drafts: &[Draft], entries: &[Entry], schemas: &Schemas) -> Self {
        let mut left = LeftUnmanaged::default();
        for (draft, entry) in drafts.iter().zip(entries) {
            let fields = fields(draft, schemas);
            let takes_out = |path: &String| fields.iter().any(|field| is_at_or_below(field, path));
            left.taking_out += usize::from(entry.unmanaged.iter().any(takes_out));
            left.accounts += usize::from(!fields.is_empty());
            let places: BTreeSet<String> = fields.iter().map(|field| place(field)).collect();
            places.into_iter().for_each(|place| *left.places.entry(place).or_default() += 1);
        }
        left
    }
}

/// The empty fields of one account that its entry could say. Some vendors' rows have fields that an entry says otherwise.
fn fields(draft: &Draft, schemas: &Schemas) -> Vec<String> {
    let can_be_said = |provider: &str, path: &[String]| {
        let Some((last, above)) = path.split_last() else { return false };
        let block =
            schemas.get(provider).and_then(|block| above.iter().try_fold(*block, |block, name| block.block(name)));
        block.is_some_and(|block| block.fields.contains_key(last))
    };
    let is_said = |provider: &str, path: &[String]| {
        draft.blocks.get(provider).is_none_or(|leaves| leaves.keys().any(|leaf| leaf.starts_with(path)))
    };
    let empty = draft.empty.iter().filter(|(provider, path)| can_be_said(provider, path) && !is_said(provider, path));
    empty.map(|(provider, path)| format!("{provider}.{}", path.join("."))).collect()
}

/// The provider and the field of its block that a path begins with: of `datadog.logs_config.lambda_forwarder.lambdas`,
/// `datadog.logs_config`.
fn place(field: &str) -> String {
    field.split('.').take(2).collect::<Vec<_>>().join(".")
}

fn is_at_or_below(field: &str, path: &str) -> bool {
    field.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
