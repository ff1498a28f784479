//! GitHub's workflow commands (annotations), and what later steps of a job can ask a run for.

use super::escape_untrusted::escaped_line;
use super::{Links, PlanView};
use crate::model::diagnostic::Severity;
use crate::model::drift::Class;
use crate::model::{Diagnostic, Drift, Plan, Report, Sources};

/// GitHub shows so many errors, and so many warnings, of one step.
const MAX_SHOWN: usize = 10;

/// Commands that are meant: the only text that reaches a runner as such.
pub struct Commands(String);

impl Commands {
    /// Line by line, as the runner takes them.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A line per error and warning, errors first; as many as GitHub shows.
pub fn annotations(list: &[Diagnostic], sources: &Sources, links: &Links) -> Commands {
    let of = |severity: Severity| {
        let some: Vec<&Diagnostic> = list.iter().filter(|diagnostic| diagnostic.severity == severity).collect();
        let room = if some.len() > MAX_SHOWN { MAX_SHOWN - 1 } else { MAX_SHOWN };
        let shown: String = some.iter().take(room).map(|diagnostic| annotation(diagnostic, sources, links)).collect();
        let word = word(severity);
        let rest = some.len().saturating_sub(room);
        if rest == 0 {
            shown
        } else {
            format!("{shown}::{word}::{rest} more {word}s, all of them in this step's log\n")
        }
    };
    Commands(of(Severity::Error) + &of(Severity::Warning))
}

/// A run that could not do its work.
pub fn failure(command: &str, words: &str) -> Commands {
    Commands(format!("::error title={}::{}\n", property(&format!("heeler {command}")), message(words)))
}

fn annotation(diagnostic: &Diagnostic, sources: &Sources, links: &Links) -> String {
    let Diagnostic {
        severity,
        title,
        place,
        label,
        help,
        also: _,
        reach,
        repeat: _,
        presumes_all_read: _,
        comes_first: _,
    } = diagnostic;
    let at = place.map(|place| sources.locate(place));
    let mut properties: Vec<String> = Vec::new();
    if let Some(at) = at {
        let path = links.path(&at.file).unwrap_or_else(|| at.file.to_string());
        properties.push(format!("file={},line={},col={}", property(&path), at.line, at.column));
    }
    properties.push(format!("title={}", property(title)));
    let why = if label.is_empty() { title.clone() } else { label.clone() };
    let rest = [reach.words(), help.as_ref().map(|help| format!("help: {help}"))];
    let words = [why].into_iter().chain(rest.into_iter().flatten()).collect::<Vec<_>>().join("\n");
    format!("::{} {}::{}\n", word(*severity), properties.join(","), message(&words))
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Line by line made harmless, and escaped as a command's message.
fn message(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| escaped_line(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

fn property(text: &str) -> String {
    escaped_line(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}

/// What a plan tells later steps: counts, the digest, and how much of the world it saw.
pub fn outputs(view: &PlanView<'_>) -> Vec<(&'static str, String)> {
    let PlanView {
        plan,
        providers: _,
        sandbox,
        digest,
        base_comparison: comparison,
        uncompared: _,
        links: _,
        sources: _,
    } = view;
    let (creates, updates, deletes) = plan.counts();
    let weakened = comparison.as_ref().map_or(0, |comparison| comparison.weakened.len());
    let counts = [
        ("creates", creates),
        ("updates", updates),
        ("deletes", deletes),
        ("changes", creates + updates + deletes),
        ("disruptive", plan.disruptive()),
        ("costly", plan.costly()),
        ("unchanged", plan.unchanged.total()),
        ("unmanaged", plan.unmanaged.len()),
        ("refused", plan.refusals.len() + plan.limit_checks.iter().filter(|check| check.refused.is_some()).count()),
        ("limits_exceeded", plan.limit_checks.iter().filter(|check| check.refused.is_some()).count()),
        ("held_back", plan.accounts_held_back()),
        ("on_hold", plan.differ_on_hold()),
        ("read_only", plan.read_only.len()),
        ("obsolete_tombstones", plan.obsolete_tombstones.len()),
        ("unreadable", plan.unreadable.len()),
        ("unread", plan.unread().count()),
        ("isolated", plan.isolated.len()),
        ("weakened", weakened),
    ];
    let mut outputs = vec![
        ("sandbox", sandbox.to_string()),
        ("complete", plan.all_listings_read().to_string()),
        ("digest", digest.clone()),
    ];
    outputs.extend(counts.map(|(name, count)| (name, count.to_string())));
    outputs
}

/// What an apply tells later steps beside its plan.
pub fn apply_outputs(plan: &Plan, report: &Report) -> Vec<(&'static str, String)> {
    let (done, failed, skipped) = report.counts();
    let counts =
        [("done", done), ("failed", failed), ("skipped", skipped)].map(|(name, count)| (name, count.to_string()));
    let converged = ("converged", report.has_converged(plan).to_string());
    counts.into_iter().chain(std::iter::once(converged)).collect()
}

/// What drift tells later steps. The fingerprint is empty where there is none.
pub fn drift_outputs(view: &PlanView<'_>, drift: &Drift) -> Vec<(&'static str, String)> {
    let PlanView { plan, providers: _, sandbox, digest: _, base_comparison: _, uncompared: _, links: _, sources: _ } =
        view;
    let mut outputs = vec![("sandbox", sandbox.to_string()), ("complete", plan.all_listings_read().to_string())];
    outputs.push(("fingerprint", drift.fingerprint.clone().unwrap_or_default()));
    outputs.extend(Class::ALL.map(|class| (class.word(), drift.count(class).to_string())));
    let counts = [
        ("unreadable", plan.unreadable.len()),
        ("unread", plan.unread().count()),
        ("isolated", plan.isolated.len()),
        ("on_hold", plan.differ_on_hold()),
        ("read_only", plan.read_only.len()),
    ];
    outputs.extend(counts.map(|(name, count)| (name, count.to_string())));
    outputs
}
