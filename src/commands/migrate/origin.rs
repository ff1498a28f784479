//! Where a migration comes from: Terraform's state, blocks of an older API in a config, or that API's own listing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::config::Loaded;
use crate::config::files::Text;
use crate::model::yaml::{Line, Yaml};
use crate::model::{Desired, Key, Node, Observed};
use crate::planner::{ProviderSnapshot, comparable};
use crate::providers::{self, Adoption, MigrationSource, Provider};

/// Something that manages an account in words that are not those of the provider that shall manage it.
#[derive(Debug, Clone)]
pub struct SourceResource {
    /// What it is called where it comes from.
    pub label: String,
    /// In which of several states it is.
    pub state: usize,
    /// In whose words it is.
    pub kind: String,
    /// The AWS account, where it is said beside the fields.
    pub account: Option<String>,
    /// What the account may be called, the best first.
    pub names: Vec<String>,
    /// Its fields.
    pub says: Value,
    /// Whether it manages what it leaves out too.
    pub whole: bool,
    /// Fields that were not read, since they are marked as sensitive, by their dotted path.
    pub hidden: Vec<String>,
}

/// Which of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// `terraform show -json`.
    Terraform,
    /// A config.
    Config,
    /// A listing.
    Listing,
}

impl Origin {
    /// For people.
    pub fn whose(self) -> &'static str {
        match self {
            Origin::Terraform => "Terraform's state",
            Origin::Config => "the config",
            Origin::Listing => "the older API",
        }
    }
}

/// What a provider takes over of all resources. Entries of an older API are offered only to other providers of the same
/// backend.
pub fn adoption(
    provider: &dyn Provider,
    resources: &[SourceResource],
    live: Option<&BTreeMap<Key, Observed>>,
) -> Adoption {
    let foreign: Vec<MigrationSource<'_>> =
        resources
            .iter()
            .map(|SourceResource { label: _, state: _, kind, account, names: _, says, whole, hidden }| {
                MigrationSource { kind, account: account.as_deref(), says, whole: *whole, hidden }
            })
            .collect();
    provider.migration().map(|migration| migration.adopts(&foreign, live)).unwrap_or_default()
}

/// The providers that take any of them over.
pub fn adopters(resources: &[SourceResource]) -> Vec<&'static dyn Provider> {
    let takes = |provider: &&dyn Provider| {
        let Adoption { accounts, unread } = adoption(*provider, resources, None);
        !accounts.is_empty() || !unread.is_empty()
    };
    providers::ALL.iter().copied().filter(takes).collect()
}

/// Those of a kind that some provider takes over.
pub fn ours(resources: &[SourceResource]) -> Vec<SourceResource> {
    let is_ours = |thing: &&SourceResource| !adopters(std::slice::from_ref(*thing)).is_empty();
    resources.iter().filter(is_ours).cloned().collect()
}

/// The entries of a config, as its blocks say them after layers are merged.
pub fn declared(loaded: &Loaded) -> Vec<SourceResource> {
    let thing = |(key, desired): (&Key, &std::sync::Arc<Desired>)| {
        let source = loaded.sources.locate(desired.place);
        SourceResource {
            label: format!("{}:{}", source.file, source.line),
            state: 0,
            kind: key.provider.to_owned(),
            account: desired.account.clone(),
            names: desired.name.iter().cloned().collect(),
            says: desired.node.json(),
            whole: false,
            hidden: Vec::new(),
        }
    };
    loaded.desired.entries.iter().map(thing).collect()
}

/// The rows of every listing.
pub fn listed(snapshots: &BTreeMap<&'static str, ProviderSnapshot>) -> Vec<SourceResource> {
    let rows = snapshots
        .values()
        .filter_map(|snapshot| snapshot.result.as_ref().ok())
        .flat_map(|observation| observation.rows.values());
    let thing = |row: &Observed| {
        Some(SourceResource {
            label: row.key.to_string(),
            state: 0,
            kind: row.key.provider.to_owned(),
            account: row.account.clone(),
            names: Vec::new(),
            says: comparable(row, row.key.kind.schema()).ok()?,
            whole: true,
            hidden: Vec::new(),
        })
    };
    rows.filter_map(thing).collect()
}

/// What a config says that goes on under the new provider: its settings, `limits` and `protect`; and what is to be
/// carried over by hand.
#[derive(Debug, Default)]
pub struct SourceRead {
    /// Settings of providers, by name.
    pub settings: BTreeMap<String, Value>,
    /// Top-level keys as they are.
    pub lines: Vec<Line>,
    /// Top-level keys, and blocks beside those that are migrated.
    pub by_hand: Vec<String>,
}

/// Reads it off the texts of a config.
pub fn kept(texts: &[Text], loaded: &Loaded, migrated: &BTreeSet<&str>) -> SourceRead {
    let mut kept = SourceRead::default();
    for root in texts.iter().filter_map(|text| Node::parse(&text.text, 0).0) {
        for entry in root.entries() {
            match &*entry.key {
                "providers" => kept
                    .settings
                    .extend(entry.node.entries().iter().map(|line| (line.key.to_string(), line.node.json()))),
                "limits" | "protect" => {
                    kept.lines.push(Line::new(&*entry.key, Yaml::of(&entry.node.json())).below_blank_line())
                }
                "ownership" | "removed" => kept.by_hand.push(format!("`{}`", entry.key)),
                _ => {}
            }
        }
    }
    let others: BTreeSet<&str> =
        loaded.desired.entries.keys().map(|key| key.provider).filter(|name| !migrated.contains(name)).collect();
    kept.by_hand.extend(others.into_iter().map(|name| format!("the `{name}` blocks of accounts")));
    kept
}
