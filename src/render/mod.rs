//! Floor 1: showing. Every renderer is a pure function of data; nothing here prints, reads or decides.

pub mod action_labels;
pub mod base_comparison;
pub mod config_reference;
pub mod diagnostics;
pub mod drift;
pub mod escape_untrusted;
pub mod explain;
pub mod fields;
mod folded_rows;
pub mod folding;
pub mod github;
pub mod group_by_change;
pub mod hold;
pub mod json;
pub mod line_diff;
pub mod live_vs_declared;
pub mod markdown;
pub mod not_persisted;
mod origins;
mod outcome_line;
pub mod report;
pub mod sarif;
pub mod source_links;
pub mod style;
pub mod text;
mod text_by_change;
mod text_parts;
mod value_words;
pub mod yaml;

use std::collections::BTreeMap;

use crate::model::{BaseComparison, Key, Plan, RowTally, Sources};
pub use source_links::Links;

/// A plan and what has to be said around it.
pub struct PlanView<'a> {
    /// What apply would do, or did.
    pub plan: &'a Plan,
    /// Who is addressed.
    pub providers: Vec<Addressed>,
    /// Whether all this happens in the sandbox.
    pub sandbox: bool,
    /// The plan's fingerprint.
    pub digest: String,
    /// What the change to the config does, where a config before it was named.
    pub base_comparison: Option<BaseComparison>,
    /// The config before the change, where it is invalid, so that nothing could be compared.
    pub uncompared: Option<String>,
    /// Where lines of files can be looked at.
    pub links: Links,
    /// The files of the config, for what names a place in them.
    pub sources: Option<&'a Sources>,
}

/// One provider as it is addressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressed {
    /// Its name.
    pub name: &'static str,
    /// Its site.
    pub site: String,
    /// The URL that requests go to, or `sandbox`.
    pub base: String,
    /// Where its services are that have an address of their own.
    pub services: BTreeMap<String, String>,
    /// The organization the config is for, if it says.
    pub organization: Option<String>,
    /// The base URL, where it is not the site's own.
    pub via: Option<String>,
}

impl<'a> PlanView<'a> {
    /// A plan with nothing compared and nothing linked.
    pub fn new(plan: &'a Plan, providers: Vec<Addressed>, sandbox: bool, digest: String) -> Self {
        PlanView {
            plan,
            providers,
            sandbox,
            digest,
            base_comparison: None,
            uncompared: None,
            links: Links::default(),
            sources: None,
        }
    }

    /// Whether not one provider could be read, though some are in use.
    pub fn nothing_is_read(&self) -> bool {
        let unread = |name: &str| {
            self.plan.unreadable.iter().any(|unreadable| unreadable.is_whole_provider() && unreadable.provider == name)
        };
        !self.providers.is_empty()
            && self.plan.actions.is_empty()
            && self.providers.iter().all(|provider| unread(provider.name))
    }

    /// ` (sandbox)`, or nothing.
    pub fn sandbox_mark(&self) -> &'static str {
        if self.sandbox { " (sandbox)" } else { "" }
    }
}

/// Rows by what they are: `1 Cloudcraft account, 2 Datadog accounts`.
pub fn counted_by_kind<'a>(rows: impl IntoIterator<Item = &'a Key>) -> String {
    rows.into_iter().collect::<RowTally>().by_kind()
}

/// `1 account`, `2 accounts`.
pub fn counted(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}
