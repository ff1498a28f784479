//! What a profile is called: by what its accounts have in common and no others, else by what it says, else after one of
//! its accounts. Never by a number.

use std::collections::{BTreeMap, BTreeSet};

use super::fold::Group;
use super::profile_words::{ProfileWords, of_tag, slug};
use super::table::Table;
use crate::importer::account_draft::{Draft, Schemas};
use crate::importer::tags::{WHAT, WHERE, tags};

/// A title for every group, none of them `taken`.
pub fn titles(
    groups: &[Group],
    drafts: &[Draft],
    table: &Table,
    schemas: &Schemas,
    taken: &BTreeSet<String>,
) -> Vec<String> {
    let bearers = Bearers::of(drafts, schemas);
    let mut taken = taken.clone();
    let mut titles = Vec::new();
    let words: Vec<ProfileWords> = groups.iter().map(|group| ProfileWords::of(group, table)).collect();
    for (at, group) in groups.iter().enumerate() {
        // Where two profiles are about the same place, it tells neither of them.
        let of_others: BTreeSet<&String> =
            words.iter().enumerate().filter(|(other, _)| *other != at).flat_map(|(_, words)| &words.places).collect();
        let mut own = words[at].clone();
        own.places.retain(|word| !of_others.contains(word));
        let title = candidates(group, own, drafts, &bearers).find(|title| !taken.contains(title)).unwrap_or_default();
        taken.insert(title.clone());
        titles.push(title);
    }
    titles
}

/// What a profile may be called, the best first.
fn candidates<'a>(
    group: &'a Group,
    words: ProfileWords,
    drafts: &'a [Draft],
    bearers: &Bearers<'_>,
) -> impl Iterator<Item = String> + use<'a> {
    let shared = bearers.shared(&group.members);
    let ProfileWords { one_thing, places, subject, heaviest } = words;
    let by_tag = exactly(&shared, &group.members);
    let by_partition = partition(&group.members, drafts);
    let by_tags = exactly_together(&shared, &group.members);
    let words: Vec<String> = places.iter().chain(&subject).chain(&heaviest).cloned().collect();
    // A tag that others have too, and what the profile says.
    let closest = shared.iter().min_by_key(|tag| tag.lines.len()).and_then(|tag| tag.words().into_iter().next());
    let joined: Vec<String> = words.iter().filter_map(|word| slug(&format!("{}-{word}", closest.as_ref()?))).collect();
    let pairs = pairs(&words);
    by_tag
        .into_iter()
        .chain(one_thing)
        .chain(by_partition)
        .chain(by_tags)
        .chain(words)
        .chain(joined)
        .chain(pairs)
        .chain(after_members(&group.members, drafts))
}

/// A tag, and the accounts that have it.
struct Bearer<'a> {
    tag: &'a str,
    lines: &'a [usize],
}

/// Every tag, and who has it.
struct Bearers<'a>(BTreeMap<&'a str, Vec<usize>>);

impl<'a> Bearers<'a> {
    fn of(drafts: &'a [Draft], schemas: &Schemas) -> Self {
        let mut bearers = BTreeMap::<&str, Vec<usize>>::new();
        for (line, draft) in drafts.iter().enumerate() {
            let tags: BTreeSet<&str> = tags(draft, schemas).into_iter().collect();
            tags.into_iter().for_each(|tag| bearers.entry(tag).or_default().push(line));
        }
        Bearers(bearers)
    }

    /// The tags that all of these accounts have, those that tell most first.
    fn shared(&self, members: &[usize]) -> Vec<Bearer<'_>> {
        let have_it = |lines: &Vec<usize>| members.iter().all(|line| lines.binary_search(line).is_ok());
        let shared = self.0.iter().filter(|(_, lines)| have_it(lines));
        let mut shared: Vec<Bearer<'_>> = shared.map(|(tag, lines)| Bearer { tag, lines }).collect();
        shared.sort_by_key(|tag| (tag.rank(), tag.tag));
        shared
    }
}

impl Bearer<'_> {
    /// What runs in an account tells more than for whom it does, and that more than any other tag.
    fn rank(&self) -> usize {
        let key = self.tag.split_once(':').map_or(self.tag, |(key, _)| key);
        WHAT.iter().chain(WHERE).position(|known| *known == key).unwrap_or(usize::MAX)
    }

    fn words(&self) -> Vec<String> {
        match self.tag.split_once(':') {
            Some((key, value)) => of_tag(key, value),
            None => slug(self.tag).into_iter().collect(),
        }
    }
}

/// Names after one tag that no other account has.
fn exactly(shared: &[Bearer<'_>], members: &[usize]) -> Vec<String> {
    shared.iter().filter(|tag| tag.lines == members).flat_map(Bearer::words).collect()
}

/// Names after two tags that no other account has both of.
fn exactly_together(shared: &[Bearer<'_>], members: &[usize]) -> Vec<String> {
    let mut names = Vec::new();
    for (at, first) in shared.iter().enumerate() {
        for second in &shared[at + 1..] {
            let both = first.lines.iter().filter(|line| second.lines.binary_search(line).is_ok());
            if both.eq(members) {
                names.extend(
                    first.words().into_iter().zip(second.words()).filter_map(|(a, b)| slug(&format!("{a}-{b}"))),
                );
            }
        }
    }
    names
}

/// The partition that these accounts are in and no others.
fn partition(members: &[usize], drafts: &[Draft]) -> Option<String> {
    let partition = &drafts[*members.first()?].partition;
    let there = (0..drafts.len()).filter(|line| drafts[*line].partition == *partition);
    there.eq(members.iter().copied()).then(|| slug(partition)).flatten()
}

fn pairs(words: &[String]) -> Vec<String> {
    let pairs =
        words.iter().enumerate().flat_map(|(at, first)| words[at + 1..].iter().map(move |second| (first, second)));
    pairs.filter_map(|(first, second)| slug(&format!("{first}-{second}"))).collect()
}

/// After one account, or after more and more of them: there is always one that no other profile has.
fn after_members<'a>(members: &'a [usize], drafts: &'a [Draft]) -> impl Iterator<Item = String> + use<'a> {
    let called = |line: &usize| {
        let draft = &drafts[*line];
        let name = draft.name.as_deref().and_then(slug);
        name.unwrap_or_else(|| draft.identity().to_ascii_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-"))
    };
    let one = members.iter().map(move |line| format!("like-{}", called(line)));
    let more = (2..=members.len())
        .map(move |many| format!("like-{}", members[..many].iter().map(called).collect::<Vec<_>>().join("-")));
    one.chain(more)
}
