//! What `accept` says: the diff, what no longer follows a layer, and what cannot be taken.

use std::collections::BTreeSet;

use super::diff::{diff, paint_line};
use super::fields::FieldSelection;
use crate::commands::Exit;
use crate::commands::output::reporter::Reporter;
use crate::importer::accept::unapplied::Unapplied;
use crate::importer::accept::{Accepted, CoupledField, ManualEdit, SkipReason, SkippedField, Unfollowed};
use crate::model::plan::{Refusal, RefusedOp, UnreadPart};
use crate::model::{Action, Key, Op, Plan, Source};
use crate::render::counted;
use crate::render::diagnostics::diagnostics;
use crate::render::escape_untrusted::escaped_line;
use crate::render::style::{BAD, CHANGED, FAINT, paint};
use crate::run::{Planned, Unproved};

/// All there is to say.
pub struct Outcome<'a> {
    /// The plan whose differences were to be taken.
    pub planned: &'a Planned,
    /// Which of them.
    pub fields: &'a FieldSelection,
    /// What came of it.
    pub accepted: &'a Accepted,
    /// Whether it is proved.
    pub proof: &'a Result<(), Unproved>,
}

impl Outcome<'_> {
    /// Shows the diff on stdout, and everything else on stderr. Answers how the run ends.
    pub fn show(&self, reporter: &Reporter<'_>) -> Exit {
        let Accepted { files, taken: _, coupled: beside, unfollowed, unapplied, manual_edits: by_hand, skipped: left } =
            self.accepted;
        let mut endings = Vec::new();
        if self.proof.is_ok() {
            files.iter().for_each(|(before, after)| reporter.text(&diff(before, after)));
        }
        let mut problem = |exit: Exit, text: &str| {
            endings.push(exit);
            reporter.problem(text);
        };
        let (rows, refused) = (self.rows(), self.refused());
        rows.iter().for_each(|words| problem(Exit::Failed, words));
        refused.iter().for_each(|(exit, words)| problem(*exit, words));
        for SkippedField { key, field, why } in left {
            let (exit, words) = not_taken(why);
            let field = format!("{}: {field}", self.planned.plan().names.name(key));
            problem(exit, &format!("{} {} {words}\n", paint(BAD, "not taken:"), escaped_line(&field)));
        }
        for ManualEdit { source, account, why, fragment } in by_hand {
            let place = place(source);
            let words = format!("the entry of {account} at {place} is not edited: {why}");
            problem(Exit::Failed, &format!("{} {}\n", paint(BAD, "by hand:"), escaped_line(&words)));
            reporter.text(&format!(
                "{}{fragment}",
                paint_line(FAINT, &format!("# To put into the entry of {account}, {place}:"))
            ));
        }
        if let Err(unproved) = self.proof {
            problem(Exit::Failed, &unproved_words(unproved));
            for (before, after) in files {
                reporter.problem(&paint_line(FAINT, &format!("# What was tried in {}:", before.name)));
                reporter.problem(&diff(before, after));
            }
        } else {
            unfollowed.iter().for_each(|field| reporter.problem(&self.no_longer_follows(field)));
            beside.iter().for_each(|field| reporter.problem(&self.is_new(field)));
            unapplied.iter().for_each(|line| reporter.problem(&is_unapplied(line)));
        }
        Exit::first_of(endings)
    }

    /// Whether there are files to write: everything that differs is taken, but for whole entries that are left to people.
    pub fn may_be_written(&self, exit: Exit) -> bool {
        let Accepted { files, manual_edits: by_hand, skipped: left, .. } = self.accepted;
        let others = self.proof.is_ok() && left.is_empty() && self.rows().is_empty() && self.refused().is_empty();
        !files.is_empty() && (exit == Exit::Done || (!by_hand.is_empty() && others))
    }

    /// The entries that are left to people.
    fn not_edited(&self) -> String {
        let entry = |by_hand: &ManualEdit| format!("{} ({})", by_hand.account, place(&by_hand.source));
        let entries: Vec<String> = self.accepted.manual_edits.iter().map(entry).collect();
        let word = if entries.len() == 1 { "entry" } else { "entries" };
        match entries.is_empty() {
            true => String::new(),
            false => format!(" Not written: the {word} of {}.", escaped_line(&entries.join(", "))),
        }
    }

    /// What is said after the files were written.
    pub fn written(&self) -> String {
        let names: Vec<&str> = self.accepted.files.iter().map(|(file, _)| file.name.as_str()).collect();
        let names = escaped_line(&names.join(", "));
        let (as_before, left) = (self.as_before(), self.not_edited());
        format!(
            "Wrote {names}: {} taken. The plan for these fields is empty now, and {as_before}{left}{}\n",
            self.counted(),
            self.mark()
        )
    }

    /// What is said where none were.
    pub fn not_written(&self, exit: Exit) -> String {
        if self.may_be_written(exit) && exit != Exit::Done {
            let left = self.not_edited().replace("Not written", "Not among them");
            return format!("{} to take. `--write` writes them.{left}{}\n", self.counted(), self.mark());
        }
        if exit != Exit::Done {
            let others = self.proof.is_ok() && !self.accepted.files.is_empty();
            return format!(
                "Nothing was written.{}\n",
                if others { " `--field` takes other fields by themselves." } else { "" }
            );
        }
        if self.accepted.files.is_empty() {
            let of = if self.fields.names().is_empty() { "" } else { " of these fields" };
            return format!("Nothing to accept: nothing{of} differs.{}\n", self.mark());
        }
        format!(
            "{} to take. Once taken, the plan for these fields is empty, and {} `--write` writes them.{}\n",
            self.counted(),
            self.as_before(),
            self.mark()
        )
    }

    /// What the edit leaves as it is, and what it declares besides the fields that were named.
    fn as_before(&self) -> String {
        let new: BTreeSet<&str> = self.accepted.coupled.iter().map(|beside| beside.field.as_str()).collect();
        let new: Vec<&str> = new.into_iter().collect();
        match new[..] {
            [] => "all else is declared as before.".to_owned(),
            [one] => format!("all else is declared as before, but for {}, which is new.", escaped_line(one)),
            _ => format!("all else is declared as before, but for {}, which are new.", escaped_line(&new.join(", "))),
        }
    }

    fn counted(&self) -> String {
        counted(self.accepted.taken.values().map(Vec::len).sum(), "field")
    }

    fn mark(&self) -> &'static str {
        if self.planned.run().is_sandboxed() { " (sandbox)" } else { "" }
    }

    /// Rows of which nothing can be taken.
    fn rows(&self) -> Vec<String> {
        let plan: &Plan = self.planned.plan();
        let mut words: Vec<String> =
            plan.actions.iter().chain(plan.withheld()).filter_map(|action| self.not_there(action)).collect();
        words.extend(plan.isolated.iter().map(|row| {
            said(
                "not taken:",
                &format!("{}: {}", row.shown(), row.why),
                "tell them apart first; `heeler plan` says how",
            )
        }));
        words.extend(plan.unreadable.iter().map(|unread| {
            let what = match &unread.part {
                UnreadPart::Provider => unread.provider.to_owned(),
                UnreadPart::Account(account) => format!("{account} {}", unread.provider),
                UnreadPart::Row(key) => plan.names.name(key),
            };
            said("cannot read", &format!("{what}: {}", unread.error), "")
        }));
        let unread = plan.on_hold.iter().chain(&plan.read_only).filter(|row| row.is_unread());
        words.extend(unread.map(|row| {
            let why = row.why().unwrap_or_default();
            said("cannot read", &format!("{}: {why}", plan.names.name(&row.key)), "")
        }));
        words
    }

    /// A row that is declared and not live, or live and to go.
    fn not_there(&self, action: &Action) -> Option<String> {
        match &action.op {
            Op::Update { .. } => None,
            Op::Create { .. } => Some(self.is_missing(&action.key, &action.source)),
            Op::Delete { .. } => Some(said(
                "not taken:",
                &format!("{} is live, and to be deleted", self.planned.plan().names.name(&action.key)),
                &format!("to keep it, change what says so, {}; `heeler import` declares it", place(&action.source)),
            )),
        }
    }

    fn is_missing(&self, key: &Key, source: &Source) -> String {
        let name = self.planned.plan().names.name(key);
        let hint = format!(
            "to accept that it is gone, take it out of the config, {}; `heeler apply` makes it anew",
            place(source)
        );
        said("not taken:", &format!("{name} is declared, and not live"), &hint)
    }

    /// Rows that a rule refuses, or would refuse if anything were written to them.
    fn refused(&self) -> Vec<(Exit, String)> {
        let plan = self.planned.plan();
        let words = |refusal: &Refusal| {
            let Refusal { key, account: _, name: _, source, op, why: _, because_of: _, help } = refusal;
            match op {
                RefusedOp::Create { .. } => (Exit::Failed, self.is_missing(key, source)),
                RefusedOp::Update { .. } | RefusedOp::Delete { .. } => {
                    let words = format!("{}: {}", plan.names.name(key), refusal.reason());
                    (Exit::Refused, said("refused:", &words, help))
                }
            }
        };
        plan.refusals.iter().chain(plan.withheld_refusals()).map(words).collect()
    }

    fn no_longer_follows(&self, Unfollowed { key, field, sources }: &Unfollowed) -> String {
        let layer = |source: &Source| {
            let layer = source.layer.as_deref().unwrap_or("the entry");
            format!("{layer} ({})", place(source))
        };
        let layers = sources.iter().map(layer).collect::<Vec<_>>().join(" and ");
        self.note(key, &format!("{field} no longer follows {layers}"))
    }

    fn is_new(&self, CoupledField { key, field, needed_by }: &CoupledField) -> String {
        self.note(key, &format!("{field} is declared now, too: {needed_by} needs it"))
    }

    fn note(&self, key: &Key, words: &str) -> String {
        let words = format!("{}: {words}", self.planned.plan().names.name(key));
        format!("{} {}\n", paint(CHANGED, "note:"), escaped_line(&words))
    }
}

/// What is said before anything is written where most likely a layer was edited and nobody has applied that.
fn is_unapplied(Unapplied { field, source, following, differing, pinned }: &Unapplied) -> String {
    let layer = format!("{} ({})", source.layer.as_deref().unwrap_or_default(), place(source));
    let words = format!("{differing} of the {following} accounts that follow {layer} differ from it in {field}");
    let entries = if *pinned == 1 { "1 entry".to_owned() } else { format!("{pinned} entries") };
    let hint = format!(
        "if that line was edited and not applied yet, do not write this: it puts the old value into {entries}; `heeler apply` makes the edit live"
    );
    format!(
        "{} {}\n{} {}\n",
        paint(CHANGED, "warning:"),
        escaped_line(&words),
        paint(FAINT, "do:"),
        escaped_line(&hint)
    )
}

fn place(Source { file, line, column: _, layer: _ }: &Source) -> String {
    format!("{file}:{line}")
}

fn said(word: &str, words: &str, hint: &str) -> String {
    let hint =
        if hint.is_empty() { String::new() } else { format!("\n{} {}", paint(FAINT, "do:"), escaped_line(hint)) };
    format!("{} {}{hint}\n", paint(BAD, word), escaped_line(words))
}

fn not_taken(why: &SkipReason) -> (Exit, String) {
    match why {
        SkipReason::Authentication => (
            Exit::Refused,
            "says how the vendor gets in, and that is never taken: write it in the entry yourself, or let `heeler apply` put it back"
                .to_owned(),
        ),
        SkipReason::NothingLive => (
            Exit::Failed,
            "has no value live, and a config cannot say so: take the field out, or name it under `unmanaged`".to_owned(),
        ),
        SkipReason::SaidElsewhere(what) => (
            Exit::Failed,
            format!(
                "lacks {}, and an entry cannot take a key out of a map: take it out there, or name the field under `unmanaged`",
                escaped_line(what)
            ),
        ),
        SkipReason::Unsayable(why) => (Exit::Failed, format!("cannot be said in a config: {}", escaped_line(why))),
    }
}

fn unproved_words(unproved: &Unproved) -> String {
    let words = match unproved {
        Unproved::Invalid(invalid) => {
            let shown = diagnostics(&invalid.diagnostics, &invalid.sources);
            return format!("{shown}{} the edited config would be invalid\n", paint(BAD, "not taken:"));
        }
        Unproved::Touches(keys) => {
            let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
            format!("the edit would reach further: {}", keys.join(", "))
        }
        Unproved::Differs(fields) => {
            let fields: Vec<String> = fields.iter().map(|(key, path)| format!("{key}: {path}")).collect();
            format!("the edited config would still differ: {}", fields.join(", "))
        }
        Unproved::Refused(why) => format!("a plan of the edited config is refused: {why}"),
    };
    said("not taken:", &words, "edit the entry by hand; what was tried is below")
}
