//! Maps and lists that are written in lines.

use std::ops::Range;

use super::editor::{Editor, Parts, Spot};
use super::new_text::{Quotes, block_entries, block_item, inline};
use super::positions::{column, dash, end, is_flow, span};
use super::text_changes::{line_end, line_start, next_line};
use super::{Obstacle, Wanted};
use crate::model::Node;

impl Editor<'_> {
    /// The column at which the keys of a map stand that is written in lines.
    pub(super) fn column_of_keys(&self, own: &Node) -> Option<usize> {
        let first = own.entries().first().filter(|_| !is_flow(self.text, own))?;
        Some(column(self.text, first.key_place.range().start))
    }

    pub(super) fn block_map(&mut self, own: &Node, spot: Spot, parts: &Parts<(&str, &Wanted)>) -> Result<(), Obstacle> {
        let entries = own.entries();
        let column = self.column_of_keys(own).ok_or(Obstacle::Layout)?;
        for at in parts.gone.iter().copied() {
            let start = entries[at].key_place.range().start;
            let lines = self.lines(start, end(self.text, &entries[at].node));
            if self.text[line_start(self.text, start)..start].bytes().all(|byte| byte == b' ') {
                self.change(lines, "");
                continue;
            }
            // Before it stands the dash of the item that it begins.
            let next = entries.get(at + 1).ok_or(Obstacle::Layout)?.key_place.range().start;
            if self.text[start..next].contains('#') || parts.gone.contains(&(at + 1)) {
                return Err(Obstacle::Layout);
            }
            self.change(start..next, "");
        }
        let last = entries.last().ok_or(Obstacle::Layout)?;
        let new = block_entries(parts.new.iter().copied(), column);
        self.put_after(end(self.text, &last.node), &new);
        self.or_empty(parts.gone.len() == entries.len() && new.is_empty(), spot, "{}")
    }

    pub(super) fn block_list(&mut self, own: &Node, spot: Spot, parts: &Parts<Wanted>) -> Result<(), Obstacle> {
        let items = own.items();
        for at in parts.gone.iter().copied() {
            let lines = self.lines(dash(self.text, &items[at])?, end(self.text, &items[at]));
            self.change(lines, "");
        }
        let last = items.last().ok_or(Obstacle::Layout)?;
        let column = column(self.text, dash(self.text, last)?);
        let written = items.iter().map(|item| &self.text[span(self.text, item)]);
        let quotes = written.clone().next().map_or(Quotes::Needed, Quotes::of);
        let in_brackets = items.iter().any(|item| item.is_map() && is_flow(self.text, item));
        let line = |item: &Wanted| match in_brackets {
            true => vec![format!("{:column$}- {}", "", inline(item, Quotes::Needed))],
            false => block_item(item, quotes, column),
        };
        let new: Vec<String> = parts.new.iter().flat_map(line).collect();
        self.put_after(end(self.text, last), &new);
        self.or_empty(parts.gone.len() == items.len() && new.is_empty(), spot, "[]")
    }

    /// Whole lines, from one byte to another, with the line break after them.
    fn lines(&self, from: usize, to: usize) -> Range<usize> {
        line_start(self.text, from)..next_line(self.text, to)
    }

    /// Puts lines below the one in which something ends.
    fn put_after(&mut self, ends: usize, lines: &[String]) {
        let (at, end) = (next_line(self.text, ends), line_end(self.text));
        let text: String = lines.iter().map(|line| format!("{line}{end}")).collect();
        if !text.is_empty() {
            self.change(at..at, text);
        }
    }

    /// Brackets with nothing in them after a key of which everything else has gone.
    fn or_empty(&mut self, is_empty: bool, spot: Spot, brackets: &str) -> Result<(), Obstacle> {
        if !is_empty {
            return Ok(());
        }
        let colon = self.text[spot.from..].find(|c: char| c != ' ' && c != '"' && c != '\'').map(|at| spot.from + at);
        let colon = colon.filter(|at| self.text[*at..].starts_with(':')).ok_or(Obstacle::Layout)?;
        self.change(colon + 1..colon + 1, format!(" {brackets}"));
        Ok(())
    }
}
