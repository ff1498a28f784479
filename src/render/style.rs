//! Colours. They only help: nothing is said by colour alone, and whoever prints strips them where they are not wanted.

use anstyle::{AnsiColor, Style};

/// Gone, refused, failed.
pub const BAD: Style = AnsiColor::Red.on_default();
/// Stops collection.
pub const LOUD: Style = AnsiColor::Red.on_default().bold();
/// New.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Changed.
pub const CHANGED: Style = AnsiColor::Yellow.on_default();
/// Less important.
pub const FAINT: Style = Style::new().dimmed();
/// Headings.
pub const STRONG: Style = Style::new().bold();

/// The text in a style.
pub fn paint(style: Style, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{style}{text}{style:#}") }
}

/// The text, filled up with spaces to a width in columns.
pub fn pad(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(unicode_width::UnicodeWidthStr::width(text));
    format!("{text}{}", " ".repeat(missing))
}
