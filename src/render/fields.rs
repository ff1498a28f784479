//! Field changes as lines: the path on the left, what it becomes on the right, one line per element of a set.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::clean::clean;
use super::style::{BAD, FAINT, GOOD, LOUD, pad, paint};
use crate::model::value::{inline, is_void};
use crate::model::{Change, FieldChange, Source};

/// Lists longer than this are written side by side.
const MANY: usize = 6;
/// Strings longer than this are shown below each other.
const LONG: usize = 40;
/// Where lines are wrapped.
const WIDTH: usize = 100;

/// The lines of one field change, without indentation. `near` is where the account stands; other places are named.
pub fn lines(change: &FieldChange, path_width: usize, near: &Source, creating: bool) -> Vec<String> {
    let FieldChange { path, change, removal, source } = change;
    let room = WIDTH.saturating_sub(path_width).max(30);
    let mut values = values(change, *removal, creating, room);
    if *removal && let Some(first) = values.first_mut() {
        first.push_str(&paint(LOUD, "   ! can stop collection"));
    }
    let from = origin(source, near);
    if let (false, Some(first)) = (from.is_empty(), values.first_mut()) {
        first.push_str(&paint(FAINT, &format!("   {from}")));
    }
    let name = pad(&clean(&path.to_string()), path_width);
    let blank = " ".repeat(unicode_width::UnicodeWidthStr::width(name.as_str()));
    values.into_iter().enumerate().map(|(at, value)| format!("{}  {value}", if at == 0 { &name } else { &blank })).collect()
}

/// Where a field was written, if that is not where the account stands.
pub fn origin(source: &Source, near: &Source) -> String {
    let place = if source.file == near.file { format!("line {}", source.line) } else { clean(&format!("{}:{}", source.file, source.line)) };
    match &source.layer {
        Some(layer) => format!("({}, {place})", clean(layer)),
        None if source.file != near.file => format!("({place})"),
        None => String::new(),
    }
}

/// One change in a few words, for lists.
pub fn brief(change: &Change) -> String {
    match change {
        Change::Set { before: _, after } => clean(&flat(after)),
        Change::Elements { before: _, after } => clean(&after.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Change::Secret { env } => format!("(secret, from {})", clean(env)),
    }
}

fn values(change: &Change, removal: bool, creating: bool, room: usize) -> Vec<String> {
    let minus = |text: &str| paint(if removal { LOUD } else { BAD }, &format!("- {}", clean(text)));
    let plus = |text: &str| paint(GOOD, &format!("+ {}", clean(text)));
    match change {
        Change::Secret { env } => vec![format!("(secret, from {})", clean(env))],
        Change::Elements { before: _, after } if creating => wrapped(after, room).into_iter().map(|line| clean(&line)).collect(),
        Change::Elements { before, after } => {
            let (gone, new) = (without(before, after), without(after, before));
            let show = |items: &[Value]| if items.len() > MANY { wrapped(items, room) } else { items.iter().map(inline).collect() };
            show(&gone).iter().map(|line| minus(line)).chain(show(&new).iter().map(|line| plus(line))).collect()
        }
        Change::Set { before: _, after } if creating => vec![clean(&flat(after))],
        Change::Set { before: Value::String(old), after: Value::String(new) } if old.len() > LONG || new.len() > LONG => long(old, new),
        Change::Set { before, after } if before.is_object() || after.is_object() => {
            let (old, new) = (spread(before).join("\n"), spread(after).join("\n"));
            let diff = TextDiff::from_lines(old.as_str(), new.as_str());
            let changed = diff.iter_all_changes().filter_map(|part| match part.tag() {
                ChangeTag::Delete => Some(minus(part.value().trim_end())),
                ChangeTag::Insert => Some(plus(part.value().trim_end())),
                ChangeTag::Equal => None,
            });
            changed.collect()
        }
        Change::Set { before, after } if is_void(before) => vec![format!("(none) -> {}", clean(&flat(after)))],
        Change::Set { before, after } => vec![format!("{} -> {}", clean(&flat(before)), clean(&flat(after)))],
    }
}

/// Two long strings below each other, what differs in brackets.
fn long(old: &str, new: &str) -> Vec<String> {
    let (old, new) = (clean(old), clean(new));
    let diff = TextDiff::from_words(old.as_str(), new.as_str());
    let side = |skip: ChangeTag| {
        let parts = diff.iter_all_changes().filter(|part| part.tag() != skip);
        parts.map(|part| part.value().to_owned()).collect::<String>()
    };
    vec![paint(BAD, &format!("- {}", side(ChangeTag::Insert))), paint(GOOD, &format!("+ {}", side(ChangeTag::Delete)))]
}

/// The elements of `a` that are not in `b`.
pub fn without(a: &[Value], b: &[Value]) -> Vec<Value> {
    a.iter().filter(|item| !b.contains(item)).cloned().collect()
}

/// A block on one line: `include_only: a, b`.
fn flat(value: &Value) -> String {
    match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| format!("{name}: {}", flat(value))).collect::<Vec<_>>().join("; "),
        Value::Array(items) if items.is_empty() => "(empty)".to_owned(),
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        other => inline(other),
    }
}

/// A block line by line.
fn spread(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| match value {
                Value::Array(items) if !items.is_empty() && items.len() <= MANY => {
                    items.iter().map(|item| format!("{name}: {}", flat(item))).collect()
                }
                other => vec![format!("{name}: {}", flat(other))],
            })
            .collect(),
        Value::Null => Vec::new(),
        other => vec![flat(other)],
    }
}

fn wrapped(items: &[Value], room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for item in items.iter().map(inline) {
        match lines.last_mut() {
            Some(line) if line.len() + item.len() + 2 <= room => {
                line.push_str(", ");
                line.push_str(&item);
            }
            Some(line) => {
                line.push(',');
                lines.push(item);
            }
            None => lines.push(item),
        }
    }
    if lines.is_empty() { vec!["(empty)".to_owned()] } else { lines }
}
