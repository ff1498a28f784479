//! The frozen structs of rows.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{ChangeJson, SourceJson};

/// A live row.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct Row {
    pub(in crate::render::json) provider: &'static str,
    pub(in crate::render::json) kind: &'static str,
    pub(in crate::render::json) id: String,
    /// The AWS account, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) name: Option<String>,
    pub(in crate::render::json) row: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) not_manageable: Option<&'static str>,
    /// Whether some entry names its AWS account, but not for this provider.
    pub(in crate::render::json) named: bool,
}

/// An account that is refused.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct RefusalJson {
    pub(in crate::render::json) provider: &'static str,
    pub(in crate::render::json) kind: &'static str,
    pub(in crate::render::json) id: String,
    /// The AWS account, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) name: Option<String>,
    pub(in crate::render::json) why: String,
    pub(in crate::render::json) help: String,
    pub(in crate::render::json) source: SourceJson,
    /// What in the config refuses it, such as its line under `protect`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) because_of: Option<SourceJson>,
}

/// A managed live account in which something does not work.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct HealthIssuesJson {
    pub(in crate::render::json) provider: &'static str,
    pub(in crate::render::json) kind: &'static str,
    pub(in crate::render::json) id: String,
    /// The AWS account, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) name: Option<String>,
    /// In the vendor's own words.
    pub(in crate::render::json) issues: Vec<String>,
}

/// What could not be read.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct UnreadableJson {
    pub(in crate::render::json) provider: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) id: Option<String>,
    /// The AWS account, where all of its rows could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) account: Option<String>,
    pub(in crate::render::json) error: String,
}

/// A row that is shown and never written: its entry says `hold:`, or its provider or block `read_only:`.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct OnHoldJson {
    pub(in crate::render::json) provider: &'static str,
    pub(in crate::render::json) kind: &'static str,
    pub(in crate::render::json) id: String,
    /// The AWS account, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) name: Option<String>,
    /// In the entry's words; `read_only` where nothing is written.
    pub(in crate::render::json) reason: String,
    /// The last day, if it says one.
    pub(in crate::render::json) until: Option<String>,
    /// What would be done without the hold: `create`, `update` or `delete`; null if nothing.
    pub(in crate::render::json) op: Option<&'static str>,
    /// What differs, field by field, what would be refused included.
    pub(in crate::render::json) changes: Vec<ChangeJson>,
    /// Why nothing could be done without it either, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) why: Option<String>,
    /// Whether it could not be read, so that nobody knows what differs; `why` says why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) unread: Option<bool>,
    pub(in crate::render::json) source: SourceJson,
}

/// A live row that cannot be told or read, or one of several under one name.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct IsolatedJson {
    pub(in crate::render::json) provider: &'static str,
    /// Null where the row does not say.
    pub(in crate::render::json) kind: Option<&'static str>,
    /// The identity, or what comes nearest to one; null if nothing does.
    pub(in crate::render::json) id: Option<String>,
    /// The vendor's id of the row; null if it has none.
    pub(in crate::render::json) row: Option<String>,
    /// The AWS account, where the row says.
    pub(in crate::render::json) account: Option<String>,
    /// Every name it goes by, or seems to go by.
    pub(in crate::render::json) names: Vec<String>,
    /// Why nothing is done to it.
    pub(in crate::render::json) why: String,
    /// What else tells it from others: role, tags, times and so on, as text.
    pub(in crate::render::json) marks: BTreeMap<String, String>,
    /// Whether the config declares or removes something under one of its names.
    pub(in crate::render::json) named: bool,
    /// The entry under `removed:` that deletes this row and no other; only of several that can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) tombstone: Option<TombstoneJson>,
}

/// An entry for `removed:`.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct TombstoneJson {
    pub(in crate::render::json) aws_account_id: String,
    pub(in crate::render::json) id: String,
    pub(in crate::render::json) from: Vec<String>,
    pub(in crate::render::json) reason: &'static str,
}

/// What an account's AWS side needs.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct ManagedJson {
    pub(in crate::render::json) provider: &'static str,
    pub(in crate::render::json) kind: &'static str,
    pub(in crate::render::json) id: String,
    /// The AWS account, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) name: Option<String>,
    /// The partition of its account, where it can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) partition: Option<String>,
    pub(in crate::render::json) row: String,
    /// The role that the vendor assumes, if it assumes one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) role_name: Option<String>,
    pub(in crate::render::json) external_id: Option<String>,
    pub(in crate::render::json) trust_policy: Option<Value>,
}
