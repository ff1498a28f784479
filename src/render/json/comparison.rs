//! What a change to the config does, as frozen structs and how they are filled. Within `format` 2 fields are only ever
//! added.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::format::SourceJson;
use super::place;
use crate::model::comparison::{Origin, Shadowed, Weakened};
use crate::model::{Comparison, Key};

/// What a change to the config does.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ComparisonJson {
    /// The config before the change, as it was named.
    base: String,
    /// What the config no longer declares, protects or limits; accounts first.
    weakened: Vec<WeakenedJson>,
    /// Whom a changed default or profile does not reach.
    shadowed: Vec<ShadowedJson>,
}

/// One thing given up. Which fields it has depends on `what`.
#[derive(Debug, Default, Serialize, JsonSchema)]
struct WeakenedJson {
    /// `account`, `tombstone`, `protection`, `ownership`, `guard`, `organization`, `site`, `limit`, `confirmed` or
    /// `fields`.
    what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    /// The identity, such as the AWS account id.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Of `fields`: which.
    #[serde(skip_serializing_if = "Option::is_none")]
    paths: Option<Vec<String>>,
    /// Of `tombstone`: why it was to go.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Of `limit` and `confirmed`: `creates`, `deletes` or `disruptive`.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<&'static str>,
    /// As it was: the number of a `limit`, the name of an `organization`, `guard` or `site`.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Value>,
    /// As it is: the same, and the number that is `confirmed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Value>,
    /// Where it stood, in the config before the change; of `fields`, the first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    was: Option<SourceJson>,
}

/// One field of one account that a changed layer does not reach.
#[derive(Debug, Serialize, JsonSchema)]
struct ShadowedJson {
    provider: &'static str,
    kind: &'static str,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The layer that changed: `defaults`, or `profile NAME`.
    layer: String,
    path: String,
    /// Where the account is told otherwise.
    by: SourceJson,
}

/// The comparison; origins stand beside the actions.
pub(super) fn comparison(comparison: &Comparison) -> ComparisonJson {
    let Comparison { base, weakened, shadowed, origins: _ } = comparison;
    ComparisonJson {
        base: base.clone(),
        weakened: weakened.iter().map(self::weakened).collect(),
        shadowed: shadowed.iter().map(self::shadowed).collect(),
    }
}

/// Where an action comes from, in a word.
pub(super) fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::ThisChange => "this_change",
        Origin::Pending => "pending",
        Origin::Both => "both",
    }
}

fn weakened(found: &Weakened) -> WeakenedJson {
    let of = |what, key: &Key| WeakenedJson {
        what,
        provider: Some(key.provider),
        kind: Some(key.kind.name),
        id: Some(key.name.clone()),
        ..WeakenedJson::default()
    };
    match found {
        Weakened::Account { key, name, was } => {
            WeakenedJson { name: name.clone(), was: Some(place(was)), ..of("account", key) }
        }
        Weakened::Fields { key, name, paths, was } => {
            let paths = Some(paths.iter().map(ToString::to_string).collect());
            WeakenedJson { name: name.clone(), paths, was: Some(place(was)), ..of("fields", key) }
        }
        Weakened::Tombstone { key, reason, was } => {
            WeakenedJson { reason: Some(reason.clone()), was: Some(place(was)), ..of("tombstone", key) }
        }
        Weakened::Protection { identity, was } => WeakenedJson {
            what: "protection",
            id: Some(identity.clone()),
            was: Some(place(was)),
            ..WeakenedJson::default()
        },
        Weakened::Limit { name, from, to } => WeakenedJson {
            what: "limit",
            limit: Some(name),
            before: Some((*from).into()),
            after: Some((*to).into()),
            ..WeakenedJson::default()
        },
        Weakened::Confirmed { name, number } => WeakenedJson {
            what: "confirmed",
            limit: Some(name),
            after: Some((*number).into()),
            ..WeakenedJson::default()
        },
        Weakened::Ownership => WeakenedJson { what: "ownership", ..WeakenedJson::default() },
        Weakened::Guard { provider, organization } => WeakenedJson {
            what: "guard",
            provider: Some(provider),
            before: Some(organization.as_str().into()),
            ..WeakenedJson::default()
        },
        Weakened::Organization { provider, from, to } => turned("organization", provider, from, to),
        Weakened::Site { provider, from, to } => turned("site", provider, from, to),
    }
}

fn turned(what: &'static str, provider: &'static str, from: &str, to: &str) -> WeakenedJson {
    WeakenedJson {
        what,
        provider: Some(provider),
        before: Some(from.into()),
        after: Some(to.into()),
        ..WeakenedJson::default()
    }
}

fn shadowed(found: &Shadowed) -> ShadowedJson {
    let Shadowed { key, name, layer, path, by } = found;
    ShadowedJson {
        provider: key.provider,
        kind: key.kind.name,
        id: key.name.clone(),
        name: name.clone(),
        layer: layer.clone(),
        path: path.to_string(),
        by: place(by),
    }
}
