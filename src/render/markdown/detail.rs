//! The same actions field by field, as lines of a diff.

use unicode_width::UnicodeWidthStr;

use super::escape::{Verbatim, cut, place};
use crate::model::{Action, FieldChange, Observed, Op, Path, Source};
use crate::render::fields::{Said, brief, origin, said};
use crate::render::folding::Block;
use crate::render::style::pad;

/// Widest column of paths.
const PATHS: usize = 60;
/// Where long lists are wrapped.
const WIDTH: usize = 100;
/// Characters of one value.
const VALUE: usize = 400;

/// A block's lines, each item with the number of accounts it is about.
pub fn block(block: &Block<'_>) -> Vec<(Verbatim, usize)> {
    let Block { actions, common, differing } = block;
    match &actions[..] {
        [] => Vec::new(),
        [one] => vec![(Verbatim::lines(single(one, common)), 1)],
        several => folded(several, common, differing),
    }
}

/// Field changes as lines of a diff.
pub fn changes(all: &[FieldChange], near: &Source, creating: bool) -> Vec<Verbatim> {
    let paths: Vec<String> = all.iter().map(|change| change.path.to_string()).collect();
    let width = paths.iter().map(|path| path.width()).max().unwrap_or_default().min(PATHS);
    let mut lines = Vec::new();
    for (FieldChange { path: _, change, removal, source }, path) in all.iter().zip(&paths) {
        let path = pad(path, width);
        let mut marks = if *removal { "   ! can stop collection".to_owned() } else { String::new() };
        let from = origin(source, near);
        if !from.is_empty() {
            marks.push_str(&format!("   {from}"));
        }
        let mut line =
            |sign: char, value: &str| lines.push(Verbatim::line(&format!("{sign}   {path}  {}{}", cut(value, VALUE), std::mem::take(&mut marks))));
        for said in said(change, creating, WIDTH.saturating_sub(width).max(30)) {
            match said {
                Said::Is(value) => line(if creating { '+' } else { ' ' }, &value),
                Said::Turns(old, new) => {
                    line('-', &old);
                    line('+', &new);
                }
                Said::Gone(old) => line('-', &old),
                Said::New(new) => line('+', &new),
            }
        }
    }
    lines
}

fn single(action: &Action, common: &[FieldChange]) -> Vec<Verbatim> {
    let mut lines = vec![Verbatim::line(&format!("{}  {}", title(action, &named(action)), place(&action.source)))];
    match &action.op {
        Op::Delete { observed, warrant, parting } => {
            lines.push(Verbatim::line(&format!("    reason  {}", warrant.reason())));
            lines.push(Verbatim::line(&format!("    row     {}", observed.id.0)));
            lines.push(Verbatim::line(&format!("    ! {parting}")));
        }
        Op::Create { desired: _, changes: _, recovers } => {
            let recovered = |row: &Observed| format!("    brings back {} from the trash; what is not named here stays as it was", row.id.0);
            lines.extend(recovers.iter().map(|row| Verbatim::line(&recovered(row))));
            lines.extend(changes(common, &action.source, true));
        }
        Op::Update { .. } => lines.extend(changes(common, &action.source, false)),
    }
    lines
}

fn folded(actions: &[&Action], common: &[FieldChange], differing: &[Path]) -> Vec<(Verbatim, usize)> {
    let Some(first) = actions.first() else { return Vec::new() };
    let creating = matches!(first.op, Op::Create { .. });
    let alike = if creating { "the same fields" } else { "the same change" };
    let mut head = vec![Verbatim::line(&title(first, &format!("{} {}s, {alike}", actions.len(), first.key.kind)))];
    head.extend(changes(common, &first.source, creating));
    head.extend(differing.iter().map(|path| Verbatim::line(&format!("    {path}  differs, see below"))));
    let one = |action: &&Action| {
        let mut lines = vec![Verbatim::line(&format!("      {}  {}", named(action), place(&action.source)))];
        let own = action.changes().filter(|change| differing.contains(&change.path));
        lines.extend(own.map(|change| Verbatim::line(&format!("          {}  {}", change.path, brief(&change.change)))));
        (Verbatim::lines(lines), 1)
    };
    std::iter::once((Verbatim::lines(head), 0)).chain(actions.iter().map(one)).collect()
}

fn title(action: &Action, what: &str) -> String {
    let word = match &action.op {
        Op::Delete { .. } => "- delete",
        Op::Update { changes, .. } if changes.any_removal() => "! update",
        Op::Update { .. } => "  update",
        Op::Create { .. } => "+ create",
    };
    format!("{word} {} {what}", action.key.provider)
}

fn named(action: &Action) -> String {
    match &action.name {
        Some(name) => format!("{} {name}", action.key.shown()),
        None => action.key.shown(),
    }
}
