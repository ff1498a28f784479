//! The edit of one file, as a unified diff for a terminal.

use similar::TextDiff;

use crate::config::files::Text;
use crate::render::escape_untrusted::escaped_line;
use crate::render::style::{BAD, FAINT, GOOD, STRONG, paint};

/// The unified diff of one file.
pub fn diff(before: &Text, after: &Text) -> String {
    let lines = TextDiff::from_lines(&before.text, &after.text);
    let (old, new) = match before.name.strip_prefix('/') {
        Some(_) => (before.name.clone(), after.name.clone()),
        None => (format!("a/{}", before.name), format!("b/{}", after.name)),
    };
    let unified = lines.unified_diff().context_radius(3).header(&old, &new).to_string();
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
