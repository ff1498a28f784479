//! The one way foreign text gets into a comment: as escaped prose, as code, or as a line of a fence.
//!
//! [`Markdown`] takes heeler's own words as `&'static str` only; everything else goes through [`Markdown::text`] or
//! [`Markdown::code`]. GitHub reads mentions, `#1`, commit hashes, addresses, emoji and formulas out of the finished
//! text, where a backslash no longer shows. It does not look into code, so a word that it could act upon becomes code.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::Key;
use crate::model::Source;
use crate::render::counted_by_kind;
use crate::render::escape_untrusted::escaped_line;
use crate::render::source_links::Links;

/// Backticks in a row that are shown. GitHub knows no code span between more than eighty.
const RUN: usize = 60;
/// Characters of prose that are shown.
const TEXT: usize = 400;
/// Characters of a value that are shown.
const CODE: usize = 120;
/// What cannot stand in an address as it is, or would end a link.
const ESCAPED: &AsciiSet = &{
    let plain =
        NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':').remove(b'/').remove(b'?');
    plain.remove(b'#').remove(b'=').remove(b'%').remove(b'+').remove(b',').remove(b';').remove(b'@')
};
/// Bytes of an address; there is no link to a longer one.
const ADDRESS: usize = 600;
/// Characters of a line in a fence that are shown.
const LINE: usize = 600;

/// A piece of a comment. Nothing in it is markup unless heeler wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Markdown(String);

impl Markdown {
    /// Nothing yet.
    pub fn new() -> Self {
        Markdown::default()
    }

    /// heeler's own words and marks.
    pub fn own(mut self, words: &'static str) -> Self {
        self.0.push_str(words);
        self
    }

    /// A number.
    pub fn number(mut self, number: usize) -> Self {
        self.0.push_str(&number.to_string());
        self
    }

    /// `1 account`, `2 accounts`.
    pub fn counted(self, number: usize, word: &'static str) -> Self {
        let words = self.number(number).own(" ").own(word);
        if number == 1 { words } else { words.own("s") }
    }

    /// Rows by what they are: `1 Cloudcraft account, 2 Datadog accounts`.
    pub fn counted_by_kind<'a>(self, rows: impl IntoIterator<Item = &'a Key>) -> Self {
        self.text(&counted_by_kind(rows))
    }

    /// Foreign prose. What stands between backticks is code; so is every word that GitHub could act upon.
    pub fn text(mut self, foreign: &str) -> Self {
        let foreign = cut(escaped_line(foreign).trim(), TEXT);
        let parts: Vec<&str> = foreign.split('`').collect();
        let paired = parts.len() % 2 == 1;
        if !paired {
            self.prose(&foreign, true);
            return self;
        }
        for (at, part) in parts.iter().enumerate() {
            if at % 2 == 0 { self.prose(part, at == 0) } else { self.span(part) }
        }
        self
    }

    /// A foreign value, as code.
    pub fn code(self, foreign: &str) -> Self {
        self.brief(foreign, CODE)
    }

    /// The same, not longer than `most` characters.
    pub fn brief(mut self, foreign: &str, most: usize) -> Self {
        let shown = cut(&escaped_line(foreign), most);
        self.span(if shown.is_empty() { "(empty)" } else { &shown });
        self
    }

    /// A value as code, with a link to where it was written, if there is one.
    pub fn linked(mut self, foreign: &str, source: &Source, links: &Links) -> Self {
        let usable = |address: &String| {
            address.len() <= ADDRESS && (address.starts_with("https://") || address.starts_with("http://"))
        };
        let address = links.to(source).filter(usable);
        let Some(address) = address else { return self.code(foreign) };
        self.0.push('[');
        let mut linked = self.code(foreign);
        linked.0.push_str("](");
        linked.0.extend(utf8_percent_encode(&address, ESCAPED));
        linked.0.push(')');
        linked
    }

    /// A place, with a link to it, if there is one.
    pub fn place(self, source: &Source, links: &Links) -> Self {
        self.linked(&place(source), source, links)
    }

    /// Another piece after this one.
    pub fn and(mut self, other: &Markdown) -> Self {
        self.0.push_str(&other.0);
        self
    }

    /// All of them, with heeler's own words between.
    pub fn joined(pieces: impl IntoIterator<Item = Markdown>, between: &'static str) -> Self {
        let mut pieces = pieces.into_iter();
        let first = pieces.next().unwrap_or_default();
        pieces.fold(first, |all, piece| all.own(between).and(&piece))
    }

    /// As it stands in the comment.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// In bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A code span. A pipe would end a table's cell even there, so it stands between two of them.
    fn span(&mut self, code: &str) {
        for (at, piece) in without_long_runs(code).split('|').enumerate() {
            if at > 0 {
                self.0.push_str("&#124;");
            }
            if piece.is_empty() {
                continue;
            }
            // Two spans side by side would be read as one.
            if self.0.ends_with('`') {
                self.0.push(' ');
            }
            let fence = "`".repeat(longest_run(piece) + 1);
            let pad = if piece.starts_with(['`', ' ']) || piece.ends_with(['`', ' ']) { " " } else { "" };
            [&fence, pad, piece, pad, &fence].iter().for_each(|part| self.0.push_str(part));
        }
    }

    /// `first`: the text begins with it.
    fn prose(&mut self, text: &str, first: bool) {
        for (at, word) in text.split(' ').enumerate() {
            if at > 0 {
                self.0.push(' ');
            }
            if is_acted_upon(word) {
                self.span(word);
            } else {
                self.escaped(word, first && at == 0);
            }
        }
    }

    /// A word whose marks are only marks. The first of a text could begin a list.
    fn escaped(&mut self, word: &str, first: bool) {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        for (at, c) in word.char_indices() {
            let begins = first && (at == 0 || at == digits) && c.is_ascii_punctuation();
            match c {
                '|' => self.0.push_str("&#124;"),
                _ if begins || "\\`*_{}[]<>#!~&^$@".contains(c) => self.0.extend(['\\', c]),
                _ => self.0.push(c),
            }
        }
    }
}

/// A line for the inside of a fence: nothing is markup there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verbatim(String);

impl Verbatim {
    /// One line, whatever is in it.
    pub fn line(foreign: &str) -> Self {
        Verbatim(format!("{}\n", cut(&escaped_line(foreign), LINE)))
    }

    /// All of these lines as one.
    pub fn lines(lines: impl IntoIterator<Item = Verbatim>) -> Self {
        Verbatim(lines.into_iter().map(|line| line.0).collect())
    }

    /// As it stands in the comment.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A fence that no line inside can close.
pub fn fence<'a>(lines: impl IntoIterator<Item = &'a Verbatim>) -> String {
    let longest = lines.into_iter().map(|line| longest_run(&line.0)).max().unwrap_or_default();
    "`".repeat((longest + 1).max(3))
}

/// `file:line`, as it may be shown.
pub fn place(source: &Source) -> String {
    let file: Vec<char> = source.file.chars().collect();
    // The end of a long name says more than its beginning.
    let shown: String = file[file.len().saturating_sub(CODE - 20)..].iter().collect();
    let dots = if shown.len() < source.file.len() { "…" } else { "" };
    format!("{dots}{}:{}", escaped_line(&shown), source.line)
}

/// The text, or its beginning.
pub fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", &text[..at]),
    }
}

/// The text with long runs of backticks cut short.
fn without_long_runs(code: &str) -> Cow<'_, str> {
    if longest_run(code) <= RUN {
        return Cow::Borrowed(code);
    }
    let mut run = 0;
    let kept = code.chars().filter_map(|c| {
        run = if c == '`' { run + 1 } else { 0 };
        match run {
            ..=RUN => Some(c),
            _ if run == RUN + 1 => Some('…'),
            _ => None,
        }
    });
    Cow::Owned(kept.collect())
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

/// Whether GitHub, or GitLab, could make something of a word, however it is escaped.
fn is_acted_upon(word: &str) -> bool {
    let folded = word.to_ascii_lowercase();
    let signs =
        |(at, c): (usize, char)| "#!%&~^".contains(c) && word[at + 1..].starts_with(|c: char| c.is_alphanumeric());
    let hash = |run: &str| run.len() >= 7 && run.bytes().all(|byte| byte.is_ascii_hexdigit());
    word.contains(['@', '$', '＠', '﹫'])
        || word.contains("://")
        || word.matches(':').count() > 1
        || ["www.", "gh-", "ghsa-", "cve-"].iter().any(|start| folded.contains(start))
        || word.char_indices().any(signs)
        || word.split(|c: char| !c.is_ascii_alphanumeric()).any(hash)
}
