//! What to write instead: for a value of the wrong type, for a key in the wrong place.
//!
//! A remedy repeats what was written wherever it can, so that it can be pasted. What stands under a key that sounds
//! like a secret is never repeated.

use super::diagnostic::brief;
use super::expected::{Expected, Fields};
use super::node::{Entry, Node};
use super::source::SECRET_WORDS;

/// Values that are repeated; of more, the first ones.
const MOST_REPEATED: usize = 4;

/// A word for what is expected.
pub fn wanted(expected: &Expected) -> &'static str {
    match expected {
        Expected::Switch => "`true` or `false`",
        Expected::Text(_) => "text",
        Expected::Number(1.., _) => "a whole number from 1 up",
        Expected::Number(..) => "a whole number from 0 up",
        Expected::Word(_) => "one word of a few",
        Expected::List(_) => "a list",
        Expected::Rows(..) => "a list of maps",
        Expected::Map(_) | Expected::Block(_) => "a map of keys",
        Expected::Secret => "a reference to a secret",
        Expected::Anything => "something else",
    }
}

/// A word for what stands there.
pub fn described(node: &Node) -> &'static str {
    match node.value_kind() {
        serde_yaml::Value::Bool(_) => "true or false",
        serde_yaml::Value::Number(_) => "a number",
        serde_yaml::Value::String(_) => "text",
        _ => node.describe(),
    }
}

/// What to write for a key without a value.
pub fn of_null(expected: &Expected) -> String {
    let empty = match expected {
        Expected::List(_) | Expected::Rows(..) => "write `[]` to empty the list",
        Expected::Map(_) => "write `{}` to empty it",
        Expected::Block(_) => "write its keys below it",
        Expected::Secret => "write `{ env: NAME }`",
        _ => "write a value",
    };
    format!("leave the key out to leave the field alone, or {empty}")
}

/// What to write in place of a value of the wrong type.
pub fn of_value(expected: &Expected, node: &Node) -> String {
    match expected {
        Expected::Switch => of_switch(node),
        Expected::Text(format) => of_text(format.as_deref(), node),
        Expected::Number(least, most) => of_number(*least, *most, node),
        Expected::Word(words) => format!("write one of: {}", words.join(", ")),
        Expected::List(item) => of_list(item, node),
        Expected::Rows(by, row) => of_rows(by, row, node),
        Expected::Map(value) => of_map(value, node),
        Expected::Block(fields) => of_block(fields, node),
        Expected::Secret => "write `{ env: NAME }`".to_owned(),
        Expected::Anything => "leave it out".to_owned(),
    }
}

fn of_switch(node: &Node) -> String {
    let word = match node.text().map(str::to_ascii_lowercase).as_deref() {
        Some("yes" | "on" | "1" | "true" | "y" | "t" | "enabled") => "true",
        Some("no" | "off" | "0" | "false" | "n" | "f" | "disabled") => "false",
        _ => return "write `true` or `false`".to_owned(),
    };
    format!("write `{word}`{}", if node.is_plain() { "" } else { ", without quotes" })
}

fn of_text(format: Option<&str>, node: &Node) -> String {
    let of_pair = |key: &str, value: &Node| Some(format!("{key}:{}", repeated(key, value)?));
    let is_tag = matches!(format, Some("tag" | "tag-pattern"));
    let under =
        |name: &str| node.entries().iter().find(|entry| entry.key.eq_ignore_ascii_case(name)).map(|entry| &entry.node);
    match (node.entries(), node.items()) {
        ([only], _) => match of_pair(&only.key, &only.node) {
            Some(pair) if is_tag => format!("write `{pair}`, without a space after the colon"),
            Some(_) => format!("write `{}` alone, without `{}:`", spelled(&only.node), brief(&only.key)),
            None => "write text; a colon with a space after it makes a map".to_owned(),
        },
        ([_, _, ..], _) => match (under("key").and_then(Node::text), under("value")) {
            (Some(key), Some(value)) => match of_pair(&brief(key), value) {
                Some(pair) => format!("write `{}`", quoted(&pair)),
                None => "write `\"key:value\"`".to_owned(),
            },
            _ => "write one text, not a map of keys".to_owned(),
        },
        (_, [only]) if only.text().is_some() => format!("write `{}`, without the brackets", spelled(only)),
        _ if node.is_list() => "write one text, not a list".to_owned(),
        _ => {
            let text = brief(node.text().unwrap_or_default());
            let also = if is_tag { "; most tags read `key:value`" } else { "" };
            format!("quote it: `\"{text}\"`{also}")
        }
    }
}

/// A whole number as YAML's core schema has it.
pub fn whole_number(node: &Node) -> Option<u64> {
    let text = node.text().filter(|text| node.is_plain() && (!text.starts_with('0') || *text == "0"))?;
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

fn of_number(least: u64, most: u64, node: &Node) -> String {
    let text = node.text().unwrap_or_default().trim();
    let digits: String = text.chars().filter(|c| !matches!(c, '_' | ',' | '\'' | ' ')).collect();
    let digits = digits.strip_suffix(".0").unwrap_or(&digits).trim_start_matches('0');
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    match digits.parse::<u64>() {
        Ok(number) if is_number && number > most => format!("write {most} at most"),
        Ok(number) if is_number && number >= least => {
            format!("write `{number}`{}", if node.is_plain() { "" } else { ", without quotes" })
        }
        _ if text.starts_with('-') || !text.is_empty() && digits.is_empty() => format!("write {least} or more"),
        _ if is_number && !digits.is_empty() => format!("write {most} at most"),
        _ => "write it in decimal digits, such as `25`".to_owned(),
    }
}

fn of_list(item: &Expected, node: &Node) -> String {
    let is_tags = matches!(item, Expected::Text(Some(format)) if format == "tag" || format == "tag-pattern");
    if let Some(text) = node.text() {
        let parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
        return format!("write `{}`", bracketed(parts.into_iter().map(str::to_owned)));
    }
    let entries = node.entries();
    if is_tags {
        let values =
            |entry: &Entry| if entry.node.is_list() { entry.node.items().to_vec() } else { vec![entry.node.clone()] };
        let pairs = entries.iter().flat_map(|entry| {
            let key = entry.key.clone();
            values(entry).into_iter().map(move |value| {
                format!("{}:{}", brief(&key), repeated(&key, &value).unwrap_or_else(|| "...".to_owned()))
            })
        });
        return format!("write `{}`", bracketed(pairs));
    }
    let off = |entry: &&Entry| !matches!(entry.node.text(), Some("false" | "False" | "FALSE"));
    format!("write `{}`", bracketed(entries.iter().filter(off).map(|entry| entry.key.to_string())))
}

fn of_rows(by: &str, row: &Fields, node: &Node) -> String {
    if node.get(by).is_some() {
        return format!("put a dash before it, `- {by}: ...`: this is a list of such maps");
    }
    match node.entries().first() {
        Some(entry) => {
            let written = entry.node.entries().iter().find(|inner| row.fields.contains_key(&*inner.key));
            let (other, value) = match written {
                Some(inner) => (Some(&*inner.key), list_of(&inner.node)),
                None => (row.fields.keys().map(String::as_str).find(|field| *field != by), list_of(&entry.node)),
            };
            let value = value.unwrap_or_else(|| "...".to_owned());
            let other = other.map_or(String::new(), |other| format!(", {other}: {value}"));
            format!("write `[{{ {by}: {}{other} }}]`, a map for each {by}", quoted(&entry.key))
        }
        None => format!("write `[{{ {by}: ... }}]`"),
    }
}

/// What to write in place of an item that should be a row.
pub fn of_row(by: &str, row: &Fields, node: &Node) -> String {
    let others = row.fields.keys().filter(|field| *field != by).map(String::as_str).collect::<Vec<_>>().join("`, `");
    let beside = if others.is_empty() { String::new() } else { format!(", and `{others}` beside it") };
    match node.text() {
        Some(_) => format!("write `{{ {by}: {} }}`{beside}", spelled(node)),
        None => format!("write `{{ {by}: ... }}`{beside}"),
    }
}

fn of_map(value: &Expected, node: &Node) -> String {
    let pair = |item: &Node| {
        let text = item.text()?;
        let (key, value) = match (value, text.split_once([':', '='])) {
            (Expected::Switch, _) => (text, "true".to_owned()),
            (_, Some((key, value))) if !sounds_secret(key) => (key, quoted(value.trim())),
            _ => return None,
        };
        Some(format!("{}: {value}", quoted(key.trim())))
    };
    let items =
        if node.is_list() { node.items().iter().map(pair).collect() } else { Some(pair(node).into_iter().collect()) };
    match items.filter(|items: &Vec<String>| !items.is_empty()) {
        Some(pairs) => format!("write `{{ {} }}`", some_of(pairs)),
        None => "write a map: `{ KEY: VALUE }`".to_owned(),
    }
}

fn of_block(fields: &Fields, node: &Node) -> String {
    let known = || format!("write its keys below it: {}", fields.fields.keys().cloned().collect::<Vec<_>>().join(", "));
    if let [only] = node.items()
        && only.is_map()
    {
        return "write the map itself, without the dash or the brackets: there is one".to_owned();
    }
    let leads: Vec<(&str, &Expected)> = fields
        .arms
        .iter()
        .filter_map(|arm| arm.first())
        .filter_map(|lead| Some((lead.as_str(), fields.fields.get(lead)?)))
        .collect();
    let word = node.text().map(str::to_ascii_lowercase);
    if let Some(word @ ("true" | "all" | "*" | "false")) = word.as_deref() {
        let switch = leads
            .iter()
            .map(|(name, field)| (*name, *field))
            .chain(fields.fields.get("enabled").map(|field| ("enabled", field)));
        if let Some((name, _)) =
            { switch }.find(|(name, field)| **field == Expected::Switch && (word != "false" || *name == "enabled"))
        {
            let value = if word == "false" { "false" } else { "true" };
            return format!("write `{{ {name}: {value} }}`");
        }
    }
    if let Some(text) = node.text().or_else(|| node.items().first().and_then(Node::text)) {
        if let Some((key, _)) = assignment(text) {
            return format!("write `{}: ...` below it: a colon, not `=`", brief(key));
        }
        if let Some((field, words)) = fields.fields.iter().find_map(|(name, field)| Some((name, by_form(field, text)?)))
        {
            return format!("write `{{ {field}: {words} }}`");
        }
        if let (Some((field, _)), true) =
            (fields.fields.iter().find(|(_, field)| has_form(field, text)), node.is_text())
        {
            return format!("write `{{ {field}: {} }}`", quoted(text));
        }
    }
    let lists = leads.iter().filter(|(_, field)| matches!(field, Expected::List(_)));
    let choices: Vec<String> =
        lists.filter_map(|(name, _)| Some(format!("`{{ {name}: {} }}`", list_of(node)?))).collect();
    if choices.is_empty() { known() } else { format!("write {}", choices.join(" or ")) }
}

/// Whether a text has the form of a field, where that can be told from others.
pub(super) fn has_form(expected: &Expected, text: &str) -> bool {
    let Expected::Text(Some(form)) = expected else { return false };
    match form.as_str() {
        "role-arn" => text.contains(":role/"),
        "access-key-id" => text.starts_with("AKIA"),
        "role-name" => {
            !text.is_empty()
                && !text.starts_with("AKIA")
                && text.chars().all(|c| c.is_ascii_alphanumeric() || "_+,.@-/".contains(c))
        }
        _ => false,
    }
}

/// `KEY = VALUE`, as other languages have it.
pub fn assignment(text: &str) -> Option<(&str, &str)> {
    let (key, value) = text.split_once('=')?;
    let key = key.trim_end();
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_key.then(|| (key, value.trim().trim_matches('"')))
}

/// What a field takes out of text that has its form, an ARN.
pub(super) fn by_form(expected: &Expected, text: &str) -> Option<String> {
    match expected {
        Expected::Text(Some(form)) if form == "role-name" => {
            Some(quoted(text.strip_prefix("arn:")?.split_once(":role/")?.1))
        }
        Expected::Text(Some(form)) if form == "role-arn" => text.contains(":role/").then(|| quoted(text)),
        Expected::List(item) if **item == Expected::Text(Some("lambda-arn".to_owned())) => {
            text.contains(":lambda:").then(|| format!("[{}]", quoted(text)))
        }
        _ => None,
    }
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

pub(super) fn bracketed(words: impl Iterator<Item = String>) -> String {
    format!("[{}]", some_of(words.take(MOST_REPEATED + 1).map(|word| quoted(&word)).collect()))
}

pub(super) fn some_of(mut words: Vec<String>) -> String {
    if words.len() > MOST_REPEATED {
        words.truncate(MOST_REPEATED);
        words.push("...".to_owned());
    }
    words.join(", ")
}

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
fn repeated(key: &str, value: &Node) -> Option<String> {
    value.text().filter(|_| !value.is_null() && !sounds_secret(key)).map(brief)
}

fn sounds_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| key.contains(word))
}
