//! What a profile says, in words that can be its name.

use serde_json::Value;

use super::ColumnKey;
use super::fold::Group;
use super::table::{Column, Table};
use crate::model::aws::arn::Arn;
use crate::model::aws::region::is_region;
use crate::model::value::inline;

/// Longer titles are no names.
const LONGEST: usize = 32;

/// Words for what a profile says. Only what is so for all of its accounts counts: a later profile may override the
/// rest.
pub struct ProfileWords {
    /// If it says one thing, that.
    pub one_thing: Option<String>,
    /// The regions that it names.
    pub regions: Vec<String>,
    /// The block that all it says is in.
    pub subject: Option<String>,
    /// A word for each thing that it says, the longest first.
    pub heaviest: Vec<String>,
}

impl ProfileWords {
    /// What this group's profile says.
    pub fn of(group: &Group, table: &Table) -> Self {
        let cells: Vec<(&Column, usize)> =
            group.cells.iter().map(|(at, number)| (&table.columns[*at], *number)).collect();
        let holds = |at: usize, number: usize| group.members.iter().all(|line| table.lines[*line][at] == Some(number));
        let kept = group.cells.iter().filter(|(at, number)| holds(**at, **number));
        let mut kept: Vec<(&Column, usize)> = kept.map(|(at, number)| (&table.columns[*at], *number)).collect();
        kept.sort_by_key(|(column, number)| std::cmp::Reverse(column.costs[*number]));
        let said = |(column, number): &(&Column, usize)| of_value(&column.column_key, &column.values[*number]);
        ProfileWords {
            one_thing: if let [only] = &cells[..] { said(only) } else { None },
            regions: kept.iter().filter_map(|(column, number)| regions(&column.values[*number])).collect(),
            subject: subject(&cells),
            heaviest: kept
                .iter()
                .filter_map(|cell| said(cell).or_else(|| of_field(path(&cell.0.column_key)?)))
                .collect(),
        }
    }
}

/// One setting in a word.
fn of_value(column_key: &ColumnKey, value: &Value) -> Option<String> {
    match (column_key, value) {
        (ColumnKey::Partition, value) => slug(value.as_str()?),
        (ColumnKey::Var(name), value) => of_tag(name, value.as_str()?).into_iter().next(),
        (ColumnKey::Added(..), value) => {
            let (key, value) = value.as_str()?.split_once(':')?;
            of_tag(key, value).into_iter().next()
        }
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
    bare(subject)
}

fn path(column_key: &ColumnKey) -> Option<&[String]> {
    match column_key {
        ColumnKey::Partition | ColumnKey::Var(_) | ColumnKey::Added(..) => None,
        ColumnKey::Field(_, path) => Some(path),
    }
}

/// A word, or a few of them.
fn of_words(value: &Value) -> Option<String> {
    let plain = value.is_string() || value.as_array().is_some_and(|items| items.iter().all(Value::is_string));
    slug(&inline(value)).filter(|_| plain)
}

/// The regions that a value names, by themselves or in ARNs.
fn regions(value: &Value) -> Option<String> {
    let mut regions: Vec<&str> = match value {
        Value::String(text) => vec![Arn::parse(text).map_or(text.as_str(), |arn| arn.region)],
        Value::Array(items) => {
            items.iter().filter_map(Value::as_str).map(|text| Arn::parse(text).map_or(text, |arn| arn.region)).collect()
        }
        Value::Object(fields) => return fields.values().find_map(self::regions),
        _ => Vec::new(),
    };
    regions.sort_unstable();
    regions.dedup();
    let all = !regions.is_empty() && regions.iter().all(|region| is_region(region));
    slug(&regions.join("-")).filter(|_| all)
}

/// The innermost block that all of these fields are in, or the one field.
fn subject(cells: &[(&Column, usize)]) -> Option<String> {
    let paths: Vec<&[String]> = cells.iter().filter_map(|(column, _)| path(&column.column_key)).collect();
    let (first, rest) = paths.split_first()?;
    let common = rest.iter().fold(first.len(), |length, path| {
        first.iter().zip(path.iter()).take(length).take_while(|(a, b)| a == b).count()
    });
    if common == first.len() { of_field(first) } else { slug(bare(first[..common].last()?)) }
}

/// A field with what it is in: `metrics_config.tag_filters` is `metrics-tag-filters`.
fn of_field(path: &[String]) -> Option<String> {
    let (last, above) = path.split_last()?;
    let words: Vec<&str> = above.last().into_iter().chain([last]).map(|name| bare(name)).collect();
    slug(&words.join("-"))
}

fn bare(name: &str) -> &str {
    name.strip_suffix("_config").unwrap_or(name)
}

/// `env:prod` is `prod`, else `env-prod`; `pii:true` is `pii`.
pub fn of_tag(key: &str, value: &str) -> Vec<String> {
    let says_yes = matches!(value, "true" | "yes" | "on");
    let alone = if says_yes { slug(key) } else { slug(value) };
    alone.into_iter().chain(slug(&format!("{key}-{value}"))).collect()
}

/// A word made of letters, digits and dashes; nothing if it is no word, or too long.
pub fn slug(text: &str) -> Option<String> {
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
