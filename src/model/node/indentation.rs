//! A file that is not YAML because of where its lines begin, or of a colon.

use granit_parser::ErrorKind;

use super::parser_stop::ParserStop;
use crate::model::diagnostic::{Diagnostic, brief};
use crate::model::source::sounds_secret;

/// A colon where none can stand.
pub(super) fn colon(stop: &ParserStop<'_>) -> Option<Diagnostic> {
    if *stop.kind != ErrorKind::MappingValueNotAllowed {
        return None;
    }
    let before = &stop.text[stop.line(stop.at).start..stop.at];
    let wrong = stop.here("a colon where no key can stand");
    Some(match before.contains(": ") {
        true => wrong
            .label("the second `: ` of this line")
            .help("put a value that holds `: ` in quotes: `reason: \"a: b\"`"),
        false => wrong
            .label("the line above has a value already")
            .help("nothing can stand below a value: indent this line as that one, or leave the value out"),
    })
}

/// A line that begins where it cannot.
pub(super) fn indentation(stop: &ParserStop<'_>) -> Option<Diagnostic> {
    let is_simple_key = matches!(stop.kind, ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey);
    let is_it = matches!(
        stop.kind,
        ErrorKind::ExpectedBlockMappingKey
            | ErrorKind::ExpectedBlockSequenceEntry
            | ErrorKind::InvalidIndentation
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::ZeroBlockScalarIndent
            | ErrorKind::InvalidBlockScalarIndent
            | ErrorKind::TabInIndentation
            | ErrorKind::InvalidQuotedScalarIndent
            | ErrorKind::InvalidFlowScalarIndent
    );
    let line = stop.line(stop.at);
    let (text, above) = (&stop.text[line.clone()], &stop.text[..line.start]);
    let own = indent(text);
    let starts_here = stop.text[line.start..stop.at].trim_matches([' ', '-']).is_empty();
    if !starts_here || !(is_it || is_simple_key) {
        return None;
    }
    let wrong = |title: &str| stop.wrong(line.start + own..line.end, title);
    if let Some((key, value)) = text.trim().trim_start_matches("- ").split_once(':')
        && !value.is_empty()
        && !value.starts_with(' ')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    {
        let wrong = wrong("a colon without a space after it").label("without the space this is one word");
        let value = if sounds_secret(key) { "...".to_owned() } else { brief(value.trim()) };
        return Some(wrong.help(format!("write `{key}: {value}`")));
    }
    if is_simple_key && !text.contains(':') {
        let wrong = wrong("a line without a colon").label("neither `key: value` nor an entry of a list");
        return Some(wrong.help("write `key: value`, with a space after the colon"));
    }
    let widths = widths(above);
    let last = above.lines().rev().find(|line| !is_blank(line)).unwrap_or_default().trim_end();
    if indent(last) < own && (last.ends_with("{}") || last.ends_with("[]")) {
        let wrong = wrong("something below an empty value").label("the line above ends its value itself");
        return Some(wrong.help("take the `{}` or `[]` of the line above out"));
    }
    if widths.contains(&own) {
        let wrong = wrong("a line that does not go on from those above")
            .label("a map's keys and a list's entries cannot stand at one indentation");
        let help = if text.trim_start().starts_with("- ") {
            "is a line such as `accounts:` missing above it?"
        } else {
            "is a dash missing, or one too many?"
        };
        return Some(wrong.help(help));
    }
    let spaces = if own == 1 { "1 space".to_owned() } else { format!("{own} spaces") };
    let wrong = wrong("a line that is indented wrongly")
        .label(format!("indented by {spaces}; the lines above it by {}", one_of(&widths)));
    Some(wrong.help("indent it as the keys that it stands beside"))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('#')
}

/// By how much the lines are indented that a next line could belong to.
fn widths(above: &str) -> Vec<usize> {
    const FAR_ENOUGH: usize = 10_000;
    let mut widths: Vec<usize> = Vec::new();
    for line in above.lines().rev().filter(|line| !is_blank(line)).take(FAR_ENOUGH) {
        let from = indent(line);
        let lowest = widths.last().copied().unwrap_or(usize::MAX);
        if line[from..].starts_with("- ") && from + 2 < lowest {
            widths.push(from + 2);
        }
        if from < lowest {
            widths.push(from);
        }
        if from == 0 {
            break;
        }
    }
    widths.sort_unstable();
    widths
}

fn one_of(widths: &[usize]) -> String {
    let words: Vec<String> = widths.iter().map(usize::to_string).collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => "0".to_owned(),
    }
}
