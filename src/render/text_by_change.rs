//! More than a screen of updates, by what they change, for a terminal: a line for each change; each account follows
//! elsewhere.

use super::counted_by_kind;
use super::escape_untrusted::escaped_line;
use super::fields::{ChangeLine, LONG, change_lines, effect_style};
use super::folding::{Block, fold};
use super::group_by_change::{Changed, MORE_THAN_A_SCREEN, updates_by_change};
use super::style::{FAINT, STRONG, pad, paint};
use super::text_parts::place;
use crate::model::{Action, FieldChange, Op, ResourceNames, Source};

/// Accounts named in a line, and layers.
const MAX_NAMED: usize = 3;
/// Widest column of paths.
const PATHS: usize = 60;

/// What the updates among these actions change; nothing where they fit on a screen.
pub fn updates(actions: &[Action], names: &ResourceNames) -> String {
    let is_update =
        |block: &&Block<'_>| block.actions.first().is_some_and(|action| matches!(action.op, Op::Update { .. }));
    if fold(actions).iter().filter(is_update).count() <= MORE_THAN_A_SCREEN {
        return String::new();
    }
    let rows = updates_by_change(actions);
    let width = rows.iter().map(|row| row.change.path.to_string().chars().count()).max().unwrap_or_default();
    let signs = rows.iter().map(|row| sign(&row.change).len()).max().unwrap_or_default();
    let lines: String = rows.iter().map(|row| line(row, names, width.min(PATHS), signs)).collect();
    format!("\n{}\n{lines}", paint(STRONG, "What the updates change; each account is below"))
}

fn sign(change: &FieldChange) -> &'static str {
    if change.effect.is_none() { "~" } else { change.effect.mark() }
}

fn line(row: &Changed<'_>, names: &ResourceNames, width: usize, signs: usize) -> String {
    let Changed { change, distinct, actions, .. } = row;
    let sign = paint(effect_style(change.effect), &pad(sign(change), signs));
    let what =
        if *distinct == 1 { turns(change) } else { format!("{distinct} different changes, such as {}", turns(change)) };
    format!(
        "  {sign} {}  {}  {what}{}\n",
        pad(&escaped_line(&change.path.to_string()), width),
        counted_by_kind(actions.iter().map(|action| &action.key)),
        paint(FAINT, &format!("   {}", who(row, names)))
    )
}

fn turns(change: &FieldChange) -> String {
    let word = |said: ChangeLine| match said {
        ChangeLine::Is(value) => escaped_line(&value),
        ChangeLine::Turns(old, new) => format!("{} -> {}", escaped_line(&old), escaped_line(&new)),
        ChangeLine::Gone(old) => format!("- {}", escaped_line(&old)),
        ChangeLine::New(new) => format!("+ {}", escaped_line(&new)),
    };
    change_lines(&change.change, false, LONG).into_iter().map(|(line, _)| word(line)).collect::<Vec<_>>().join("  ")
}

/// The layers that say it, with their places, and the accounts whose own entries do, by name.
fn who(row: &Changed<'_>, names: &ResourceNames) -> String {
    let layer =
        |source: &Source| format!("{} {}", escaped_line(source.layer.as_deref().unwrap_or_default()), place(source));
    let name = |action: &Action| escaped_line(action.name.as_deref().unwrap_or(&names.name(&action.key)));
    let layers: Vec<String> = row.layers().into_iter().map(layer).collect();
    let own: Vec<String> = row.with_own_entries().into_iter().map(name).collect();
    [layers, own].iter().filter(|names| !names.is_empty()).map(|names| few(names)).collect::<Vec<_>>().join("; ")
}

fn few(names: &[String]) -> String {
    let shown = names[..names.len().min(MAX_NAMED)].join(", ");
    match names.len().saturating_sub(MAX_NAMED) {
        0 => shown,
        left => format!("{shown} and {left} more"),
    }
}
