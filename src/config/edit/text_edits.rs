//! Changes of one text as they are collected, and what they are made from: where a value stands, and what of a map or a list
//! goes and comes.

use std::ops::Range;

use super::text_changes::TextChange;

/// The changes of one text so far.
pub struct TextEdits<'a> {
    /// The text as it is before any of them.
    pub text: &'a str,
    changes: Vec<TextChange>,
}

impl<'a> TextEdits<'a> {
    /// Nothing changed yet.
    pub fn new(text: &'a str) -> Self {
        TextEdits { text, changes: Vec::new() }
    }

    /// Puts a text in place of these bytes.
    pub fn change(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.changes.push(TextChange { range, text: text.into() });
    }

    /// What was collected.
    pub fn into_changes(self) -> Vec<TextChange> {
        self.changes
    }
}

/// Where a value stands.
#[derive(Debug, Clone, Copy)]
pub struct Spot {
    /// The byte after its key, or after its dash.
    pub from: usize,
    /// The column of that key, where the map around it is written in lines.
    pub column: Option<usize>,
}

/// What of a map or a list goes, by position, and what is new.
pub struct Parts<T> {
    /// In the order of the text.
    pub gone: Vec<usize>,
    /// In the order in which it is written.
    pub new: Vec<T>,
}
