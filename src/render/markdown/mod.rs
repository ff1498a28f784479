//! Comments for pull requests, and texts for issues, in GitHub's Markdown: one string of at most 60,000 bytes for each
//! command.
//!
//! Where room is short, what is folded away goes first: the fields of creates, those of other updates, then rows. After
//! that go rows that everybody sees, those of creates first. A delete, a disruptive update or what a change gives up is
//! never dropped: it is said more tersely, down to grouped ids. Every foreign character goes through [`escape`]; nothing
//! here concatenates one into markup.

mod all_accounts;
mod applied;
mod base_comparison;
mod changed;
mod detail;
mod drift;
pub mod escape;
mod grouped_ids;
mod not_written;
mod notes;
mod plan;
mod size_limit;
mod stopped;
mod table;

use std::fmt;
use std::ops::Deref;
use std::path::Path;

use super::{Links, PlanView};
use crate::model::drift::Drift;
use crate::model::{Diagnostic, Report, Sources};
use escape::Markdown;
use size_limit::{MAX_COMMENT_BYTES, Part, fit};

/// The most bytes of a step's summary. GitHub takes 1 MiB of a step, and shows nothing at all of what is longer.
const MAX_SUMMARY_BYTES: usize = 900_000;

/// A text for people: as a comment, and, where there is more room, whole.
pub struct Text {
    comment: String,
    parts: Vec<Part>,
}

impl Text {
    fn of(parts: Vec<Part>) -> Self {
        Text { comment: fit(&parts, MAX_COMMENT_BYTES), parts }
    }

    /// As a step's summary.
    pub fn whole(&self) -> String {
        fit(&self.parts, MAX_SUMMARY_BYTES)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self)
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.comment
    }
}

/// What apply would do; one line if that is nothing.
pub fn plan(view: &PlanView<'_>) -> Text {
    match plan::one_line(view) {
        Some(line) => line_of(&line),
        None => Text::of(plan::parts(view, plan::heading(view), plan::footer(view))),
    }
}

/// What apply did. `deleted` is the file that holds deleted accounts as they were, if it is not the JSON report.
pub fn applied(view: &PlanView<'_>, report: &Report, deleted: Option<&Path>) -> Text {
    Text::of(applied::parts(view, report, deleted))
}

/// A plan that apply refused as a whole; nothing was changed. `why` is said where the plan itself does not say it.
pub fn refused(view: &PlanView<'_>, why: Option<&str>) -> Text {
    let heading =
        Markdown::new().own("### heeler apply").and(&notes::organizations(view)).own(": refused; nothing was changed");
    let heading = heading.own(view.sandbox_mark()).own("\n\n");
    let heading = if let Some(why) = why { heading.own("**Refused:** ").text(why).own("\n\n") } else { heading };
    let footer = Markdown::new().own("Digest: ").code(&view.digest).own("\n");
    Text::of(plan::parts(view, heading, footer))
}

/// What no longer matches; one line if everything could be read and does.
pub fn drift(view: &PlanView<'_>, drift: &Drift) -> Text {
    match drift::one_line(view, drift) {
        Some(line) => line_of(&line),
        None => Text::of(drift::parts(view, drift)),
    }
}

/// A config that is refused: everything wrong with it, with its places.
pub fn invalid(command: &str, diagnostics: &[Diagnostic], sources: &Sources, links: &Links) -> Text {
    Text::of(stopped::invalid(command, diagnostics, sources, links))
}

/// A run that failed before it could say anything else.
pub fn failed(command: &str, words: &str, hint: Option<&str>) -> Text {
    Text::of(stopped::failed(command, words, hint))
}

fn line_of(line: &Markdown) -> Text {
    Text::of(vec![Part::fixed(line.clone())])
}
