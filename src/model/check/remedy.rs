//! What to write instead of a value of the wrong type.
//!
//! A remedy repeats what was written wherever it can, so that it can be pasted.

use super::container_remedy::{of_block, of_list, of_map, of_rows};
use super::spelling::{quoted, repeated, spelled};
use crate::model::diagnostic::brief;
use crate::model::node::Node;
use crate::model::schema::{FieldType, TextFormat, ValueType};

/// A word for what is expected.
pub(super) fn wanted(expected: FieldType) -> &'static str {
    match expected {
        FieldType::Value(ValueType::Bool) => "`true` or `false`",
        FieldType::Value(ValueType::Text(_)) => "text",
        FieldType::Value(ValueType::UInt { min: 1.., .. }) => "a whole number from 1 up",
        FieldType::Value(ValueType::UInt { .. }) => "a whole number from 0 up",
        FieldType::Value(ValueType::Enum(_)) => "one word of a few",
        FieldType::Value(ValueType::Secret) => "a reference to a secret",
        FieldType::Value(ValueType::List(_)) | FieldType::Set(_) => "a list",
        FieldType::Keyed { .. } => "a list of maps",
        FieldType::Value(ValueType::Map { .. }) | FieldType::Switches(_) | FieldType::Block(_) => "a map of keys",
    }
}

/// A word for what stands there.
pub(super) fn described(node: &Node) -> &'static str {
    match node.value_kind() {
        serde_yaml::Value::Bool(_) => "true or false",
        serde_yaml::Value::Number(_) => "a number",
        serde_yaml::Value::String(_) => "text",
        _ => node.describe(),
    }
}

/// What to write for a key without a value.
pub(super) fn of_null(expected: FieldType) -> String {
    let empty = match expected {
        FieldType::Value(ValueType::List(_)) | FieldType::Set(_) | FieldType::Keyed { .. } => {
            "write `[]` to empty the list"
        }
        FieldType::Value(ValueType::Map { .. }) | FieldType::Switches(_) => "write `{}` to empty it",
        FieldType::Block(_) => "write its keys below it",
        FieldType::Value(ValueType::Secret) => "write `{ env: NAME }`",
        FieldType::Value(ValueType::Bool | ValueType::Text(_) | ValueType::UInt { .. } | ValueType::Enum(_)) => {
            "write a value"
        }
    };
    format!("leave the key out to leave the field alone, or {empty}")
}

/// What to write in place of a value of the wrong type.
pub(super) fn of_value(expected: FieldType, node: &Node) -> String {
    match expected {
        FieldType::Value(ValueType::Bool) => of_switch(node),
        FieldType::Value(ValueType::Text(format)) => of_text(format, node),
        FieldType::Value(ValueType::UInt { min, max }) => of_number(min, max, node),
        FieldType::Value(ValueType::Enum(words)) => format!("write one of: {}", words.join(", ")),
        FieldType::Value(ValueType::Secret) => "write `{ env: NAME }`".to_owned(),
        FieldType::Value(ValueType::List(format)) | FieldType::Set(format) => of_list(format, node),
        FieldType::Keyed { by, item } => of_rows(by, item, node),
        FieldType::Value(ValueType::Map { .. }) => of_map(false, node),
        FieldType::Switches(_) => of_map(true, node),
        FieldType::Block(block) => of_block(block, node),
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

fn of_text(format: TextFormat, node: &Node) -> String {
    let of_pair = |key: &str, value: &Node| Some(format!("{key}:{}", repeated(key, value)?));
    let is_tag = matches!(format, TextFormat::Tag | TextFormat::TagPattern);
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
