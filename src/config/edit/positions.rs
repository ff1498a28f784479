//! Where in its file's text a node stands, what stands before it, and whether it may be changed there.

use std::ops::Range;

use super::Obstacle;
use super::text_changes::line_start;
use crate::model::Node;
use crate::model::node::Entry;

/// The bytes that a node is written with: of what an alias repeats, the alias.
pub fn span(text: &str, node: &Node) -> Range<usize> {
    let place = node.place();
    if place.as_written() == place {
        return place.range();
    }
    let start = place.used_start();
    let word = text.get(start..).unwrap_or_default();
    let length = word.find(|c: char| c.is_whitespace() || ",[]{}".contains(c)).unwrap_or(word.len());
    start..start + length
}

/// Where it ends: of a text over several lines, without the line breaks after it.
pub fn end(text: &str, node: &Node) -> usize {
    let span = span(text, node);
    let last = node.entries().last().map(|entry| &entry.node).or_else(|| node.items().last());
    match last.filter(|_| node.place().as_written() == node.place() && !is_flow(text, node)) {
        Some(last) => end(text, last).max(span.start),
        None => span.start + text[span].trim_end().len(),
    }
}

/// The bytes from its key to the end of its value.
pub fn entry_span(text: &str, entry: &Entry) -> Range<usize> {
    entry.key_place.range().start..end(text, &entry.node)
}

/// Whether brackets are around it. A list in lines may begin where its first item does, and that may have braces.
pub fn is_flow(text: &str, node: &Node) -> bool {
    let bracket = match node.is_list() {
        true => '[',
        false => '{',
    };
    let start = span(text, node).start;
    node.text().is_none() && text.get(start..).is_some_and(|rest| rest.starts_with(bracket))
}

/// The byte column of a place in its line.
pub fn column(text: &str, at: usize) -> usize {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let start = line_start(text, at);
    at - if start == 0 { mark } else { start }
}

/// Where the dash of a block list's item stands.
pub fn dash(text: &str, item: &Node) -> Result<usize, Obstacle> {
    let before = text[..span(text, item).start].trim_end_matches(' ');
    let before = without_anchor(before).trim_end_matches(' ');
    let dash = before.strip_suffix('-').ok_or(Obstacle::Layout)?.len();
    let is_first = text[line_start(text, dash)..dash].trim_start_matches('\u{feff}').bytes().all(|byte| byte == b' ');
    if is_first { Ok(dash) } else { Err(Obstacle::Layout) }
}

fn without_anchor(before: &str) -> &str {
    let word = before.rfind([' ', '\n']).map_or(0, |at| at + 1);
    if before[word..].starts_with('&') { &before[..word] } else { before }
}

/// Whether what stands here may be changed, given where what stands before it ends: its key, or its dash.
///
/// # Errors
/// Others use it, or its lines are its value.
pub fn may_change(text: &str, node: &Node, from: usize) -> Result<(), Obstacle> {
    if node.place().as_written() != node.place() {
        return Err(Obstacle::Alias);
    }
    let span = span(text, node);
    let before = text.get(from..span.start).ok_or(Obstacle::Alias)?;
    for code in without_comments(before) {
        if code.contains('&') {
            return Err(Obstacle::Anchor);
        }
        if code.contains(['|', '>']) {
            return Err(Obstacle::BlockScalar);
        }
        if code.contains('!') {
            return Err(Obstacle::Layout);
        }
    }
    if is_flow(text, node) && text[span].contains('\n') { Err(Obstacle::FlowOverLines) } else { Ok(()) }
}

/// Whether this may be taken out, given where what stands before it ends.
///
/// # Errors
/// An anchor stands at it or within it, and aliases elsewhere would then be aliases to nothing.
pub fn may_go(text: &str, node: &Node, from: usize) -> Result<(), Obstacle> {
    let span = span(text, node);
    no_anchor_in(text, from..span.start)?;
    if node.place().as_written() != node.place() {
        return Ok(());
    }
    let mut before = span.start;
    for item in node.items() {
        may_go(text, item, before)?;
        before = end(text, item);
    }
    for entry in node.entries() {
        no_anchor_in(text, before..entry.key_place.used_start())?;
        may_go(text, &entry.node, entry.key_place.range().end)?;
        before = end(text, &entry.node);
    }
    Ok(())
}

/// Whether no anchor stands between values and keys, where nothing is anybody's text.
///
/// # Errors
/// One does.
pub fn no_anchor_in(text: &str, between: Range<usize>) -> Result<(), Obstacle> {
    let has_anchor = text.get(between).is_some_and(|between| without_comments(between).any(|code| code.contains('&')));
    if has_anchor { Err(Obstacle::Anchor) } else { Ok(()) }
}

/// The lines of what stands between values, each up to its comment.
fn without_comments(between: &str) -> impl Iterator<Item = &str> {
    let code = |line: &str| if line.trim_start().starts_with('#') { 0 } else { line.find(" #").unwrap_or(line.len()) };
    between.lines().map(move |line| &line[..code(line)])
}
