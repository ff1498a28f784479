//! What a profile says, in words that can be its name.

use std::collections::BTreeSet;

use serde_json::Value;

use super::ColumnKey;
use super::fold::Group;
use super::table::{Column, Table};
use crate::model::aws::arn::Arn;
use crate::model::aws::region::is_region;
use crate::model::value::inline;

/// Longer titles are no names.
const MAX_TITLE_LENGTH: usize = 48;

/// Words for what a profile says. Only what is so for all of its accounts counts: a later profile may override the
/// rest.
#[derive(Debug, Clone)]
pub struct ProfileWords {
    /// If it says one thing, that.
    pub one_thing: Option<String>,
    /// The regions that it names, and what its ARNs are of.
    pub places: Vec<String>,
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
        let holds = |at: usize, number: usize| group.members.iter().all(|line| table.number(*line, at) == Some(number));
        let kept = group.cells.iter().filter(|(at, number)| holds(**at, **number));
        let mut kept: Vec<(&Column, usize)> = kept.map(|(at, number)| (&table.columns[*at], *number)).collect();
        kept.sort_by_key(|(column, number)| std::cmp::Reverse(column.costs[*number]));
        let said = |(column, number): &(&Column, usize)| of_value(&column.column_key, &column.values[*number]);
        ProfileWords {
            one_thing: if let [only] = &cells[..] { said(only) } else { None },
            places: kept.iter().flat_map(|(column, number)| places(&column.values[*number])).collect(),
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
    bare(if last == "enabled" { above } else { last })
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

/// The regions that a value names, by themselves or in ARNs; what the ARNs are of, such as a function; and both.
fn places(value: &Value) -> Vec<String> {
    let texts: Vec<&str> = match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        Value::Object(fields) => {
            return fields.values().map(places).find(|words| !words.is_empty()).unwrap_or_default();
        }
        _ => Vec::new(),
    };
    let joined = |words: BTreeSet<&str>| words.into_iter().collect::<Vec<_>>().join("-");
    if texts.is_empty() || !texts.iter().all(|text| is_region(region_in(text))) {
        return Vec::new();
    }
    let regions = joined(texts.iter().map(|text| region_in(text)).collect());
    // Several regions are called by where in the world they are, if that is enough.
    let parts = joined(texts.iter().filter_map(|text| region_in(text).split('-').next()).collect());
    let parts = if texts.len() > 1 { parts } else { String::new() };
    let resources = texts.iter().filter_map(|text| Arn::parse(text)?.resource.rsplit([':', '/']).next());
    let resources = joined(resources.collect());
    let both = if resources.is_empty() { String::new() } else { format!("{resources}-{regions}") };
    [parts, regions, resources, both].iter().filter_map(|words| slug(words)).collect()
}

/// An ARN's region, or the text itself.
fn region_in(text: &str) -> &str {
    Arn::parse(text).map_or(text, |arn| arn.region)
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
    let above = above.last().map(|name| bare(name)).filter(|name| !last.starts_with(name.trim_end_matches('s')));
    let words: Vec<&str> = above.into_iter().chain([bare(last)]).collect();
    slug(&words.join("-"))
}

/// A field's name without what every such field has in its name.
fn bare(name: &str) -> &str {
    let name = name.strip_prefix("collect_").unwrap_or(name);
    ["_config", "_collection", "_enabled"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
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
    (!word.is_empty() && word.len() <= MAX_TITLE_LENGTH && word.starts_with(|c: char| c.is_ascii_lowercase()))
        .then(|| word.to_owned())
}
