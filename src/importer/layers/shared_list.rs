//! What the lists of many accounts have in common: one list for `defaults`, in which a variable stands for what differs.
//!
//! Tags with a common key become one element, `env:${vars.env}`, and each account says what its `env` is. An account
//! whose list does not have all of it follows nothing, and keeps a list of its own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::following::{Follower, Following, ListCosts, MIN_ACCOUNTS, length};
use super::pattern::{OwnList, Pattern};
use crate::model::node::vars::is_var_name;

/// A list for `defaults`, and which accounts follow it.
#[derive(Debug)]
pub struct SharedList {
    /// The list.
    pub list: Value,
    /// By line.
    pub followers: BTreeMap<usize, Follower>,
}

/// Finds the list that saves the most, if one saves anything. `lists` holds those of all accounts that have one, by
/// line; `reached` says how many accounts come under `defaults`, of which at least half must follow.
pub fn find(lists: &BTreeMap<usize, OwnList<'_>>, reached: usize, are_tags: bool) -> Option<SharedList> {
    let fewest = MIN_ACCOUNTS.max(reached.div_ceil(2));
    let patterns = patterns(lists, are_tags, fewest);
    let costs = ListCosts::of(lists);
    let mut following: BTreeMap<usize, Following<'_, '_>> =
        lists.iter().map(|(line, list)| (*line, Following::of(list))).collect();
    let (mut best, mut of_list) = ((costs.sum(&BTreeMap::new()), 0), 0);
    // One element more at a time: who does not have it follows no longer list either.
    for (at, pattern) in patterns.iter().enumerate() {
        following.retain(|_, list| list.follow(pattern).is_some());
        if following.len() < fewest {
            break;
        }
        of_list += length(&pattern.written());
        best = best.min((of_list + costs.sum(&following), at + 1));
    }
    let (_, many) = best;
    let chosen = patterns.get(..many).filter(|chosen| !chosen.is_empty())?;
    let mut texts: Vec<Value> = chosen.iter().map(Pattern::written).collect();
    texts.sort_by_key(Value::to_string);
    Some(SharedList { list: Value::Array(texts), followers: followers(lists, chosen) })
}

/// Who follows a list that is there already; nothing if it cannot be told what follows it.
pub fn follow(lists: &BTreeMap<usize, OwnList<'_>>, list: &Value) -> Option<SharedList> {
    let patterns: Vec<Pattern> = list.as_array()?.iter().map(Pattern::read).collect::<Option<_>>()?;
    Some(SharedList { list: list.clone(), followers: followers(lists, &patterns) })
}

/// What could stand in a list that so many accounts follow, what most have first.
fn patterns(lists: &BTreeMap<usize, OwnList<'_>>, are_tags: bool, fewest: usize) -> Vec<Pattern> {
    let mut covered = BTreeSet::new();
    let mut patterns = Vec::new();
    for (key, tagged) in by_key(lists).into_iter().filter(|_| are_tags) {
        if let Some(pattern) = of_key(key, &tagged) {
            covered.insert(key);
            patterns.push(pattern);
        }
    }
    let is_covered = |value: &Value| value.as_str().and_then(key_of).is_some_and(|key| covered.contains(key));
    let mut by_text = BTreeMap::<String, (usize, &Value)>::new();
    for element in lists.values().flat_map(|list| list.elements).filter(|element| !is_covered(&element.live)) {
        by_text.entry(element.written.to_string()).or_insert((0, &element.written)).0 += 1;
    }
    patterns.extend(by_text.into_values().map(|(support, value)| (support, Pattern::Literal(value.clone()))));
    patterns.retain(|(support, _)| *support >= fewest);
    patterns.sort_by_key(|(support, pattern)| (std::cmp::Reverse(*support), pattern.written().to_string()));
    patterns.into_iter().map(|(_, pattern)| pattern).collect()
}

fn key_of(tag: &str) -> Option<&str> {
    Some(tag.split_once(':')?.0)
}

/// The lists with a tag of each key that can be a variable, by key and line.
fn by_key<'l, 'a>(lists: &'l BTreeMap<usize, OwnList<'a>>) -> BTreeMap<&'a str, BTreeMap<usize, &'l OwnList<'a>>> {
    let mut by_key = BTreeMap::<&str, BTreeMap<usize, &OwnList<'_>>>::new();
    for (line, list) in lists {
        for key in list.elements.iter().filter_map(|element| key_of(element.live.as_str()?)) {
            by_key.entry(key).or_default().insert(*line, list);
        }
    }
    by_key.retain(|key, _| is_var_name(&var_of(key)) && !key.contains("${"));
    by_key
}

/// The variable for the tags with this key.
fn var_of(key: &str) -> String {
    key.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

/// One element for the tags with this key, and how many accounts it can stand for: with the account's name where that
/// is what they say, else with a variable; nothing if they all say the same. `tagged` are the lists with such a tag.
fn of_key(key: &str, tagged: &BTreeMap<usize, &OwnList<'_>>) -> Option<(usize, Pattern)> {
    let (by_name, by_var) = (Pattern::tag(key, "name"), Pattern::tag_of_var(key, &var_of(key)));
    let support = |pattern: &Pattern| tagged.values().filter(|list| pattern.find(list).is_some()).count();
    let elements = tagged.values().flat_map(|list| list.elements);
    let own = elements.filter(|element| by_var.value_in(&element.live).is_some());
    let distinct: BTreeSet<String> = own.map(|element| element.written.to_string()).collect();
    if distinct.len() < 2 {
        return None;
    }
    let all = tagged.len();
    if support(&by_name) == all { Some((all, by_name)) } else { Some((support(&by_var), by_var)) }
}

/// The accounts that have an element for each of these, and what they say beside.
fn followers(lists: &BTreeMap<usize, OwnList<'_>>, patterns: &[Pattern]) -> BTreeMap<usize, Follower> {
    let follower = |(line, list): (&usize, &OwnList<'_>)| {
        let mut following = Following::of(list);
        patterns.iter().try_for_each(|pattern| following.follow(pattern))?;
        Some((*line, following.follower()))
    };
    lists.iter().filter_map(follower).collect()
}
