//! Diagnostics as rustc shows them: the place, the line, why, and what to write instead.
//!
//! A source line is shown with anything that looks like a secret's value starred out: the mistake may be the secret itself.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::clean::clean;
use super::counted;
use super::style::{BAD, CHANGED, paint};
use crate::model::diagnostic::Severity;
use crate::model::source::SECRET_WORDS;
use crate::model::{Diagnostic, Place, Sources};

/// All of them, and a last line that counts.
pub fn diagnostics(list: &[Diagnostic], sources: &Sources) -> String {
    if list.is_empty() {
        return String::new();
    }
    let mut out: String = list.iter().map(|diagnostic| format!("{}\n\n", one(diagnostic, sources))).collect();
    let errors = list.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let warnings = list.len() - errors;
    let mut counts = Vec::new();
    counts.extend((errors > 0).then(|| counted(errors, "error")));
    counts.extend((warnings > 0).then(|| counted(warnings, "warning")));
    out.push_str(&format!("{}\n", counts.join(", ")));
    out
}

/// One of them.
pub fn one(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let Diagnostic { severity, title, place, label, help, also } = diagnostic;
    let level = match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = clean(title);
    let (label, help) = (clean(label), help.as_deref().map(clean));
    let also: Vec<(Line, String)> = also.iter().map(|(place, label)| (Line::of(*place, sources), clean(label))).collect();
    let line = place.map(|place| Line::of(place, sources));
    let mut group = match &line {
        None => {
            let level = paint(if diagnostic.is_error() { BAD } else { CHANGED }, if diagnostic.is_error() { "error" } else { "warning" });
            let help = help.map_or(String::new(), |help| format!("\n  = help: {help}"));
            return format!("{level}: {title}{help}");
        }
        Some(line) => {
            let annotation = AnnotationKind::Primary.span(line.span.clone());
            let annotation = if label.is_empty() { annotation } else { annotation.label(label.as_str()) };
            let snippet = Snippet::source(line.text.as_str()).line_start(line.number).path(line.file.as_str()).fold(true).annotation(annotation);
            level.primary_title(title.as_str()).element(snippet)
        }
    };
    for (line, label) in &also {
        let annotation = AnnotationKind::Context.span(line.span.clone()).label(label.as_str());
        group = group.element(Snippet::source(line.text.as_str()).line_start(line.number).path(line.file.as_str()).fold(true).annotation(annotation));
    }
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    Renderer::styled().decor_style(DecorStyle::Ascii).render(&[group])
}

/// The first line of a place, as it may be shown.
struct Line {
    file: String,
    number: usize,
    text: String,
    span: std::ops::Range<usize>,
}

impl Line {
    fn of(place: Place, sources: &Sources) -> Self {
        let text = sources.text(place);
        let range = place.range();
        let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[range.start..].find('\n').map_or(text.len(), |at| range.start + at);
        let raw = text[start..end].trim_end_matches('\r');
        let (from, to) = (range.start - start, (range.end.min(end) - start).min(raw.len()));
        let shown = masked(raw, sources.hidden_in(place, start..start + raw.len()));
        let from = from.min(shown.len());
        Line { file: clean(sources.name(place)), number: sources.line_and_column(place).0, span: from..to.max(from), text: shown }
    }
}

/// The line with the values of keys that sound like secrets starred out, byte for byte, so that places stay right; control
/// characters become spaces for the same reason.
fn masked(line: &str, hidden: impl Iterator<Item = std::ops::Range<usize>>) -> String {
    let mut shown: Vec<u8> = line.bytes().map(|byte| if byte.is_ascii_control() { b' ' } else { byte }).collect();
    hidden.for_each(|range| shown[range].fill(b'*'));
    let lower = line.to_ascii_lowercase();
    let mut from = 0;
    while let Some(at) = SECRET_WORDS.iter().filter_map(|word| lower[from..].find(word)).min().map(|at| at + from) {
        let Some(colon) = line[at..].find(':').map(|colon| at + colon + 1) else { break };
        let value = colon + (line[colon..].len() - line[colon..].trim_start().len());
        let end = if line[value..].starts_with('{') { value } else { end_of_value(line, value) };
        shown[value..end].fill(b'*');
        from = end.max(colon);
    }
    String::from_utf8(shown).unwrap_or_else(|_| "*".repeat(line.len()))
}

/// To the end of a quoted value, or else to the next comma, brace or comment.
fn end_of_value(line: &str, start: usize) -> usize {
    let rest = &line[start..];
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    match quote {
        Some(quote) => rest[1..].rfind(quote).map_or(line.len(), |at| start + at + 2),
        None => start + rest.find([',', '}']).map_or(rest.trim_end().len(), |at| rest[..at].trim_end().len()),
    }
}

#[cfg(test)]
mod tests {
    fn plain(line: &str) -> String {
        super::masked(line, std::iter::empty())
    }

    #[test]
    fn secrets_in_a_shown_line_are_starred_out() {
        assert_eq!(plain("  secret_access_key: abc"), "  secret_access_key: ***");
        assert_eq!(plain("a: { access_key_id: AKIA, secret_access_key: \"x,y\" }"), "a: { access_key_id: AKIA, secret_access_key: ***** }");
        assert_eq!(plain("secret_access_key: { env: NAME }"), "secret_access_key: { env: NAME }");
        assert_eq!(plain("secret_acess_key: hé, token: 'ü' }"), "secret_acess_key: ***, token: **** }");
        assert_eq!(plain("name: secretariat"), "name: secretariat");
    }
}
