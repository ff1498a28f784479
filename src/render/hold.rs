//! Rows on hold: what their entries say, and what would be done without it.

use super::counted;
use super::escape_untrusted::escaped_line;
use super::fields::{lines, width};
use super::style::{BAD, FAINT, STRONG, pad, paint};
use super::text_parts::{deleted, named, place};
use crate::model::desired::HoldCause;
use crate::model::plan::{HeldFinding, OnHold};
use crate::model::{FieldChange, Op, Plan, ResourceNames};

/// All of them, for a terminal: those on hold, or those that are read only; nothing if there are none.
pub fn text(rows: &[OnHold], names: &ResourceNames) -> String {
    rows.iter().map(|row| format!("\n{}", one(row, names))).collect()
}

/// `1 difference on hold, 2 read-only differences, 1 read-only row unread`; nothing where all that is not written
/// matches.
pub fn not_written_count(plan: &Plan) -> Option<String> {
    joined([on_hold_count(plan), read_only_count(plan)])
}

/// `1 difference on hold, 1 row on hold unread`; nothing where all that is on hold matches.
pub fn on_hold_count(plan: &Plan) -> Option<String> {
    let [differ, unread] = differ_and_unread(&plan.on_hold);
    let differ = (differ > 0).then(|| format!("{} on hold", counted(differ, "difference")));
    let unread = (unread > 0).then(|| format!("{} on hold unread", counted(unread, "row")));
    joined([differ, unread])
}

/// The same of what is read only.
fn read_only_count(plan: &Plan) -> Option<String> {
    let [differ, unread] = differ_and_unread(&plan.read_only);
    let differ = (differ > 0).then(|| counted(differ, "read-only difference"));
    let unread = (unread > 0).then(|| format!("{} unread", counted(unread, "read-only row")));
    joined([differ, unread])
}

fn differ_and_unread(rows: &[OnHold]) -> [usize; 2] {
    let unread = rows.iter().filter(|row| row.is_unread()).count();
    [rows.iter().filter(|row| row.may_differ()).count() - unread, unread]
}

fn joined(words: [Option<String>; 2]) -> Option<String> {
    let words: Vec<String> = words.into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// What would be done, in a word.
pub fn op_word(row: &OnHold) -> Option<&'static str> {
    Some(match row.action()?.op {
        Op::Create { .. } => "create",
        Op::Update { .. } => "update",
        Op::Delete { .. } => "delete",
    })
}

/// Why it is held, and until when.
pub fn words(row: &OnHold) -> String {
    cause(&row.cause)
}

/// Why something is held, and until when.
pub fn cause(cause: &HoldCause) -> String {
    match cause {
        HoldCause::ReadOnly => "read only: nothing is written here".to_owned(),
        HoldCause::Hold { reason, until, past: _ } => {
            let until = until.as_deref().map_or(String::new(), |until| format!(", until {until}"));
            format!("on hold: {reason}{until}")
        }
    }
}

fn one(row: &OnHold, names: &ResourceNames) -> String {
    let OnHold { key, account: _, name, source, cause, finding } = row;
    let word = if *cause == HoldCause::ReadOnly { "read-only" } else { "hold" };
    let mark = op_word(row).map_or_else(|| format!("= {word}"), |deed| format!("= {word} {deed}"));
    let who = pad(&named(&names.name(key), name.as_deref()), 40);
    let mut out = format!(
        "{}  {who}  {}\n    {}\n",
        paint(STRONG, &mark),
        paint(FAINT, &place(source)),
        escaped_line(&words(row))
    );
    match finding {
        HeldFinding::Nothing => {}
        HeldFinding::Differs(action) => {
            if let Op::Delete { observed, reason, consequence, description } = &action.op {
                out.push_str(&deleted(observed, reason, consequence, description));
            }
            let changes: Vec<FieldChange> = action.changes().cloned().collect();
            let creating = matches!(action.op, Op::Create { .. });
            let shown = changes.iter().flat_map(|change| lines(change, width(&changes), &action.source, creating));
            shown.for_each(|line| out.push_str(&format!("    {line}\n")));
        }
        HeldFinding::Refused(refusal) => out.push_str(&besides("it would be refused:", &refusal.reason())),
        HeldFinding::Unread(error) => out.push_str(&besides("it could not be read:", &error.to_string())),
    }
    out
}

fn besides(what: &str, why: &str) -> String {
    format!("    {} {}\n", paint(BAD, what), escaped_line(why))
}
