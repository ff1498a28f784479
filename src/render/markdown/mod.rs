//! Comments for pull requests, and texts for issues, in GitHub's Markdown: one string of at most 60,000 bytes for each command.
//!
//! Where room is short, the fields of creates go first, then those of other updates, then rows of creates, then rows of updates.
//! A delete, a removal or what a change gives up is never dropped: it is said more tersely, down to grouped ids. Every foreign
//! character goes through [`escape`]; nothing here concatenates one into markup.

mod applied;
mod compact;
mod compared;
mod detail;
mod drift;
pub mod escape;
mod fit;
mod named;
mod notes;
mod plan;
mod stopped;
mod table;

use std::path::Path;

use super::{Links, Scene};
use crate::model::drift::Drift;
use crate::model::{Diagnostic, Report, Sources};
use escape::Markdown;
use fit::{MOST, Part, fit};

/// What apply would do; one line if that is nothing.
pub fn plan(scene: &Scene<'_>) -> String {
    match plan::one_line(scene) {
        Some(line) => line_of(&line),
        None => fit(plan::parts(scene, plan::heading(scene), plan::footer(scene)), MOST),
    }
}

/// What apply did. `deleted` is the file that holds deleted accounts as they were, if it is not the JSON report.
pub fn applied(scene: &Scene<'_>, report: &Report, deleted: Option<&Path>) -> String {
    fit(applied::parts(scene, report, deleted), MOST)
}

/// A plan that apply refused as a whole; nothing was changed. `why` is said where the plan itself does not say it.
pub fn refused(scene: &Scene<'_>, why: Option<&str>) -> String {
    let heading = Markdown::new().own("### heeler apply").and(&notes::organizations(scene)).own(": refused; nothing was changed");
    let heading = heading.own(scene.sandbox_mark()).own("\n\n");
    let heading = if let Some(why) = why { heading.own("**Refused:** ").text(why).own("\n\n") } else { heading };
    let footer = Markdown::new().own("Digest: ").code(&scene.digest).own("\n");
    fit(plan::parts(scene, heading, footer), MOST)
}

/// What no longer matches; one line if everything could be read and does.
pub fn drift(scene: &Scene<'_>, drift: &Drift) -> String {
    match drift::one_line(scene, drift) {
        Some(line) => line_of(&line),
        None => fit(drift::parts(scene, drift), MOST),
    }
}

/// A config that is refused: everything wrong with it, with its places.
pub fn invalid(command: &str, diagnostics: &[Diagnostic], sources: &Sources, links: &Links) -> String {
    fit(stopped::invalid(command, diagnostics, sources, links), MOST)
}

/// A run that failed before it could say anything else.
pub fn failed(command: &str, words: &str, hint: Option<&str>) -> String {
    fit(stopped::failed(command, words, hint), MOST)
}

fn line_of(line: &Markdown) -> String {
    fit(vec![Part::said(line.clone())], MOST)
}
