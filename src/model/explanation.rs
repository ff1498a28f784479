//! An account as its layers come to, value by value, each with the layer and the line that says it: what `git blame` is
//! for a file.

use serde_json::Value;

use super::desired::HoldCause;
use super::source::Source;

/// One account.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// Its id, or what stands for one.
    pub id: String,
    /// For people.
    pub name: Option<String>,
    /// Its entry.
    pub source: Source,
    /// The profiles it lists, in its order.
    pub profiles: Vec<String>,
    /// The providers that manage it.
    pub providers: Vec<&'static str>,
    /// Those of them at which it is shown and never written.
    pub not_written: Vec<NotWritten>,
    /// Variables that are filled in somewhere in it, by name.
    pub vars: Vec<ExplainedValue>,
    /// Every value, by path; of a list each element.
    pub values: Vec<ExplainedValue>,
    /// Paths that the entry takes out of what the layers below say.
    pub unmanaged: Vec<ExplainedCut>,
    /// What the layers say of the one field that was asked for, the nearest first.
    pub layers: Vec<LayerSays>,
    /// Where it is protected, if it is.
    pub protected: Option<Source>,
}

/// A provider at which an account is shown and never written.
#[derive(Debug, Clone)]
pub struct NotWritten {
    /// The provider.
    pub provider: &'static str,
    /// Why.
    pub cause: HoldCause,
    /// Where that was written.
    pub source: Source,
}

/// One value, or one element of a list.
#[derive(Debug, Clone)]
pub struct ExplainedValue {
    /// `datadog.account_tags`, `vars.team`, `aws_partition`, `hold.reason`.
    pub path: String,
    /// Whether it is an element of the list at this path.
    pub is_element: bool,
    /// As it is compared and sent, names filled in; of a secret the reference.
    pub value: Value,
    /// Where it was written; nothing for what no layer says, such as the default partition. What is said of a whole
    /// provider has `providers` for its layer.
    pub source: Option<Source>,
    /// The text as it was written, where names were filled in.
    pub written: Option<String>,
    /// The variables that were filled in, by name.
    pub vars: Vec<String>,
}

/// One path under `unmanaged`.
#[derive(Debug, Clone)]
pub struct ExplainedCut {
    /// The path, the provider included.
    pub path: String,
    /// Where it was written.
    pub source: Source,
}

/// What one layer says of a field.
#[derive(Debug, Clone)]
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
