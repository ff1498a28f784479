//! What the lists of many accounts have in common: one list for `defaults`, in which a variable stands for what differs.
//!
//! Tags with a common key become one element, `env:${vars.env}`, and each account says what its `env` is. An account
//! whose list does not have all of it follows nothing, and keeps a list of its own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::pattern::{OwnList, Pattern};
use crate::model::node::vars::is_var_name;

/// Fewer accounts than this share nothing.
const FEWEST: usize = 3;
/// What naming a list costs an account, in characters, beside its elements.
const FRAME: usize = 18;
/// What quotes and a comma cost.
const QUOTES: usize = 4;

/// A list for `defaults`, and which accounts follow it.
#[derive(Debug)]
pub struct SharedList {
    /// The list.
    pub list: Value,
    /// By line.
    pub followers: BTreeMap<usize, Follower>,
}

/// What a follower says beside the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Follower {
    /// What the variables in the list stand for.
    pub vars: BTreeMap<String, String>,
    /// What it has beyond the list, as a config writes it.
    pub added: Vec<Value>,
}

/// Finds the list that saves the most, if one saves anything. `lists` holds those of all accounts that have one, by
/// line; `reached` says how many accounts come under `defaults`, of which at least half must follow.
pub fn find(lists: &BTreeMap<usize, OwnList<'_>>, reached: usize, are_tags: bool) -> Option<SharedList> {
    let fewest = FEWEST.max(reached.div_ceil(2));
    let slots = slots(lists, are_tags, fewest);
    let alone = cost(lists, &BTreeMap::new());
    let shared = (1..=slots.len()).map(|many| {
        let patterns: Vec<&Pattern> = slots[..many].iter().collect();
        let followers = followers(lists, &patterns);
        let of_list: usize = patterns.iter().map(|pattern| length(&pattern.written())).sum();
        (of_list + cost(lists, &followers), many, followers)
    });
    let enough = shared.filter(|(_, _, followers)| followers.len() >= fewest);
    let (_, many, followers) =
        enough.min_by_key(|(cost, many, _)| (*cost, *many)).filter(|(cost, ..)| *cost < alone)?;
    let mut texts: Vec<Value> = slots[..many].iter().map(Pattern::written).collect();
    texts.sort_by_key(Value::to_string);
    Some(SharedList { list: Value::Array(texts), followers })
}

/// Who follows a list that is there already; nothing if it cannot be told what follows it.
pub fn follow(lists: &BTreeMap<usize, OwnList<'_>>, list: &Value) -> Option<SharedList> {
    let patterns: Vec<Pattern> = list.as_array()?.iter().map(Pattern::read).collect::<Option<_>>()?;
    let followers = followers(lists, &patterns.iter().collect::<Vec<_>>());
    Some(SharedList { list: list.clone(), followers })
}

/// What could stand in a list that so many accounts follow, what most have first.
fn slots(lists: &BTreeMap<usize, OwnList<'_>>, are_tags: bool, fewest: usize) -> Vec<Pattern> {
    let mut covered = BTreeSet::new();
    let mut slots = Vec::new();
    for (key, tagged) in by_key(lists).into_iter().filter(|_| are_tags) {
        if let Some(slot) = of_key(key, &tagged) {
            covered.insert(key);
            slots.push(slot);
        }
    }
    let is_covered = |value: &Value| value.as_str().and_then(key_of).is_some_and(|key| covered.contains(key));
    let mut by_text = BTreeMap::<String, (usize, &Value)>::new();
    for element in lists.values().flat_map(|list| list.elements).filter(|element| !is_covered(&element.live)) {
        by_text.entry(element.written.to_string()).or_insert((0, &element.written)).0 += 1;
    }
    slots.extend(by_text.into_values().map(|(support, value)| (support, Pattern::Literal(value.clone()))));
    slots.retain(|(support, _)| *support >= fewest);
    slots.sort_by_key(|(support, pattern)| (std::cmp::Reverse(*support), pattern.written().to_string()));
    slots.into_iter().map(|(_, pattern)| pattern).collect()
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
fn followers(lists: &BTreeMap<usize, OwnList<'_>>, patterns: &[&Pattern]) -> BTreeMap<usize, Follower> {
    let follower = |(line, list): (&usize, &OwnList<'_>)| {
        let mut follower = Follower::default();
        let mut taken = BTreeSet::new();
        for pattern in patterns {
            let (at, value) = pattern.find(list)?;
            taken.insert(at).then_some(())?;
            if let Some((var, value)) = pattern.var().zip(value) {
                let known = follower.vars.insert(var.to_owned(), value.to_owned());
                known.is_none_or(|known| known == value).then_some(())?;
            }
        }
        let rest = list.elements.iter().enumerate().filter(|(at, _)| !taken.contains(at));
        follower.added = rest.map(|(_, element)| element.written.clone()).collect();
        Some((*line, follower))
    };
    lists.iter().filter_map(follower).collect()
}

/// Roughly what accounts say of these lists, in characters. A list that several have is written once.
fn cost(lists: &BTreeMap<usize, OwnList<'_>>, followers: &BTreeMap<usize, Follower>) -> usize {
    let mut whole = BTreeMap::<String, (usize, usize)>::new();
    let mut cost = 0;
    for (line, list) in lists {
        match followers.get(line) {
            Some(Follower { vars, added }) => {
                cost += vars.iter().map(|(name, value)| name.len() + value.len() + QUOTES).sum::<usize>();
                cost += if added.is_empty() { 0 } else { FRAME + added.iter().map(length).sum::<usize>() };
            }
            None => {
                let own = list.elements.iter().map(|element| length(&element.written)).sum::<usize>() + FRAME;
                let written: Vec<String> = list.elements.iter().map(|element| element.written.to_string()).collect();
                let seen = whole.entry(written.join(",")).or_default();
                *seen = (seen.0 + 1, own);
            }
        }
    }
    let once = |(many, own): &(usize, usize)| if *many >= FEWEST { own + many * QUOTES } else { many * own };
    cost + whole.values().map(once).sum::<usize>()
}

fn length(value: &Value) -> usize {
    value.to_string().len() + QUOTES
}
