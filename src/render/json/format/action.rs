//! The frozen structs of actions.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::SourceJson;

/// One action.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct Action {
    /// `create`, `update` or `delete`.
    pub(in crate::render::json) op: &'static str,
    pub(in crate::render::json) provider: &'static str,
    pub(in crate::render::json) kind: &'static str,
    /// The identity, such as the AWS account id.
    pub(in crate::render::json) id: String,
    /// The AWS account, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) account: Option<String>,
    /// The vendor's id of the row; nothing for a create.
    pub(in crate::render::json) row: Option<String>,
    /// The vendor's id of the deleted row that a create brings back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) recovers: Option<String>,
    /// What that deleted row holds of all that a config can say; what is not among `changes` comes back so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) in_trash: Option<Value>,
    /// What a delete's entry under `removed:` says to this provider alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) how: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) name: Option<String>,
    /// Where it was asked for.
    pub(in crate::render::json) source: SourceJson,
    /// `this_change`, `pending` or `both`, where a config before the change was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) origin: Option<&'static str>,
    /// The fields that are pending, where `origin` is `both`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) pending: Option<Vec<String>>,
    /// Why a row is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) reason: Option<String>,
    /// Field by field.
    pub(in crate::render::json) changes: Vec<ChangeJson>,
    /// Whether more is collected after it.
    pub(in crate::render::json) costly: bool,
    /// For a create: fields that it leaves to the vendor, and that are billed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) left_to_vendor: Option<Vec<String>>,
    /// For a delete: the whole row as listed, so that it can be made again by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Value>")]
    pub(in crate::render::json) deleted: Option<Box<RawValue>>,
    /// After apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) result: Option<ResultJson>,
}

/// One field.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct ChangeJson {
    pub(in crate::render::json) path: String,
    /// `add`, `remove` or `set`.
    pub(in crate::render::json) op: &'static str,
    /// Null where nothing was, and for secrets.
    pub(in crate::render::json) before: Value,
    /// Null where nothing will be, and for secrets.
    pub(in crate::render::json) after: Value,
    /// For lists: elements that come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) added: Option<Vec<Value>>,
    /// For lists: elements that go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) removed: Option<Vec<Value>>,
    /// Whether the value is a secret; then only `env` is told.
    pub(in crate::render::json) sensitive: bool,
    /// The variable a secret is read from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) env: Option<String>,
    /// Of a value that is known only when a step of the plan has been done: where it comes from. `after` is null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) from: Option<OutputJson>,
    /// Whether it stops collection or can break it.
    pub(in crate::render::json) disruptive: bool,
    /// Whether more is collected after it.
    pub(in crate::render::json) costly: bool,
    pub(in crate::render::json) source: SourceJson,
    /// For lists that several layers made: elements that come, and were asked for elsewhere than at `source`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) element_sources: Option<Vec<ElementJson>>,
}

/// An element of a list, and where it was asked for.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct ElementJson {
    pub(in crate::render::json) value: Value,
    pub(in crate::render::json) source: SourceJson,
}

/// A value that is known later: which one, and whose.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct OutputJson {
    pub(in crate::render::json) provider: &'static str,
    pub(in crate::render::json) kind: &'static str,
    /// The identity of the row whose value it is.
    pub(in crate::render::json) id: String,
    /// Such as `external_id`.
    pub(in crate::render::json) output: &'static str,
}

/// What became of an action.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct ResultJson {
    /// `done`, `already`, `differs`, `failed`, `unsure`, `stale`, `skipped`, `withheld` or `pending`.
    pub(in crate::render::json) status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) error: Option<String>,
    /// Of a failed action: whether it may have been done all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) unsure: Option<bool>,
    /// Before when nobody should make it again: a row may still show that was made without an answer. `--after` reads
    /// it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) not_before: Option<String>,
    /// Of one that is stale or differs: what it would need now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) now: Option<Vec<ChangeJson>>,
    /// The vendor's id, of a row that was made too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) row: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) role_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) trust_policy: Option<Value>,
    /// What the vendor issued for it in this run, by name, such as `external_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) issued: Option<BTreeMap<&'static str, Value>>,
    /// What of that no row was made with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) unused: Option<Vec<&'static str>>,
    pub(in crate::render::json) millis: u64,
}
