//! Runs that came to no plan, as a comment: an invalid config, a failure.

use super::escape::{Markdown, Verbatim, fence};
use super::size_limit::{Form, Frame, Part};
use crate::model::diagnostic::{Severity, counts};
use crate::model::{Diagnostic, Sources};
use crate::render::{Links, diagnostics};

/// Everything that is wrong with the config, with its places.
pub fn invalid(command: &str, all: &[Diagnostic], sources: &Sources, links: &Links) -> Vec<Part> {
    let (errors, warnings) = counts(all);
    let heading =
        Markdown::new().own("### heeler ").text(command).own(": the config is invalid, ").counted(errors, "error");
    let heading = if warnings > 0 { heading.own(" · ").counted(warnings, "warning") } else { heading };
    let mut sorted: Vec<&Diagnostic> = all.iter().collect();
    sorted.sort_by_key(|found| !found.is_error());
    let rows = sorted.iter().map(|found| row(found, sources, links));
    let table = Form::rows(Frame::table(&["", "what", "do", "where"]), rows)
        .rest("| | ", " more errors and warnings, left out here for length | | |\n");
    let shown: Vec<(Verbatim, usize)> = sorted.iter().map(|found| (excerpt(found, sources), 1)).collect();
    let fence = fence(shown.iter().map(|(lines, _)| lines));
    let excerpts = Form::fenced(Frame::details(&fence, "text", "The lines"), shown);
    vec![Part::fixed(heading.own("\n\n")), Part::cut(90, table), Part::cut(20, excerpts)]
}

/// A run that failed, in its own words.
pub fn failed(command: &str, words: &str, hint: Option<&str>) -> Vec<Part> {
    let heading = Markdown::new().own("### heeler ").text(command).own(": failed\n\n");
    let lines =
        words.lines().filter(|line| !line.trim().is_empty()).map(|line| (Markdown::new().text(line).own("  "), 1));
    let hint = hint.map(|hint| Part::fixed(Markdown::new().own("To do: ").text(hint).own("\n")));
    let said = Part::cut(90, Form::lines(lines).rest("and ", " lines more\n"));
    [Part::fixed(heading), said].into_iter().chain(hint).collect()
}

fn row(found: &Diagnostic, sources: &Sources, links: &Links) -> (Vec<Markdown>, usize) {
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
    } = found;
    let kind = match severity {
        Severity::Error => "**error**",
        Severity::Warning => "warning",
    };
    let what = Markdown::new().text(title);
    let what = if label.is_empty() { what } else { what.own("; ").text(label) };
    let what = reach.words().map_or(what.clone(), |words| what.own("; ").text(&words));
    let places = place.iter().chain(also.iter().map(|(place, _)| place)).take(4);
    let places = Markdown::joined(places.map(|place| Markdown::new().place(&sources.locate(*place), links)), ", ");
    (vec![Markdown::new().own(kind), what, Markdown::new().text(help.as_deref().unwrap_or_default()), places], 1)
}

/// As a terminal shows it, secrets starred out.
fn excerpt(found: &Diagnostic, sources: &Sources) -> Verbatim {
    let shown = diagnostics::one(found, sources);
    let plain = anstream::adapter::strip_str(&shown).to_string();
    Verbatim::lines(plain.lines().chain([""]).map(Verbatim::line))
}
