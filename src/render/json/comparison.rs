//! What a change to the config does, as frozen structs and how they are filled. Within `format` 1 fields are only ever added.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::format::SourceJson;
use super::place;
use crate::model::comparison::{GivenUp, Origin, Unreached};
use crate::model::{Comparison, Key};

/// What a change to the config does.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ComparisonJson {
    /// The config before the change, as it was named.
    base: String,
    /// What the config no longer declares, protects or limits; accounts first.
    given_up: Vec<GivenUpJson>,
    /// Whom a changed default or profile does not reach.
    unreached: Vec<UnreachedJson>,
}

/// One thing given up. Which fields it has depends on `what`.
#[derive(Debug, Default, Serialize, JsonSchema)]
struct GivenUpJson {
    /// `account`, `tombstone`, `protection`, `ownership`, `guard`, `organization`, `site`, `limit`, `confirmed` or `fields`.
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
    /// Of `limit` and `confirmed`: `creates`, `deletes` or `removals`.
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
struct UnreachedJson {
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
    let Comparison { base, given_up, unreached, origins: _ } = comparison;
    ComparisonJson {
        base: base.clone(),
        given_up: given_up.iter().map(self::given_up).collect(),
        unreached: unreached.iter().map(self::unreached).collect(),
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

fn given_up(found: &GivenUp) -> GivenUpJson {
    let of = |what, key: &Key| GivenUpJson {
        what,
        provider: Some(key.provider),
        kind: Some(key.kind),
        id: Some(key.name.clone()),
        ..GivenUpJson::default()
    };
    match found {
        GivenUp::Account { key, name, was } => GivenUpJson { name: name.clone(), was: Some(place(was)), ..of("account", key) },
        GivenUp::Fields { key, name, paths, was } => {
            let paths = Some(paths.iter().map(ToString::to_string).collect());
            GivenUpJson { name: name.clone(), paths, was: Some(place(was)), ..of("fields", key) }
        }
        GivenUp::Tombstone { key, reason, was } => GivenUpJson { reason: Some(reason.clone()), was: Some(place(was)), ..of("tombstone", key) },
        GivenUp::Protection { identity, was } => {
            GivenUpJson { what: "protection", id: Some(identity.clone()), was: Some(place(was)), ..GivenUpJson::default() }
        }
        GivenUp::Limit { name, from, to } => {
            GivenUpJson { what: "limit", limit: Some(name), before: Some((*from).into()), after: Some((*to).into()), ..GivenUpJson::default() }
        }
        GivenUp::Confirmed { name, number } => {
            GivenUpJson { what: "confirmed", limit: Some(name), after: Some((*number).into()), ..GivenUpJson::default() }
        }
        GivenUp::Ownership => GivenUpJson { what: "ownership", ..GivenUpJson::default() },
        GivenUp::Guard { provider, organization } => {
            GivenUpJson { what: "guard", provider: Some(provider), before: Some(organization.as_str().into()), ..GivenUpJson::default() }
        }
        GivenUp::Organization { provider, from, to } => turned("organization", provider, from, to),
        GivenUp::Site { provider, from, to } => turned("site", provider, from, to),
    }
}

fn turned(what: &'static str, provider: &'static str, from: &str, to: &str) -> GivenUpJson {
    GivenUpJson { what, provider: Some(provider), before: Some(from.into()), after: Some(to.into()), ..GivenUpJson::default() }
}

fn unreached(found: &Unreached) -> UnreachedJson {
    let Unreached { key, name, layer, path, by } = found;
    UnreachedJson {
        provider: key.provider,
        kind: key.kind,
        id: key.name.clone(),
        name: name.clone(),
        layer: layer.clone(),
        path: path.to_string(),
        by: place(by),
    }
}
