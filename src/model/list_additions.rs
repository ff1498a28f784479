//! Two lists whose order means nothing, made one: what `KEY+` comes to.

use std::collections::{HashMap, HashSet};

use super::node::Node;
use super::schema::FieldType;

/// The items of `below` and those of `above`; in a keyed list one of `above` replaces that of the same key. Each item
/// keeps its place; the list's is that of `above`.
pub fn joined(below: &Node, above: &Node, list: FieldType) -> Node {
    if !below.is_list() || !above.is_list() {
        return above.clone();
    }
    let items = match list {
        FieldType::Keyed { by, .. } => by_key(below.items(), above.items(), by),
        FieldType::Set(_) | FieldType::Value(_) | FieldType::Switches(_) | FieldType::Block(_) => {
            each_once(below.items(), above.items())
        }
    };
    above.with_items(items)
}

fn each_once(below: &[Node], above: &[Node]) -> Vec<Node> {
    let known: HashSet<&str> = below.iter().filter_map(Node::text).collect();
    let new = above.iter().filter(|item| item.text().is_none_or(|text| !known.contains(text)));
    below.iter().chain(new).cloned().collect()
}

fn by_key(below: &[Node], above: &[Node], by: &str) -> Vec<Node> {
    let mut items: Vec<Node> = below.to_vec();
    let known: HashMap<&str, usize> =
        below.iter().enumerate().filter_map(|(at, item)| Some((item.get(by)?.text()?, at))).collect();
    for item in above {
        let at = item.get(by).and_then(Node::text).and_then(|key| known.get(key));
        match at.and_then(|at| items.get_mut(*at)) {
            Some(replaced) => *replaced = item.clone(),
            None => items.push(item.clone()),
        }
    }
    items
}
