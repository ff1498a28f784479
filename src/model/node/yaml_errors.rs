//! A file that is not YAML: what is most likely meant, where it went wrong and not only where the parser noticed.

use std::ops::Range;

use granit_parser::ErrorKind;

use super::indentation;
use super::parser_stop::ParserStop;
use crate::model::characters::odd_character;
use crate::model::diagnostic::{Diagnostic, brief};
use crate::model::source::Place;

/// What to do with Terraform's own files.
pub const TERRAFORM: &str =
    "this is Terraform's language; `heeler migrate --help` says how Terraform's state becomes a config";

/// Whether a text begins as Terraform's language does.
pub fn is_terraform(text: &str) -> bool {
    let blocks =
        ["resource \"", "module \"", "provider \"", "variable \"", "data \"", "output \"", "terraform {", "locals {"];
    let first = text.lines().map(str::trim_start).find(|line| !line.is_empty() && !line.starts_with(['#', '/']));
    first.is_some_and(|line| blocks.iter().any(|block| line.starts_with(block)))
}

type Explain = fn(&ParserStop<'_>) -> Option<Diagnostic>;

impl ParserStop<'_> {
    /// The mistake, at the place where it can be mended.
    pub fn explained(&self) -> Diagnostic {
        const ALL: [Explain; 11] = [
            |stop| is_terraform(stop.text).then(|| stop.here("this is not YAML").label(stop.says).help(TERRAFORM)),
            |stop| stop.conflict(),
            |stop| stop.placeholder(),
            |stop| stop.alias(),
            |stop| stop.odd_character(),
            |stop| stop.quote(),
            |stop| stop.bracket(),
            |stop| stop.character(),
            |stop| stop.escape(),
            indentation::colon,
            indentation::indentation,
        ];
        ALL.iter().find_map(|explain| explain(self)).unwrap_or_else(|| {
            let help =
                "look at the line above too: most often the indentation is off, or a quote or bracket is not closed";
            self.here("this is not YAML").label(self.says).help(help)
        })
    }

    fn conflict(&self) -> Option<Diagnostic> {
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            if line.starts_with("<<<<<<< ") {
                let wrong = self
                    .wrong(start..start + line.trim_end().len(), "a merge conflict that is not resolved")
                    .label("git put this here");
                return Some(wrong.help("keep one of the two versions, and take the three marks out"));
            }
            start += line.len();
        }
        None
    }

    /// What other tools fill in before YAML is read.
    fn placeholder(&self) -> Option<Diagnostic> {
        const HELP: &str =
            "templates are not filled in; `${name}`, `${aws_account_id}` and `${aws_partition}` are, in quotes";
        let from = self.at.saturating_sub(2).max(self.line(self.at).start);
        let near = self.text.get(from..).unwrap_or(&self.text[self.at..]);
        let opening = ["{{", "{%", "${"].iter().find_map(|mark| Some((near.find(mark).filter(|at| *at <= 2)?, *mark)));
        let (at, mark) = opening?;
        let at = self.text.len() - near.len() + at;
        let wrong = self
            .wrong(at..at + mark.len(), "a placeholder without quotes")
            .label(format!("`{mark}` opens a map for YAML"));
        Some(wrong.help(if mark == "${" { "put the value in quotes: `\"${name}\"`" } else { HELP }))
    }

    fn alias(&self) -> Option<Diagnostic> {
        if *self.kind == ErrorKind::MissingAnchorOrAliasName {
            let wrong = self.here("a `*` or `&` without quotes").label("it begins an alias or an anchor for YAML");
            return Some(wrong.help("put the value in quotes: `\"*\"`"));
        }
        let rest = self.text.get(self.at..).filter(|_| *self.kind == ErrorKind::UnknownAnchor)?;
        let name = rest
            .strip_prefix('*')
            .unwrap_or(rest)
            .split(|c: char| c.is_whitespace() || ",[]{}".contains(c))
            .next()
            .unwrap_or_default();
        let wrong = self.wrong(self.at..self.at + name.len() + 1, "an alias to nothing");
        let wrong = wrong.label(format!("no `&{}` stands above it in this file", brief(name)));
        Some(wrong.help("if it is text, put it in quotes; anchors work within one file, and what files share belongs in `profiles:`"))
    }

    /// A character that looks like another one: in the line where the parser stopped, or in the one above.
    fn odd_character(&self) -> Option<Diagnostic> {
        let (line, above) = (self.line(self.at), self.line(self.at).start.checked_sub(1).map(|end| self.line(end)));
        let (at, c) = [Some(line), above].into_iter().flatten().find_map(|range| self.odd_in(range))?;
        let name = odd_character(c)?;
        let help = match c {
            '\t' => "indent with spaces",
            _ if name.contains("quote") => "write a straight quote: `\"` or `'`",
            _ if name.contains("space") => "write a plain space",
            _ if name.contains("dash") => "write `-`",
            _ if name.contains("colon") => "write `:`",
            _ => "delete it, or type the line anew",
        };
        Some(self.wrong(at..at + c.len_utf8(), "this is not YAML").label(format!("this is {name}")).help(help))
    }

    /// The first odd character of a line, comments aside; a tab only where it indents.
    fn odd_in(&self, line: Range<usize>) -> Option<(usize, char)> {
        let text = &self.text[line.clone()];
        let text = if text.trim_start().starts_with('#') { "" } else { text.split(" #").next().unwrap_or_default() };
        let indented = text.len() - text.trim_start_matches([' ', '\t', '-']).len();
        let odd = |(at, c): &(usize, char)| {
            if *c == '\t' { *at < indented } else { !c.is_ascii() && odd_character(*c).is_some() }
        };
        text.char_indices().find(odd).map(|(at, c)| (line.start + at, c))
    }

    fn quote(&self) -> Option<Diagnostic> {
        if let Some(wrong) = self.after_a_quote() {
            return Some(wrong);
        }
        let is_open = matches!(
            self.kind,
            ErrorKind::UnclosedQuotedScalar
                | ErrorKind::UnexpectedEof
                | ErrorKind::DocumentIndicatorInQuotedScalar
                | ErrorKind::InvalidQuotedScalarIndent
                | ErrorKind::InvalidTrailingSingleQuotedScalar
                | ErrorKind::InvalidTrailingDoubleQuotedScalar
        );
        if !is_open {
            return None;
        }
        let between = self.text.get(self.understood..)?;
        let at = self.understood + between.find(['"', '\''])?;
        let quote = self.text[at..].chars().next()?;
        let wrong = self
            .wrong(at..at + 1, "a quote that is not closed")
            .label(format!("no `{quote}` closes it where the value ends"));
        Some(wrong.help(format!("close it: `{quote}...{quote}`")))
    }

    fn after_a_quote(&self) -> Option<Diagnostic> {
        let (before, rest) = self.text.split_at(self.at);
        let quoted = before[self.line(self.at).start..].trim_end_matches(' ');
        let quote = quoted.chars().next_back().filter(|c| matches!(c, '"' | '\''))?;
        let from = quoted[..quoted.len() - 1].rfind(quote)?;
        if rest.starts_with([',', ':', ']', '}', '\n', '\r', '#']) || rest.is_empty() {
            return None;
        }
        let start = self.line(self.at).start;
        let is_within_brackets = self.within.is_some_and(|(start, _)| self.text[start..].starts_with(['[', '{']));
        let help = match () {
            () if !before.ends_with(' ') && quote == '\'' => {
                "write a quote within quotes twice, `'it''s'`, or put double quotes around"
            }
            () if !before.ends_with(' ') => "write a quote within quotes as `\\\"`, or put single quotes around",
            () if is_within_brackets => "write a comma between two values",
            () => "put all of the value in quotes",
        };
        let wrong = self.here("something after a closing quote").label("the quote ends before this").help(help);
        Some(wrong.also(Place::new(self.file, start + from..start + quoted.len()), "the quoted part"))
    }

    fn bracket(&self) -> Option<Diagnostic> {
        let closing = |open: char| if open == '[' { ']' } else { '}' };
        match self.kind {
            ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
                let wrong =
                    self.here("brackets that do not match").label(format!("this `{open}` is followed by `{close}`"));
                let closes = closing(*open);
                Some(wrong.help(format!("write `{closes}` before that `{close}`, or take one of them out")))
            }
            ErrorKind::UnclosedFlowCollection { open } => {
                let closes = closing(*open);
                let wrong = self.here("a bracket that is not closed").label(format!("no `{closes}` follows"));
                Some(wrong.help(format!("write `{closes}` where it ends")))
            }
            ErrorKind::MisplacedFlowCollectionEnd => {
                Some(self.here("a bracket too many").label("it closes nothing").help("take it out"))
            }
            ErrorKind::BlockEntryInFlowCollection => {
                let wrong =
                    self.here("a dash within brackets").label("between brackets, lists are written in brackets too");
                Some(wrong.help("write `[a, b]`, or take the brackets around it out"))
            }
            ErrorKind::UnexpectedEofFlowSequence
            | ErrorKind::UnexpectedEofFlowMapping
            | ErrorKind::UnexpectedEofImplicitFlowMapping
            | ErrorKind::ExpectedFlowMappingSeparator
            | ErrorKind::ExpectedFlowSequenceSeparator
            | ErrorKind::InvalidFlowScalarIndent
            | ErrorKind::FlowMappingValueAdjacentCollection => self.within_brackets(),
            _ => None,
        }
    }

    fn within_brackets(&self) -> Option<Diagnostic> {
        let before = self.text[..self.at].trim_end();
        let wrong = self.here("a list or map in brackets goes on wrongly");
        let above = self.line(self.at).start.checked_sub(1).map_or("", |end| self.line_around(end));
        if let Some(line) = [self.line_around(self.at), above]
            .into_iter()
            .find(|line| line.split("//").next().is_some_and(|code| code.len() < line.len() && !code.ends_with(':')))
        {
            return Some(
                wrong.label(format!("`//` is no comment: `{}`", brief(line.trim()))).help("begin a comment with `#`"),
            );
        }
        if *self.kind == ErrorKind::FlowMappingValueAdjacentCollection {
            return Some(wrong.label("a colon without a space after it").help("write a space after the colon"));
        }
        let (start, is_list) = self.within?;
        let closes = if is_list { ']' } else { '}' };
        let wrong = match () {
            () if self.text[self.at..].starts_with(',') && before.ends_with([',', '[', '{']) => {
                wrong.label("nothing stands before this comma").help("take the comma out")
            }
            () => wrong
                .label(format!("a comma or `{closes}` belongs before this"))
                .help("put a value that holds `,`, `:`, `[`, `]`, `{` or `}` in quotes"),
        };
        Some(wrong.also(Place::new(self.file, start..start + 1), "opened here"))
    }

    fn character(&self) -> Option<Diagnostic> {
        let is_it = matches!(
            self.kind,
            ErrorKind::UnexpectedCharacter { .. }
                | ErrorKind::ExpectedNodeContent
                | ErrorKind::TabAtBlockScalarStart
                | ErrorKind::PlainScalarStartsWithDashFlowIndicator
        );
        let wrong = self.here("a value that needs quotes").label("YAML gives this character a meaning of its own");
        is_it.then(|| wrong.help("put the value in quotes"))
    }

    fn escape(&self) -> Option<Diagnostic> {
        let is_it = matches!(
            self.kind,
            ErrorKind::UnknownQuotedScalarEscape
                | ErrorKind::InvalidQuotedScalarHexEscape
                | ErrorKind::InvalidLowSurrogateHexEscape
                | ErrorKind::InvalidLowSurrogate
                | ErrorKind::MissingLowSurrogate
                | ErrorKind::UnpairedLowSurrogate
                | ErrorKind::InvalidUnicodeEscape
                | ErrorKind::InvalidTagEscape
        );
        let wrong = self.here("a backslash that means nothing").label("in double quotes `\\` begins an escape");
        is_it.then(|| wrong.help("write it in single quotes, where `\\` is itself; or write `\\\\`"))
    }
}
