//! More than a screen of updates, or of differences, by what they change: a row for each change, with how many
//! accounts, and who wrote it: layers by name and place, accounts with entries of their own by their names.

use std::collections::BTreeSet;

use super::escape::{Markdown, cut};
use super::size_limit::{Form, Frame, Part};
use super::table;
use crate::model::effect::Effect;
use crate::model::{ResourceNames, Source};
use crate::render::Links;
use crate::render::folding::Foldable;
use crate::render::group_by_change::{Changed, by_change};

/// Accounts named in a row, and layers. Of so few the places are given too.
const MAX_NAMED: usize = 3;
/// Characters of a name.
const NAME: usize = 60;

/// What these items change. `word` is what is done to them: what it does to what is collected is told to it.
pub fn part<'a, T: Foldable + 'a>(
    names: &ResourceNames,
    items: impl IntoIterator<Item = &'a T>,
    columns: [&'static str; 2],
    word: impl Fn(Effect) -> &'static str,
    links: &Links,
) -> Part {
    let rows = by_change(items);
    let kinds: BTreeSet<_> =
        rows.iter().flat_map(|row| &row.actions).map(|item| (item.key().provider, item.key().kind)).collect();
    let row = |changed: &Changed<'_, T>| {
        let mark = Markdown::new().own(word(changed.change.effect));
        (vec![mark, change(changed, kinds.len() > 1), who(names, changed, links)], 1)
    };
    let form = Form::rows(Frame::table(&["", columns[0], columns[1]]), rows.iter().map(row));
    Part::cut(95, form.rest("| | ", " more changes, left out here for length | |\n"))
}

/// What becomes of the field. `several` kinds of rows are told apart by name.
fn change<T: Foldable>(changed: &Changed<'_, T>, several: bool) -> Markdown {
    let Changed { change, distinct, actions, .. } = changed;
    let kind = actions.first().map(|item| item.key()).filter(|_| several);
    let kind = kind.map_or_else(Markdown::new, |key| Markdown::new().text(&key.kind.label()).own(": "));
    if *distinct == 1 {
        return kind.and(&table::changes(std::slice::from_ref(change), false));
    }
    let mark = kind.own(table::mark(change.effect));
    let count = mark.code(&change.path.to_string()).own(" ").number(*distinct);
    count.own(" different changes, such as ").and(&table::turns(change, false))
}

/// `480 accounts by defaults heeler.yaml:4`, `3 accounts: data, audit, tools`, or both.
fn who<T: Foldable>(names: &ResourceNames, changed: &Changed<'_, T>, links: &Links) -> Markdown {
    let layers = changed.layers();
    let own = changed.with_own_entries();
    let count = Markdown::new().counted_by_kind(changed.actions.iter().map(|item| item.key()));
    let by = (!layers.is_empty()).then(|| {
        let one = |source: &&Source| {
            let layer = Markdown::new().brief(source.layer.as_deref().unwrap_or_default(), NAME);
            layer.own(" ").place(source, links)
        };
        Markdown::new().own(" by ").and(&few(layers.iter().map(one), layers.len()))
    });
    let count = count.and(&by.unwrap_or_default());
    if own.is_empty() {
        return count;
    }
    let count = if layers.is_empty() { count.own(": ") } else { count.own("; by entries of their own: ") };
    let placed = own.len() <= MAX_NAMED;
    let one = |item: &&T| {
        let name = item.name().map(|name| Markdown::new().text(&cut(name, NAME)));
        let name = name.unwrap_or_else(|| Markdown::new().brief(&names.name(item.key()), NAME));
        match item.source().filter(|_| placed) {
            Some(source) => name.own(" ").place(source, links),
            None => name,
        }
    };
    count.and(&few(own.iter().map(one), own.len()))
}

/// The first of so many, and how many more there are.
fn few(pieces: impl Iterator<Item = Markdown>, all: usize) -> Markdown {
    let named = Markdown::joined(pieces.take(MAX_NAMED), ", ");
    match all.saturating_sub(MAX_NAMED) {
        0 => named,
        left => named.own(" and ").number(left).own(" more"),
    }
}
