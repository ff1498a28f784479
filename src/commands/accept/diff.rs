//! The edit of one file, as a unified diff for a terminal.

use crate::config::files::Text;
use crate::render::escape_untrusted::escaped_line;
use crate::render::line_diff::unified;
use crate::render::style::{BAD, FAINT, GOOD, STRONG, paint};

/// The unified diff of one file.
pub fn diff(before: &Text, after: &Text) -> String {
    let (old, new) = match before.name.strip_prefix('/') {
        Some(_) => (before.name.clone(), after.name.clone()),
        None => (format!("a/{}", before.name), format!("b/{}", after.name)),
    };
    let unified = unified((&old, &before.text), (&new, &after.text));
    let line = |line: &str| match line {
        _ if line.starts_with("--- ") || line.starts_with("+++ ") => paint_line(STRONG, line),
        _ if line.starts_with('-') => paint_line(BAD, line),
        _ if line.starts_with('+') => paint_line(GOOD, line),
        _ if line.starts_with("@@") => paint_line(FAINT, line),
        _ => format!("{}\n", escaped_line(line)),
    };
    unified.lines().map(line).collect()
}

/// A line of foreign text in a style.
pub fn paint_line(style: anstyle::Style, line: &str) -> String {
    format!("{}\n", paint(style, &escaped_line(line)))
}
