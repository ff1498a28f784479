//! Reads `--only`: accounts by id, by name or by a profile that they list, and the names that outputs have for single
//! resources, as people copy them.

use std::collections::BTreeSet;

use crate::config::Loaded;
use crate::config::removed::from_words;
use crate::model::aws::access_key_id::is_meant_as_access_key_id;
use crate::model::aws::account_id::is_account_id;
use crate::model::suggestion::{brief, did_you_mean, listed};
use crate::model::{Error, KindName, ResourceSelection, SelectedResource};

/// Everything that the flag names; nothing if it is not there. Names and profiles are those of `configs`.
///
/// # Errors
/// Something is no account, no profile, and no name of a resource; or a name is that of several accounts.
pub fn read(values: &[String], configs: &[&Loaded]) -> Result<Option<ResourceSelection>, Error> {
    read_after("--only ", values, configs)
}

/// The same for words that stand behind something else than the flag, which mistakes then begin with.
///
/// # Errors
/// As for [`read`].
pub fn read_after(
    flag: &'static str,
    values: &[String],
    configs: &[&Loaded],
) -> Result<Option<ResourceSelection>, Error> {
    if values.is_empty() {
        return Ok(None);
    }
    let reader = Reader { flag, configs };
    let mut selected = Vec::new();
    for value in values {
        selected.extend(reader.value(value.trim())?);
    }
    if selected.is_empty() {
        return Err(Error::usage(format!("{flag}names no account"))
            .hint("write an account's id or name, or `profile:NAME`; without --only all accounts are meant"));
    }
    Ok(Some(selected.into_iter().collect()))
}

/// What stands between commas. A comma within a name or a role is written `\,`.
fn parts(value: &str) -> Vec<String> {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.next_if_eq(&',').is_some() => part.push(','),
            ',' => parts.push(std::mem::take(&mut part)),
            c => part.push(c),
        }
    }
    parts.push(part);
    parts.iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// Accounts that one word, or several, name.
struct Named {
    ids: Vec<String>,
    /// Whether they are those of a profile, of which some may not have what is asked for.
    by_profile: bool,
}

struct Reader<'a> {
    /// What mistakes begin with.
    flag: &'static str,
    configs: &'a [&'a Loaded],
}

impl Reader<'_> {
    /// One account whose name has commas in it, or all that stands between commas.
    fn value(&self, value: &str) -> Result<Vec<SelectedResource>, Error> {
        let parts = parts(value);
        let named = self.who(value)?.filter(|_| parts != [value]);
        let each = || parts.iter().map(|part| self.part(part)).collect::<Result<Vec<_>, _>>().map(|each| each.concat());
        let Some(named) = named else { return each() };
        let whole = self.of(named, &[], value)?;
        match each() {
            Ok(each) if each != whole => Err(self.ambiguous(value, &whole, &each)),
            Ok(_) | Err(_) => Ok(whole),
        }
    }

    /// `WHO`, `WHO KIND`, and after either the identity of one of several. A name may have spaces in it: the longest
    /// beginning that names somebody is it, unless a shorter one names somebody, too, who has what the rest names.
    fn part(&self, part: &str) -> Result<Vec<SelectedResource>, Error> {
        let splits = (0..=2).filter_map(|behind| split_words(part, behind));
        let mut readings = splits.filter_map(|(who, rest)| Some((self.who(who).transpose()?, rest)));
        let Some((named, rest)) = readings.next() else { return Err(self.nobody(part)) };
        let first = self.of(named?, &rest, part)?;
        let other = readings.find_map(|(named, rest)| {
            let other = self.of(named.ok()?, &rest, part).ok()?;
            let means_something =
                rest.first().is_some_and(|word| is_kind(word)) || other.iter().any(|one| self.is_declared(one));
            (means_something && other != first).then_some(other)
        });
        match other {
            Some(other) => Err(self.ambiguous(part, &first, &other)),
            None => Ok(first),
        }
    }

    fn ambiguous(&self, value: &str, one: &[SelectedResource], other: &[SelectedResource]) -> Error {
        let flag = self.flag;
        let written = |selected: &[SelectedResource]| selected.iter().map(|one| format!("'{one}'")).collect::<Vec<_>>();
        let (one, other) = (written(one), written(other));
        let (one, other) = (listed(one.iter().map(String::as_str)), listed(other.iter().map(String::as_str)));
        Error::usage(format!("{flag}{}: this may mean two things", brief(value)))
            .hint(format!("by ids, write {one} for the account of that whole name, or {other} for what its parts name"))
    }

    /// Whom this names, if anybody.
    fn who(&self, who: &str) -> Result<Option<Named>, Error> {
        let flag = self.flag;
        if let Some(profile) = who.strip_prefix("profile:").map(str::trim) {
            let members: Vec<_> = self.configs.iter().filter_map(|config| config.directory.under(profile)).collect();
            let ids: BTreeSet<&String> = members.iter().copied().flatten().collect();
            if !members.is_empty() && ids.is_empty() {
                return Err(Error::usage(format!("{flag}{who}: no account lists this profile"))
                    .hint("a profile selects the accounts that have it under `profiles:`"));
            }
            return Ok((!ids.is_empty()).then(|| Named { ids: ids.into_iter().cloned().collect(), by_profile: true }));
        }
        let (name, is_forced) = match who.strip_prefix("name:") {
            Some(name) => (name.trim(), true),
            None => (who, false),
        };
        if !is_forced && (looks_like_id(who) || self.is_identity(who)) {
            return Ok(Some(Named { ids: vec![who.to_owned()], by_profile: false }));
        }
        let ids: BTreeSet<&str> = self.configs.iter().flat_map(|config| config.directory.named(name)).collect();
        match ids.len() {
            0 => Ok(None),
            1 => Ok(Some(Named { ids: ids.into_iter().map(str::to_owned).collect(), by_profile: false })),
            count => Err(Error::usage(format!("{flag}{who}: {count} accounts have this name"))
                .hint(format!("write the id of the one that is meant: {}", listed(ids)))),
        }
    }

    /// Whether the config knows an account or one of its resources by this very name.
    fn is_identity(&self, who: &str) -> bool {
        self.configs.iter().map(|config| &config.desired).any(|desired| {
            desired.mentions(who) || desired.entries.values().any(|entry| entry.names().any(|name| name == who))
        })
    }

    /// What of these accounts is meant, by the words behind them.
    fn of(&self, named: Named, rest: &[&str], value: &str) -> Result<Vec<SelectedResource>, Error> {
        let flag = self.flag;
        let (kind, identity) = match *rest {
            [] => (None, None),
            [kind] if is_kind(kind) => (Some(kind), None),
            [kind] if looks_like_kind(kind) => return Err(unknown_kind(flag, value, kind)),
            [identity] => (None, Some(identity)),
            [kind, identity] if is_kind(kind) => (Some(kind), Some(identity)),
            [kind, ..] => return Err(unknown_kind(flag, value, kind)),
        };
        let one = |account: String| SelectedResource {
            account,
            kind: kind.map(KindName::read),
            identity: identity.map(str::to_owned),
        };
        let Named { ids, by_profile } = named;
        let selected: Vec<SelectedResource> = ids.into_iter().map(one).collect();
        if !by_profile || rest.is_empty() {
            return Ok(selected);
        }
        let by_name: Vec<_> = self.configs.iter().map(|config| config.desired.entries_by_name()).collect();
        let is_declared = |one: &SelectedResource| {
            let alone = ResourceSelection::from_iter([one.clone()]);
            let mut entries = by_name.iter().flat_map(|entries| entries.get(one.account.as_str())).flatten();
            entries.any(|entry| alone.has_desired(entry))
        };
        let with: Vec<SelectedResource> = selected.into_iter().filter(is_declared).collect();
        match with.is_empty() {
            true => Err(Error::usage(format!("{flag}{value}: no account of this profile has such a resource"))
                .hint("leave the kind out to select all that these accounts have")),
            false => Ok(with),
        }
    }

    fn is_declared(&self, one: &SelectedResource) -> bool {
        let alone = ResourceSelection::from_iter([one.clone()]);
        let mut entries = self.configs.iter().flat_map(|config| config.desired.entries.values());
        entries.any(|entry| alone.has_desired(entry))
    }

    /// What is said of words that name nobody.
    fn nobody(&self, value: &str) -> Error {
        let flag = self.flag;
        let words: Vec<&str> = value.split_whitespace().collect();
        if let Some(profile) = value.strip_prefix("profile:").map(str::trim) {
            let known: BTreeSet<&str> = self.configs.iter().flat_map(|config| config.directory.profiles()).collect();
            let guess = did_you_mean(profile, known.iter().copied()).map(|guess| guess.replacen('`', "`profile:", 1));
            let list = if known.is_empty() {
                "no profile is declared".to_owned()
            } else {
                format!("declared are: {}", listed(known))
            };
            let hint = guess.map_or(list.clone(), |guess| format!("{guess} ({list})"));
            return Error::usage(format!("{flag}{}: there is no such profile", brief(value))).hint(hint);
        }
        let name = value.strip_prefix("name:").unwrap_or(value).trim();
        let known: BTreeSet<&str> = self.configs.iter().flat_map(|config| config.directory.names()).collect();
        let profiles: BTreeSet<&str> = self.configs.iter().flat_map(|config| config.directory.profiles()).collect();
        let is_profile = profiles.contains(name).then(|| format!("did you mean `profile:{name}`?"));
        let begin_so: Vec<&str> = known.iter().copied().filter(|known| known.starts_with(name)).collect();
        let several = || format!("{} names begin so: {}", begin_so.len(), listed(begin_so.iter().copied()));
        let guess = is_profile.or_else(|| (begin_so.len() > 1 && !name.is_empty()).then(several));
        let guess = guess.or_else(|| did_you_mean(name, known.iter().copied()));
        match words[..] {
            [kind] if is_kind(kind) || guess.is_none() && looks_like_kind(kind) => return no_account(flag, kind),
            [id, _, _, ..] if looks_like_id(id) => {
                return Error::usage(format!("{flag}{value}: no account, and no name of a resource")).hint(
                    "write an account, or account and kind as plan shows them: `--only \"210000000001 wavefront.ec2\"`",
                );
            }
            _ => {}
        }
        let takes = "name accounts that stand under `accounts:` or `removed:`, by id (twelve digits) or by name, and `profile:NAME`";
        let comma = if name.contains(',') { "" } else { "; a comma in a name is written `\\,`" };
        let hint = guess.unwrap_or_else(|| format!("{takes}{comma}"));
        Error::usage(format!("{flag}{}: no account has this id or name", brief(value))).hint(hint)
    }
}

/// The words before the last `behind` of them as they stand, and those.
fn split_words(value: &str, behind: usize) -> Option<(&str, Vec<&str>)> {
    let mut before = value.trim();
    let mut words = Vec::new();
    for _ in 0..behind {
        let at = before.rfind(char::is_whitespace)?;
        words.insert(0, before[at..].trim());
        before = before[..at].trim_end();
    }
    (!before.is_empty()).then_some((before, words))
}

/// Whether a word can be nothing but an id, an access key or an ARN.
fn looks_like_id(word: &str) -> bool {
    let is_whole = !word.contains(char::is_whitespace);
    let digits = word.split('/').next().unwrap_or(word);
    is_whole && (is_account_id(digits) || is_meant_as_access_key_id(word) || word.starts_with("arn:"))
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

fn no_account(flag: &str, kind: &str) -> Error {
    if !is_kind(kind) {
        return unknown_kind(flag, kind, kind);
    }
    let provider = kind.split('.').next().unwrap_or(kind);
    Error::usage(format!("{flag}{kind}: this names no account")).hint(format!(
        "put the account before it, `--only \"ID {kind}\"`; all that the config has at a provider is `--provider {provider}`"
    ))
}

fn unknown_kind(flag: &str, value: &str, kind: &str) -> Error {
    let words = from_words();
    let guess = did_you_mean(kind, words.iter().map(String::as_str));
    let known = || format!("known here: {}", listed(words.iter().map(String::as_str)));
    Error::usage(format!("{flag}{value}: there are no resources of kind `{kind}`")).hint(guess.unwrap_or_else(known))
}
