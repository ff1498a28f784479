//! The part of the JSON that only drift has, as frozen structs. Within `format` 2 fields are only ever added.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{ElementJson, SourceJson};

/// What no longer matches.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct DriftJson {
    /// Whether everything was read, and nothing that counts differs.
    pub(in crate::render::json) in_sync: bool,
    /// The same drift has the same fingerprint. Null if nothing that counts drifted, or not everything could be read.
    pub(in crate::render::json) fingerprint: Option<String>,
    /// How many of each class.
    pub(in crate::render::json) counts: Counts,
    /// Every account that does not match, by class and identity.
    pub(in crate::render::json) items: Vec<DriftedJson>,
}

/// How many of each class.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct Counts {
    pub(in crate::render::json) changed: usize,
    pub(in crate::render::json) missing: usize,
    pub(in crate::render::json) lingering: usize,
    /// Whether they count or not.
    pub(in crate::render::json) unmanaged: usize,
    /// Providers and single accounts that could not be read: see `unreadable` beside `drift`.
    pub(in crate::render::json) unreadable: usize,
}

/// One account that does not match.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct DriftedJson {
    /// `changed`, `missing`, `lingering` or `unmanaged`.
    pub(in crate::render::json) class: &'static str,
    /// Whether it makes the run exit 2.
    pub(in crate::render::json) counts: bool,
    pub(in crate::render::json) provider: &'static str,
    pub(in crate::render::json) kind: &'static str,
    /// The identity, such as the AWS account id.
    pub(in crate::render::json) id: String,
    /// The AWS account, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) account: Option<String>,
    /// The vendor's id of the row; nothing if it is missing.
    pub(in crate::render::json) row: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) name: Option<String>,
    /// Whether an entry names its AWS account all the same, but not for this provider; only of what is unmanaged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) named: Option<bool>,
    /// Where the config speaks of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) source: Option<SourceJson>,
    /// Why it should be gone, as the config says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) reason: Option<String>,
    /// Field by field. Secrets are never compared, so they are not among them.
    pub(in crate::render::json) fields: Vec<FieldJson>,
    /// The vendor's id of the deleted row that apply would bring back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) recovers: Option<String>,
    /// Why apply would not put it right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) refused: Option<RefusedJson>,
}

/// One field.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct FieldJson {
    pub(in crate::render::json) path: String,
    /// What the vendor lists; null where there is nothing.
    pub(in crate::render::json) live: Value,
    /// What the config says; null where it wants nothing there.
    pub(in crate::render::json) declared: Value,
    /// For lists: elements that only the vendor has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) only_live: Option<Vec<Value>>,
    /// For lists: elements that only the config has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) only_declared: Option<Vec<Value>>,
    /// Where it is declared.
    pub(in crate::render::json) source: SourceJson,
    /// For lists that several layers made: elements that only the config has, and that are declared elsewhere than at
    /// `source`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) element_sources: Option<Vec<ElementJson>>,
}

/// Why apply would not put an account right.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct RefusedJson {
    pub(in crate::render::json) why: String,
    /// What to do instead.
    pub(in crate::render::json) help: String,
}
