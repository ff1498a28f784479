//! The frozen structs of the JSON: a promise. Within `format` 2 fields are only ever added.

mod action;
mod base_comparison;
mod drift;
mod explain;
mod rows;

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::Value;

pub(super) use action::{Action, ChangeJson, ElementJson, OutputJson, ResultJson};
pub(super) use base_comparison::{ComparisonJson, ShadowedJson, WeakenedJson};
pub(super) use drift::{Counts, DriftJson, DriftedJson, FieldJson, RefusedJson};
pub use explain::ExplainDocument;
pub(super) use explain::{CutJson, ExplainedAccountJson, ExplainedValueJson, LayerSaysJson, NotWrittenJson};
pub(super) use rows::{
    HealthIssuesJson, IsolatedJson, ManagedJson, OnHoldJson, RefusalJson, Row, TombstoneJson, UnreadableJson,
};

/// What documents of this form keep to, as JSON Schema without references.
pub fn schema<D: JsonSchema>() -> Value {
    // `format` would name Rust's types of numbers.
    let without_format = RecursiveTransform(|schema: &mut Schema| {
        schema.remove("format");
    });
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let settings = settings.with_transform(without_format);
    let mut schema = settings.into_generator().into_root_schema_for::<D>().to_value();
    if let Some(fields) = schema.as_object_mut() {
        fields.remove("$schema");
    }
    schema
}

/// A plan; after apply also what became of it; from drift also what no longer matches, and then the plan is what would
/// put it right.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "What heeler plan, apply and drift write as JSON")]
pub struct Document {
    /// 2; it changes only when a field changes its meaning or goes.
    pub(super) format: u64,
    /// `heeler` and its version.
    pub(super) tool: String,
    /// `plan`, `apply` or `drift`.
    pub(super) command: String,
    /// Whether all this happened in the sandbox.
    pub(super) sandbox: bool,
    /// Whether every provider was read to the end; single rows may be unread all the same.
    pub(super) complete: bool,
    /// Whether apply would do all of it: complete, and nothing refused.
    pub(super) applyable: bool,
    /// The plan's fingerprint.
    pub(super) digest: String,
    /// Who is addressed, by provider.
    pub(super) providers: BTreeMap<String, Provider>,
    /// Providers that the config uses and that were left out, such as by `--provider`.
    pub(super) left_out: Vec<&'static str>,
    /// Whether `--only` was given, so that nothing is said of other accounts.
    pub(super) selected_only: bool,
    /// How many of each.
    pub(super) summary: Summary,
    /// The limits.
    pub(super) limits: Vec<LimitCheckJson>,
    /// In the order they run.
    pub(super) actions: Vec<Action>,
    /// What no `--expect` file contains: not done.
    pub(super) held_back: Vec<Action>,
    /// Declared rows that are shown and never written.
    pub(super) on_hold: Vec<OnHoldJson>,
    /// Rows that differ, or cannot be told to match, where a provider or a block says `read_only`: shown and never
    /// written.
    pub(super) read_only: Vec<OnHoldJson>,
    /// Accounts that are refused while the others go on.
    pub(super) refusals: Vec<RefusalJson>,
    /// Live accounts that no entry names.
    pub(super) unmanaged: Vec<Row>,
    /// Tombstones whose row is gone.
    pub(super) obsolete_tombstones: Vec<ObsoleteTombstoneJson>,
    /// What could not be read: whole providers, and single rows that the config declares.
    pub(super) unreadable: Vec<UnreadableJson>,
    /// Isolated rows, with all that tells them apart: nothing is done to them.
    pub(super) isolated: Vec<IsolatedJson>,
    /// Errors and warnings with places.
    pub(super) diagnostics: Vec<DiagnosticJson>,
    /// Role, external id and trust policy of every managed live account, after apply those just made included.
    pub(super) managed: Vec<ManagedJson>,
    /// What the change to the config does, where a config before it was named with `--base`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comparison: Option<ComparisonJson>,
    /// Managed live accounts in which the vendor says that something does not work.
    pub(super) health_issues: Vec<HealthIssuesJson>,
    /// After apply: whether a final listing showed no difference at all; nothing held back, refused or unread either.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) converged: Option<bool>,
    /// After apply: what the final listing showed. `as_planned`: nothing is left but what was held back or refused;
    /// `differs`; `unreadable`; `stopped`, before it was read; `not_needed`, since nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) proof: Option<&'static str>,
    /// Why there is no plan, where the config is valid and there is none: keys, the network, the wrong organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
    /// From drift: what no longer matches. Limits are not asked there, so `limits` is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) drift: Option<DriftJson>,
}

/// One provider.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Provider {
    pub(super) site: String,
    /// The URL that requests go to, or `sandbox`: a plan approves nothing at another one.
    pub(super) base: String,
    /// The same for each of its services that has an address of its own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) services: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) organization: Option<String>,
    pub(super) declared: usize,
    pub(super) live: usize,
}

/// How many of each: of what is created, updated, deleted or removed these are accounts, as the limits count them, once
/// per provider.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Summary {
    pub(super) create: usize,
    pub(super) update: usize,
    pub(super) delete: usize,
    pub(super) unchanged: usize,
    pub(super) disruptive: usize,
    /// Accounts of which more is collected, those just created included.
    pub(super) costly: usize,
    /// Rows that differ, or cannot be told to match, and are on hold.
    pub(super) on_hold: usize,
    /// Rows that differ, or cannot be told to match, and are read only.
    pub(super) read_only: usize,
    pub(super) unmanaged: usize,
    pub(super) refused: usize,
    pub(super) obsolete_tombstones: usize,
    /// Rows that the config declares and that could not be read.
    pub(super) unread: usize,
    /// Isolated rows, declared or not.
    pub(super) isolated: usize,
}

/// One limit at one provider.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LimitCheckJson {
    /// `creates`, `deletes`, `disruptive`, `costly` or `updates`.
    pub(super) name: &'static str,
    pub(super) provider: &'static str,
    /// Accounts counted.
    pub(super) used: usize,
    pub(super) limit: usize,
    pub(super) ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<String>,
}

/// A place in a file.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SourceJson {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) column: usize,
    /// `defaults`, or `profile NAME`; nothing for the account's own entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) layer: Option<String>,
}

/// A tombstone to take out.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ObsoleteTombstoneJson {
    /// What it names the account by.
    pub(super) id: String,
    /// The AWS account, where that is what it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<String>,
    /// What it is limited to, such as `wavefront.ec2`; left out if it is about all providers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<Vec<String>>,
    pub(super) source: SourceJson,
}

/// An error or a warning.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DiagnosticJson {
    pub(super) severity: &'static str,
    pub(super) title: String,
    pub(super) label: String,
    /// The accounts it concerns, where it stands in a layer that they share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) concerns: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) help: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<SourceJson>,
}
