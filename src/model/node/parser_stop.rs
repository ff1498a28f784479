//! Where the parser stopped in a text that is no YAML, and what stands there.

use std::ops::Range;

use granit_parser::ErrorKind;

use crate::model::diagnostic::Diagnostic;
use crate::model::source::Place;

/// Where the parser stopped.
pub struct ParserStop<'a> {
    /// Number of the file.
    pub file: u32,
    /// The whole text.
    pub text: &'a str,
    /// Where it noticed.
    pub at: usize,
    /// Where the last thing ended that it understood.
    pub understood: usize,
    /// Where the innermost list or map that is open begins, and whether it is a list.
    pub within: Option<(usize, bool)>,
    /// What sort of mistake it is for the parser.
    pub kind: &'a ErrorKind,
    /// The parser's words, which are shown where there are no better ones, and never read.
    pub says: &'a str,
}

impl ParserStop<'_> {
    /// A mistake in this stretch of the text.
    pub(super) fn wrong(&self, range: Range<usize>, title: &str) -> Diagnostic {
        Diagnostic::error(Place::new(self.file, range), title)
    }

    /// A mistake at the character where the parser stopped.
    pub(super) fn here(&self, title: &str) -> Diagnostic {
        let length = self.text[self.at..].chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
        self.wrong(self.at..self.at + length, title)
    }

    /// The text of the line around a place.
    pub(super) fn line_around(&self, at: usize) -> &str {
        &self.text[self.line(at)]
    }

    /// The line around a place, without its end.
    pub(super) fn line(&self, at: usize) -> Range<usize> {
        let start = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |end| at + end);
        start..start + self.text[start..end].trim_end_matches('\r').len()
    }
}
