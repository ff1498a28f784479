//! Checking one block against its struct: every mistake in it, each at its own place.
//!
//! Serde stops at the first error, so the node it names is reported, cut out, and the rest is read again. That is quadratic in the
//! errors of one block, so they are capped.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_path_to_error::{Path as ErrorPath, Segment};

use super::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use super::node::{Entry, Node};

/// What a secret's type answers a literal with. The message must not hold the literal.
pub const LITERAL_SECRET: &str = "a literal secret";
/// Errors reported per block.
pub const MAX_ERRORS: usize = 100;

/// Reads `node` as a `T`, reporting all that does not fit. Returns what fits, if anything does.
pub fn check<T: DeserializeOwned>(node: &Node, out: &mut Diagnostics) -> Option<T> {
    let mut rest = node.clone();
    nulls(node, out);
    let (mut incomplete, mut cuts) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..MAX_ERRORS {
        let error = match serde_path_to_error::deserialize::<_, T>(rest.value()) {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        let path = steps(error.path());
        let message = error.inner().to_string();
        let (found, cut) = resolve(&rest, &path, &message);
        // What is missing may be there under a misspelt name or with a wrong type, and that has been said.
        let missing = quoted(&message, "missing field `").map(|field| [&path[..], &[field.to_owned()]].concat());
        let said_already = missing.is_some_and(|missing| incomplete.contains(&path) || cuts.contains(&missing));
        if !found.node.is_null() && !said_already {
            out.push(explain(&found, &message));
        }
        if message.starts_with("unknown field") {
            incomplete.insert(cut[..cut.len().saturating_sub(1)].to_vec());
        }
        if cut.is_empty() {
            return None;
        }
        rest = rest.pruned(&cut);
        cuts.insert(cut);
    }
    out.push(Diagnostic::error(node.place(), format!("more than {MAX_ERRORS} errors in this block; the rest is not shown")));
    None
}

/// An explicit null is never what anybody means: reported once, here, and not again as a wrong type.
fn nulls(node: &Node, out: &mut Diagnostics) {
    for Entry { key, key_place, node } in node.entries() {
        if node.is_null() {
            let place = if node.place().range().is_empty() { *key_place } else { node.place() };
            out.push(
                Diagnostic::error(place, format!("`{key}` is explicitly nothing"))
                    .label("null, or nothing after the colon")
                    .help("leave the key out to leave the field alone; write `[]` to empty a list, `{}` for an empty block"),
            );
        }
        nulls(node, out);
    }
    for item in node.items() {
        if item.is_null() {
            out.push(Diagnostic::error(item.place(), "an empty list item").label("null, or nothing after the dash").help("leave the item out"));
        }
        nulls(item, out);
    }
}

fn steps(path: &ErrorPath) -> Vec<String> {
    let steps = path.iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { .. } | Segment::Unknown => None,
    });
    steps.collect()
}

struct Found<'a> {
    key: Option<&'a Entry>,
    node: &'a Node,
}

/// The node an error is about, and the path to cut so that reading can go on.
fn resolve<'a>(root: &'a Node, path: &[String], message: &str) -> (Found<'a>, Vec<String>) {
    let mut found = Found { key: None, node: root };
    let mut cut = Vec::new();
    for step in path {
        let next = match found.node.entry(step) {
            Some(entry) => Some((Some(entry), &entry.node)),
            None => step.parse::<usize>().ok().and_then(|at| found.node.items().get(at)).map(|item| (None, item)),
        };
        let Some((key, node)) = next else { break };
        found = Found { key: key.or(found.key), node };
        cut.push(step.clone());
    }
    if let Some(unknown) = quoted(message, "unknown field `")
        && let Some(entry) = found.node.entry(unknown)
    {
        cut.push(unknown.to_owned());
        found = Found { key: Some(entry), node: &entry.node };
    }
    (found, cut)
}

fn explain(found: &Found<'_>, message: &str) -> Diagnostic {
    let name = found.key.map_or("the block", |entry| &*entry.key);
    if let Some(unknown) = quoted(message, "unknown field `") {
        let known: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
        let place = found.key.map_or(found.node.place(), |entry| entry.key_place);
        let list = format!("known here: {}", known.join(", "));
        let help = match did_you_mean(unknown, known.iter().copied()) {
            Some(guess) => format!("{guess} ({list})"),
            None if known.is_empty() => "nothing may stand here".to_owned(),
            None => list,
        };
        return Diagnostic::error(place, format!("unknown key `{unknown}`")).label("nothing is known under this name").help(help);
    }
    if let Some(variant) = quoted(message, "unknown variant `") {
        let known: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
        let list = format!("one of: {}", known.join(", "));
        let help = did_you_mean(variant, known.iter().copied()).map_or(list.clone(), |guess| format!("{guess} ({list})"));
        return Diagnostic::error(found.node.place(), format!("`{name}` cannot be `{variant}`")).label("not a legal value").help(help);
    }
    if let Some(missing) = quoted(message, "missing field `") {
        let place = found.node.place();
        return Diagnostic::error(place, format!("`{missing}` is missing"))
            .label(format!("has no `{missing}`"))
            .help(format!("add `{missing}: ...`"));
    }
    if message.contains(LITERAL_SECRET) {
        let place = found.key.map_or(found.node.place(), |entry| entry.key_place);
        return Diagnostic::error(place, format!("a literal secret under `{name}`"))
            .label("a secret does not belong into a file")
            .help("write `{ env: NAME }`, and set NAME in the environment of apply; if this one was ever committed, replace it");
    }
    let invalid = message.starts_with("invalid type") || message.starts_with("invalid value");
    let Some((_, wanted)) = message.split_once(", expected ").filter(|_| invalid) else {
        return Diagnostic::error(found.node.place(), format!("`{name}`: {message}"));
    };
    wrong_type(found, name, wanted)
}

fn wrong_type(found: &Found<'_>, name: &str, wanted: &str) -> Diagnostic {
    let node = found.node;
    let wanted = wanted.split(" at line ").next().unwrap_or(wanted);
    let (kind, help) = match wanted {
        "a boolean" => ("`true` or `false`", node.text().and_then(truth)),
        "a string" => ("text", as_text(node)),
        "a sequence" => ("a list", node.text().map(|text| format!("write `[{text}]`"))),
        _ if wanted.starts_with("struct") || wanted.starts_with("a map") => ("a map of keys", None),
        "usize" | "u64" | "u32" => ("a whole number, zero or more,", None),
        "a nonzero u32" => ("a whole number, one or more,", None),
        other => (other, None),
    };
    let is_item = found.key.is_some_and(|entry| entry.node.is_list() && entry.node.place() != node.place());
    let what = match found.key {
        Some(_) if is_item => format!("an item of `{name}`"),
        Some(_) => format!("`{name}`"),
        None => name.to_owned(),
    };
    let wrong =
        Diagnostic::error(node.place(), format!("{what} has the wrong type")).label(format!("this is {}, but {kind} belongs here", described(node)));
    wrong.help(help.unwrap_or_else(|| format!("write {}", kind.trim_end_matches(','))))
}

/// How to write as text what YAML took for something else; `env: prod` as a list item is a map to YAML.
fn as_text(node: &Node) -> Option<String> {
    match node.entries() {
        [only] => only.node.text().map(|value| format!("write `{}:{value}`, without a space after the colon", only.key)),
        _ => node.text().map(|text| format!("quote it: `\"{text}\"`")),
    }
}

fn described(node: &Node) -> String {
    match node.value() {
        serde_yaml::Value::Bool(_) => "true or false".to_owned(),
        serde_yaml::Value::Number(_) => "a number".to_owned(),
        serde_yaml::Value::String(_) => "text".to_owned(),
        _ => node.describe().to_owned(),
    }
}

fn truth(text: &str) -> Option<String> {
    let word = match text.to_ascii_lowercase().as_str() {
        "yes" | "on" | "1" | "true" | "y" | "t" => "true",
        "no" | "off" | "0" | "false" | "n" | "f" => "false",
        _ => return Some("write `true` or `false`".to_owned()),
    };
    Some(format!("write `{word}`, without quotes"))
}

fn quoted<'a>(message: &'a str, start: &str) -> Option<&'a str> {
    message.strip_prefix(start)?.split('`').next()
}
