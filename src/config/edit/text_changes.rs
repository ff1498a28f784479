//! Stretches of a text that are replaced, all at once.

use std::ops::Range;

/// One stretch and what stands there instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextChange {
    /// Bytes of the old text; nothing where something is only put in.
    pub range: Range<usize>,
    /// The new text.
    pub text: String,
}

/// The text with every change made; nothing if two of them overlap.
pub fn applied(text: &str, mut changes: Vec<TextChange>) -> Option<String> {
    changes.sort_by_key(|change| (change.range.start, change.range.end));
    let mut edited = String::with_capacity(text.len());
    let mut at = 0;
    for TextChange { range, text: new } in changes {
        edited.push_str(text.get(at..range.start)?);
        edited.push_str(&new);
        at = range.end;
    }
    edited.push_str(text.get(at..)?);
    Some(edited)
}

/// Where the line begins in which a byte stands.
pub fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// Where the line after it begins; the end of the text after the last.
pub fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// How lines end in this text.
pub fn line_end(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

#[cfg(test)]
mod tests {
    use super::{TextChange, applied};

    #[test]
    fn changes_are_made_in_order_and_never_over_each_other() {
        let change = |range, text: &str| TextChange { range, text: text.to_owned() };
        let made = |changes| applied("abcdef", changes);
        assert_eq!(made(vec![change(4..5, "E"), change(1..1, "-"), change(1..2, "")]).as_deref(), Some("a-cdEf"));
        assert_eq!(made(vec![change(1..3, ""), change(2..4, "")]), None);
    }
}
