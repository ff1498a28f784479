//! Field changes as lines: the path on the left, what it becomes on the right, one line per element of a set.

use anstyle::Style;
use serde_json::Value;
use similar::ChangeTag;

use super::escape_untrusted::escaped_line;
use super::line_diff::changed_lines;
use super::origins::{Shows, origins};
use super::style::{BAD, CHANGED, FAINT, GOOD, LOUD, pad, paint};
use super::value_words::{ElementWords, as_json, flat, told_apart, value_or_none};
use crate::model::effect::Effect;
use crate::model::value::{inline, is_void};
use crate::model::{Change, FieldChange, OutputRef, Source};

/// Lists longer than this are written side by side.
pub const MANY: usize = 6;
/// Strings longer than this are shown below each other.
pub const LONG: usize = 40;
/// Where lines are wrapped.
const WIDTH: usize = 100;

/// The lines of one field change, without indentation. `near` is where the account stands; other places are named.
pub fn lines(change: &FieldChange, path_width: usize, near: &Source, creating: bool) -> Vec<String> {
    let (said, shows): (Vec<ChangeLine>, Vec<Shows>) =
        change_lines(&change.change, creating, room(path_width)).into_iter().unzip();
    let mut values: Vec<String> =
        said.into_iter().map(|said| painted(said, change.effect.disruption.is_some())).collect();
    if let (false, Some(first)) = (change.effect.is_none(), values.first_mut()) {
        first.push_str(&paint(effect_style(change.effect), &format!("   {}", change.effect.words())));
    }
    framed(change, values.into_iter().zip(shows).collect(), path_width, near)
}

/// How the mark of an effect is coloured.
pub fn effect_style(effect: Effect) -> Style {
    if effect.disruption.is_some() { LOUD } else { CHANGED }
}

/// The path on the left of the first line, and behind what is wanted its place, if that is another than the account's.
/// With each line comes what it shows of what is wanted.
pub fn framed(change: &FieldChange, lines: Vec<(String, Shows)>, path_width: usize, near: &Source) -> Vec<String> {
    let (lines, shows): (Vec<String>, Vec<Shows>) = lines.into_iter().unzip();
    let origins = origins(change, &shows, near);
    let name = pad(&escaped_line(&change.path.to_string()), path_width);
    let blank = " ".repeat(unicode_width::UnicodeWidthStr::width(name.as_str()));
    let values = lines.into_iter().zip(origins).map(|(value, origin)| match origin.is_empty() {
        true => value,
        false => format!("{value}{}", paint(FAINT, &format!("   {origin}"))),
    });
    values.enumerate().map(|(at, value)| format!("{}  {value}", if at == 0 { &name } else { &blank })).collect()
}

/// How wide the widest path is; longer ones stick out.
pub fn width(changes: &[FieldChange]) -> usize {
    changes.iter().map(|change| change.path.to_string().chars().count()).max().unwrap_or_default().min(60)
}

/// What is left for values beside paths of this width.
pub fn room(path_width: usize) -> usize {
    WIDTH.saturating_sub(path_width).max(30)
}

/// One change in a few words, for lists.
pub fn brief(change: &Change) -> String {
    match change {
        Change::Set { before: _, after } => escaped_line(&flat(after)),
        Change::Elements { before: _, after } => escaped_line(&after.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Change::Output { from, after, .. } => {
            after.as_ref().map_or_else(|| pending(from), |after| escaped_line(&flat(after)))
        }
        Change::Secret { env } => format!("(secret, from {})", escaped_line(env)),
    }
}

/// What stands for a value that is not known yet, and where it comes from.
pub fn pending(from: &OutputRef) -> String {
    if from.is_issued() {
        return format!("(known after apply, issued by {})", from.of.kind.vendor);
    }
    format!("(known after apply: {} of the {})", from.output.replace('_', " "), from.of.kind.noun.0)
}

/// One line of what a field becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeLine {
    /// A value by itself: one that is new, or a secret's name.
    Is(String),
    /// A value in place of another.
    Turns(String, String),
    /// What is there no longer.
    Gone(String),
    /// What is there now.
    New(String),
}

/// What a field becomes, line by line, each with what it shows of what is wanted. The words are foreign: whoever shows
/// them cleans them.
pub fn change_lines(change: &Change, creating: bool, room: usize) -> Vec<(ChangeLine, Shows)> {
    let gone = |old: String| (ChangeLine::Gone(old), Shows::Nothing);
    let whole = |line: ChangeLine| (line, Shows::Value);
    match change {
        Change::Secret { env } => vec![whole(ChangeLine::Is(format!("(secret, from {env})")))],
        Change::Output { before, from, after } => {
            let (before, after) = match after {
                Some(after) if !is_void(before) => {
                    let (before, after) = told_apart(before, after);
                    (before, Some(after))
                }
                other => (before.clone(), other.clone()),
            };
            let new = after.as_ref().map_or_else(|| pending(from), flat);
            vec![whole(if is_void(&before) { ChangeLine::Is(new) } else { ChangeLine::Turns(flat(&before), new) })]
        }
        Change::Elements { before: _, after } if creating => {
            if after.is_empty() {
                return vec![whole(ChangeLine::Is("(empty)".to_owned()))];
            }
            let lines = wrapped(after, &ElementWords::of(after.iter()), room).into_iter();
            lines.map(|(line, elements)| (ChangeLine::Is(line), Shows::Elements(elements))).collect()
        }
        Change::Elements { before, after } => {
            let (old, new) = (without(before, after), without(after, before));
            let words = ElementWords::of(before.iter().chain(after));
            let new = listed(&new, &words, room).into_iter();
            let new = new.map(|(line, elements)| (ChangeLine::New(line), Shows::Elements(elements)));
            listed(&old, &words, room).into_iter().map(|(line, _)| gone(line)).chain(new).collect()
        }
        Change::Set { before: _, after } if creating => vec![whole(ChangeLine::Is(flat(after)))],
        Change::Set { before, after } => match told_apart(before, after) {
            (Value::String(old), Value::String(new)) if old.len() > LONG || new.len() > LONG => {
                vec![gone(old), whole(ChangeLine::New(new))]
            }
            (old, new) if old.is_object() || new.is_object() => {
                let (old, new) = (spread(&old).join("\n"), spread(&new).join("\n"));
                let line = |(tag, line): (ChangeTag, &str)| match tag {
                    ChangeTag::Delete => Some(gone(line.to_owned())),
                    ChangeTag::Insert => Some(whole(ChangeLine::New(line.to_owned()))),
                    ChangeTag::Equal => None,
                };
                let lines: Vec<_> = changed_lines(&old, &new).into_iter().filter_map(line).collect();
                match lines.is_empty() && before != after {
                    // A name with a colon in it can read like a name and its value.
                    true => vec![gone(as_json(before)), whole(ChangeLine::New(as_json(after)))],
                    false => lines,
                }
            }
            (old, new) => vec![whole(ChangeLine::Turns(value_or_none(&old), flat(&new)))],
        },
    }
}

fn painted(said: ChangeLine, disruption: bool) -> String {
    match said {
        ChangeLine::Is(value) => escaped_line(&value),
        ChangeLine::Turns(old, new) => format!("{} -> {}", escaped_line(&old), escaped_line(&new)),
        ChangeLine::Gone(old) => paint(if disruption { LOUD } else { BAD }, &format!("- {}", escaped_line(&old))),
        ChangeLine::New(new) => paint(GOOD, &format!("+ {}", escaped_line(&new))),
    }
}

/// The elements of `a` that are not in `b`.
pub fn without(a: &[Value], b: &[Value]) -> Vec<Value> {
    a.iter().filter(|item| !b.contains(item)).cloned().collect()
}

/// A block line by line.
pub fn spread(value: &Value) -> Vec<String> {
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

/// The elements of a list, each on a line of its own if they are few; each line with what stands on it.
pub fn listed(items: &[Value], words: &ElementWords, room: usize) -> Vec<(String, Vec<Value>)> {
    match items.len() {
        0 => Vec::new(),
        1..=MANY => items.iter().map(|item| (words.word(item), vec![item.clone()])).collect(),
        _ => wrapped(items, words, room),
    }
}

/// A list on as few lines as have room, each with the elements that stand on it.
fn wrapped(items: &[Value], words: &ElementWords, room: usize) -> Vec<(String, Vec<Value>)> {
    let mut lines: Vec<(String, Vec<Value>)> = Vec::new();
    for item in items {
        let shown = words.word(item);
        match lines.last_mut() {
            Some((line, elements)) if line.len() + shown.len() + 2 <= room => {
                line.push_str(", ");
                line.push_str(&shown);
                elements.push(item.clone());
            }
            Some((line, _)) => {
                line.push(',');
                lines.push((shown, vec![item.clone()]));
            }
            None => lines.push((shown, vec![item.clone()])),
        }
    }
    lines
}
