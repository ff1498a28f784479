//! The frozen structs of what `heeler explain` writes. Within `format` 2 fields are only ever added.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::SourceJson;

/// Accounts of the config as their layers come to, each value with the place that says it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "What heeler explain writes as JSON")]
pub struct ExplainDocument {
    /// 2; it changes only when a field changes its meaning or goes.
    pub(in crate::render::json) format: u64,
    /// `heeler` and its version.
    pub(in crate::render::json) tool: String,
    /// `explain`.
    pub(in crate::render::json) command: &'static str,
    /// By id.
    pub(in crate::render::json) accounts: Vec<ExplainedAccountJson>,
}

/// One account.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct ExplainedAccountJson {
    /// The AWS account, or what stands for it.
    pub(in crate::render::json) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) name: Option<String>,
    /// Its entry.
    pub(in crate::render::json) source: SourceJson,
    /// The profiles that it lists, in its order.
    pub(in crate::render::json) profiles: Vec<String>,
    /// The providers that manage it.
    pub(in crate::render::json) providers: Vec<&'static str>,
    /// Those of them at which it is shown and never written.
    pub(in crate::render::json) not_written: Vec<NotWrittenJson>,
    /// Variables that are filled in somewhere in it, by name.
    pub(in crate::render::json) vars: Vec<ExplainedValueJson>,
    /// Every value, by path; of a list each element.
    pub(in crate::render::json) values: Vec<ExplainedValueJson>,
    /// Paths that the entry takes out of what the layers below say.
    pub(in crate::render::json) unmanaged: Vec<CutJson>,
    /// Of the one field that was asked for, what each layer says, the nearest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) layers: Option<Vec<LayerSaysJson>>,
    /// Where it is protected, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) protected: Option<SourceJson>,
}

/// A provider at which an account is shown and never written.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct NotWrittenJson {
    pub(in crate::render::json) provider: &'static str,
    /// `hold` or `read_only`.
    pub(in crate::render::json) by: &'static str,
    /// Of `hold`, why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) reason: Option<String>,
    /// Of `hold`, the last day, if it says one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) until: Option<String>,
    pub(in crate::render::json) source: SourceJson,
}

/// One value, or one element of a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct ExplainedValueJson {
    /// `datadog.account_tags`, `vars.team`, `aws_partition`, `hold.reason`.
    pub(in crate::render::json) path: String,
    /// Whether it is an element of the list at this path.
    pub(in crate::render::json) is_element: bool,
    /// As it is compared and sent, names filled in; of a secret the reference.
    pub(in crate::render::json) value: Value,
    /// Where it was written; nothing for what no layer says. What is said of a whole provider has the layer `providers`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) source: Option<SourceJson>,
    /// The text as it was written, where names were filled in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) written: Option<String>,
    /// The variables that were filled in, by name.
    pub(in crate::render::json) vars: Vec<String>,
}

/// One path under `unmanaged`.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct CutJson {
    /// The path, the provider included.
    pub(in crate::render::json) path: String,
    pub(in crate::render::json) source: SourceJson,
}

/// What one layer says of the field.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct LayerSaysJson {
    /// The full path.
    pub(in crate::render::json) path: String,
    /// The key, or `KEY+` where the layer adds to a list.
    pub(in crate::render::json) key: String,
    /// As it was written.
    pub(in crate::render::json) value: Value,
    pub(in crate::render::json) source: SourceJson,
    /// Whether the account has anything of it.
    pub(in crate::render::json) counts: bool,
    /// Whether `unmanaged` takes it out.
    pub(in crate::render::json) taken_out: bool,
}
