//! From what a change to the config does to its JSON.

use super::format::{Action, ComparisonJson, ShadowedJson, WeakenedJson};
use super::place;
use crate::model::base_comparison::{Origin, Shadowed, Weakened};
use crate::model::{BaseComparison, Key};

/// The comparison; origins stand beside the actions.
pub(super) fn base_comparison(comparison: &BaseComparison) -> ComparisonJson {
    let BaseComparison { base, weakened, shadowed, origins: _ } = comparison;
    ComparisonJson {
        base: base.clone(),
        weakened: weakened.iter().map(self::weakened).collect(),
        shadowed: shadowed.iter().map(self::shadowed).collect(),
    }
}

/// An action with where it comes from, if that is known.
pub(super) fn with_origin(action: Action, origin: Option<&Origin>) -> Action {
    let (word, pending) = match origin {
        None => return action,
        Some(Origin::ThisChange) => ("this_change", None),
        Some(Origin::Pending) => ("pending", None),
        Some(Origin::Both { pending }) => ("both", Some(pending.iter().map(ToString::to_string).collect())),
    };
    Action { origin: Some(word), pending, ..action }
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
        Weakened::Withheld { what, key, name, now } => {
            let after = Some((*what).into());
            WeakenedJson { name: name.clone(), after, now: Some(place(now)), ..of("withheld", key) }
        }
        Weakened::DeletePutOff { key, name, now } => {
            let after = Some("read_only".into());
            WeakenedJson { name: name.clone(), after, now: Some(place(now)), ..of("delete_put_off", key) }
        }
        Weakened::Protection { identity, was } => WeakenedJson {
            what: "protection",
            id: Some(identity.clone()),
            was: Some(place(was)),
            ..WeakenedJson::default()
        },
        Weakened::Limit { name, from, to } => WeakenedJson {
            what: "limit",
            limit: Some(name.word()),
            before: Some((*from).into()),
            after: to.map(Into::into),
            ..WeakenedJson::default()
        },
        Weakened::Confirmed { name, number } => WeakenedJson {
            what: "confirmed",
            limit: Some(name.word()),
            after: Some((*number).into()),
            ..WeakenedJson::default()
        },
        Weakened::Released { what, provider, rows, was } => WeakenedJson {
            what,
            provider: Some(provider),
            before: Some((*rows).into()),
            was: Some(place(was)),
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
