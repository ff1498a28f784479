//! An account as its layers come to, value by value, each with the layer and the line that says it: what `git blame` is
//! for a file.

use serde::Serialize;
use serde_json::Value;

use super::source::Source;

/// One account.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// Its id, or what stands for one.
    pub id: String,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its entry.
    pub source: Source,
    /// The profiles it lists, in its order.
    pub profiles: Vec<String>,
    /// The providers that manage it.
    pub providers: Vec<&'static str>,
    /// Variables that are filled in somewhere in it, by name.
    pub vars: Vec<ExplainedValue>,
    /// Every value, by path; of a list each element.
    pub values: Vec<ExplainedValue>,
    /// Paths that the entry takes out of what the layers below say.
    pub unmanaged: Vec<ExplainedCut>,
    /// What the layers say of the one field that was asked for, the nearest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<LayerSays>,
    /// Where it is protected, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protected: Option<Source>,
}

/// One value, or one element of a list.
#[derive(Debug, Clone, Serialize)]
pub struct ExplainedValue {
    /// `datadog.account_tags`, `vars.team`, `aws_partition`.
    pub path: String,
    /// Whether it is an element of the list at this path.
    pub is_element: bool,
    /// As it is compared and sent, names filled in; of a secret the reference.
    pub value: Value,
    /// Where it was written; nothing for what no layer says, such as the default partition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The text as it was written, where names were filled in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written: Option<String>,
    /// The variables that were filled in, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vars: Vec<String>,
}

/// One path under `unmanaged`.
#[derive(Debug, Clone, Serialize)]
pub struct ExplainedCut {
    /// The path, the provider included.
    pub path: String,
    /// Where it was written.
    pub source: Source,
}

/// What one layer says of a field.
#[derive(Debug, Clone, Serialize)]
pub struct LayerSays {
    /// The full path.
    pub path: String,
    /// `KEY`, or `KEY+` where it adds.
    pub key: String,
    /// As it was written.
    pub value: Value,
    /// Where.
    pub source: Source,
    /// Whether the account has anything of it.
    pub counts: bool,
    /// Whether the entry's `unmanaged` takes it out.
    pub taken_out: bool,
}

/// Whether a path is `field`, or stands below it.
pub fn is_below(path: &str, field: &str) -> bool {
    path.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
