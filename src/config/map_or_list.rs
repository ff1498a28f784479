//! A map or a list where one is expected, or what to write instead.

use super::keys::ACCOUNT_KEYS;
use crate::model::characters::odd_character;
use crate::model::check::spelling;
use crate::model::diagnostic::brief;
use crate::model::node::Entry;
use crate::model::{Diagnostic, Diagnostics, Node};

/// The map under a key; what else stands there is reported.
pub fn map(entry: &Entry, out: &mut Diagnostics) -> Option<Node> {
    if entry.node.is_map() {
        return Some(entry.node.clone());
    }
    let first = entry.node.items().first();
    let help = match first.and_then(Node::text).or(entry.node.text()) {
        Some(name) => format!("write `{}: {{ {}: {{ ... }} }}`", entry.key, brief(name)),
        None => match first.and_then(|item| item.entries().first()) {
            Some(inner) => {
                format!("take the dashes out: `{}:` stands directly below `{}:`", brief(&inner.key), entry.key)
            }
            None => format!("write keys below `{}:`, without dashes", entry.key),
        },
    };
    out.push(wrong_kind(entry, "a map of keys", help));
    None
}

/// The items of the list under a key; what else stands there is reported.
pub fn list(entry: &Entry, out: &mut Diagnostics) -> Vec<Node> {
    if !entry.node.is_list() {
        out.push(wrong_kind(entry, "a list", as_list(entry)));
    }
    entry.node.items().to_vec()
}

/// How to write as a list what stands there as a map or as one value.
fn as_list(entry: &Entry) -> String {
    let Entry { key, node, .. } = entry;
    let names_accounts = key.as_ref() != "protect";
    match (node.entries().first(), node.text()) {
        (Some(first), _) if first.key.chars().any(|c| odd_character(c).is_some()) => {
            "begin each entry with `- `, a plain dash and a space".to_owned()
        }
        (Some(first), _) if names_accounts && !ACCOUNT_KEYS.contains(&&*first.key) => {
            format!(
                "write a list: `- aws_account_id: {}` for each, and below it what stands below that key",
                spelling::as_text(&first.key)
            )
        }
        (Some(_), _) if !names_accounts => {
            format!(
                "write `{key}: [{}]`",
                node.entries().iter().take(3).map(|entry| spelling::as_text(&entry.key)).collect::<Vec<_>>().join(", ")
            )
        }
        (Some(first), _) => format!("put a dash before each entry: `- {}: ...`", brief(&first.key)),
        (None, Some(text)) if names_accounts => {
            format!("write `- aws_account_id: {}` below `{key}:`", spelling::as_text(text))
        }
        (None, Some(text)) => format!("write `{key}: [{}]`", spelling::as_text(text)),
        (None, None) => "write a list".to_owned(),
    }
}

/// What stands under a key is of another kind than `wanted`.
pub fn wrong_kind(entry: &Entry, wanted: &str, help: String) -> Diagnostic {
    Diagnostic::error(entry.key_place, format!("`{}` has the wrong type", entry.key))
        .label(format!("this is {}, but {wanted} belongs here", entry.node.describe()))
        .help(help)
}
