//! Reads `--only`: accounts, and the names that outputs have for single resources, as people copy them.

use crate::config::removed::from_words;
use crate::model::suggestion::{did_you_mean, listed};
use crate::model::{Error, KindName, ResourceSelection, SelectedResource};

/// Everything that the flag names; nothing if it is not there.
///
/// # Errors
/// Something is no account, and no name of a resource.
pub fn read(values: &[String]) -> Result<Option<ResourceSelection>, Error> {
    let named = values.iter().map(|value| value.trim()).filter(|value| !value.is_empty());
    let selected: ResourceSelection = named.map(read_one).collect::<Result<_, _>>()?;
    Ok((!values.is_empty()).then_some(selected))
}

/// `210000000001`, `210000000001 wavefront.ec2`, and after either the identity of one of several.
fn read_one(value: &str) -> Result<SelectedResource, Error> {
    let words: Vec<&str> = value.split_whitespace().collect();
    let whole = |kind: Option<&str>, identity: Option<&str>| SelectedResource {
        account: words[0].to_owned(),
        kind: kind.map(KindName::read),
        identity: identity.map(str::to_owned),
    };
    match words[..] {
        [kind] if is_kind(kind) || looks_like_kind(kind) => Err(no_account(kind)),
        [_] => Ok(whole(None, None)),
        [_, kind] if is_kind(kind) => Ok(whole(Some(kind), None)),
        [_, kind] if looks_like_kind(kind) => Err(unknown_kind(value, kind)),
        [_, identity] => Ok(whole(None, Some(identity))),
        [_, kind, identity] if is_kind(kind) => Ok(whole(Some(kind), Some(identity))),
        [_, kind, _] => Err(unknown_kind(value, kind)),
        _ => Err(Error::usage(format!("--only {value}: no account, and no name of a resource"))
            .hint("write an account, or account and kind as plan shows them: `--only \"210000000001 wavefront.ec2\"`")),
    }
}

fn is_kind(word: &str) -> bool {
    from_words().iter().any(|known| known == word)
}

/// Whether a word that is no kind was meant as one.
fn looks_like_kind(word: &str) -> bool {
    let words = from_words();
    let of_provider =
        words.iter().any(|known| word.strip_prefix(known.as_str()).is_some_and(|rest| rest.starts_with('.')));
    of_provider || did_you_mean(word, words.iter().map(String::as_str)).is_some()
}

fn no_account(kind: &str) -> Error {
    if !is_kind(kind) {
        return unknown_kind(kind, kind);
    }
    let provider = kind.split('.').next().unwrap_or(kind);
    Error::usage(format!("--only {kind}: this names no account")).hint(format!(
        "put the account before it, `--only \"ID {kind}\"`; all that the config has at a provider is `--provider {provider}`"
    ))
}

fn unknown_kind(value: &str, kind: &str) -> Error {
    let words = from_words();
    let guess = did_you_mean(kind, words.iter().map(String::as_str));
    let known = || format!("known here: {}", listed(words.iter().map(String::as_str)));
    Error::usage(format!("--only {value}: there are no resources of kind `{kind}`")).hint(guess.unwrap_or_else(known))
}
