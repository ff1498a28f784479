//! What to write in place of what should be a list or a map.

use super::spelling::{assignment, bracketed, list_of, quoted, repeated, some_of, spelled};
use super::text_forms::{by_form, has_form};
use crate::model::diagnostic::brief;
use crate::model::node::{Entry, Node};
use crate::model::schema::{BlockSchema, FieldSchema, FieldType, TextFormat, ValueType};
use crate::model::source::sounds_secret;

/// What to write in place of what should be a list of texts.
pub(super) fn of_list(format: TextFormat, node: &Node) -> String {
    let is_tags = matches!(format, TextFormat::Tag | TextFormat::TagPattern);
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

/// What to write in place of what should be a list of blocks.
pub(super) fn of_rows(by: &str, row: &BlockSchema, node: &Node) -> String {
    if node.get(by).is_some() {
        return format!("put a dash before it, `- {by}: ...`: this is a list of such maps");
    }
    match node.entries().first() {
        Some(entry) => {
            let written = entry.node.entries().iter().find(|inner| row.fields.contains_key(&inner.key));
            let (other, value) = match written {
                Some(inner) => (Some(&*inner.key), list_of(&inner.node)),
                None => (row.fields.keys().find(|field| *field != by), list_of(&entry.node)),
            };
            let value = value.unwrap_or_else(|| "...".to_owned());
            let other = other.map_or(String::new(), |other| format!(", {other}: {value}"));
            format!("write `[{{ {by}: {}{other} }}]`, a map for each {by}", quoted(&entry.key))
        }
        None => format!("write `[{{ {by}: ... }}]`"),
    }
}

/// What to write in place of an item that should be a row.
pub(super) fn of_row(by: &str, row: &BlockSchema, node: &Node) -> String {
    let others = row.fields.keys().filter(|field| *field != by).collect::<Vec<_>>().join("`, `");
    let beside = if others.is_empty() { String::new() } else { format!(", and `{others}` beside it") };
    match node.text() {
        Some(_) => format!("write `{{ {by}: {} }}`{beside}", spelled(node)),
        None => format!("write `{{ {by}: ... }}`{beside}"),
    }
}

/// What to write in place of what should be a map whose keys are free: of `true` and `false`, or of texts.
pub(super) fn of_map(of_switches: bool, node: &Node) -> String {
    let pair = |item: &Node| {
        let text = item.text()?;
        let (key, value) = match (of_switches, text.split_once([':', '='])) {
            (true, _) => (text, "true".to_owned()),
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

/// What to write in place of what should be a block.
pub(super) fn of_block(block: &BlockSchema, node: &Node) -> String {
    let known = || format!("write its keys below it: {}", block.fields.keys().collect::<Vec<_>>().join(", "));
    if let [only] = node.items()
        && only.is_map()
    {
        return "write the map itself, without the dash or the brackets: there is one".to_owned();
    }
    let field_type = |name: &str| block.fields.get(name).map(|field| field.field_type);
    let leads: Vec<(&str, FieldType)> =
        block.arms.iter().filter_map(|arm| arm.first()).filter_map(|lead| Some((*lead, field_type(lead)?))).collect();
    let word = node.text().map(str::to_ascii_lowercase);
    if let Some(word @ ("true" | "all" | "*" | "false")) = word.as_deref() {
        let mut switches = leads.iter().copied().chain(field_type("enabled").map(|enabled| ("enabled", enabled)));
        let is_switch = |field: FieldType| matches!(field, FieldType::Value(ValueType::Bool));
        if let Some((name, _)) =
            switches.find(|(name, field)| is_switch(*field) && (word != "false" || *name == "enabled"))
        {
            let value = if word == "false" { "false" } else { "true" };
            return format!("write `{{ {name}: {value} }}`");
        }
    }
    if let Some(text) = node.text().or_else(|| node.items().first().and_then(Node::text)) {
        if let Some((key, _)) = assignment(text) {
            return format!("write `{}: ...` below it: a colon, not `=`", brief(key));
        }
        let by_form = |(name, field): (&'static str, &FieldSchema)| Some((name, by_form(field.field_type, text)?));
        if let Some((field, words)) = block.fields.iter().find_map(by_form) {
            return format!("write `{{ {field}: {words} }}`");
        }
        if let (Some((field, _)), true) =
            (block.fields.iter().find(|(_, field)| has_form(field.field_type, text)), node.is_text())
        {
            return format!("write `{{ {field}: {} }}`", quoted(text));
        }
    }
    let lists = leads.iter().filter(|(_, field)| matches!(field, FieldType::Set(_)));
    let choices: Vec<String> =
        lists.filter_map(|(name, _)| Some(format!("`{{ {name}: {} }}`", list_of(node)?))).collect();
    if choices.is_empty() { known() } else { format!("write {}", choices.join(" or ")) }
}
