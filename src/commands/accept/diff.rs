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
        _ if line.starts_with("--- ") || line.starts_with("+++ ") => file_line(Some(STRONG), line),
        _ if line.starts_with('-') => file_line(Some(BAD), line),
        _ if line.starts_with('+') => file_line(Some(GOOD), line),
        _ if line.starts_with("@@") => file_line(Some(FAINT), line),
        _ => file_line(None, line),
    };
    unified.split_terminator('\n').map(line).collect()
}

/// A line as the file has it, so that the diff can be applied: tabs and a carriage return at its end stay.
fn file_line(style: Option<anstyle::Style>, line: &str) -> String {
    let (text, end) = line.strip_suffix('\r').map_or((line, ""), |text| (text, "\r"));
    let text = text.split('\t').map(escaped_line).collect::<Vec<_>>().join("\t");
    format!("{}{end}\n", style.map_or_else(|| text.clone(), |style| paint(style, &text)))
}

/// A line of foreign text in a style.
pub fn paint_line(style: anstyle::Style, line: &str) -> String {
    format!("{}\n", paint(style, &escaped_line(line)))
}
