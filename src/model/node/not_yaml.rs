//! A file that is not YAML: what is most likely meant, where it went wrong and not only where the parser noticed.

use crate::model::characters::odd_character;
use crate::model::diagnostic::{Diagnostic, brief};
use crate::model::source::Place;

/// What to do with Terraform's own files.
pub const TERRAFORM: &str = "this is Terraform's language; `heeler migrate --help` says how Terraform's state becomes a config";

/// Whether a text begins as Terraform's language does.
pub fn is_terraform(text: &str) -> bool {
    let blocks = ["resource \"", "module \"", "provider \"", "variable \"", "data \"", "output \"", "terraform {", "locals {"];
    let first = text.lines().map(str::trim_start).find(|line| !line.is_empty() && !line.starts_with(['#', '/']));
    first.is_some_and(|line| blocks.iter().any(|block| line.starts_with(block)))
}

/// Where the parser stopped.
pub struct Stop<'a> {
    /// Number of the file.
    pub file: u32,
    /// The whole text.
    pub text: &'a str,
    /// Where it noticed.
    pub at: usize,
    /// Where the last thing ended that it understood.
    pub understood: usize,
    /// What it says.
    pub says: &'a str,
}

impl Stop<'_> {
    /// The mistake, at the place where it can be mended.
    pub fn explained(&self) -> Diagnostic {
        if is_terraform(self.text) {
            return self.wrong(self.at..self.at, "this is not YAML").label(self.says).help(TERRAFORM);
        }
        let known = [Stop::unknown_alias, Stop::odd_character, Stop::open_quote, Stop::bracket, Stop::escape, Stop::second_colon, Stop::indentation];
        known.iter().find_map(|explain| explain(self)).unwrap_or_else(|| {
            let help = match self.says {
                says if says.contains("node content") || says.contains("unexpected character") || says.contains("cannot start") => {
                    "put the value in quotes: YAML gives this character a meaning of its own"
                }
                _ => "look at the line above too: most often the indentation is off, or a quote or bracket is not closed",
            };
            self.wrong(self.at..self.at, "this is not YAML").label(self.says).help(help)
        })
    }

    fn wrong(&self, range: std::ops::Range<usize>, title: &str) -> Diagnostic {
        Diagnostic::error(Place::new(self.file, range), title)
    }

    fn unknown_alias(&self) -> Option<Diagnostic> {
        let rest = self.text.get(self.at..).filter(|_| self.says.contains("unknown anchor"))?;
        let name = rest.strip_prefix('*').unwrap_or(rest).split(|c: char| c.is_whitespace() || ",[]{}".contains(c)).next().unwrap_or_default();
        let wrong =
            self.wrong(self.at..self.at + name.len() + 1, "an alias to nothing").label(format!("no `&{}` stands above it in this file", brief(name)));
        Some(wrong.help("anchors work within one file; what files share belongs in `profiles:`. If it is text, put it in quotes"))
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
    fn odd_in(&self, line: std::ops::Range<usize>) -> Option<(usize, char)> {
        let text = &self.text[line.clone()];
        let text = if text.trim_start().starts_with('#') { "" } else { text.split(" #").next().unwrap_or_default() };
        let indented = text.len() - text.trim_start_matches([' ', '\t', '-']).len();
        let odd = |(at, c): &(usize, char)| if *c == '\t' { *at < indented } else { !c.is_ascii() && odd_character(*c).is_some() };
        text.char_indices().find(odd).map(|(at, c)| (line.start + at, c))
    }

    fn open_quote(&self) -> Option<Diagnostic> {
        let is_it = ["quoted scalar", "unexpected eof", "unclosed quote", "end of stream"].iter().any(|word| self.says.contains(word));
        if !is_it || self.says.contains("escape") || self.says.contains("surrogate") || self.says.contains("hexadecimal") {
            return None;
        }
        let between = self.text.get(self.understood..)?;
        let at = self.understood + between.find(['"', '\''])?;
        let quote = self.text[at..].chars().next()?;
        let wrong =
            self.wrong(at..at + 1, "a quote that is not closed").label(format!("no `{quote}` closes it before the text goes on at another place"));
        Some(wrong.help(format!("close it: `{quote}...{quote}`")))
    }

    fn bracket(&self) -> Option<Diagnostic> {
        let wrong = |title: &str| self.wrong(self.at..(self.at + 1).min(self.text.len()), title);
        if let Some(rest) = self.says.strip_prefix("mismatched bracket '") {
            let (opened, closed) = (rest.chars().next()?, rest.trim_end_matches('\'').chars().next_back()?);
            let closes = if opened == '[' { ']' } else { '}' };
            let wrong = wrong("a bracket that is not closed").label(format!("this `{opened}` is followed by `{closed}`"));
            return Some(wrong.help(format!("write `{closes}` before `{closed}`")));
        }
        if let Some(rest) = self.says.strip_prefix("unclosed bracket '") {
            let closes = if rest.starts_with('[') { ']' } else { '}' };
            return Some(
                wrong("a bracket that is not closed").label(format!("no `{closes}` follows")).help(format!("write `{closes}` where it ends")),
            );
        }
        if !self.says.contains("flow") {
            return None;
        }
        let closes = if self.says.contains("sequence") { ']' } else { '}' };
        let wrong = wrong("a list or map in brackets goes on wrongly").label(format!("a comma or `{closes}` belongs before this"));
        Some(wrong.help("separate what stands in brackets by commas; quote a value that holds `,`, `:`, `[`, `]`, `{` or `}`"))
    }

    fn escape(&self) -> Option<Diagnostic> {
        let is_it = ["escape", "hexadecimal", "surrogate"].iter().any(|word| self.says.contains(word));
        let wrong = self.wrong(self.at..self.at, "a backslash that means nothing").label("in double quotes `\\` begins an escape");
        is_it.then(|| wrong.help("write it in single quotes, where `\\` is itself; or write `\\\\`"))
    }

    fn second_colon(&self) -> Option<Diagnostic> {
        if !self.says.contains("mapping values are not allowed") {
            return None;
        }
        let before = &self.text[self.line(self.at).start..self.at];
        let wrong = self.wrong(self.at..(self.at + 1).min(self.text.len()), "a colon where no key can stand");
        Some(match before.contains(": ") {
            true => wrong.label("the second `: ` of this line").help("put a value that holds `: ` in quotes: `reason: \"a: b\"`"),
            false => wrong
                .label("the line above has a value already")
                .help("nothing can stand below a value: indent this line as that one, or leave the value out"),
        })
    }

    fn indentation(&self) -> Option<Diagnostic> {
        let line = self.line(self.at);
        let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let own = indent(&self.text[line.clone()]);
        let starts_here = self.text[line.start..self.at].trim_matches([' ', '-']).is_empty();
        let is_it = ["expected key", "'-' indicator", "simple key", "indented", "indentation"].iter().any(|word| self.says.contains(word));
        if !is_it || !starts_here {
            return None;
        }
        if self.says.contains("simple key") && !self.text[line.clone()].contains(':') {
            let wrong = self.wrong(line.start + own..line.end, "a line without a colon").label("neither `key: value` nor an entry of a list");
            return Some(wrong.help("write `key: value`, with a space after the colon"));
        }
        let mut above = Vec::new();
        for text in self.text[..line.start].lines().rev().filter(|text| !text.trim().is_empty() && !text.trim_start().starts_with('#')).take(10_000) {
            let (from, dash) = (indent(text), text.trim_start_matches(' ').starts_with("- "));
            let lowest = above.last().copied().unwrap_or(usize::MAX);
            if dash && from + 2 < lowest {
                above.push(from + 2);
            }
            if from < lowest {
                above.push(from);
            }
            if from == 0 {
                break;
            }
        }
        above.sort_unstable();
        if above.contains(&own) {
            let wrong = self.wrong(line.start + own..line.end, "this is not YAML").label("it does not go on from the lines above");
            return Some(wrong.help("a list's entries begin with `- `, a map's with `key:`; both cannot stand at one indentation"));
        }
        let widths: Vec<String> = above.iter().map(usize::to_string).collect();
        let list = match widths.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => "0".to_owned(),
        };
        let spaces = if own == 1 { "1 space".to_owned() } else { format!("{own} spaces") };
        let wrong = self
            .wrong(line.start + own..line.end, "a line that is indented wrongly")
            .label(format!("indented by {spaces}; the lines above it by {list}"));
        Some(wrong.help("indent it as the keys that it stands beside"))
    }

    /// The line around a place, without its end.
    fn line(&self, at: usize) -> std::ops::Range<usize> {
        let start = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |end| at + end);
        start..start + self.text[start..end].trim_end_matches('\r').len()
    }
}
