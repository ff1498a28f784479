//! How new keys, items and single values are written: as the importer writes them, and like what they stand beside.

use serde_json::{Map, Value};

use super::Wanted;
use crate::model::yaml::{Line, Yaml};
use crate::render::yaml;

/// How texts are quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quotes {
    /// Where some reader would take it for something else.
    Needed,
    /// Always, and with these.
    Double,
    /// Always, with these where they will do.
    Single,
    /// As JSON is written, in which keys have them, too.
    Json,
}

impl Quotes {
    /// The quotes of a text as it is written.
    pub fn of(written: &str) -> Self {
        match written.chars().next() {
            Some('"') => Quotes::Double,
            Some('\'') => Quotes::Single,
            _ => Quotes::Needed,
        }
    }
}

/// A single value.
pub fn scalar(value: &Value, quotes: Quotes) -> String {
    quoted(&literal(value), quotes)
}

/// The same of one that says what is to stand in the text.
fn quoted(value: &Value, quotes: Quotes) -> String {
    let Value::String(word) = value else { return value.to_string() };
    let shown = yaml::text(word);
    match quotes {
        Quotes::Needed => shown,
        Quotes::Single if !(shown.starts_with('"') && shown.contains('\\')) => {
            format!("'{}'", word.replace('\'', "''"))
        }
        Quotes::Single | Quotes::Double | Quotes::Json if shown.starts_with('"') => shown,
        Quotes::Single | Quotes::Double | Quotes::Json => value.to_string(),
    }
}

/// A value on one line.
pub fn inline(wanted: &Wanted, quotes: Quotes) -> String {
    match quotes {
        Quotes::Json => json(wanted).to_string(),
        Quotes::Needed | Quotes::Double | Quotes::Single => flow(&yaml_of(wanted), quotes),
    }
}

/// A key and its value on one line.
pub fn inline_entry(key: &str, wanted: &Wanted, quotes: Quotes) -> String {
    let name = if quotes == Quotes::Json { Value::from(key).to_string() } else { yaml::text(key) };
    format!("{name}: {}", inline(wanted, quotes))
}

/// Keys and their values, as lines of a block map that stands at this column.
pub fn block_entries<'a>(entries: impl IntoIterator<Item = (&'a str, &'a Wanted)>, column: usize) -> Vec<String> {
    let lines = entries.into_iter().map(|(key, wanted)| Line::new(key, yaml_of(wanted))).collect();
    lines_below(Yaml::Map(lines), column)
}

/// An item as lines of a block list whose dashes stand at this column.
pub fn block_item(wanted: &Wanted, quotes: Quotes, column: usize) -> Vec<String> {
    match yaml_of(wanted) {
        Yaml::Scalar(value) => vec![format!("{:column$}- {}", "", flow(&Yaml::Scalar(value), quotes))],
        other => lines_below(Yaml::List(vec![other]), column),
    }
}

/// What is to stand in an entry, as YAML to be pasted.
pub fn fragment(wanted: &Wanted) -> String {
    match yaml_of(wanted) {
        Yaml::Map(lines) => yaml::document(&lines),
        other @ (Yaml::Scalar(_) | Yaml::List(_) | Yaml::Row(_)) => flow(&other, Quotes::Needed),
    }
}

/// The lines of a value under a key, moved to this column.
fn lines_below(value: Yaml, column: usize) -> Vec<String> {
    let document = yaml::document(&[Line::new("below", value)]);
    document.lines().skip(1).map(|line| format!("{:column$}{}", "", line.strip_prefix("  ").unwrap_or(line))).collect()
}

fn flow(value: &Yaml, quotes: Quotes) -> String {
    match value {
        Yaml::Scalar(value) => quoted(value, quotes),
        other => yaml::one_line(other),
    }
}

fn yaml_of(wanted: &Wanted) -> Yaml {
    match wanted {
        Wanted::Value { value, by } => listed(&literal(value), *by),
        Wanted::Keys(keys) => {
            let new = keys.iter().filter(|(_, wanted)| !wanted.is_nothing());
            Yaml::Map(new.map(|(key, wanted)| Line::new(key, yaml_of(wanted))).collect())
        }
        Wanted::Absent => Yaml::Map(Vec::new()),
    }
}

/// In an entry of a list, the key that it is known by comes first.
fn listed(value: &Value, by: Option<&str>) -> Yaml {
    let item = |item: &Value| {
        let Yaml::Map(mut lines) = Yaml::of(item) else { return Yaml::of(item) };
        lines.sort_by_key(|line| Some(line.key.as_str()) != by);
        Yaml::Map(lines)
    };
    match value {
        Value::Array(items) => Yaml::List(items.iter().map(item).collect()),
        Value::Object(_) => item(value),
        scalar => Yaml::Scalar(scalar.clone()),
    }
}

fn json(wanted: &Wanted) -> Value {
    match wanted {
        Wanted::Value { value, by: _ } => literal(value),
        Wanted::Keys(keys) => {
            let new = keys.iter().filter(|(_, wanted)| !wanted.is_nothing());
            new.map(|(key, wanted)| (key.clone(), json(wanted))).collect::<Map<_, _>>().into()
        }
        Wanted::Absent => Map::new().into(),
    }
}

/// The value as the config has to say it, which fills in names: a literal `${` is written `$${`.
fn literal(value: &Value) -> Value {
    match value {
        Value::String(word) => Value::String(word.replace("${", "$${")),
        Value::Array(items) => items.iter().map(literal).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), literal(value))).collect(),
        other => other.clone(),
    }
}
