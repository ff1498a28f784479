//! The same actions field by field, as lines of a diff.

use std::collections::BTreeSet;

use unicode_width::UnicodeWidthStr;

use super::escape::{Verbatim, cut, place};
use crate::model::{Action, FieldChange, Key, Op, Recovered, ResourceNames, Source};
use crate::render::fields::{ChangeLine, brief, change_lines};
use crate::render::folding::{Block, generally};
use crate::render::group_by_change::{Changed, MORE_THAN_A_SCREEN, by_change};
use crate::render::origins::{Shows, origins};
use crate::render::style::pad;
use crate::render::text_parts::{described, kept_from_trash, left_to_vendor};

/// Widest column of paths.
const PATHS: usize = 60;
/// Where long lists are wrapped.
const WIDTH: usize = 100;
/// Characters of one value.
const VALUE: usize = 400;
/// Accounts on a line.
const IDS: usize = 6;

/// The lines of some blocks. Where they are more than a screen of updates, what several have in common is said once.
pub fn blocks(names: &ResourceNames, blocks: &[&Block<'_>]) -> Vec<(Verbatim, usize)> {
    let update =
        |block: &&&Block<'_>| block.actions.first().is_some_and(|action| matches!(action.op, Op::Update { .. }));
    if blocks.iter().filter(update).count() <= MORE_THAN_A_SCREEN {
        return blocks.iter().flat_map(|one| block(names, one)).collect();
    }
    let (updates, others): (Vec<&Block<'_>>, Vec<&Block<'_>>) =
        blocks.iter().copied().partition(|block| update(&block));
    others
        .into_iter()
        .flat_map(|one| block(names, one))
        .chain(shared_first(names, updates.iter().flat_map(|block| block.actions.iter().copied()).collect()))
        .collect()
}

/// What many updates share, each with its accounts; then of each account what is left.
fn shared_first(names: &ResourceNames, actions: Vec<&Action>) -> Vec<(Verbatim, usize)> {
    let shared: Vec<Changed<'_>> = by_change(actions.iter().copied())
        .into_iter()
        .filter(|row| row.distinct == 1 && row.actions.len() > 2)
        .collect();
    let is_shared = |action: &Action, change: &FieldChange| {
        let mut rows = shared.iter().filter(|row| row.change.path == change.path).peekable();
        rows.peek().is_some() && {
            let said = generally(change, action);
            rows.any(|row| row.change.change == said)
        }
    };
    let own = |action: &Action| {
        action.changes().filter(|change| !is_shared(action, change)).cloned().collect::<Vec<FieldChange>>()
    };
    let (with, without): (Vec<&Action>, Vec<&Action>) =
        actions.iter().copied().partition(|action| !own(action).is_empty());
    let mut unsaid: BTreeSet<&Key> = without.iter().map(|action| &action.key).collect();
    let mut lines = Vec::new();
    for row in &shared {
        let Some(first) = row.actions.first() else { continue };
        let mut head =
            vec![Verbatim::line(&title(first, &format!("{}, this change", first.key.kind.counted(row.actions.len()))))];
        head.extend(changes_beside(std::slice::from_ref(&row.change), |_| first.source.clone(), false));
        lines.push((Verbatim::lines(head), 0));
        for some in row.actions.chunks(IDS) {
            let ids: Vec<String> = some.iter().map(|action| names.identity(&action.key).to_owned()).collect();
            let weight = some.iter().filter(|action| unsaid.remove(&action.key)).count();
            lines.push((Verbatim::line(&format!("      {}", ids.join(", "))), weight));
        }
    }
    lines.extend(with.into_iter().map(|action| (Verbatim::lines(single(names, action, &own(action))), 1)));
    lines
}

/// A block's lines, each item with the number of accounts it is about.
fn block(names: &ResourceNames, block: &Block<'_>) -> Vec<(Verbatim, usize)> {
    match &block.actions[..] {
        [] => Vec::new(),
        [one] => vec![(Verbatim::lines(single(names, one, &block.common)), 1)],
        [first, ..] => folded(names, first, block),
    }
}

/// Field changes as lines of a diff.
pub fn changes(all: &[FieldChange], near: &Source, creating: bool) -> Vec<Verbatim> {
    changes_beside(all, |_| near.clone(), creating)
}

fn changes_beside(all: &[FieldChange], near: impl Fn(&FieldChange) -> Source, creating: bool) -> Vec<Verbatim> {
    let paths: Vec<String> = all.iter().map(|change| change.path.to_string()).collect();
    let width = paths.iter().map(|path| path.width()).max().unwrap_or_default().min(PATHS);
    let mut lines = Vec::new();
    for (one, path) in all.iter().zip(&paths) {
        let FieldChange { path: _, change, effect, source: _, element_sources: _ } = one;
        let path = pad(path, width);
        let said = change_lines(change, creating, WIDTH.saturating_sub(width).max(30));
        let (said, shows): (Vec<ChangeLine>, Vec<Shows>) = said.into_iter().unzip();
        let origins = origins(one, &shows, &near(one));
        let mut warning = if effect.is_none() { String::new() } else { format!("   {}", effect.words()) };
        for (number, said) in said.into_iter().enumerate() {
            let from =
                origins.get(number).filter(|from| !from.is_empty()).map_or(String::new(), |from| format!("   {from}"));
            let mut line = |sign: char, value: &str, from: &str| {
                lines.push(Verbatim::line(&format!(
                    "{sign}   {path}  {}{}{from}",
                    cut(value, VALUE),
                    std::mem::take(&mut warning)
                )))
            };
            match said {
                ChangeLine::Is(value) => line(if creating { '+' } else { ' ' }, &value, &from),
                ChangeLine::Turns(old, new) => {
                    line('-', &old, "");
                    line('+', &new, &from);
                }
                ChangeLine::Gone(old) => line('-', &old, &from),
                ChangeLine::New(new) => line('+', &new, &from),
            }
        }
    }
    lines
}

fn single(names: &ResourceNames, action: &Action, common: &[FieldChange]) -> Vec<Verbatim> {
    let mut lines =
        vec![Verbatim::line(&format!("{}  {}", title(action, &named(names, action)), place(&action.source)))];
    match &action.op {
        Op::Delete { observed, reason, consequence, description: known } => {
            lines.push(Verbatim::line(&format!("    reason  {}", reason.reason())));
            lines.push(Verbatim::line(&format!("    row     {}", observed.id.0)));
            lines.extend(
                described(known).into_iter().map(|(what, said)| Verbatim::line(&format!("    {what:<6}  {said}"))),
            );
            lines.push(Verbatim::line(&format!("    ! {consequence}")));
        }
        Op::Create { desired: _, changes: _, recovers } => {
            let recovered = |Recovered { row, held: _ }: &Recovered| {
                format!("    brings back {} from the trash; what is not named here stays as it was", row.id.0)
            };
            lines.extend(recovers.iter().map(|row| Verbatim::line(&recovered(row))));
            lines.extend(kept_from_trash(action).map(|words| Verbatim::line(&format!("    {words}"))));
            lines.extend(changes(common, &action.source, true));
            lines.extend(left_to_vendor(action).map(|words| Verbatim::line(&format!("    {words}"))));
        }
        Op::Update { .. } => lines.extend(changes(common, &action.source, false)),
    }
    lines
}

fn folded(names: &ResourceNames, first: &Action, block: &Block<'_>) -> Vec<(Verbatim, usize)> {
    let Block { actions, common, differing } = block;
    let creating = matches!(first.op, Op::Create { .. });
    let alike = if creating { "the same fields" } else { "the same change" };
    let mut head = vec![Verbatim::line(&title(first, &format!("{}, {alike}", first.key.kind.counted(actions.len()))))];
    head.extend(changes_beside(common, |change| block.near(change).unwrap_or_else(|| first.source.clone()), creating));
    head.extend(differing.iter().map(|path| Verbatim::line(&format!("    {path}  differs, see below"))));
    head.extend(left_to_vendor(first).map(|words| Verbatim::line(&format!("    {words}"))));
    let one = |action: &&Action| {
        let mut lines = vec![Verbatim::line(&format!("      {}  {}", named(names, action), place(&action.source)))];
        let own = action.changes().filter(|change| differing.contains(&change.path));
        lines
            .extend(own.map(|change| Verbatim::line(&format!("          {}  {}", change.path, brief(&change.change)))));
        (Verbatim::lines(lines), 1)
    };
    std::iter::once((Verbatim::lines(head), 0)).chain(actions.iter().map(one)).collect()
}

fn title(action: &Action, what: &str) -> String {
    let word = match &action.op {
        Op::Delete { .. } => "- delete",
        Op::Update { .. } if action.is_disruptive() => "! update",
        Op::Update { .. } => "  update",
        Op::Create { .. } => "+ create",
    };
    let mark = if action.is_costly() { "$ " } else { "" };
    format!("{word} {mark}{what}")
}

fn named(names: &ResourceNames, action: &Action) -> String {
    match &action.name {
        Some(name) => format!("{} {name}", names.name(&action.key)),
        None => names.name(&action.key),
    }
}
