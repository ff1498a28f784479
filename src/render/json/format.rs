//! The frozen structs of the JSON: a promise. Within `format` 2 fields are only ever added.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::comparison::ComparisonJson;
use super::drift::DriftJson;

/// The format this version writes.
pub const FORMAT: u64 = 2;

/// A plan; after apply also what became of it; from drift also what no longer matches, and then the plan is what would put it right.
#[derive(Debug, Serialize, JsonSchema)]
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
    /// After apply: what the final listing showed. `as_planned`: nothing is left but what was held back or refused; `differs`;
    /// `unreadable`; `stopped`, before it was read; `not_needed`, since nothing was written.
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) organization: Option<String>,
    pub(super) declared: usize,
    pub(super) live: usize,
}

/// How many of each: of what is created, updated, deleted or removed these are accounts, as the limits count them, once per provider.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Summary {
    pub(super) create: usize,
    pub(super) update: usize,
    pub(super) delete: usize,
    pub(super) unchanged: usize,
    pub(super) disruptive: usize,
    pub(super) unmanaged: usize,
    pub(super) refused: usize,
    pub(super) obsolete_tombstones: usize,
    /// Rows that the config declares and that could not be read.
    pub(super) unread: usize,
    /// Isolated rows, declared or not.
    pub(super) isolated: usize,
}

/// One limit.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LimitCheckJson {
    pub(super) name: String,
    pub(super) used: usize,
    pub(super) limit: usize,
    pub(super) ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<String>,
}

/// One action.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Action {
    /// `create`, `update` or `delete`.
    pub(super) op: &'static str,
    pub(super) provider: &'static str,
    pub(super) kind: &'static str,
    /// The identity, such as the AWS account id.
    pub(super) id: String,
    /// The AWS account, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<String>,
    /// The vendor's id of the row; nothing for a create.
    pub(super) row: Option<String>,
    /// The vendor's id of the deleted row that a create brings back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) recovers: Option<String>,
    /// What a delete's entry under `removed:` says to this provider alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) how: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// Where it was asked for.
    pub(super) source: SourceJson,
    /// `this_change`, `pending` or `both`, where a config before the change was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) origin: Option<&'static str>,
    /// Why a row is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    /// Field by field.
    pub(super) changes: Vec<ChangeJson>,
    /// For a delete: the whole row as listed, so that it can be made again by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Value>")]
    pub(super) deleted: Option<Box<RawValue>>,
    /// After apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) result: Option<ResultJson>,
}

/// One field.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ChangeJson {
    pub(super) path: String,
    /// `add`, `remove` or `set`.
    pub(super) op: &'static str,
    /// Null where nothing was, and for secrets.
    pub(super) before: Value,
    /// Null where nothing will be, and for secrets.
    pub(super) after: Value,
    /// For lists: elements that come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) added: Option<Vec<Value>>,
    /// For lists: elements that go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) removed: Option<Vec<Value>>,
    /// Whether the value is a secret; then only `env` is told.
    pub(super) sensitive: bool,
    /// The variable a secret is read from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) env: Option<String>,
    /// Whether it stops collection or can break it.
    pub(super) disruptive: bool,
    pub(super) source: SourceJson,
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

/// A managed live account in which something does not work.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct HealthIssuesJson {
    pub(super) provider: &'static str,
    pub(super) kind: &'static str,
    pub(super) id: String,
    /// The AWS account, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// In the vendor's own words.
    pub(super) issues: Vec<String>,
}

/// What became of an action.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ResultJson {
    /// `done`, `already`, `differs`, `failed`, `unsure`, `stale`, `skipped`, `withheld` or `pending`.
    pub(super) status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
    /// Of a failed action: whether it may have been done all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unsure: Option<bool>,
    /// Before when nobody should make it again: a row may still show that was made without an answer. `--after` reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) not_before: Option<String>,
    /// Of one that is stale or differs: what it would need now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) now: Option<Vec<ChangeJson>>,
    /// The vendor's id, of a row that was made too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) row: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) role_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trust_policy: Option<Value>,
    pub(super) millis: u64,
}

/// A live row.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Row {
    pub(super) provider: &'static str,
    pub(super) kind: &'static str,
    pub(super) id: String,
    /// The AWS account, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    pub(super) row: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) not_manageable: Option<&'static str>,
    /// Whether some entry names its AWS account, but not for this provider.
    pub(super) named: bool,
}

/// An account that is refused.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RefusalJson {
    pub(super) provider: &'static str,
    pub(super) kind: &'static str,
    pub(super) id: String,
    /// The AWS account, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    pub(super) why: String,
    pub(super) help: String,
    pub(super) source: SourceJson,
}

/// A tombstone to take out.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ObsoleteTombstoneJson {
    pub(super) id: String,
    pub(super) source: SourceJson,
}

/// What could not be read.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct UnreadableJson {
    pub(super) provider: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    pub(super) error: String,
}

/// A declared row whose entry says `hold:`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct OnHoldJson {
    pub(super) provider: &'static str,
    pub(super) kind: &'static str,
    pub(super) id: String,
    /// The AWS account, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// In the entry's words.
    pub(super) reason: String,
    /// The last day, if it says one.
    pub(super) until: Option<String>,
    /// What would be done without the hold: `create` or `update`; null if nothing.
    pub(super) op: Option<&'static str>,
    /// Field by field.
    pub(super) changes: Vec<ChangeJson>,
    /// Why nothing could be done without it either, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<String>,
    pub(super) source: SourceJson,
}

/// A live row that cannot be told or read, or one of several under one name.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct IsolatedJson {
    pub(super) provider: &'static str,
    /// Null where the row does not say.
    pub(super) kind: Option<&'static str>,
    /// The identity, or what comes nearest to one; null if nothing does.
    pub(super) id: Option<String>,
    /// The vendor's id of the row; null if it has none.
    pub(super) row: Option<String>,
    /// The AWS account, where the row says.
    pub(super) account: Option<String>,
    /// Every name it goes by, or seems to go by.
    pub(super) names: Vec<String>,
    /// Why nothing is done to it.
    pub(super) why: String,
    /// What else tells it from others: role, tags, times and so on, as text.
    pub(super) marks: BTreeMap<String, String>,
    /// Whether the config declares or removes something under one of its names.
    pub(super) named: bool,
    /// The entry under `removed:` that deletes this row and no other; only of several that can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tombstone: Option<TombstoneJson>,
}

/// An entry for `removed:`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TombstoneJson {
    pub(super) aws_account_id: String,
    pub(super) id: String,
    pub(super) from: Vec<&'static str>,
    pub(super) reason: &'static str,
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

/// What an account's AWS side needs.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ManagedJson {
    pub(super) provider: &'static str,
    pub(super) kind: &'static str,
    pub(super) id: String,
    /// The AWS account, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// The partition of its account, where it can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) partition: Option<String>,
    pub(super) row: String,
    pub(super) role_name: String,
    pub(super) external_id: Option<String>,
    pub(super) trust_policy: Option<Value>,
}
