//! Rows on hold: what their entries say, and what would be done without it.

use super::counted;
use super::escape_untrusted::escaped_line;
use super::fields::{lines, width};
use super::style::{BAD, FAINT, STRONG, pad, paint};
use super::text_parts::{named, place};
use crate::model::desired::HoldCause;
use crate::model::plan::OnHold;
use crate::model::{FieldChange, Op, Plan, ResourceNames};

/// All of them, for a terminal: those on hold, or those that are read only; nothing if there are none.
pub fn text(rows: &[OnHold], names: &ResourceNames) -> String {
    rows.iter().map(|row| format!("\n{}", one(row, names))).collect()
}

/// `1 difference on hold, 2 read-only differences`; nothing where all that is not written matches.
pub fn not_written_count(plan: &Plan) -> Option<String> {
    let words = [on_hold_count(plan), read_only_count(plan)].into_iter().flatten().collect::<Vec<_>>().join(", ");
    (!words.is_empty()).then_some(words)
}

/// `1 difference on hold`; nothing where all that is on hold matches.
pub fn on_hold_count(plan: &Plan) -> Option<String> {
    let differ = plan.differ_on_hold();
    (differ > 0).then(|| format!("{} on hold", counted(differ, "difference")))
}

fn read_only_count(plan: &Plan) -> Option<String> {
    (!plan.read_only.is_empty()).then(|| counted(plan.read_only.len(), "read-only difference"))
}

/// What would be done, in a word.
pub fn op_word(row: &OnHold) -> Option<&'static str> {
    Some(match row.action.as_ref()?.op {
        Op::Create { .. } => "create",
        Op::Update { .. } => "update",
        Op::Delete { .. } => "delete",
    })
}

/// Why it is held, and until when.
pub fn words(row: &OnHold) -> String {
    match &row.cause {
        HoldCause::ReadOnly => "read only: nothing is written here".to_owned(),
        HoldCause::Hold { reason, until, past: _ } => {
            let until = until.as_deref().map_or(String::new(), |until| format!(", until {until}"));
            format!("on hold: {reason}{until}")
        }
    }
}

fn one(row: &OnHold, names: &ResourceNames) -> String {
    let OnHold { key, account: _, name, source, cause, action, why } = row;
    let word = if *cause == HoldCause::ReadOnly { "read-only" } else { "hold" };
    let mark = op_word(row).map_or_else(|| format!("= {word}"), |deed| format!("= {word} {deed}"));
    let who = pad(&named(&names.name(key), name.as_deref()), 40);
    let mut out = format!(
        "{}  {who}  {}\n    {}\n",
        paint(STRONG, &mark),
        paint(FAINT, &place(source)),
        escaped_line(&words(row))
    );
    let changes: Vec<FieldChange> = action.iter().flat_map(|action| action.changes()).cloned().collect();
    let creating = action.as_ref().is_some_and(|action| matches!(action.op, Op::Create { .. }));
    let near = action.as_ref().map_or(source, |action| &action.source);
    changes
        .iter()
        .flat_map(|change| lines(change, width(&changes), near, creating))
        .for_each(|line| out.push_str(&format!("    {line}\n")));
    out.extend(why.as_ref().map(|why| format!("    {} {}\n", paint(BAD, "and besides:"), escaped_line(why))));
    out
}
