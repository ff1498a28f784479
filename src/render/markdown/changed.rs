//! More than a screen of updates, by what they change: a row for each change, with how many accounts, who, and where it
//! is written.

use super::escape::{Markdown, cut};
use super::size_limit::{Form, Frame, Part};
use super::table;
use crate::model::{Action, Source};
use crate::render::Links;
use crate::render::by_change::{Changed, by_change};

/// Accounts named in a row; of more one is named, so that the row stays short.
const MOST_NAMED: usize = 3;
/// Places named in a row.
const MOST_PLACES: usize = 2;
/// Characters of a name.
const NAME: usize = 60;

/// What these updates change.
pub fn part<'a>(actions: impl IntoIterator<Item = &'a Action>, links: &Links) -> Part {
    let rows = by_change(actions);
    let form = Form::rows(
        Frame::table(&["", "change", "accounts", "where"]),
        rows.iter().map(|changed| (row(changed, links), 1)),
    );
    Part::cut(95, form.rest("| | ", " more changes, left out here for length | |\n"))
}

fn row(changed: &Changed<'_>, links: &Links) -> Vec<Markdown> {
    let Changed { change, distinct, actions, .. } = changed;
    let mark = Markdown::new().own(if change.disruption.is_some() { "**update !**" } else { "update" });
    let what = match distinct {
        1 => table::changes(std::slice::from_ref(change), false),
        _ => {
            let mark = Markdown::new().own(if change.disruption.is_some() { "**!** " } else { "" });
            mark.code(&change.path.to_string()).own(" ").number(*distinct).own(" different changes")
        }
    };
    let most = if actions.len() > MOST_NAMED { 1 } else { MOST_NAMED };
    let named = actions.iter().take(most).map(|action| account(action));
    let who = Markdown::new().number(actions.len()).own(": ").and(&Markdown::joined(named, ", "));
    let who = match actions.len().saturating_sub(most) {
        0 => who,
        left => who.own(" and ").number(left).own(" more"),
    };
    vec![mark, what, who, written(changed, links)]
}

fn account(action: &Action) -> Markdown {
    let id = Markdown::new().brief(&action.key.shown(), NAME);
    action.name.as_deref().map_or(id.clone(), |name| id.own(" ").text(&cut(name, NAME)))
}

fn written(changed: &Changed<'_>, links: &Links) -> Markdown {
    let one = |source: &Source| match &source.layer {
        Some(layer) => Markdown::new().brief(layer, NAME).own(" ").place(source, links),
        None => Markdown::new().place(source, links),
    };
    match changed.places.len() {
        many if many > MOST_PLACES => Markdown::new().counted(many, "place"),
        _ => Markdown::joined(changed.places.iter().map(one), ", "),
    }
}
