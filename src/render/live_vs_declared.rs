//! One field change as two sides: what is live now, and what is declared. A plan says what becomes of a field; this
//! says how it stands.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::escape_untrusted::escaped_line;
use super::fields::{LONG, MANY, flat, framed, pending, room, spread, without, wrapped};
use super::style::{BAD, GOOD, paint};
use crate::model::value::{inline, is_void};
use crate::model::{Change, FieldChange, Source};

/// The lines of one field, without indentation. `near` is where the account stands; other places are named.
pub fn lines(change: &FieldChange, path_width: usize, near: &Source) -> Vec<String> {
    let lines = sides(&change.change, room(path_width));
    framed(change, lines.into_iter().map(Side::shown).collect(), path_width, near)
}

/// One line, by whether it shows what is declared.
enum Side {
    Live(String),
    /// The line, and what of the declared value it shows, in plain words.
    Declared(String, String),
    Both(String),
}

impl Side {
    fn declared(line: String) -> Self {
        Side::Declared(line.clone(), line)
    }

    /// The line, and what of the declared value it shows.
    fn shown(self) -> (String, Option<String>) {
        match self {
            Side::Live(line) => (line, None),
            Side::Declared(line, shows) => (line, Some(shows)),
            Side::Both(line) => (line.clone(), Some(line)),
        }
    }
}

fn sides(change: &Change, room: usize) -> Vec<Side> {
    match change {
        Change::Secret { env } => vec![Side::declared(format!("(secret, from {}; never compared)", escaped_line(env)))],
        Change::Output { from, after: None, .. } => vec![Side::declared(pending(from))],
        Change::Output { before, from: _, after: Some(after) } => {
            sides(&Change::Set { before: before.clone(), after: after.clone() }, room)
        }
        Change::Elements { before, after } => elements(before, after, room),
        Change::Set { before, after } if before.is_object() || after.is_object() => blocks(before, after),
        Change::Set { before, after } => {
            let (live, declared) = (side("live", BAD, &shown(before)), side("declared", GOOD, &shown(after)));
            let is_long = |value: &Value| value.as_str().is_some_and(|text| text.len() > LONG);
            let apart = is_long(before) || is_long(after);
            if apart {
                vec![Side::Live(live), Side::declared(declared)]
            } else {
                vec![Side::Both(format!("{live}   {declared}"))]
            }
        }
    }
}

/// A list whose order means nothing: only the elements that one side alone has.
fn elements(live: &[Value], declared: &[Value], room: usize) -> Vec<Side> {
    let show = |items: &[Value]| match items.len() {
        0 => Vec::new(),
        1..=MANY => items.iter().map(inline).collect(),
        _ => wrapped(items, room),
    };
    let only_live =
        show(&without(live, declared)).into_iter().map(|line| Side::Live(side("live, not declared", BAD, &line)));
    let only_declared = show(&without(declared, live))
        .into_iter()
        .map(|line| Side::Declared(side("declared, not live", GOOD, &line), line));
    only_live.chain(only_declared).collect()
}

/// A block: only the lines that one side alone has.
fn blocks(live: &Value, declared: &Value) -> Vec<Side> {
    let text = |value: &Value| if is_void(value) { "(none)".to_owned() } else { spread(value).join("\n") };
    let (live, declared) = (text(live), text(declared));
    let diff = TextDiff::from_lines(live.as_str(), declared.as_str());
    let parts = diff.iter_all_changes().filter_map(|part| match part.tag() {
        ChangeTag::Delete => Some(Side::Live(side("live", BAD, part.value().trim_end()))),
        ChangeTag::Insert => Some(Side::declared(side("declared", GOOD, part.value().trim_end()))),
        ChangeTag::Equal => None,
    });
    parts.collect()
}

fn shown(value: &Value) -> String {
    if is_void(value) { "(none)".to_owned() } else { flat(value) }
}

fn side(which: &str, style: anstyle::Style, value: &str) -> String {
    paint(style, &format!("{which}: {}", escaped_line(value)))
}
