//! Maps and lists that are written in lines.

use std::ops::Range;

use super::new_text::{Quotes, block_entries, block_item, inline};
use super::positions::{column, dash, end, is_flow, span};
use super::text_changes::{line_end, line_start, next_line};
use super::text_edits::{Parts, Spot, TextEdits};
use super::{Obstacle, Wanted};
use crate::model::Node;

/// The column at which the keys of a map stand that is written in lines.
pub fn column_of_keys(text: &str, own: &Node) -> Option<usize> {
    let first = own.entries().first().filter(|_| !is_flow(text, own))?;
    Some(column(text, first.key_place.range().start))
}

/// Takes keys of a map that is written in lines out, and puts new ones below the last.
///
/// # Errors
/// Why it cannot be edited.
pub fn block_map(
    edits: &mut TextEdits<'_>,
    own: &Node,
    spot: Spot,
    parts: &Parts<(&str, &Wanted)>,
) -> Result<(), Obstacle> {
    let text = edits.text;
    let entries = own.entries();
    let column = column_of_keys(text, own).ok_or(Obstacle::Layout)?;
    for at in parts.gone.iter().copied() {
        let start = entries[at].key_place.range().start;
        let lines = lines(text, start, end(text, &entries[at].node));
        if text[line_start(text, start)..start].bytes().all(|byte| byte == b' ') {
            edits.change(lines, "");
            continue;
        }
        // Before it stands the dash of the item that it begins.
        let next = entries.get(at + 1).ok_or(Obstacle::Layout)?.key_place.range().start;
        if text[start..next].contains('#') || parts.gone.contains(&(at + 1)) {
            return Err(Obstacle::Layout);
        }
        edits.change(start..next, "");
    }
    let last = entries.last().ok_or(Obstacle::Layout)?;
    let new = block_entries(parts.new.iter().copied(), column);
    put_after(edits, end(text, &last.node), &new);
    or_empty(edits, parts.gone.len() == entries.len() && new.is_empty(), spot, "{}")
}

/// The same for the items of a list.
///
/// # Errors
/// Why it cannot be edited.
pub fn block_list(edits: &mut TextEdits<'_>, own: &Node, spot: Spot, parts: &Parts<Wanted>) -> Result<(), Obstacle> {
    let text = edits.text;
    let items = own.items();
    for at in parts.gone.iter().copied() {
        let lines = lines(text, dash(text, &items[at])?, end(text, &items[at]));
        edits.change(lines, "");
    }
    let last = items.last().ok_or(Obstacle::Layout)?;
    let column = column(text, dash(text, last)?);
    let written = items.iter().map(|item| &text[span(text, item)]);
    let quotes = written.clone().next().map_or(Quotes::Needed, Quotes::of);
    let in_brackets = items.iter().any(|item| item.is_map() && is_flow(text, item));
    let line = |item: &Wanted| match in_brackets {
        true => vec![format!("{:column$}- {}", "", inline(item, Quotes::Needed))],
        false => block_item(item, quotes, column),
    };
    let new: Vec<String> = parts.new.iter().flat_map(line).collect();
    put_after(edits, end(text, last), &new);
    or_empty(edits, parts.gone.len() == items.len() && new.is_empty(), spot, "[]")
}

/// Whole lines, from one byte to another, with the line break after them.
fn lines(text: &str, from: usize, to: usize) -> Range<usize> {
    line_start(text, from)..next_line(text, to)
}

/// Puts lines below the one in which something ends.
fn put_after(edits: &mut TextEdits<'_>, ends: usize, lines: &[String]) {
    let text = edits.text;
    let (at, end) = (next_line(text, ends), line_end(text));
    let text: String = lines.iter().map(|line| format!("{line}{end}")).collect();
    if !text.is_empty() {
        edits.change(at..at, text);
    }
}

/// Brackets with nothing in them after a key of which everything else has gone.
fn or_empty(edits: &mut TextEdits<'_>, is_empty: bool, spot: Spot, brackets: &str) -> Result<(), Obstacle> {
    let text = edits.text;
    if !is_empty {
        return Ok(());
    }
    let colon = text[spot.from..].find(|c: char| c != ' ' && c != '"' && c != '\'').map(|at| spot.from + at);
    let colon = colon.filter(|at| text[*at..].starts_with(':')).ok_or(Obstacle::Layout)?;
    edits.change(colon + 1..colon + 1, format!(" {brackets}"));
    Ok(())
}
