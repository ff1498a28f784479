//! What plan would do, as a comment: what is given up, what destroys, the table, what is said around it, the fields.

use super::all_accounts::{Named, tersely};
use super::escape::{Markdown, fence};
use super::size_limit::{Form, Frame, Part};
use super::table::{Origins, blocks, origins};
use super::{base_comparison, changed, detail, not_written, notes, table};
use crate::model::{Action, BaseComparison, Diagnostic, Op, Plan, ResourceNames};
use crate::render::folding::Block;
use crate::render::group_by_change::MORE_THAN_A_SCREEN;
use crate::render::{Links, PlanView, hold, text_parts};

/// Obsolete tombstones named in the one line of a plan without changes.
const MAX_OBSOLETE: usize = 3;

/// The comment's parts, under this heading.
pub fn parts(view: &PlanView<'_>, heading: Markdown, footer: Markdown) -> Vec<Part> {
    let origins = origins(view);
    let blocks = blocks(view.plan, &origins);
    let mut parts = vec![Part::fixed(heading)];
    parts.extend(notes::alarm(view.plan).map(Part::fixed));
    parts.push(Part::fixed(notes::addressed(view)));
    parts.extend(base_comparison::uncompared(view).into_iter().chain(base_comparison::shares(view)).map(Part::fixed));
    parts.extend(base_comparison::weakened(view));
    parts.extend(notes::quoted(notes::hindrances(view.plan)));
    parts.extend(actions(&view.plan.names, &blocks, &origins, &view.links));
    parts.extend(base_comparison::shadowed(view));
    parts.extend([
        notes::refusals(view),
        notes::unreadable(view.plan),
        notes::health_issues(view.plan),
        not_written::held_back(view),
        not_written::on_hold(view),
        notes::diagnostics(view),
    ]);
    parts.push(Part::fixed(notes::limits(view.plan)));
    parts.push(notes::isolated(&view.plan.isolated));
    parts.extend(notes::unmanaged(view.plan));
    parts.push(notes::obsolete(view));
    parts.extend(details(&view.plan.names, &blocks));
    parts.push(Part::fixed(footer));
    parts
}

/// `### heeler plan: 1 delete · 2 update (1 !) · 3 create · 4 costly ($)`, with the sign as code: GitHub takes two of them
/// for mathematics.
pub fn heading(view: &PlanView<'_>) -> Markdown {
    let (creates, updates, deletes) = view.plan.counts();
    let disruptive = view.plan.disruptive();
    let update = Markdown::new().own(" update");
    let update = if disruptive > 0 { update.own(" (").number(disruptive).own(" !)") } else { update };
    let counts =
        [(deletes, Markdown::new().own(" delete")), (updates, update), (creates, Markdown::new().own(" create"))];
    let counts = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| Markdown::new().number(count).and(&word));
    let costly = (view.plan.costly() > 0).then(|| Markdown::new().number(view.plan.costly()).own(" costly (`$`)"));
    let not_written = hold::not_written_count(view.plan).map(|count| Markdown::new().text(&count).own(" (=)"));
    let weakened = view.base_comparison.as_ref().map_or(0, |comparison| comparison.weakened.len());
    let weakened = (weakened > 0).then(|| Markdown::new().number(weakened).own(" weakened (!)"));
    let changes = match (view.plan.actions.is_empty(), view.plan.all_rows_read()) {
        (false, _) => None,
        (true, true) => Some(Markdown::new().own("no changes")),
        (true, false) if view.nothing_is_read() => Some(Markdown::new().own("nothing could be read")),
        (true, false) => Some(Markdown::new().own("no changes to what could be read")),
    };
    let counts = Markdown::joined(
        changes
            .into_iter()
            .chain(weakened)
            .chain(counts)
            .chain(costly)
            .chain(not_written)
            .chain(notes::unread_count(view.plan)),
        " · ",
    );
    let heading = Markdown::new().own("### heeler plan").and(&notes::organizations(view)).own(": ").and(&counts);
    heading.own(view.sandbox_mark()).own("\n\n")
}

/// The digest, and what merging does, where it does it.
pub fn footer(view: &PlanView<'_>) -> Markdown {
    let Plan { actions, held_back, refusals, diagnostics, .. } = view.plan;
    let invalid = diagnostics.iter().any(Diagnostic::is_error);
    let whole =
        view.plan.all_rows_read() && !view.plan.is_refused() && refusals.is_empty() && held_back.is_empty() && !invalid;
    if actions.is_empty() {
        return Markdown::new();
    }
    let digest = Markdown::new().own("Digest: ").code(&view.digest);
    if whole && !view.sandbox {
        digest.own(" · merging applies this; an account that has moved by then is skipped and shown\n")
    } else {
        digest.own("\n")
    }
}

/// The whole plan in one line, where there is nothing else to say.
pub fn one_line(view: &PlanView<'_>) -> Option<Markdown> {
    let Plan {
        preparations: _,
        actions,
        held_back,
        on_hold,
        read_only,
        unchanged,
        left_out: _,
        selected_only: _,
        names: _,
        row_counts: _,
        unmanaged,
        obsolete_tombstones: obsolete,
        refusals,
        limit_checks: _,
        diagnostics,
        unreadable,
        isolated,
        managed: _,
        descriptions: _,
        health_issues,
    } = view.plan;
    let weakened = |BaseComparison { base: _, weakened, shadowed, origins: _ }: &BaseComparison| {
        !weakened.is_empty() || !shadowed.is_empty()
    };
    let silent = actions.is_empty()
        && held_back.is_empty()
        && refusals.is_empty()
        && diagnostics.is_empty()
        && unreadable.is_empty()
        && isolated.is_empty()
        && health_issues.is_empty()
        && on_hold.is_empty()
        && read_only.is_empty();
    if !silent
        || view.uncompared.is_some()
        || view.plan.is_refused()
        || view.base_comparison.as_ref().is_some_and(weakened)
    {
        return None;
    }
    let line = Markdown::new()
        .own("heeler plan")
        .and(&notes::organizations(view))
        .own(": no changes. ")
        .text(&unchanged.counted());
    let mut line = line.own(if unchanged.total() == 1 { " matches." } else { " match." }).own(view.sandbox_mark());
    if let Some(unmanaged) = notes::unmanaged_count(unmanaged) {
        line = line.own(" ").and(&unmanaged);
    }
    if !obsolete.is_empty() {
        let places =
            obsolete.iter().take(MAX_OBSOLETE).map(|obsolete| Markdown::new().place(&obsolete.source, &view.links));
        line = line
            .own(" ")
            .counted(obsolete.len(), "obsolete tombstone")
            .own(" to take out: ")
            .and(&Markdown::joined(places, ", "));
        line = if obsolete.len() > MAX_OBSOLETE { line.own(", …") } else { line.own(".") };
    }
    if let Some(words) = text_parts::left_out(view.plan) {
        line = line.own(" ").text(&words).own(".");
    }
    Some(line)
}

/// The rows: what this change brings, then folded away what was pending before it.
fn actions(names: &ResourceNames, blocks: &[Block<'_>], origins: &Origins, links: &Links) -> Vec<Part> {
    let is_pending =
        |block: &&Block<'_>| block.actions.first().is_some_and(|action| table::is_pending(action, origins));
    let (before, now): (Vec<&Block<'_>>, Vec<&Block<'_>>) = blocks.iter().partition(is_pending);
    let mut parts = open(names, &now, origins, links);
    let accounts = before.iter().map(|block| block.actions.len()).sum();
    let summary = Markdown::new().own("Pending before this change: ").counted(accounts, "account");
    parts.extend(rows(names, &before, &Kind::ALL, &table::frame().folded(&summary), origins, links));
    parts
}

/// Rows that are read at once; where they are more than a screen, what they change, and each account's own row folded
/// away.
fn open(names: &ResourceNames, blocks: &[&Block<'_>], origins: &Origins, links: &Links) -> Vec<Part> {
    let count = |kinds: &[Kind]| of(blocks, kinds).map(|block| block.actions.len()).sum::<usize>();
    let many = |kinds: &[Kind]| of(blocks, kinds).count() > MORE_THAN_A_SCREEN;
    let (updates, creates) = ([Kind::Disruptive, Kind::Update], [Kind::Create]);
    let mut parts = rows(names, blocks, &[Kind::Delete], &table::frame(), origins, links);
    if many(&updates) {
        let summary = Markdown::new().own("Account by account: ").counted(count(&updates), "update");
        let actions = of(blocks, &updates).flat_map(|block| block.actions.iter().copied());
        parts.push(changed::part(names, actions, ["change", "accounts"], table::update, links));
        parts.extend(rows(names, blocks, &updates, &table::frame().folded(&summary), origins, links));
    } else {
        parts.extend(rows(names, blocks, &updates, &table::frame(), origins, links));
    }
    let summary = Markdown::new().counted(count(&creates), "create");
    let frame = if many(&creates) { table::frame().folded(&summary) } else { table::frame() };
    parts.extend(rows(names, blocks, &creates, &frame, origins, links));
    parts
}

/// The rows of some kinds. Deletes and disruptive updates are never dropped.
fn rows(
    names: &ResourceNames,
    blocks: &[&Block<'_>],
    kinds: &[Kind],
    frame: &Frame,
    origins: &Origins,
    links: &Links,
) -> Vec<Part> {
    let form = |kind: Kind| {
        Form::rows(frame.clone(), of(blocks, &[kind]).map(|block| table::row(names, block, origins, links)))
    };
    let kept = |kind: Kind, title: &'static str| {
        let named: Vec<Named<'_>> =
            of(blocks, &[kind]).flat_map(|block| &block.actions).map(|action| self::named(names, action)).collect();
        Part::kept(std::iter::once(form(kind)).chain(tersely(title, &named, frame.is_folded())).collect())
    };
    let after = " accounts more | the full plan has them | |\n";
    let part = |kind: &Kind| match kind {
        Kind::Delete => kept(Kind::Delete, "Deletes"),
        Kind::Disruptive => kept(Kind::Disruptive, "Updates that can disrupt monitoring"),
        Kind::Update => Part::cut(60, form(Kind::Update).rest("| update | ", after)),
        Kind::Create => Part::cut(50, form(Kind::Create).rest("| create | ", after)),
    };
    kinds.iter().map(part).collect()
}

/// An action that must be named; of an update the fields that can disrupt something.
pub fn named<'a>(names: &ResourceNames, action: &'a Action) -> Named<'a> {
    let fields =
        action.changes().filter(|change| change.effect.disruption.is_some()).map(|change| change.path.to_string());
    Named::row(names, &action.key, action.name.as_deref(), Some(&action.source)).for_fields(fields)
}

/// The fields of all of them, folded away.
pub fn details(names: &ResourceNames, blocks: &[Block<'_>]) -> Vec<Part> {
    let blocks: Vec<&Block<'_>> = blocks.iter().collect();
    let lines = |kinds: &[Kind]| {
        let some: Vec<&Block<'_>> = kinds.iter().flat_map(|kind| of(&blocks, std::slice::from_ref(kind))).collect();
        detail::blocks(names, &some)
    };
    let all =
        [(20, lines(&[Kind::Delete, Kind::Disruptive])), (15, lines(&[Kind::Update])), (10, lines(&[Kind::Create]))];
    let fence = fence(all.iter().flat_map(|(_, lines)| lines).map(|(line, _)| line));
    let frame = Frame::details(&fence, "diff", "Field by field");
    let part = |(rank, lines)| {
        Part::cut(rank, Form::fenced(frame.clone(), lines).rest("  and ", " accounts more; the full plan has them\n"))
    };
    all.into_iter().map(part).collect()
}

/// What rows are told apart by when room is short.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Delete,
    Disruptive,
    Update,
    Create,
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::Delete, Kind::Disruptive, Kind::Update, Kind::Create];
}

fn of<'a, 'b>(blocks: &'b [&'b Block<'a>], kinds: &'b [Kind]) -> impl Iterator<Item = &'b Block<'a>> {
    blocks
        .iter()
        .copied()
        .filter(move |block| block.actions.first().is_some_and(|action| kinds.contains(&kind_of(action))))
}

fn kind_of(action: &Action) -> Kind {
    match &action.op {
        Op::Delete { .. } => Kind::Delete,
        Op::Update { .. } if action.is_disruptive() => Kind::Disruptive,
        Op::Update { .. } => Kind::Update,
        Op::Create { .. } => Kind::Create,
    }
}
