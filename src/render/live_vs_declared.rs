//! One field change as two sides: what is live now, and what is declared. A plan says what becomes of a field; this
//! says how it stands.

use serde_json::Value;
use similar::ChangeTag;

use super::escape_untrusted::escaped_line;
use super::fields::{LONG, framed, listed, pending, room, spread, without};
use super::line_diff::changed_lines;
use super::origins::Shows;
use super::style::{BAD, GOOD, paint};
use super::value_words::{ElementWords, as_json, told_apart, value_or_none};
use crate::model::value::is_void;
use crate::model::{Change, FieldChange, Source};

/// The lines of one field, without indentation. `near` is where the account stands; other places are named.
pub fn lines(change: &FieldChange, path_width: usize, near: &Source) -> Vec<String> {
    let lines = sides(&change.change, room(path_width));
    framed(change, lines.into_iter().map(Side::shown).collect(), path_width, near)
}

/// One line, by whether it shows what is declared.
enum Side {
    Live(String),
    Declared(String, Shows),
    Both(String),
}

impl Side {
    fn declared(line: String) -> Self {
        Side::Declared(line, Shows::Value)
    }

    /// The line, and what of the declared value it shows.
    fn shown(self) -> (String, Shows) {
        match self {
            Side::Live(line) => (line, Shows::Nothing),
            Side::Declared(line, shows) => (line, shows),
            Side::Both(line) => (line, Shows::Value),
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
        Change::Set { before, after } => {
            let (old, new) = told_apart(before, after);
            if !old.is_object() && !new.is_object() {
                return values(&old, &new);
            }
            let lines = blocks(&old, &new);
            // A name with a colon in it can read like a name and its value.
            let is_unseen = lines.is_empty() && before != after;
            if is_unseen { values(&as_json(before).into(), &as_json(after).into()) } else { lines }
        }
    }
}

fn values(live: &Value, declared: &Value) -> Vec<Side> {
    let is_long = |value: &Value| value.as_str().is_some_and(|text| text.len() > LONG);
    let apart = is_long(live) || is_long(declared);
    let live = side("live", BAD, &value_or_none(live));
    let declared = side("declared", GOOD, &value_or_none(declared));
    match apart {
        true => vec![Side::Live(live), Side::declared(declared)],
        false => vec![Side::Both(format!("{live}   {declared}"))],
    }
}

/// A list whose order means nothing: only the elements that one side alone has.
fn elements(live: &[Value], declared: &[Value], room: usize) -> Vec<Side> {
    let words = ElementWords::of(live.iter().chain(declared));
    let only_live = listed(&without(live, declared), &words, room).into_iter();
    let only_live = only_live.map(|(line, _)| Side::Live(side("live, not declared", BAD, &line)));
    let only_declared = listed(&without(declared, live), &words, room).into_iter();
    let only_declared = only_declared
        .map(|(line, elements)| Side::Declared(side("declared, not live", GOOD, &line), Shows::Elements(elements)));
    only_live.chain(only_declared).collect()
}

/// A block: only the lines that one side alone has.
fn blocks(live: &Value, declared: &Value) -> Vec<Side> {
    let text = |value: &Value| if is_void(value) { "(none)".to_owned() } else { spread(value).join("\n") };
    let (live, declared) = (text(live), text(declared));
    let side = |(tag, line): (ChangeTag, &str)| match tag {
        ChangeTag::Delete => Some(Side::Live(side("live", BAD, line))),
        ChangeTag::Insert => Some(Side::declared(side("declared", GOOD, line))),
        ChangeTag::Equal => None,
    };
    changed_lines(&live, &declared).into_iter().filter_map(side).collect()
}

fn side(which: &str, style: anstyle::Style, value: &str) -> String {
    paint(style, &format!("{which}: {}", escaped_line(value)))
}
