//! The table of actions: a row for each block of look-alikes, what destroys first.

use std::collections::{BTreeMap, BTreeSet};

use super::escape::{Markdown, cut};
use super::size_limit::Frame;
use crate::model::effect::Effect;
use crate::model::{
    Action, ActionId, BaseComparison, FieldChange, Key, Op, Path, Plan, RemoteId, ResourceNames, Source,
    base_comparison::Origin,
};
use crate::render::action_labels::PendingFields;
use crate::render::fields::{ChangeLine, change_lines};
use crate::render::folding::{Block, Foldable, Likeness, fold};
use crate::render::origins::Shows;
use crate::render::text_parts;
use crate::render::{Links, PlanView};

/// Changes of one account in a cell; what stops collection is always named.
const MAX_CHANGES: usize = 4;
/// Lines of one change in a cell.
const MAX_LINES: usize = 3;
/// Places of one row.
const MAX_PLACES: usize = 2;
/// Accounts of one row, where they may be dropped.
const MAX_ACCOUNTS: usize = 4;
/// Characters of an identity, which may be the name of a role.
const IDENTITY: usize = 200;
/// Characters of a value in a cell.
const VALUE: usize = 60;

/// Where actions come from, by what names them; nothing where nothing is compared.
pub type Origins = Option<BTreeMap<ActionId, Origin>>;

/// The origins of a plan's actions.
pub fn origins(view: &PlanView<'_>) -> Origins {
    let BaseComparison { base: _, weakened: _, shadowed: _, origins } = view.base_comparison.as_ref()?;
    Some(view.plan.actions.iter().map(Action::id).zip(origins.iter().cloned()).collect())
}

/// Blocks whose actions all come from the same place, in the order they are read.
pub fn blocks<'a>(plan: &'a Plan, origins: &Origins) -> Vec<Block<'a>> {
    let Some(origins) = origins else { return fold(&plan.actions) };
    let split = |Block { actions, common, differing }: Block<'a>| {
        let of = |origin: Option<&Origin>| {
            let actions: Vec<&Action> =
                actions.iter().copied().filter(|action| origins.get(&action.id()) == origin).collect();
            match &actions[..] {
                [one] => Block { common: one.changes().cloned().collect(), differing: Vec::new(), actions },
                _ => Block { actions, common: common.clone(), differing: differing.clone() },
            }
        };
        let known: BTreeSet<Option<&Origin>> = actions.iter().map(|action| origins.get(&action.id())).collect();
        known.into_iter().map(of).collect::<Vec<_>>()
    };
    fold(&plan.actions).into_iter().flat_map(split).collect()
}

/// The table's frame.
pub fn frame() -> Frame {
    Frame::table(&["", "account", "change", "where"])
}

/// Whether an action was pending before the change.
pub fn is_pending(action: &Action, origins: &Origins) -> bool {
    origins.as_ref().is_some_and(|origins| origins.get(&action.id()) == Some(&Origin::Pending))
}

/// One block as a row, and the number of its accounts.
pub fn row(names: &ResourceNames, block: &Block<'_>, origins: &Origins, links: &Links) -> (Vec<Markdown>, usize) {
    let Some(first) = block.actions.first() else { return (Vec::new(), 0) };
    let change = change(first, &block.common, &block.differing);
    let change = match origins.as_ref().and_then(|origins| origins.get(&first.id())) {
        Some(Origin::Both { pending }) => partly_pending(first, pending).own(": ").and(&change),
        None | Some(Origin::ThisChange | Origin::Pending) => change,
    };
    // What can disrupt something names every account, with its place; else a few are enough.
    let who = resources(names, &block.actions, first.is_disruptive(), links);
    (vec![op(first), who, change, places(block, links)], block.actions.len())
}

/// Which of its fields were pending before, or which are new if those are fewer.
fn partly_pending(action: &Action, pending: &BTreeSet<Path>) -> Markdown {
    let partly = Markdown::new().own("partly pending before");
    let named =
        |fields: &[&Path]| Markdown::joined(fields.iter().map(|path| Markdown::new().code(&path.to_string())), ", ");
    match PendingFields::of(action, pending) {
        PendingFields::All => partly,
        PendingFields::Pending(fields) => partly.own(" (").and(&named(&fields)).own(")"),
        PendingFields::New(fields) => partly.own(" (new: ").and(&named(&fields)).own(")"),
    }
}

/// Where a row was asked for: an update where its values are written, which may be a layer; all else where the first
/// account stands.
pub fn places<T: Foldable>(block: &Block<'_, T>, links: &Links) -> Markdown {
    let Some((first, source)) = block.actions.first().and_then(|first| Some((first, first.source()?))) else {
        return Markdown::new();
    };
    if first.likeness() != Some(Likeness::Values) {
        return Markdown::new().place(source, links);
    }
    let mut places: Vec<&Source> = Vec::new();
    for change in &block.common {
        let written = if change.source.layer.is_some() { &change.source } else { source };
        if !places.iter().any(|known| (&known.file, known.line) == (&written.file, written.line)) {
            places.push(written);
        }
    }
    let one = |source: &&Source| match &source.layer {
        Some(layer) => Markdown::new().brief(layer, VALUE).own(" ").place(source, links),
        None => Markdown::new().place(source, links),
    };
    let cell = Markdown::joined(places.iter().take(MAX_PLACES).map(one), ", ");
    match places.len().saturating_sub(MAX_PLACES) {
        _ if places.is_empty() => Markdown::new().place(source, links),
        0 => cell,
        left => cell.own(" and ").counted(left, "more place"),
    }
}

/// What is done, in a word; `!` marks what can disrupt something, `$` what costs more.
pub fn op(action: &Action) -> Markdown {
    Markdown::new().own(match &action.op {
        Op::Delete { .. } => "**delete**",
        Op::Update { .. } => update(Effect::of(action.is_disruptive(), action.is_costly())),
        Op::Create { .. } if action.is_costly() => "create `$`",
        Op::Create { .. } => action.op.word(),
    })
}

/// An update of this effect, in a word.
pub fn update(effect: Effect) -> &'static str {
    match (effect.disruption.is_some(), effect.costly) {
        (true, true) => "**update !** `$`",
        (true, false) => "**update !**",
        (false, true) => "update `$`",
        (false, false) => "update",
    }
}

/// What stands before a field change of this effect.
pub fn mark(effect: Effect) -> &'static str {
    match (effect.disruption.is_some(), effect.costly) {
        (true, true) => "**!** `$` ",
        (true, false) => "**!** ",
        (false, true) => "`$` ",
        (false, false) => "",
    }
}

/// The resource, and what people call it: its account is set off from the rest.
pub fn resource(names: &ResourceNames, key: &Key, name: Option<&str>) -> Markdown {
    named(resource_words(names, key, Markdown::new().brief(key.account().unwrap_or(&key.name), IDENTITY)), name)
}

/// What stands behind the account in a resource's name, behind `account`.
fn resource_words(names: &ResourceNames, key: &Key, account: Markdown) -> Markdown {
    let rest = names.name(key);
    match rest.strip_prefix(key.account().unwrap_or(&key.name)).map(str::trim_start).filter(|rest| !rest.is_empty()) {
        Some(rest) => account.own(" ").text(&cut(rest, IDENTITY)),
        None => account,
    }
}

fn named(account: Markdown, name: Option<&str>) -> Markdown {
    match name {
        Some(name) => account.own(" ").text(&cut(name, VALUE)),
        None => account,
    }
}

/// The first of some look-alikes, and the others by their identities: all of them, each linked to its place, or a few.
pub fn resources<T: Foldable>(names: &ResourceNames, items: &[&T], all: bool, links: &Links) -> Markdown {
    let Some((first, others)) = items.split_first() else { return Markdown::new() };
    let cell = resource(names, first.key(), first.name());
    if others.is_empty() {
        return cell;
    }
    let shown = if all { others.len() } else { others.len().min(MAX_ACCOUNTS) };
    let one = |item: &&T| match item.source().filter(|_| all) {
        Some(source) => named(Markdown::new().linked(names.identity(item.key()), source, links), item.name()),
        None => named(Markdown::new().code(names.identity(item.key())), item.name()),
    };
    let is_by_fields = first.likeness() == Some(Likeness::Fields);
    let alike = if is_by_fields { " with the same fields: " } else { " with the same change: " };
    let cell =
        cell.own(" and ").number(others.len()).own(alike).and(&Markdown::joined(others[..shown].iter().map(one), ", "));
    if shown < others.len() { cell.own(" and ").number(others.len() - shown).own(" more") } else { cell }
}

/// What it does, in a cell.
pub fn change(action: &Action, common: &[FieldChange], differing: &[Path]) -> Markdown {
    let differ = differing.iter().take(MAX_CHANGES).map(|path| Markdown::new().code(&path.to_string()).own(" differs"));
    match &action.op {
        Op::Delete { observed: _, reason, consequence, description: described } => {
            let said = text_parts::described(described)
                .into_iter()
                .map(|(what, said)| Markdown::new().own("; ").own(what).own(" ").brief(&said, 2 * VALUE));
            Markdown::joined(std::iter::once(Markdown::new().text(reason.reason())).chain(said), "")
                .own("; ")
                .text(consequence)
        }
        Op::Update { .. } => changes(common, false),
        Op::Create { desired: _, changes: _, recovers } => {
            let same = (!common.is_empty()).then(|| changes(common, true));
            let left = left_to_vendor(action);
            let recovered = recovers.as_ref().map(|row| recovered(Markdown::new(), Some(&row.row.id), "brings back "));
            Markdown::joined(recovered.into_iter().chain(left).chain(same).chain(differ), "; ")
        }
    }
}

/// What a create leaves open that is billed.
fn left_to_vendor(action: &Action) -> Option<Markdown> {
    let left = action.left_to_vendor();
    let paths = Markdown::joined(left.iter().map(|path| Markdown::new().code(&path.to_string())), ", ");
    (!left.is_empty()).then(|| Markdown::new().own("`$` left to ").own(action.key.kind.vendor).own(": ").and(&paths))
}

/// What is said of a row that is brought back from the trash, after what is said of it anyway.
pub fn recovered(said: Markdown, row: Option<&RemoteId>, words: &'static str) -> Markdown {
    match row {
        Some(row) => said.own(words).code(&row.0).own(" from the trash"),
        None => said,
    }
}

/// Field changes in a cell: those that can disrupt something first, then those that cost more.
pub fn changes(all: &[FieldChange], creating: bool) -> Markdown {
    let (disruptive, mut others): (Vec<_>, Vec<_>) = all.iter().partition(|change| change.effect.disruption.is_some());
    others.sort_by_key(|change| !change.effect.costly);
    let shown = MAX_CHANGES.saturating_sub(disruptive.len()).min(others.len());
    let pieces = disruptive.iter().chain(&others[..shown]).map(|change| brief(change, creating));
    let cell = Markdown::joined(pieces, "; ");
    match others.len() - shown {
        0 => cell,
        left if shown + disruptive.len() == 0 => cell.counted(left, "field"),
        left => cell.own("; and ").counted(left, "more field"),
    }
}

fn brief(change: &FieldChange, creating: bool) -> Markdown {
    let FieldChange { path, change: _, effect, source: _, element_sources: _ } = change;
    Markdown::new().own(mark(*effect)).code(&path.to_string()).own(" ").and(&turns(change, creating))
}

/// What becomes of a field, without its path.
pub fn turns(change: &FieldChange, creating: bool) -> Markdown {
    let lines = change_lines(&change.change, creating, 4 * VALUE);
    let line = |(said, _): &(ChangeLine, Shows)| match said {
        ChangeLine::Is(value) => Markdown::new().brief(value, VALUE),
        ChangeLine::Turns(old, new) => Markdown::new().brief(old, VALUE).own(" -> ").brief(new, VALUE),
        ChangeLine::Gone(old) => Markdown::new().own("- ").brief(old, VALUE),
        ChangeLine::New(new) => Markdown::new().own("+ ").brief(new, VALUE),
    };
    let shown = Markdown::joined(lines.iter().take(MAX_LINES).map(line), " ");
    if lines.len() > MAX_LINES { shown.own(" and ").number(lines.len() - MAX_LINES).own(" more") } else { shown }
}
