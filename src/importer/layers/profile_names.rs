//! What a profile is called: by the tag that its accounts have and no others, by the one thing it says, or by where it
//! says most.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::fold::Group;
use super::table::{ColumnKey, Table};
use crate::importer::draft::{Draft, Schemas};
use crate::importer::tags::tags;
use crate::model::value::inline;

/// Longer titles are no names.
const LONGEST: usize = 32;

/// A title for every group, none of them `taken`.
pub fn titles(
    groups: &[Group],
    drafts: &[Draft],
    table: &Table,
    schemas: &Schemas,
    taken: &BTreeSet<String>,
) -> Vec<String> {
    let mut bearers = BTreeMap::<&str, Vec<usize>>::new();
    for (line, draft) in drafts.iter().enumerate() {
        tags(draft, schemas).into_iter().for_each(|tag| bearers.entry(tag).or_default().push(line));
    }
    let mut taken = taken.clone();
    let mut titles = Vec::new();
    for group in groups {
        let by_tag = bearers.iter().filter(|(_, lines)| **lines == group.members).flat_map(|(tag, _)| of_tag(tag));
        let by_value = of_value(group, table).into_iter();
        let nearly_all = group.members.len() * 4 > drafts.len() * 3;
        let base = if nearly_all { "common".to_owned() } else { of_place(group, table) };
        let numbered = (1..).map(|number| if number == 1 { base.clone() } else { format!("{base}-{number}") });
        let title = by_tag.chain(by_value).chain(numbered).find(|title| !taken.contains(title)).unwrap_or_default();
        taken.insert(title.clone());
        titles.push(title);
    }
    titles
}

/// `env:prod` is `prod`, else `env-prod`.
fn of_tag(tag: &str) -> Vec<String> {
    let Some((key, value)) = tag.split_once(':') else { return slug(tag).into_iter().collect() };
    slug(value).into_iter().chain(slug(&format!("{key}-{value}"))).collect()
}

/// A profile that says one thing is called by it.
fn of_value(group: &Group, table: &Table) -> Option<String> {
    let (at, number) = group.cells.first_key_value().filter(|_| group.cells.len() == 1)?;
    let column = &table.columns[*at];
    let value = column.values.get(*number)?;
    match (&column.column_key, value) {
        (ColumnKey::Partition, value) => slug(value.as_str()?),
        (ColumnKey::Field(_, path), Value::Bool(on)) => {
            slug(&format!("{}-{}", switch(path), if *on { "on" } else { "off" }))
        }
        (ColumnKey::Field(_, path), Value::Object(fields)) if fields.len() == 1 => match fields.iter().next()? {
            (name, Value::Bool(true)) => slug(&format!("{}-{name}", path.last()?)),
            (_, value) => of_words(value),
        },
        (ColumnKey::Field(..), value) => of_words(value),
    }
}

/// What a switch is for: `metrics_config.enabled` and `automute_enabled` say the same of metrics and muting.
fn switch(path: &[String]) -> &str {
    let last = path.last().map_or("", String::as_str);
    let above = path.len().checked_sub(2).and_then(|at| path.get(at)).map_or(last, String::as_str);
    let subject = if last == "enabled" { above } else { last.strip_suffix("_enabled").unwrap_or(last) };
    subject.strip_suffix("_config").unwrap_or(subject)
}

/// A word, or a few of them.
fn of_words(value: &Value) -> Option<String> {
    let plain = value.is_string() || value.as_array().is_some_and(|items| items.iter().all(Value::is_string));
    slug(&inline(value)).filter(|_| plain)
}

/// The field of which it says most.
fn of_place(group: &Group, table: &Table) -> String {
    let heaviest =
        group.cells.iter().max_by_key(|(at, number)| (table.columns[**at].costs[**number], std::cmp::Reverse(**at)));
    let name = heaviest.and_then(|(at, _)| match &table.columns[*at].column_key {
        ColumnKey::Partition => None,
        ColumnKey::Field(_, path) => slug(path.last()?),
    });
    name.unwrap_or_else(|| "group".to_owned())
}

/// A word made of letters, digits and dashes; nothing if it is no word, or too long.
fn slug(text: &str) -> Option<String> {
    let mut word = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            word.push(c);
        } else if !word.ends_with('-') && !word.is_empty() {
            word.push('-');
        }
    }
    let word = word.trim_end_matches('-');
    (!word.is_empty() && word.len() <= LONGEST && word.starts_with(|c: char| c.is_ascii_lowercase()))
        .then(|| word.to_owned())
}
