//! What an entry says of a list or a map so that, with the layers below, it comes to what is live: `KEY+` where live
//! contains what they say, else `KEY`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::config::edit::Wanted;
use crate::model::Node;
use crate::model::node::Entry;
use crate::model::schema::additions::adding_to;

/// What an entry says, and what of the layers below it no longer follows.
type Said<'a> = (Wanted, Option<&'a Node>);

/// A list of texts. `own` is the map of the entry that it stands in, and `below` what the layers below come to.
pub fn set<'a>(name: &str, own: Option<&Node>, below: Option<&'a Node>, live: &Value) -> Said<'a> {
    let live: Vec<Value> = live.as_array().cloned().unwrap_or_default();
    let own = Own::of(own, name);
    let lower: BTreeSet<String> = below.map(texts).unwrap_or_default();
    let there: BTreeSet<String> = live.iter().map(Value::to_string).collect();
    let contains = lower.is_subset(&there);
    match (&own.whole, below) {
        (None, Some(_)) if contains => {
            let added = own.added.map(texts).unwrap_or_default();
            let new = |value: &Value| !lower.contains(&value.to_string()) || added.contains(&value.to_string());
            (own.adds(name, live.into_iter().filter(new).collect(), None), None)
        }
        (Some(_), _) => (own.says(name, live, None), None),
        (None, below) => (own.says(name, live, None), below),
    }
}

/// A list of maps told apart by a key, of which `changed` differ. `below` is what the layers below come to, and what they
/// come to with the entry.
pub fn keyed<'a>(
    name: &str,
    own: Option<&Node>,
    (below, merged): (Option<&'a Node>, Option<&Node>),
    by: &'static str,
    changed: &BTreeSet<String>,
    live: &Value,
) -> Said<'a> {
    let live: BTreeMap<&str, &Value> =
        live.as_array().into_iter().flatten().filter_map(|item| Some((item.get(by)?.as_str()?, item))).collect();
    let own = Own::of(own, name);
    // Those of a list that stay as they are, and those of the differing ones that are live.
    let with_live = |list: Option<&Node>| {
        let items = list.map(Node::items).unwrap_or_default().iter();
        let key = |item: &Node| item.get(by).and_then(Node::text).unwrap_or_default().to_owned();
        let known: BTreeSet<String> = items.clone().map(key).collect();
        let kept = items.filter_map(|item| {
            let key = key(item);
            if changed.contains(&key) { live.get(key.as_str()).map(|item| (*item).clone()) } else { Some(item.json()) }
        });
        let new = changed.iter().filter(|key| !known.contains(*key)).filter_map(|key| live.get(key.as_str()));
        kept.chain(new.map(|item| (*item).clone())).collect::<Vec<Value>>()
    };
    let lower: BTreeSet<&str> =
        below.into_iter().flat_map(Node::items).filter_map(|item| item.get(by)?.text()).collect();
    let loses = changed.iter().any(|key| lower.contains(key.as_str()) && !live.contains_key(key.as_str()));
    match (own.whole, below) {
        (None, Some(_)) if !loses => (own.adds(name, with_live(own.added), Some(by)), None),
        (Some(whole), _) => (own.says(name, with_live(Some(whole)), Some(by)), None),
        (None, below) => (own.says(name, with_live(merged), Some(by)), below),
    }
}

/// A map with free keys. What the layers below say of a key stays unless the entry says it otherwise.
pub fn map(own: Option<&Node>, merged: Option<&Node>, live: &Value) -> Value {
    let says = |node: Option<&Node>, key: &str| node.and_then(|node| node.get(key)).map(Node::json);
    let live = live.as_object().into_iter().flatten();
    let needed = live.filter(|(key, value)| says(own, key).is_some() || says(merged, key).as_ref() != Some(*value));
    needed.map(|(key, value)| (key.clone(), value.clone())).collect::<Map<_, _>>().into()
}

/// Of a map with free keys, what others than the entry say of keys that are not live: maps merge key by key, so the entry
/// cannot take them out.
pub fn said_elsewhere<'n>(own: Option<&Node>, merged: Option<&'n Node>, live: &Value) -> Vec<&'n Entry> {
    let stays = |entry: &&Entry| live.get(&*entry.key).is_none() && own.is_none_or(|own| own.get(&entry.key).is_none());
    merged.into_iter().flat_map(Node::entries).filter(stays).collect()
}

/// What the entry says of a list now.
struct Own<'a> {
    whole: Option<&'a Node>,
    added: Option<&'a Node>,
}

impl<'a> Own<'a> {
    fn of(around: Option<&'a Node>, name: &str) -> Self {
        let said = |key: &str| around.and_then(|around| around.get(key));
        Own { whole: said(name), added: said(&adding_to(name)) }
    }

    /// `KEY` with these items, and no `KEY+`.
    fn says(&self, name: &str, items: Vec<Value>, by: Option<&'static str>) -> Wanted {
        let list = Wanted::Value { value: items.into(), by };
        Wanted::Keys([(name.to_owned(), list), (adding_to(name), Wanted::Absent)].into())
    }

    /// `KEY+` with these items, or nothing where there are none.
    fn adds(&self, name: &str, items: Vec<Value>, by: Option<&'static str>) -> Wanted {
        let list = if items.is_empty() { Wanted::Absent } else { Wanted::Value { value: items.into(), by } };
        Wanted::Keys([(adding_to(name), list)].into())
    }
}

fn texts(list: &Node) -> BTreeSet<String> {
    list.items().iter().map(|item| item.json().to_string()).collect()
}
