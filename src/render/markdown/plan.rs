//! What plan would do, as a comment: what is given up, what destroys, the table, what is said around it, the fields.

use super::escape::{Markdown, fence};
use super::fit::{Form, Frame, Part};
use super::named::{Named, tersely};
use super::table::{Origins, blocks, origins};
use super::{changed, compared, detail, notes, table};
use crate::model::{Action, Comparison, Diagnostic, Op, Plan};
use crate::render::by_change::MORE_THAN_A_SCREEN;
use crate::render::folding::Block;
use crate::render::{Links, Scene, parts};

/// Spent tombstones named in the one line of a plan without changes.
const MOST_SPENT: usize = 3;

/// The comment's parts, under this heading.
pub fn parts(scene: &Scene<'_>, heading: Markdown, footer: Markdown) -> Vec<Part> {
    let origins = origins(scene);
    let blocks = blocks(scene.plan, &origins);
    let mut parts = vec![Part::said(heading)];
    parts.extend(notes::alarm(scene.plan).map(Part::said));
    parts.push(Part::said(notes::addressed(scene)));
    parts.extend(compared::uncompared(scene).into_iter().chain(compared::shares(scene)).map(Part::said));
    parts.extend(compared::given_up(scene));
    parts.extend(notes::quoted(notes::hindrances(scene.plan)));
    parts.extend(actions(&blocks, &origins, &scene.links));
    parts.extend(compared::unreached(scene));
    parts.extend([
        notes::refusals(scene),
        notes::unreadable(scene.plan),
        notes::ailing(scene.plan),
        notes::held_back(scene),
        notes::on_hold(scene),
        notes::diagnostics(scene.plan),
    ]);
    parts.push(Part::said(notes::limits(scene.plan)));
    parts.push(notes::isolated(&scene.plan.isolated));
    parts.extend(notes::unmanaged(scene.plan));
    parts.push(notes::spent(scene));
    parts.extend(details(&blocks));
    parts.push(Part::said(footer));
    parts
}

/// `### heeler plan: 1 delete · 2 update (1 !) · 3 create`
pub fn heading(scene: &Scene<'_>) -> Markdown {
    let (creates, updates, deletes) = scene.plan.counts();
    let removals = scene.plan.removals();
    let update = Markdown::new().own(" update");
    let update = if removals > 0 { update.own(" (").number(removals).own(" !)") } else { update };
    let counts = [(deletes, Markdown::new().own(" delete")), (updates, update), (creates, Markdown::new().own(" create"))];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| Markdown::new().number(count).and(&word));
    let given_up = scene.comparison.as_ref().map_or(0, |comparison| comparison.given_up.len());
    let given_up = (given_up > 0).then(|| Markdown::new().number(given_up).own(" given up (!)"));
    let changes = match (scene.plan.actions.is_empty(), scene.plan.is_whole()) {
        (false, _) => None,
        (true, true) => Some(Markdown::new().own("no changes")),
        (true, false) if scene.nothing_is_read() => Some(Markdown::new().own("nothing could be read")),
        (true, false) => Some(Markdown::new().own("no changes to what could be read")),
    };
    let counts = Markdown::joined(changes.into_iter().chain(given_up).chain(counts).chain(notes::unread_count(scene.plan)), " · ");
    let heading = Markdown::new().own("### heeler plan").and(&notes::organizations(scene)).own(": ").and(&counts);
    heading.own(scene.sandbox_mark()).own("\n\n")
}

/// The digest, and what merging does, where it does it.
pub fn footer(scene: &Scene<'_>) -> Markdown {
    let Plan { actions, held_back, refusals, diagnostics, .. } = scene.plan;
    let invalid = diagnostics.iter().any(Diagnostic::is_error);
    let whole = scene.plan.is_whole() && !scene.plan.is_refused() && refusals.is_empty() && held_back.is_empty() && !invalid;
    if actions.is_empty() {
        return Markdown::new();
    }
    let digest = Markdown::new().own("Digest: ").code(&scene.digest);
    if whole && !scene.sandbox {
        digest.own(" · merging applies this; an account that has moved by then is skipped and shown\n")
    } else {
        digest.own("\n")
    }
}

/// The whole plan in one line, where there is nothing else to say.
pub fn one_line(scene: &Scene<'_>) -> Option<Markdown> {
    let Plan {
        actions,
        held_back,
        on_hold,
        unchanged,
        left_out: _,
        counted: _,
        unmanaged,
        spent,
        refusals,
        gates: _,
        diagnostics,
        unreadable,
        isolated,
        managed: _,
        descriptions: _,
        ailing,
    } = scene.plan;
    let given_up = |Comparison { base: _, given_up, unreached, origins: _ }: &Comparison| !given_up.is_empty() || !unreached.is_empty();
    let silent = actions.is_empty()
        && held_back.is_empty()
        && refusals.is_empty()
        && diagnostics.is_empty()
        && unreadable.is_empty()
        && isolated.is_empty()
        && ailing.is_empty()
        && on_hold.is_empty();
    if !silent || scene.uncompared.is_some() || scene.plan.is_refused() || scene.comparison.as_ref().is_some_and(given_up) {
        return None;
    }
    let line = Markdown::new().own("heeler plan").and(&notes::organizations(scene)).own(": no changes. ").counted(*unchanged, "account");
    let mut line = line.own(if *unchanged == 1 { " matches." } else { " match." }).own(scene.sandbox_mark());
    if let Some(unmanaged) = notes::unmanaged_count(unmanaged) {
        line = line.own(" ").and(&unmanaged);
    }
    if !spent.is_empty() {
        let places = spent.iter().take(MOST_SPENT).map(|spent| Markdown::new().place(&spent.source, &scene.links));
        line = line.own(" ").counted(spent.len(), "spent tombstone").own(" to take out: ").and(&Markdown::joined(places, ", "));
        line = if spent.len() > MOST_SPENT { line.own(", …") } else { line.own(".") };
    }
    if let Some(words) = parts::left_out(scene.plan) {
        line = line.own(" ").text(&words).own(".");
    }
    Some(line)
}

/// The rows: what this change brings, then folded away what was pending before it.
fn actions(blocks: &[Block<'_>], origins: &Origins<'_>, links: &Links) -> Vec<Part> {
    let is_pending = |block: &&Block<'_>| block.actions.first().is_some_and(|action| table::is_pending(action, origins));
    let (before, now): (Vec<&Block<'_>>, Vec<&Block<'_>>) = blocks.iter().partition(is_pending);
    let mut parts = open(&now, origins, links);
    let accounts = before.iter().map(|block| block.actions.len()).sum();
    let summary = Markdown::new().own("Pending before this change: ").counted(accounts, "account");
    parts.extend(rows(&before, &Kind::ALL, &table::frame().folded(&summary), origins, links));
    parts
}

/// Rows that are read at once; where they are more than a screen, what they change, and each account's own row folded away.
fn open(blocks: &[&Block<'_>], origins: &Origins<'_>, links: &Links) -> Vec<Part> {
    let count = |kinds: &[Kind]| of(blocks, kinds).map(|block| block.actions.len()).sum::<usize>();
    let many = |kinds: &[Kind]| of(blocks, kinds).count() > MORE_THAN_A_SCREEN;
    let (updates, creates) = ([Kind::Removal, Kind::Update], [Kind::Create]);
    let mut parts = rows(blocks, &[Kind::Delete], &table::frame(), origins, links);
    if many(&updates) {
        let summary = Markdown::new().own("Account by account: ").counted(count(&updates), "update");
        parts.push(changed::part(of(blocks, &updates).flat_map(|block| block.actions.iter().copied()), links));
        parts.extend(rows(blocks, &updates, &table::frame().folded(&summary), origins, links));
    } else {
        parts.extend(rows(blocks, &updates, &table::frame(), origins, links));
    }
    let summary = Markdown::new().counted(count(&creates), "create");
    let frame = if many(&creates) { table::frame().folded(&summary) } else { table::frame() };
    parts.extend(rows(blocks, &creates, &frame, origins, links));
    parts
}

/// The rows of some kinds. Deletes and removals are never dropped.
fn rows(blocks: &[&Block<'_>], kinds: &[Kind], frame: &Frame, origins: &Origins<'_>, links: &Links) -> Vec<Part> {
    let form = |kind: Kind| Form::rows(frame.clone(), of(blocks, &[kind]).map(|block| table::row(block, origins, links)));
    let kept = |kind: Kind, title: &'static str| {
        let named: Vec<Named<'_>> = of(blocks, &[kind]).flat_map(|block| &block.actions).map(|action| self::named(action)).collect();
        Part::kept(std::iter::once(form(kind)).chain(tersely(title, &named)).collect())
    };
    let after = " accounts more | the full plan has them | |\n";
    let part = |kind: &Kind| match kind {
        Kind::Delete => kept(Kind::Delete, "Deletes"),
        Kind::Removal => kept(Kind::Removal, "Updates that can disrupt monitoring"),
        Kind::Update => Part::cut(60, form(Kind::Update).rest("| update | ", after)),
        Kind::Create => Part::cut(50, form(Kind::Create).rest("| create | ", after)),
    };
    kinds.iter().map(part).collect()
}

/// An action that must be named; of an update the fields that can disrupt something.
pub fn named(action: &Action) -> Named<'_> {
    let fields = action.changes().filter(|change| change.removal.is_some()).map(|change| change.path.to_string());
    Named::row(&action.key, action.name.as_deref(), Some(&action.source)).for_fields(fields)
}

/// The fields of all of them, folded away.
pub fn details(blocks: &[Block<'_>]) -> Vec<Part> {
    let blocks: Vec<&Block<'_>> = blocks.iter().collect();
    let lines = |kinds: &[Kind]| {
        let some: Vec<&Block<'_>> = kinds.iter().flat_map(|kind| of(&blocks, std::slice::from_ref(kind))).collect();
        detail::blocks(&some)
    };
    let all = [(20, lines(&[Kind::Delete, Kind::Removal])), (15, lines(&[Kind::Update])), (10, lines(&[Kind::Create]))];
    let fence = fence(all.iter().flat_map(|(_, lines)| lines).map(|(line, _)| line));
    let frame = Frame::details(&fence, "diff", "Field by field");
    let part = |(rank, lines)| Part::cut(rank, Form::fenced(frame.clone(), lines).rest("  and ", " accounts more; the full plan has them\n"));
    all.into_iter().map(part).collect()
}

/// What rows are told apart by when room is short.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Delete,
    Removal,
    Update,
    Create,
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::Delete, Kind::Removal, Kind::Update, Kind::Create];
}

fn of<'a, 'b>(blocks: &'b [&'b Block<'a>], kinds: &'b [Kind]) -> impl Iterator<Item = &'b Block<'a>> {
    blocks.iter().copied().filter(move |block| block.actions.first().is_some_and(|action| kinds.contains(&kind_of(action))))
}

fn kind_of(action: &Action) -> Kind {
    match &action.op {
        Op::Delete { .. } => Kind::Delete,
        Op::Update { .. } if action.is_removal() => Kind::Removal,
        Op::Update { .. } => Kind::Update,
        Op::Create { .. } => Kind::Create,
    }
}
