//! What was written, repeated in a form that can be pasted. What stands under a key that sounds like a secret is never
//! repeated.

use crate::model::diagnostic::brief;
use crate::model::node::Node;
use crate::model::source::sounds_secret;

/// Values that are repeated; of more, the first ones.
const MAX_REPEATED: usize = 4;

/// `KEY = VALUE`, as other languages have it.
pub fn assignment(text: &str) -> Option<(&str, &str)> {
    let (key, value) = text.split_once('=')?;
    let key = key.trim_end();
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_key.then(|| (key, value.trim().trim_matches('"')))
}

/// What stands there as a list in brackets; nothing if that is not a matter of brackets.
pub(super) fn list_of(node: &Node) -> Option<String> {
    let items = if node.is_list() { node.items() } else { std::slice::from_ref(node) };
    let words = items
        .iter()
        .map(|item| item.text().filter(|_| !item.is_null()).map(str::to_owned))
        .collect::<Option<Vec<_>>>()?;
    (!words.is_empty()).then(|| bracketed(words.into_iter()))
}

/// Words as a list in brackets.
pub(super) fn bracketed(words: impl Iterator<Item = String>) -> String {
    format!("[{}]", some_of(words.take(MAX_REPEATED + 1).map(|word| quoted(&word)).collect()))
}

/// The first few of some words, with commas between them.
pub(super) fn some_of(mut words: Vec<String>) -> String {
    if words.len() > MAX_REPEATED {
        words.truncate(MAX_REPEATED);
        words.push("...".to_owned());
    }
    words.join(", ")
}

/// A single value as YAML takes it for text.
pub(super) fn spelled(node: &Node) -> String {
    quoted(node.text().unwrap_or_default())
}

/// Text in quotes, as an account id is written.
pub fn as_text(word: &str) -> String {
    format!("\"{}\"", brief(word).replace('\\', "\\\\").replace('"', "\\\""))
}

/// A word as YAML takes it for text: in quotes unless it is a simple one.
pub fn quoted(word: &str) -> String {
    let simple = word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || "_-/.".contains(c));
    let reserved =
        ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&word.to_ascii_lowercase().as_str());
    if simple && !reserved { brief(word) } else { as_text(word) }
}

/// A single value as text; nothing if it must not be repeated.
pub(super) fn repeated(key: &str, value: &Node) -> Option<String> {
    value.text().filter(|_| !value.is_null() && !sounds_secret(key)).map(brief)
}
