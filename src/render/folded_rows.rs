//! The lines below the title of a block of look-alikes, for a terminal: in what they differ, and each row by name.

use super::escape_untrusted::escaped_line;
use super::fields::{brief, width};
use super::folding::{Block, Foldable};
use super::style::{FAINT, pad, paint};
use super::text_parts::place;

/// The fields in which they differ, a line each.
pub fn differing<T: Foldable>(block: &Block<'_, T>) -> String {
    let widest = width(&block.common);
    let line = |path: String| format!("    {}  {}\n", pad(&path, widest), paint(FAINT, "differs, see below"));
    block.differing.iter().map(|path| line(escaped_line(&path.to_string()))).collect()
}

/// Each row with its place, what `beside` says of it, and its own values where they differ.
pub fn rows<'a, T: Foldable>(
    block: &Block<'a, T>,
    named: impl Fn(&T) -> String,
    beside: impl Fn(&T) -> String,
) -> String {
    let names: Vec<String> = block.actions.iter().map(|item| named(item)).collect();
    let across = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    let mut out = String::new();
    for (item, name) in block.actions.iter().zip(&names) {
        let at = item.source().map_or(String::new(), place);
        out.push_str(&format!("      {}  {}{}\n", pad(name, across), paint(FAINT, &at), paint(FAINT, &beside(item))));
        for change in item.changes().filter(|change| block.differing.contains(&change.path)) {
            out.push_str(&format!("          {}  {}\n", escaped_line(&change.path.to_string()), brief(&change.change)));
        }
    }
    out
}
