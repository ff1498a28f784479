//! Rows on hold: what their entries say, and what would be done without it.

use super::escape_untrusted::escaped_line;
use super::fields::{lines, width};
use super::folding::{Block, Foldable, FoldedRow, Likeness, fold};
use super::style::{BAD, FAINT, STRONG, pad, paint};
use super::text_parts::{deleted, named, place};
use super::{counted, folded_rows};
use crate::model::desired::HoldCause;
use crate::model::plan::{OnHold, OnHoldFinding, RefusedOp};
use crate::model::{FieldChange, Op, Plan, ResourceNames, Source};

/// All of them, look-alikes folded, for a terminal: those on hold, or those that are read only; nothing if there are none.
pub fn text(rows: &[OnHold], names: &ResourceNames) -> String {
    fold(rows).iter().map(|block| format!("\n{}", self::block(block, names))).collect()
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
    Some(row.action()?.op.word())
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

/// Where it is said that these are not written, if that is one place and not the one at which they are shown.
pub fn said_at<'a>(block: &Block<'a, OnHold>) -> Option<&'a Source> {
    let (first, others) = block.actions.split_first()?;
    let is_one = others.iter().all(|row| row.source == first.source);
    Some(&first.source).filter(|source| is_one && Foldable::source(*first) != Some(source))
}

impl Foldable for OnHold {
    fn rank(&self) -> u8 {
        0
    }

    fn likeness(&self) -> Option<Likeness> {
        match &self.finding {
            OnHoldFinding::Differs(action) => action.likeness(),
            OnHoldFinding::Refused(refusal) => match refusal.op {
                RefusedOp::Create { .. } => Some(Likeness::Fields),
                RefusedOp::Update { .. } => Some(Likeness::Values),
                RefusedOp::Delete { .. } => None,
            },
            OnHoldFinding::Nothing | OnHoldFinding::Unread(_) => Some(Likeness::Values),
        }
    }

    /// Why it is not written, and what would come of it otherwise.
    fn distinction(&self) -> String {
        format!("{} {} {}", mark(self), words(self), self.why().unwrap_or_default())
    }

    fn row(&self) -> FoldedRow<'_> {
        FoldedRow::new(&self.key, &self.name, &self.account, Some(self.asked_at().unwrap_or(&self.source)))
    }

    fn changes(&self) -> impl Iterator<Item = &FieldChange> {
        OnHold::changes(self)
    }
}

fn mark(row: &OnHold) -> String {
    let word = if row.cause == HoldCause::ReadOnly { "read-only" } else { "hold" };
    op_word(row).map_or_else(|| format!("= {word}"), |deed| format!("= {word} {deed}"))
}

fn is_create(row: &OnHold) -> bool {
    match &row.finding {
        OnHoldFinding::Differs(action) => matches!(action.op, Op::Create { .. }),
        OnHoldFinding::Refused(refusal) => matches!(refusal.op, RefusedOp::Create { .. }),
        OnHoldFinding::Nothing | OnHoldFinding::Unread(_) => false,
    }
}

fn block(block: &Block<'_, OnHold>, names: &ResourceNames) -> String {
    let Some((first, others)) = block.actions.split_first() else { return String::new() };
    let named = |row: &OnHold| named(&names.name(&row.key), row.name.as_deref());
    let creating = is_create(first);
    let title = match (others.is_empty(), block.common.is_empty() && block.differing.is_empty()) {
        (true, _) => {
            format!("{}  {}", pad(&named(first), 40), paint(FAINT, &first.source().map_or(String::new(), place)))
        }
        (false, true) => first.key.kind.counted(block.actions.len()),
        (false, false) => {
            let alike = if creating { "the same fields" } else { "the same change" };
            format!("{}, {alike}", first.key.kind.counted(block.actions.len()))
        }
    };
    let said_at = said_at(block).map_or(String::new(), |source| format!("   ({})", place(source)));
    let mut out = format!(
        "{}  {title}\n    {}{}\n",
        paint(STRONG, &mark(first)),
        escaped_line(&words(first)),
        paint(FAINT, &said_at)
    );
    if let Some(Op::Delete { observed, reason, consequence, description }) = first.action().map(|action| &action.op) {
        out.push_str(&deleted(observed, reason, consequence, description));
    }
    let near = |change: &FieldChange| block.near(change).unwrap_or_else(|| first.source.clone());
    let width = width(&block.common);
    let shown = block.common.iter().flat_map(|change| lines(change, width, &near(change), creating));
    shown.for_each(|line| out.push_str(&format!("    {line}\n")));
    out.push_str(&folded_rows::differing(block));
    match &first.finding {
        OnHoldFinding::Nothing | OnHoldFinding::Differs(_) => {}
        OnHoldFinding::Refused(refusal) => out.push_str(&besides("it would be refused:", &refusal.reason())),
        OnHoldFinding::Unread(error) => out.push_str(&besides("it could not be read:", &error.to_string())),
    }
    if !others.is_empty() {
        out.push_str(&folded_rows::rows(block, named, |_| String::new()));
    }
    out
}

fn besides(what: &str, why: &str) -> String {
    format!("    {} {}\n", paint(BAD, what), escaped_line(why))
}
