//! Maps and lists in brackets, on one line.

use std::ops::Range;

use super::new_text::{Quotes, block_entries, block_item, inline, inline_entry};
use super::positions::{entry_span, span};
use super::text_changes::{line_end, line_start};
use super::text_edits::{Parts, Spot, TextEdits};
use super::{Obstacle, Wanted};
use crate::model::Node;

/// Longer lines are broken up where brackets were empty.
const WIDTH: usize = 100;

/// Takes keys of a map in brackets out, and puts new ones after the last.
///
/// # Errors
/// Why it cannot be edited.
pub fn flow_map(
    edits: &mut TextEdits<'_>,
    own: &Node,
    spot: Spot,
    parts: &Parts<(&str, &Wanted)>,
) -> Result<(), Obstacle> {
    let text = edits.text;
    let entries = own.entries();
    let first = entries.first().map(|entry| &text[entry.key_place.range()]);
    let is_json = first.map_or_else(|| is_json(text, spot), |key| key.starts_with('"'));
    let quotes = if is_json { Quotes::Json } else { Quotes::Needed };
    let spans: Vec<Range<usize>> = entries.iter().map(|entry| entry_span(text, entry)).collect();
    let new: Vec<String> = parts.new.iter().map(|(key, wanted)| inline_entry(key, wanted, quotes)).collect();
    let lines = |column| block_entries(parts.new.iter().copied(), column);
    brackets(edits, own, spot, &spans, &parts.gone, &new, (is_json, " "), &lines)
}

/// The same for the items of a list.
///
/// # Errors
/// Why it cannot be edited.
pub fn flow_list(edits: &mut TextEdits<'_>, own: &Node, spot: Spot, parts: &Parts<Wanted>) -> Result<(), Obstacle> {
    let text = edits.text;
    let spans: Vec<Range<usize>> = own.items().iter().map(|item| span(text, item)).collect();
    let is_json = is_json(text, spot);
    let quotes = match spans.first() {
        _ if is_json => Quotes::Json,
        Some(first) => Quotes::of(&text[first.clone()]),
        None => Quotes::Needed,
    };
    let new: Vec<String> = parts.new.iter().map(|item| inline(item, quotes)).collect();
    let lines = |column| parts.new.iter().flat_map(|item| block_item(item, Quotes::Needed, column)).collect();
    brackets(edits, own, spot, &spans, &parts.gone, &new, (is_json, ""), &lines)
}

/// Whether the value at a spot has a key in double quotes, as JSON does.
fn is_json(text: &str, spot: Spot) -> bool {
    text[..spot.from].ends_with('"')
}

/// Takes items out and puts new ones at the end. `style` is whether this is JSON, and what stands inside the
/// brackets of what is not.
#[expect(clippy::too_many_arguments, reason = "what maps and lists have in common, and nothing else is made of it")]
fn brackets(
    edits: &mut TextEdits<'_>,
    own: &Node,
    spot: Spot,
    spans: &[Range<usize>],
    gone: &[usize],
    new: &[String],
    style: (bool, &str),
    lines: &dyn Fn(usize) -> Vec<String>,
) -> Result<(), Obstacle> {
    let text = edits.text;
    let whole = span(text, own);
    let inside = whole.start + 1..whole.end - 1;
    let separator = if style.0 { "," } else { ", " };
    let added = new.join(separator);
    if gone.len() == spans.len() {
        return fill_brackets(edits, spot, whole, inside, &added, style, lines);
    }
    let is_gone = |at: usize| gone.contains(&at);
    for at in gone.iter().copied() {
        let follows_kept = (0..at).any(|before| !is_gone(before));
        let range = match spans.get(at + 1) {
            _ if follows_kept => spans[at - 1].end..spans[at].end,
            Some(next) => spans[at].start..next.start,
            None => return Err(Obstacle::Layout),
        };
        edits.change(range, "");
    }
    if let (Some(last), false) = (spans.last(), new.is_empty()) {
        edits.change(last.end..last.end, format!("{separator}{added}"));
    }
    Ok(())
}

/// Puts new items where none stay: on the line if there is room, else in lines below.
fn fill_brackets(
    edits: &mut TextEdits<'_>,
    spot: Spot,
    whole: Range<usize>,
    inside: Range<usize>,
    added: &str,
    (is_json, pad): (bool, &str),
    lines: &dyn Fn(usize) -> Vec<String>,
) -> Result<(), Obstacle> {
    let text = edits.text;
    let pad = if is_json || added.is_empty() { "" } else { pad };
    let width = whole.start - line_start(text, whole.start) + added.chars().count() + 2 * pad.len() + 2;
    match spot.column.filter(|_| !is_json && !added.is_empty() && width > WIDTH) {
        Some(column) => {
            let end = line_end(text);
            let below = lines(column + 2).join(end);
            let line = whole.end..text[whole.end..].find(['\r', '\n']).map_or(text.len(), |at| whole.end + at);
            let start = text[..whole.start].trim_end_matches(' ').len();
            edits.change(start..whole.end, "");
            edits.change(line.end..line.end, format!("{end}{below}"));
        }
        None => edits.change(inside, format!("{pad}{added}{pad}")),
    }
    Ok(())
}
