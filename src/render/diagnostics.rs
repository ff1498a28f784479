//! Diagnostics as rustc shows them: the place, the line, why, and what to write instead.
//!
//! A source line is shown with whatever `Sources` hides starred out: the mistake may be a secret itself.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::counted;
use super::escape_untrusted::{escaped_line, marked, spelled};
use super::style::{BAD, CHANGED, paint};
use crate::model::diagnostic::{Severity, counts};
use crate::model::{Diagnostic, Place, Sources};

/// All of them, and a last line that counts.
pub fn diagnostics(list: &[Diagnostic], sources: &Sources) -> String {
    if list.is_empty() {
        return String::new();
    }
    let mut out: String = list.iter().map(|diagnostic| format!("{}\n\n", one(diagnostic, sources))).collect();
    let (errors, warnings) = counts(list);
    let mut counts = Vec::new();
    counts.extend((errors > 0).then(|| counted(errors, "error")));
    counts.extend((warnings > 0).then(|| counted(warnings, "warning")));
    out.push_str(&format!("{}\n", counts.join(", ")));
    out
}

/// One of them.
pub fn one(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let Diagnostic {
        severity,
        title,
        place,
        label,
        help,
        also,
        reach,
        repeat: _,
        presumes_all_read: _,
        comes_first: _,
    } = diagnostic;
    let level = match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = escaped_line(title);
    let (label, help) = (escaped_line(label), help.as_deref().map(escaped_line));
    let also: Vec<(Line, String)> =
        also.iter().map(|(place, label)| (Line::of(*place, sources), escaped_line(label))).collect();
    let line = place.map(|place| Line::of(place, sources));
    let mut group = match &line {
        None => {
            let level = paint(
                if diagnostic.is_error() { BAD } else { CHANGED },
                if diagnostic.is_error() { "error" } else { "warning" },
            );
            let help = help.map_or(String::new(), |help| format!("\n  = help: {help}"));
            return format!("{level}: {title}{help}");
        }
        Some(line) => {
            let annotation = AnnotationKind::Primary.span(line.span.clone());
            let annotation = if label.is_empty() { annotation } else { annotation.label(label.as_str()) };
            let snippet = Snippet::source(line.text.as_str())
                .line_start(line.number)
                .path(line.file.as_str())
                .fold(true)
                .annotation(annotation);
            level.primary_title(title.as_str()).element(snippet)
        }
    };
    for (line, label) in &also {
        let annotation = AnnotationKind::Context.span(line.span.clone()).label(label.as_str());
        group = group.element(
            Snippet::source(line.text.as_str())
                .line_start(line.number)
                .path(line.file.as_str())
                .fold(true)
                .annotation(annotation),
        );
    }
    if let Some(note) = reach.words().map(|words| escaped_line(&words)) {
        group = group.element(Level::NOTE.message(note));
    }
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let rendered = Renderer::styled().decor_style(DecorStyle::Ascii).render(&[group]);
    line.iter().chain(also.iter().map(|(line, _)| line)).fold(rendered, |rendered, line| line.placed(rendered))
}

/// The first line of a place, as it may be shown.
struct Line {
    file: String,
    number: usize,
    text: String,
    span: Range<usize>,
    /// Where the place is in the file's line; in what is shown of it, it may be elsewhere.
    column: usize,
}

impl Line {
    fn of(place: Place, sources: &Sources) -> Self {
        let text = sources.text(place);
        let range = place.range();
        let Range { start, end } = sources.line(place);
        let raw = &text[start..end];
        let (from, to) = (range.start - start, (range.end.min(end) - start).min(raw.len()));
        let from = from.min(raw.len());
        let (around, span) = window(raw, from..to.max(from));
        let hidden = sources.hidden_in(place, start + around.start..start + around.end).collect::<Vec<_>>();
        let (shown, span) = masked(&raw[around.clone()], &hidden, span);
        let (number, column) = sources.line_and_column(place);
        Line { file: escaped_line(sources.name(place)), number, text: shown, span, column }
    }

    /// The same message with the column of the file, in place of that of what is shown.
    fn placed(&self, rendered: String) -> String {
        let Line { file, number, text, span, column } = self;
        match text[..span.start].chars().count() + 1 {
            shown if shown == *column => rendered,
            shown => rendered.replacen(&format!("{file}:{number}:{shown}"), &format!("{file}:{number}:{column}"), 1),
        }
    }
}

/// Of a very long line, only what is around the place: that stretch, and the place within it.
fn window(line: &str, span: Range<usize>) -> (Range<usize>, Range<usize>) {
    const MAX_LENGTH: usize = 400;
    const AROUND: usize = 80;
    if line.len() <= MAX_LENGTH {
        return (0..line.len(), span);
    }
    let floor = |at: usize| (0..=at.min(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
    let (from, to) =
        (floor(span.start.saturating_sub(AROUND)), floor((span.start + MAX_LENGTH).min(span.end + AROUND)));
    let end = span.end.min(to).max(span.start);
    (from..to, span.start - from..end - from)
}

/// The line with what must not be shown starred out and what nobody sees spelled out, and where the place is then.
fn masked(line: &str, hidden: &[Range<usize>], span: Range<usize>) -> (String, Range<usize>) {
    let mut shown = String::with_capacity(line.len());
    let (mut start, mut end) = (None, None);
    for (at, c, harmful) in marked(line) {
        start = start.or((at >= span.start).then_some(shown.len()));
        end = end.or((at >= span.end).then_some(shown.len()));
        match c {
            _ if hidden.iter().any(|range| range.contains(&at)) => shown.extend(std::iter::repeat_n('*', c.len_utf8())),
            '\t' => shown.push(' '),
            c if harmful => shown.push_str(&spelled(c)),
            c => shown.push(c),
        }
    }
    let (start, end) = (start.unwrap_or(shown.len()), end.unwrap_or(shown.len()));
    (shown, start..end)
}
