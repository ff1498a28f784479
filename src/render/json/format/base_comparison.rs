//! What a change to the config does, as frozen structs. Within `format` 2 fields are only ever added.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::SourceJson;

/// What a change to the config does.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct ComparisonJson {
    /// The config before the change, as it was named.
    pub(in crate::render::json) base: String,
    /// What the config no longer declares, protects or limits; accounts first.
    pub(in crate::render::json) weakened: Vec<WeakenedJson>,
    /// Whom a changed default or profile does not reach.
    pub(in crate::render::json) shadowed: Vec<ShadowedJson>,
}

/// One thing given up. Which fields it has depends on `what`.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(in crate::render::json) struct WeakenedJson {
    /// `account`, `tombstone`, `withheld`, `delete_put_off`, `protection`, `ownership`, `guard`, `organization`, `site`,
    /// `limit`, `confirmed`, `hold`, `read_only` or `fields`. `withheld` is no longer written, and `delete_put_off` no
    /// longer deleted; `hold` and `read_only` were not written before.
    pub(in crate::render::json) what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) provider: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) kind: Option<&'static str>,
    /// The identity, such as the AWS account id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) name: Option<String>,
    /// Of `fields`: which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) paths: Option<Vec<String>>,
    /// Of `tombstone`: why it was to go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) reason: Option<String>,
    /// Of `limit` and `confirmed`: `creates`, `deletes`, `disruptive`, `costly` or `updates`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) limit: Option<&'static str>,
    /// As it was: the number of a `limit`, the name of an `organization`, `guard` or `site`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) before: Option<Value>,
    /// As it is: the same, the number that is `confirmed`, and of `withheld` and `delete_put_off` what it is now: `hold`
    /// or `read_only`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) after: Option<Value>,
    /// Where it stood, in the config before the change; of `fields`, the first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) was: Option<SourceJson>,
    /// Of `withheld` and `delete_put_off`: where that is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) now: Option<SourceJson>,
}

/// One field of one account that a changed layer does not reach.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::render::json) struct ShadowedJson {
    pub(in crate::render::json) provider: &'static str,
    pub(in crate::render::json) kind: &'static str,
    pub(in crate::render::json) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render::json) name: Option<String>,
    /// The layer that changed: `defaults`, or `profile NAME`.
    pub(in crate::render::json) layer: String,
    pub(in crate::render::json) path: String,
    /// Where the account is told otherwise.
    pub(in crate::render::json) by: SourceJson,
}
